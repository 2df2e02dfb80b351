"""The functions of `nn.matrix`, each with its derivative, in NumPy and nothing else.

They are written out here a second time, apart from `autograd`, so that the matrix form is an
independent witness. `ACTIVATIONS` holds a = σ(z) with σ′(z), `COSTS` holds C(a, y) with ∇ₐC.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from nn.checks import Array, lookup


class Activation(NamedTuple):
    """An activation function a = σ(z) and its derivative.

    Attributes:
        name: the key in `ACTIVATIONS`.
        function: σ, from a vector z to the vector a.
        derivative: σ′(z), a vector, for a function that works element by element; the matrix of
            all ∂aₖ/∂zⱼ (row k, column j) for one that mixes its elements, as softmax does.
    """

    name: str
    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


class Cost(NamedTuple):
    """A cost C(a, y) of one example and its gradient.

    Attributes:
        name: the key in `COSTS`.
        function: C, from the output a and the desired output y to a number.
        gradient: ∇ₐC, the vector of all ∂C/∂aⱼ.
    """

    name: str
    function: Callable[[Array, Array], float]
    gradient: Callable[[Array, Array], Array]


def hadamard(s: Array, slope: Array) -> Array:
    """s ⊙ σ′(z), element by element (Nielsen, equation 34).

    Where σ mixes its elements, `slope` is the matrix ∂a/∂z, and equation 36 holds in full:
    δⱼ = Σₖ ∂C/∂aₖ · ∂aₖ/∂zⱼ.
    """
    return slope.T @ s if slope.ndim == 2 else s * slope


def _sigmoid(z: Array) -> Array:
    e = np.exp(-np.abs(z))  # at most 1, so that no z overflows
    return np.where(z >= 0.0, 1.0, e) / (1.0 + e)


def _tanh_derivative(z: Array) -> Array:
    e = np.exp(-2.0 * np.abs(z))
    return 4.0 * e / (1.0 + e) ** 2  # 1/cosh² z: 1 − tanh² z would lose its digits far out


def _normal_distribution(z: Array) -> Array:
    return np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in z])


def _softmax(z: Array) -> Array:
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def _table(*rows: Any) -> Mapping[str, Any]:
    return MappingProxyType({row.name: row for row in rows})


ACTIVATIONS: Mapping[str, Activation] = _table(
    Activation("linear", lambda z: z.copy(), np.ones_like),
    Activation(
        "sigmoid",
        _sigmoid,
        lambda z: _sigmoid(z) * _sigmoid(-z),  # σ(z)(1 − σ(z)), Nielsen, equation 40
    ),
    Activation("tanh", np.tanh, _tanh_derivative),
    Activation("relu", lambda z: np.maximum(0.0, z), lambda z: np.where(z > 0.0, 1.0, 0.0)),
    Activation(
        "leaky_relu",
        lambda z: np.where(z > 0.0, z, 0.01 * z),
        lambda z: np.where(z > 0.0, 1.0, 0.01),
    ),
    Activation(
        "elu",
        lambda z: np.where(z > 0.0, z, np.expm1(np.minimum(z, 0.0))),
        lambda z: np.where(z > 0.0, 1.0, np.exp(np.minimum(z, 0.0))),
    ),
    Activation(
        "gelu",
        lambda z: z * _normal_distribution(z),
        lambda z: _normal_distribution(z) + z * np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi),
    ),
    Activation(
        "silu",
        lambda z: z * _sigmoid(z),
        lambda z: _sigmoid(z) * (1.0 + z * _sigmoid(-z)),
    ),
    Activation("softplus", lambda z: np.logaddexp(0.0, z), _sigmoid),
    Activation(
        "softmax",
        _softmax,  # ∂aₖ/∂zⱼ = aₖ(1 − aₖ) if j = k, else −aₖaⱼ
        lambda z: np.diag(_softmax(z)) - np.outer(_softmax(z), _softmax(z)),
    ),
)
"""σ and σ′ by name: Nielsen's sigmoid (3, 40), the blog post's tanh and ReLU, and others."""

_SMALLEST = math.exp(-100.0)


def _log(p: Array) -> Array:
    return np.log(np.maximum(p, _SMALLEST))  # cut off at −100, as in nn.losses and in PyTorch


def _log_derivative(p: Array) -> Array:
    return np.where(p < _SMALLEST, 0.0, 1.0 / np.maximum(p, _SMALLEST))


def _huber(a: Array, y: Array) -> Array:
    e = np.abs(a - y)
    return np.where(e <= 1.0, 0.5 * e**2, e - 0.5)


def _log_softmax(z: Array) -> Array:
    shifted = z - np.max(z)
    return shifted - np.log(np.sum(np.exp(shifted)))


COSTS: Mapping[str, Cost] = _table(
    Cost(
        "quadratic",
        lambda a, y: float(0.5 * np.sum((y - a) ** 2)),
        lambda a, y: a - y,  # Nielsen, equation 39
    ),
    Cost(
        "mse",
        lambda a, y: float(np.mean((y - a) ** 2)),
        lambda a, y: 2.0 * (a - y) / a.size,
    ),
    Cost(
        "hinge",
        lambda a, y: float(np.mean(np.maximum(0.0, 1.0 - y * a))),
        lambda a, y: np.where(1.0 - y * a > 0.0, -y, 0.0) / a.size,
    ),
    Cost(
        "huber",
        lambda a, y: float(np.mean(_huber(a, y))),
        lambda a, y: np.clip(a - y, -1.0, 1.0) / a.size,
    ),
    Cost(
        "binary_cross_entropy",
        lambda a, y: float(-np.mean(y * _log(a) + (1.0 - y) * _log(1.0 - a))),
        lambda a, y: ((1.0 - y) * _log_derivative(1.0 - a) - y * _log_derivative(a)) / a.size,
    ),
    Cost(
        "binary_cross_entropy_with_logits",
        # each term keeps its digits, unlike ln(1 + eᵃ) − ya, which cancels
        lambda a, y: float(np.mean(y * np.logaddexp(0.0, -a) + (1.0 - y) * np.logaddexp(0.0, a))),
        lambda a, y: ((1.0 - y) * _sigmoid(a) - y * _sigmoid(-a)) / a.size,  # σ(a) − y
    ),
    Cost(
        "categorical_cross_entropy",
        lambda a, y: float(-np.sum(y * _log(a))),
        lambda a, y: -y * _log_derivative(a),
    ),
    Cost(
        "cross_entropy",
        lambda a, y: float(-np.sum(y * _log_softmax(a))),
        lambda a, y: np.sum(y) * _softmax(a) - y,
    ),
)
"""C and ∇ₐC by name, of one example.

`cross_entropy` works on logits (the outputs of a linear last layer, as in `nn.losses`);
`categorical_cross_entropy` works on the probabilities of a softmax last layer. Together with
their layers they are the same function, and both give δᴸ = softmax(z) − y.
"""


def activation_named(given: str | Activation) -> Activation:
    """The activation of that name, or the `Activation` itself."""
    return given if isinstance(given, Activation) else lookup(given, ACTIVATIONS, "activation")


def cost_named(given: str | Cost) -> Cost:
    """The cost of that name, or the `Cost` itself."""
    return given if isinstance(given, Cost) else lookup(given, COSTS, "cost")

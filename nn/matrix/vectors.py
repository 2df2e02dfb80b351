"""The slides: the vector case, two layers without biases.

Their δ· is not that of Nielsen and Lei: δv stands for ∂l/∂v, so that δy is taken *after* the
activation, and the activation's slope shows up in every formula.

Slips on the slides, put right here:

- ∂y/∂y′ is written diag(ψ′(z)) Aᵀ, whose shapes fit only if y and y′ are equally long. It is
  Aᵀ diag(ψ′(z)), so that δy′ = Aᵀ (ψ′(z) ⊙ δy).
- In the summary, δB has φ′(z) where φ′(z′) is meant.
- In the loop over L layers, which is `nn.matrix.backpropagation` in other letters, δy_{k−1} sets
  φ′_k(z_k) beside W_kᵀ δy_k. It belongs inside: δy_{k−1} = W_kᵀ (φ′_k(z_k) ⊙ δy_k).
"""

# ruff: noqa: E741, N815 - `l`, `dA` and the like are the document's letters

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nn.checks import Array
from nn.matrix.checks import checked_array, checked_vector
from nn.matrix.tables import Activation, activation_named, hadamard


class VectorCase(NamedTuple):
    """The quantities of y = ψ(A φ(B x)), l = ℓ(y), forward and backward.

    Attributes:
        z_prime: z′ = B x, of n numbers.
        y_prime: y′ = φ(z′), of n numbers.
        z: z = A y′, of k numbers.
        y: y = ψ(z), of k numbers.
        l: l = ℓ(y).
        dy: δy = ∂l/∂y.
        dA: δA = ∂l/∂A, k × n.
        dy_prime: δy′ = ∂l/∂y′.
        dB: δB = ∂l/∂B, n × m.
    """

    z_prime: Array
    y_prime: Array
    z: Array
    y: Array
    l: float
    dy: Array
    dA: Array
    dy_prime: Array
    dB: Array


Loss = Callable[[Array], float]
LossGradient = Callable[[Array], Array]


def vector_case(
    x: Any,
    A: Any,
    B: Any,
    *,
    phi: str | Activation,
    psi: str | Activation,
    loss: Loss,
    loss_gradient: LossGradient,
) -> VectorCase:
    """The slides' vector case y = ψ(A φ(B x)): every intermediate and every gradient.

        δA = (δy ⊙ ψ′(z)) y′ᵀ    δy′ = Aᵀ (ψ′(z) ⊙ δy)    δB = (δy′ ⊙ φ′(z′)) xᵀ

    Args:
        x: m numbers.
        A, B: matrices, k × n and n × m.
        phi, psi: φ and ψ, by name or as an `Activation`.
        loss, loss_gradient: ℓ, from y to a number, and ∇ℓ, from y to a vector.

    Raises:
        ShapeError: a shape does not fit. ArgumentError: a name is unknown.

    >>> case = vector_case(
    ...     [1.0, 2.0], A=[[1.0, 3.0]], B=[[1.0, 0.0], [0.0, -1.0]], phi="relu", psi="linear",
    ...     loss=lambda y: float(y[0] ** 2), loss_gradient=lambda y: 2.0 * y,
    ... )
    >>> case.y_prime.tolist(), case.l, case.dA.tolist(), case.dB.tolist()
    ([1.0, 0.0], 1.0, [[2.0, 0.0]], [[2.0, 4.0], [0.0, 0.0]])
    """
    A, B = checked_array(A, 2, "A"), checked_array(B, 2, "B")
    x = checked_vector(x, B.shape[1], "x", "the columns of B")
    checked_vector(np.ones(len(B)), A.shape[1], "y′ (the rows of B)", "the columns of A")
    φ, ψ = activation_named(phi), activation_named(psi)

    z_prime = B @ x
    y_prime = φ.function(z_prime)
    z = A @ y_prime
    y = ψ.function(z)
    l = float(loss(y))

    δy = checked_vector(loss_gradient(y), len(y), "the loss gradient", "the outputs y")
    δA = np.outer(hadamard(δy, ψ.derivative(z)), y_prime)
    δy_prime = A.T @ hadamard(δy, ψ.derivative(z))
    δB = np.outer(hadamard(δy_prime, φ.derivative(z_prime)), x)
    return VectorCase(z_prime, y_prime, z, y, l, δy, δA, δy_prime, δB)

"""Activation functions by name: they turn a neuron's weighted input z into its activation a.

Each is a function of `autograd`, so it works on Values, on numbers and element by element on
arrays. `softmax` is the exception: it takes all outputs of a layer at once, and stands here only
so that an output layer can name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import methodcaller
from typing import Any

import autograd
from autograd import Value, no_grad
from nn.checks import choice
from nn.errors import ArgumentError

__tracebackhide__ = True


@dataclass(frozen=True)
class Activation:
    """An activation function and its names.

    Attributes:
        name: the name it is asked for by, such as `"tanh"`.
        title: how it stands in the repr of a neuron, such as `Tanh` in `TanhNeuron(3)`.
        function: a = function(z), for a Value, a number or an array of z.
        on_value: the same for a Value only, by the quickest way there is.
    """

    name: str
    title: str
    function: Callable[[Any], Any]
    on_value: Callable[[Any], Any]

    @property
    def is_linear(self) -> bool:
        """True if a = z, so that a neuron needs no node for it."""
        return self.name == "linear"

    @property
    def is_softmax(self) -> bool:
        """True if it takes all outputs of a layer at once."""
        return self.name == "softmax"


Named = str | Callable[[Any], Any] | Activation
"""An activation as it is asked for: by name, or as a function of one Value."""


def _linear(z: Any) -> Any:
    return z


def _elementary(name: str, title: str) -> Activation:
    # A method of Value is several times quicker than the function that also takes arrays.
    return Activation(name, title, getattr(autograd, name), methodcaller(name))


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("linear", "Linear", _linear, _linear),
        _elementary("sigmoid", "Sigmoid"),
        _elementary("tanh", "Tanh"),
        _elementary("relu", "ReLU"),
        _elementary("leaky_relu", "LeakyReLU"),
        _elementary("elu", "ELU"),
        _elementary("gelu", "GELU"),
        _elementary("silu", "SiLU"),
        _elementary("softplus", "Softplus"),
        Activation("softmax", "Softmax", autograd.softmax, autograd.softmax),
    )
}
"""Every activation by its own name."""

_ALIASES = {"identity": "linear", "logistic": "sigmoid", "leakyrelu": "leaky_relu", "swish": "silu"}
_BY_NAME = ACTIVATIONS | {alias: ACTIVATIONS[name] for alias, name in _ALIASES.items()}
_BY_FUNCTION = {activation.function: activation for activation in ACTIVATIONS.values()}


def get(activation: Named) -> Activation:
    """The activation with this name, or a user's own function of one Value.

    Names: linear, sigmoid, tanh, relu, leaky_relu, elu, gelu, silu, softplus, softmax; also
    scikit-learn's identity and logistic, and swish.

    Raises:
        ArgumentError: no activation has that name, or the function does not give a Value.
        KindError: neither a name nor a function.

    >>> get("tanh").function(0.0), get("logistic").name
    (0.0, 'sigmoid')
    >>> import autograd
    >>> get(autograd.gelu).title
    'GELU'
    """
    if isinstance(activation, Activation):
        return activation
    allowed = "'tanh' or a function of one Value"
    found = choice(activation, _BY_NAME, "activation", allowed)
    return found if isinstance(found, Activation) else _BY_FUNCTION.get(found) or _own(found)


def choose(nonlin: bool, activation: Named | None) -> Activation:
    """The activation that micrograd's `nonlin` and our `activation=` ask for together."""
    if activation is None:
        return get("relu" if nonlin else "linear")
    chosen = get(activation)
    if not nonlin and not chosen.is_linear:
        raise ArgumentError(
            f"nonlin=False and activation={chosen.name!r} contradict each other; give one of them"
        )
    return chosen


def per_layer(activation: Any, output: Named | None, depth: int) -> list[Activation]:
    """The activation of each of `depth` layers, the output layer last.

    Args:
        activation: one for all hidden layers (None: ReLU), or a list with one per layer.
        output: that of the output layer (None: linear); only beside a single `activation`.

    >>> [each.name for each in per_layer("tanh", "softmax", 3)]
    ['tanh', 'tanh', 'softmax']
    """
    single = isinstance(activation, str) or callable(activation)
    if isinstance(activation, Iterable) and not single:
        if output is not None:
            raise ArgumentError(
                "give activation= as one for the hidden layers, with output_activation= beside "
                "it; or as a list with one per layer, the output layer included, alone"
            )
        chosen = [get(each) for each in activation]
    else:
        hidden = get("relu" if activation is None else activation)
        if activation is not None and depth == 1:
            raise ArgumentError(
                f"activation={hidden.name!r} is for hidden layers and this network has none; "
                f"write output_activation={hidden.name!r}"
            )
        chosen = [hidden] * (depth - 1) + [get("linear" if output is None else output)]
    if len(chosen) != depth:
        raise ArgumentError(
            f"activation= must have one entry for each of the {depth} layers, the output layer "
            f"included, not {len(chosen)}"
        )
    if any(each.is_softmax for each in chosen[:-1]):
        raise ArgumentError(
            "softmax is for the output layer only; write output_activation='softmax'"
        )
    return chosen


def _own(function: Callable[[Any], Any]) -> Activation:
    """A user's function, tried out once: it has to keep the graph."""
    with no_grad():  # math.tanh warns of what is refused here
        out = function(Value(0.5))
    if not isinstance(out, Value):
        raise ArgumentError(
            f"the activation {_name(function)} turned a Value into {type(out).__name__}, which "
            "loses the gradient; build it from autograd's functions, for example "
            "lambda z: autograd.tanh(z) (math.tanh gives plain floats)"
        )
    name = _name(function)
    name = f"custom_{name}" if name in _BY_NAME else name
    return Activation(name, name[:1].upper() + name[1:], function, function)


def _name(function: Callable[[Any], Any]) -> str:
    name = getattr(function, "__name__", type(function).__name__)
    return "custom" if name == "<lambda>" else str(name)

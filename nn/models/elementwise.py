"""Activation functions as modules, for `Sequential`: names and defaults are PyTorch's.

They have no parameters and keep the structure of what they are given: a number, or lists of these.
By name, for an `MLP` or a `Layer`, they stand in `nn.activations`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import autograd
from nn.checks import finite
from nn.errors import ArgumentError
from nn.models.module import Module

__tracebackhide__ = True


class Elementwise(Module):
    """Base of the modules that do the same with each number of an example.

    >>> ReLU()([-1.0, 2.0]), LeakyReLU(0.5)(-1.0)
    ([0.0, 2.0], -0.5)
    """

    _in_summary = False
    activation: ClassVar[str | None] = None
    function: ClassVar[Any]
    """The function of a number, a Value or an array."""

    def __call__(self, x: Any) -> Any:
        """The function of each number of an example."""
        if isinstance(x, (list, tuple)):
            return [self(one) for one in x]
        return self.function(x)


class Function(Elementwise):
    """A function of one number, such as `autograd.sin`, done with each number of an example."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def function(self, x: Any) -> Any:
        """The function of a number, a Value or an array."""
        return self._function(x)

    def __repr__(self) -> str:
        return f"{getattr(self._function, '__name__', self._function)}"


class Identity(Elementwise):
    """x itself."""

    def function(self, x: Any) -> Any:
        """The function of a number, a Value or an array."""
        return x


class ReLU(Elementwise):
    """max(0, x); see `autograd.relu`."""

    activation = "relu"
    function = staticmethod(autograd.relu)


class Sigmoid(Elementwise):
    """1 / (1 + e^−x); see `autograd.sigmoid`."""

    activation = "sigmoid"
    function = staticmethod(autograd.sigmoid)


class Tanh(Elementwise):
    """Hyperbolic tangent; see `autograd.tanh`."""

    activation = "tanh"
    function = staticmethod(autograd.tanh)


class GELU(Elementwise):
    """x·Φ(x), the exact form; see `autograd.gelu`."""

    activation = "gelu"
    function = staticmethod(autograd.gelu)


class SiLU(Elementwise):
    """x·σ(x); see `autograd.silu`."""

    activation = "silu"
    function = staticmethod(autograd.silu)


class Softplus(Elementwise):
    """ln(1 + eˣ); see `autograd.softplus`."""

    activation = "softplus"
    function = staticmethod(autograd.softplus)


class LeakyReLU(Elementwise):
    """x for x > 0, else negative_slope · x; see `autograd.leaky_relu`."""

    activation = "leaky_relu"

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = finite(negative_slope, "negative_slope")

    def function(self, x: Any) -> Any:
        """The function of a number, a Value or an array."""
        return autograd.leaky_relu(x, slope=self.negative_slope)

    def __repr__(self) -> str:
        return f"LeakyReLU(negative_slope={self.negative_slope})"


class ELU(Elementwise):
    """x for x > 0, else alpha · (eˣ − 1); see `autograd.elu`."""

    activation = "elu"

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = finite(alpha, "alpha")

    def function(self, x: Any) -> Any:
        """The function of a number, a Value or an array."""
        return autograd.elu(x, alpha=self.alpha)

    def __repr__(self) -> str:
        return f"ELU(alpha={self.alpha})"


class Softmax(Module):
    """e^xⱼ / Σₖ e^xₖ over the numbers of an example.

    Args:
        dim: an example is one list, whose only axis is meant whatever PyTorch calls it: −1, 0, or
            1 as in a batch; None is the same.

    Raises:
        ArgumentError: another dim.

    >>> Softmax(dim=1)([1.0, 1.0])
    [0.5, 0.5]
    """

    _in_summary = False
    activation: ClassVar[str | None] = "softmax"
    _function = staticmethod(autograd.softmax)

    def __init__(self, dim: int | None = None) -> None:
        if dim not in (None, -1, 0, 1):
            raise ArgumentError(
                f"dim of {type(self).__name__} is -1, which an example has only, not {dim!r}"
            )
        self.dim = dim

    def __call__(self, x: Any) -> Any:
        """The function of all numbers of an example."""
        return self._function(x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(dim={self.dim})"


class LogSoftmax(Softmax):
    """xⱼ − ln Σₖ e^xₖ over the numbers of an example; `losses.nll` goes with it. As `Softmax`."""

    activation = "log_softmax"
    _function = staticmethod(autograd.log_softmax)

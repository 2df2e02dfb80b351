"""Keeping gradients within bounds: the blog post's cure for exploding gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Value
from nn.checks import Array, as_number, finite
from nn.errors import ArgumentError, KindError
from nn.text import short


def clip_grad_value_(parameters: Iterable[Value] | Value, clip_value: float) -> None:
    """Keep every gradient between −clip_value and clip_value (the blog post: 5 works well).

    An infinite gradient becomes ±clip_value; nan stays nan, so that it is not mistaken for one
    that is well. Parameters without a gradient are passed over.

    Raises:
        ArgumentError: clip_value is not a positive finite number.

    >>> w = Value(1.0)
    >>> w.grad = -12.0
    >>> clip_grad_value_([w], 5)
    >>> w.grad
    -5.0
    """
    bound = finite(clip_value, "clip_value", above=0.0)
    for p in _with_gradient(parameters):
        grad = float(p.grad)
        if abs(grad) > bound:
            p.grad = math.copysign(bound, grad)


def clip_grad_norm_(
    parameters: Iterable[Value] | Value,
    max_norm: float,
    norm_type: float | str = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients g together so that their norm is at most max_norm; return the old norm.

        g ← g · min(1, max_norm / (‖g‖ + 10⁻⁶))

    PyTorch's formula. Like PyTorch, a norm that is nan makes every gradient nan and an infinite
    one makes them 0 or nan: look at what is returned, or ask for an error.

    Args:
        max_norm: inf leaves the gradients as they are, to learn their norm.
        norm_type: 2 for the Euclidean norm, inf or "inf" for the largest |g|, p for
            (Σ|g|ᵖ)^(1/p).

    Raises:
        ArgumentError: max_norm or norm_type is nan or not positive; with error_if_nonfinite, the
            norm is nan or infinite (gradients are then unchanged).

    >>> v, w = Value(0.0), Value(0.0)
    >>> v.grad, w.grad = 3.0, -4.0
    >>> clip_grad_norm_([v, w], 1.0)
    5.0
    >>> round(v.grad, 6), round(w.grad, 6)
    (0.6, -0.8)
    """
    bound = as_number(max_norm, "max_norm")
    if bound != math.inf:
        bound = finite(bound, "max_norm", above=0.0)
    kind = math.inf if norm_type == "inf" else as_number(norm_type, "norm_type")
    if not kind > 0.0:
        raise ArgumentError(f"norm_type must be a positive number such as 2, not {kind!r}")
    found = _with_gradient(parameters)
    norm = norm_of(np.array([float(p.grad) for p in found]), kind)
    if error_if_nonfinite and not math.isfinite(norm):
        raise ArgumentError(
            f"the norm of the gradients is {norm}, so they cannot be scaled to {bound:g}; compute "
            "them again inside autograd.detect_anomaly() to see where it comes from"
        )
    scale = scale_for(norm, bound)
    if bound < math.inf and not scale >= 1.0:
        for p in found:
            p.grad = float(p.grad) * scale
    return norm


def scale_for(norm: float, bound: float) -> float:
    """The factor that brings gradients of this norm within a bound, if it is below 1."""
    return bound / (norm + 1e-6)


def norm_of(gradient: Array, kind: float = 2.0) -> float:
    """(Σ|g|ᵖ)^(1/p), also where |g|ᵖ would be out of range."""
    if kind == 2.0:
        with np.errstate(all="ignore"):
            squares = float(gradient @ gradient)
        if 1e-200 < squares < 1e300:
            return math.sqrt(squares)
    sizes = np.abs(gradient)
    largest = float(sizes.max(initial=0.0))
    if kind == math.inf or not 0.0 < largest < math.inf:
        return largest
    return largest * float(np.sum((sizes / largest) ** kind)) ** (1.0 / kind)


def _with_gradient(parameters: Iterable[Value] | Value) -> list[Value]:
    several: Any = [parameters] if isinstance(parameters, Value) else parameters
    if callable(getattr(several, "parameters", None)):
        raise KindError(
            f"give the parameters, not the {type(several).__name__}: write model.parameters()"
        )
    found = list(several) if isinstance(several, Iterable) else [several]
    for p in found:
        if not isinstance(p, Value):
            raise KindError(f"give parameters, which are Values, not {short(p)}")
    return [p for p in found if p.has_grad]

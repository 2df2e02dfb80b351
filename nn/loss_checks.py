"""What a loss takes, checked: outputs beside targets, signs, probabilities, classes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd import Value, is_tracing, relu, where
from autograd import sum as total
from nn.checks import as_list, is_number, short
from nn.errors import ArgumentError, KindError, ShapeError

__tracebackhide__ = True

_SUM_OFF = 1e-6
"""How far probabilities may sum to something else than 1."""


def numbers_of(given: Any, what: str) -> list[Any]:
    """The numbers of an example's output or target; brackets around a single one say nothing.

    Raises:
        KindError: it is neither a number nor a sequence; ShapeError: one of several axes.

    >>> numbers_of(np.array([[2.0]]), "the output"), numbers_of([1.0, 2.0], "the output")
    ([2.0], [1.0, 2.0])
    """
    if isinstance(given, np.ndarray):
        given = given.reshape(1) if given.size == 1 else _vector(given, what)
    found = as_list(given, what)
    while len(found) == 1 and isinstance(found[0], _SEQUENCES):
        found = as_list(found[0], what)
    if any(isinstance(one, _SEQUENCES) for one in found):
        raise ShapeError(
            f"{what} must be a number or one list of numbers, not {short(given)}; for an output of "
            "several parts give loss= a function that says what to do with each"
        )
    for one in found:
        if not (isinstance(one, Value) or _is_real(one)):
            raise KindError(f"{what} must hold numbers and Values, not {short(one)}")
    return found


def _is_real(x: Any) -> bool:
    """Whether x is a number, one of another library included."""
    return is_number(x) or (hasattr(x, "__float__") and not isinstance(x, np.generic))


_SEQUENCES = (list, tuple, np.ndarray)


def _vector(array: Any, what: str) -> Any:
    if array.ndim > 1:
        raise ShapeError(
            f"{what} must be one example, not an array of shape {array.shape}; take the examples "
            "one by one: [model(x) for x in X], and make a column a vector with .ravel()"
        )
    return array


def pairs_of(output: Any, target: Any) -> list[tuple[Any, Any]]:
    """Each output of an example with its target; there are as many."""
    outputs, targets = numbers_of(output, "the output"), numbers_of(target, "the target")
    if len(outputs) != len(targets) or not outputs:
        raise ShapeError(
            f"a loss needs one target for each output of an example, not {len(outputs)} "
            f"output{'s' * (len(outputs) != 1)} and {len(targets)} "
            f"target{'s' * (len(targets) != 1)}"
        )
    return list(zip(outputs, targets, strict=True))


def checked_sign(y: Any) -> Any:
    """A target of the hinge loss, −1 or 1; a Value may be any number, to be differentiated by."""
    if not is_number(y):
        return if_allowed(y, lambda: (y * y - 1.0) ** 2)
    if y not in (-1, 1):
        advice = "; for targets 0 and 1 write 2 * y - 1" if y == 0 else ""
        raise ArgumentError(f"the targets of hinge are -1 and 1, not {float(y)!r}{advice}")
    return y


def checked_share(y: Any) -> Any:
    """A target of binary cross-entropy: 0, 1 or a probability; a Value may be any number."""
    if not is_number(y):
        return if_allowed(y, lambda: relu(-y) + relu(y - 1.0))
    if not 0.0 <= y <= 1.0:
        raise ArgumentError(
            f"a target of binary cross-entropy is 0, 1 or a probability, not {float(y)!r}"
            + ("; for targets -1 and 1 write (y + 1) / 2" if y == -1 else "")
        )
    return y


_tried: ContextVar[bool] = ContextVar("targets are tried", default=False)


@contextmanager
def targets_tried(tried: bool) -> Iterator[None]:
    """A block in which a loss may rely on its targets, as `fit` and `evaluate` tried them all."""
    token = _tried.set(tried)
    try:
        yield
    finally:
        _tried.reset(token)


def if_allowed(y: Any, excess: Callable[[], Any]) -> Any:
    """A target in a program: nan, where its excess over what is allowed is not 0.

    A program cannot raise; whoever meets the nan computes the loss again without a program.
    """
    unknown = is_tracing() and not _tried.get()
    return where(excess() <= 0.0, y, math.nan) if unknown else y


def checked_probability(
    p: Any, loss: str = "binary_cross_entropy", activation: str = "sigmoid"
) -> Any:
    """An output that is a probability."""
    if isinstance(p, Value) and is_tracing():
        return p
    number = p.data if isinstance(p, Value) else p
    if is_number(number) and not 0.0 <= number <= 1.0:
        raise ArgumentError(
            f"{loss} takes probabilities, from 0 to 1, not {float(number)!r}; give the model "
            f"output_activation={activation!r}, or use {_ON_LOGITS[loss]}"
        )
    return p


def if_probabilities(cost: Any, ps: list[Any]) -> Any:
    """The cost; in a program infinity, where one of the `ps` is not from 0 to 1 (or is nan)."""
    if not is_tracing():
        return cost
    excess = total([relu(-p) + relu(p - 1.0) for p in ps])
    return where(excess <= 0.0, cost, math.inf)


_ON_LOGITS = {
    "binary_cross_entropy": "binary_cross_entropy_with_logits",
    "categorical_cross_entropy": "cross_entropy",
}


def class_targets(target: Any) -> list[Any]:
    """A target that is one class number, or one probability for each class."""
    return [target] if isinstance(target, str) else numbers_of(target, "the target")


def checked_class(target: Any, classes: int) -> Any:
    """The number of a class, to `take` with; while a program is traced, what stands for it."""
    if is_tracing() and isinstance(target, Value):
        return target
    if not is_number(target) or not float(target).is_integer():
        raise KindError(
            "the target of cross_entropy must be the number of a class, such as 2, or a list "
            f"with a probability for each class, not {target!r:.60}"
        )
    if not 0 <= int(target) < classes:
        raise ArgumentError(
            f"the target of cross_entropy must be a class from 0 to {classes - 1} (there are "
            f"{classes} outputs), not {int(target)}"
        )
    return int(target)


def weighted_pairs(outputs: list[Any], target: list[Any]) -> list[tuple[Any, Any]]:
    """Outputs with the probabilities of their classes; those of probability 0 take no part."""
    pairs = [(z, y) for z, y in pairs_of(outputs, target) if not is_number(y) or y != 0.0]
    if not all(is_number(y) for _, y in pairs):
        return _if_distribution(pairs)
    found = math.fsum(float(y) for _, y in pairs)
    if not abs(found - 1.0) <= _SUM_OFF or any(y < 0.0 for _, y in pairs):
        raise ArgumentError(
            "probabilities as the target of cross_entropy must be 0 or more and sum to 1, "
            f"not to {found:g}"
        )
    return pairs


def _if_distribution(pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The same pairs; in a program with a nan, where the probabilities are none."""
    ys = [y for _, y in pairs]

    def excess() -> Any:
        return total([relu(-y) for y in ys]) + relu(abs(total(ys) - 1.0) - _SUM_OFF)

    return [(pairs[0][0], if_allowed(ys[0], excess)), *pairs[1:]]

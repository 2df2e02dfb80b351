"""Outputs and targets of a loss, checked: as many of both, signs, probabilities, classes.

A program cannot raise: where a target or a probability is not allowed it gives nan or infinity, and
whoever meets that computes the loss again without a program.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from autograd import Value, dot, is_tracing, relu, take, where
from autograd import sum as total
from nn.checks import as_list, is_number
from nn.errors import ArgumentError, KindError, ShapeError
from nn.text import counted, short

__tracebackhide__ = True

_SUM_OFF = 1e-6
"""So far probabilities may sum to something else than 1."""
_SEQUENCES = (list, tuple, np.ndarray)


class Facts(NamedTuple):
    """Facts about a loss beside its formula.

    Attributes:
        name: its own; None for a function of the user's.
        targets: "numbers", "two classes" (a number for each) or "classes" (their numbers, or rows).
        threshold: above which a single output means the second class; None: half way between them.
        activation: what makes probabilities of logits, for a loss that is of one or the other.
        on_logits: it applies that activation itself, which the last layer must then not do.
        twin: the loss of what stands on the other side of the activation.
    """

    name: str | None = None
    targets: str = "numbers"
    threshold: float | None = None
    activation: str | None = None
    on_logits: bool = False
    twin: str | None = None


def numbers_of(given: Any, what: str) -> list[Any]:
    """The numbers of an example's output or target; brackets around a single one say nothing."""
    if isinstance(given, np.ndarray):
        if given.ndim > 1 and given.size != 1:
            raise ShapeError(
                f"{what} must be one example, not an array of shape {given.shape}; take the "
                "examples one by one: [model(x) for x in X], and make a column a vector with "
                ".ravel()"
            )
        given = given.ravel()
    found = as_list(given, what)
    while len(found) == 1 and isinstance(found[0], _SEQUENCES):
        found = as_list(found[0], what)
    if any(isinstance(one, _SEQUENCES) for one in found):
        raise ShapeError(
            f"{what} must be a number or one list of numbers, not {short(given)}; for an output of "
            "several parts give loss= a function that says what to do with each"
        )
    for one in found:
        foreign = hasattr(one, "__float__") and not isinstance(one, np.generic)
        if not (isinstance(one, Value) or is_number(one) or foreign):
            raise KindError(f"{what} must hold numbers and Values, not {short(one)}")
    return found


def pairs_of(output: Any, target: Any) -> list[tuple[Any, Any]]:
    """Each output of an example with its target; there are as many."""
    outputs, targets = numbers_of(output, "the output"), numbers_of(target, "the target")
    if len(outputs) != len(targets) or not outputs:
        raise ShapeError(
            "a loss needs one target for each output of an example, not "
            f"{counted(len(outputs), 'output')} and {counted(len(targets), 'target')}"
        )
    return list(zip(outputs, targets, strict=True))


def checked_sign(y: Any) -> Any:
    """A target of the hinge loss, −1 or 1; a Value may be any number, to be differentiated by."""
    if not is_number(y):
        return _nan_unless_0((y * y - 1.0) ** 2, y) if _unknown() else y
    if y not in (-1, 1):
        advice = "; for targets 0 and 1 write 2 * y - 1" if y == 0 else ""
        raise ArgumentError(f"the targets of hinge are -1 and 1, not {float(y)!r}{advice}")
    return y


def checked_share(y: Any) -> Any:
    """A target of binary cross-entropy: 0, 1 or a probability; a Value may be any number."""
    if not is_number(y):
        return _nan_unless_0(_outside(y), y) if _unknown() else y
    if not 0.0 <= y <= 1.0:
        raise ArgumentError(
            f"a target of binary cross-entropy is 0, 1 or a probability, not {float(y)!r}"
            + ("; for targets -1 and 1 write (y + 1) / 2" if y == -1 else "")
        )
    return y


def checked_variance(v: Any) -> Any:
    """A variance that a model gives; in a program nan for one that is negative."""
    if is_tracing() and isinstance(v, Value):
        return where(v >= 0.0, v, math.nan)
    number = v.data if isinstance(v, Value) else v
    if is_number(number) and number < 0.0:
        raise ArgumentError(
            f"the variances of gaussian_nll are 0 or more, not {float(number)!r}; have the model "
            "give autograd.softplus(v), or autograd.exp(v), in place of v"
        )
    return v


_tried: ContextVar[bool] = ContextVar("targets are tried", default=False)


@contextmanager
def targets_tried(tried: bool) -> Iterator[None]:
    """A block in which a loss may rely on its targets, as `fit` and `evaluate` tried them all."""
    token = _tried.set(tried)
    try:
        yield
    finally:
        _tried.reset(token)


def _unknown() -> bool:
    return is_tracing() and not _tried.get()


def _outside(p: Any) -> Any:
    """The distance from p to the probabilities, 0 … 1."""
    return relu(-p) + relu(p - 1.0)


def _nan_unless_0(excess: Any, y: Any) -> Any:
    return where(excess <= 0.0, y, math.nan)


def check_probabilities(ps: list[Any], loss: Facts) -> None:
    """Raise ArgumentError unless the outputs are probabilities, as this loss needs."""
    for p in ps:
        known = isinstance(p, Value) and not is_tracing()
        number = p.data if known else p
        if is_number(number) and not 0.0 <= number <= 1.0:
            raise ArgumentError(
                f"{loss.name} takes probabilities, from 0 to 1, not {float(number)!r}; give the "
                f"model output_activation={loss.activation!r}, or use {loss.twin}"
            )


def infinite_unless_probabilities(cost: Any, ps: list[Any]) -> Any:
    """The cost; in a program infinity, where one of the `ps` is not from 0 to 1 (or is nan)."""
    if not is_tracing():
        return cost
    return where(total(list(map(_outside, ps))) <= 0.0, cost, math.inf)


def minus_target_log(logs: list[Any], target: Any) -> Any:
    """−ln p of the target's class, from the logs of all; or −Σ yₖ ln pₖ for a target of many."""
    targets = [target] if isinstance(target, str) else numbers_of(target, "the target")
    if len(targets) == 1:
        return 0.0 - take(logs, _checked_class(targets[0], len(logs)))
    pairs = _weighted(logs, targets)
    return 0.0 - dot([y for _, y in pairs], [log_p for log_p, _ in pairs])


def _checked_class(target: Any, classes: int) -> Any:
    """The number of a class, to `take` with; while a program is traced, what stands for it."""
    if is_tracing() and isinstance(target, Value):
        return target
    if not is_number(target) or not float(target).is_integer():
        raise KindError(
            "the target of cross_entropy must be the number of a class, such as 2, or a list "
            f"with a probability for each class, not {short(target)}"
        )
    if not 0 <= int(target) < classes:
        raise ArgumentError(
            f"the target of cross_entropy must be a class from 0 to {classes - 1} (there are "
            f"{classes} outputs), not {int(target)}"
        )
    return int(target)


def _weighted(logs: list[Any], target: list[Any]) -> list[tuple[Any, Any]]:
    """Logs of probabilities with their weights; those of probability 0 take no part."""
    pairs = [(log_p, y) for log_p, y in pairs_of(logs, target) if not is_number(y) or y != 0.0]
    ys = [y for _, y in pairs]
    if not all(map(is_number, ys)):
        if _unknown():
            excess = total([relu(-y) for y in ys]) + relu(abs(total(ys) - 1.0) - _SUM_OFF)
            pairs[0] = pairs[0][0], _nan_unless_0(excess, ys[0])
        return pairs
    found = math.fsum(map(float, ys))
    if not abs(found - 1.0) <= _SUM_OFF or any(y < 0.0 for y in ys):
        raise ArgumentError(
            "probabilities as the target of cross_entropy must be 0 or more and sum to 1, "
            f"not to {found:g}"
        )
    return pairs

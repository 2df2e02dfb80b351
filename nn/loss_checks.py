"""What a loss takes, checked: outputs beside targets, signs, probabilities, classes."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value, is_tracing, relu, where
from autograd import sum as total
from nn.checks import as_list, is_number
from nn.errors import ArgumentError, KindError, ShapeError

__all__ = [
    "checked_class",
    "checked_probability",
    "checked_sign",
    "class_targets",
    "if_probabilities",
    "pairs_of",
    "weighted_pairs",
]

__tracebackhide__ = True


def pairs_of(output: Any, target: Any) -> list[tuple[Any, Any]]:
    """Each output of an example with its target; there are as many."""
    outputs, targets = as_list(output, "the output"), as_list(target, "the target")
    if len(outputs) != len(targets) or not outputs:
        raise ShapeError(
            f"a loss needs one target for each output of an example, not {len(outputs)} "
            f"output{'s' * (len(outputs) != 1)} and {len(targets)} "
            f"target{'s' * (len(targets) != 1)}"
        )
    return list(zip(outputs, targets, strict=True))


def checked_sign(y: Any) -> Any:
    """A target of the hinge loss, −1 or 1."""
    if is_number(y) and y not in (-1, 1):
        advice = "; for targets 0 and 1 write 2 * y - 1" if y == 0 else ""
        raise ArgumentError(f"the targets of hinge are -1 and 1, not {float(y)!r}{advice}")
    return y


def checked_probability(
    p: Any, loss: str = "binary_cross_entropy", activation: str = "sigmoid"
) -> Any:
    """An output that is a probability."""
    looked_at = is_number(p) or (isinstance(p, Value) and not is_tracing())
    if looked_at and not 0.0 <= p <= 1.0:
        number = p.data if isinstance(p, Value) else float(p)
        raise ArgumentError(
            f"{loss} takes probabilities, from 0 to 1, not {number!r}; give the model "
            f"output_activation={activation!r}, or use {_ON_LOGITS[loss]}"
        )
    return p


def if_probabilities(cost: Any, ps: list[Any]) -> Any:
    """The cost; in a program infinity, where one of the `ps` is not from 0 to 1 (or is nan).

    A program cannot raise; whoever meets the infinity computes it again without a program.
    """
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
    return [target] if isinstance(target, str) else as_list(target, "the target")


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
    if all(is_number(y) for _, y in pairs):
        total = math.fsum(float(y) for _, y in pairs)
        if not abs(total - 1.0) <= 1e-6 or any(y < 0.0 for _, y in pairs):
            raise ArgumentError(
                "probabilities as the target of cross_entropy must be 0 or more and sum to 1, "
                f"not to {total:g}"
            )
    return pairs

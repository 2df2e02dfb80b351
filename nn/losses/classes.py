"""Losses whose targets are classes."""

from __future__ import annotations

import math
from typing import Any

from autograd import clip, log, log_softmax, mean, relu, softplus
from nn.checks import finite, is_number
from nn.errors import ArgumentError, ShapeError
from nn.loss_checks import (
    check_probabilities,
    checked_share,
    checked_sign,
    infinite_unless_probabilities,
    minus_target_log,
    numbers_of,
    pairs_of,
)
from nn.losses.table import FACTS, enter
from nn.text import counted

__tracebackhide__ = True

_SMALLEST = math.exp(-100.0)  # below it PyTorch, too, takes ln p for -100


@enter(targets="two classes", threshold=0.0)
def hinge(output: Any, target: Any) -> Any:
    """Hinge (max-margin) loss (1/n) Σⱼ max(0, 1 − yⱼaⱼ), for targets yⱼ of −1 or +1.

    Its derivative is −yⱼ/n where the margin yⱼaⱼ is below 1, else 0. scikit-learn's hinge_loss.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.
        ArgumentError: a target is neither −1 nor +1.

    >>> hinge(0.25, -1), hinge(3.0, 1)
    (1.25, 0.0)
    """
    return mean([relu(1.0 - checked_sign(y) * a) for a, y in pairs_of(output, target)])


@enter(
    targets="two classes", threshold=0.5, activation="sigmoid",
    twin="binary_cross_entropy_with_logits",
)  # fmt: skip
def binary_cross_entropy(output: Any, target: Any) -> Any:
    """Cross-entropy −(1/n) Σⱼ [yⱼ ln pⱼ + (1 − yⱼ) ln(1 − pⱼ)] of probabilities pⱼ.

    For the output of a sigmoid; prefer `binary_cross_entropy_with_logits` on what goes into the
    sigmoid, which keeps every digit. Logarithms are cut off at −100, as in PyTorch's BCELoss, so
    that p = 0 and p = 1 stay finite; beyond the cut the derivative is 0.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.
        ArgumentError: an output or a target lies outside 0 … 1.

    >>> binary_cross_entropy(0.5, 1)
    0.6931471805599453
    >>> binary_cross_entropy(0.0, 1)
    100.0
    """
    pairs = pairs_of(output, target)
    ps = [p for p, _ in pairs]
    check_probabilities(ps, FACTS["binary_cross_entropy"])
    cost = mean([_binary(-_log(p), -_log(1.0 - p), y) for p, y in pairs])
    return infinite_unless_probabilities(cost, ps)


@enter(
    targets="two classes", threshold=0.0, activation="sigmoid", on_logits=True,
    twin="binary_cross_entropy",
)  # fmt: skip
def binary_cross_entropy_with_logits(output: Any, target: Any, pos_weight: Any = None) -> Any:
    """Cross-entropy of p = σ(z) from logits z: (1/n) Σⱼ [wⱼyⱼ ln(1+e^−zⱼ) + (1 − yⱼ) ln(1+e^zⱼ)].

    Without w its derivative is (σ(zⱼ) − yⱼ)/n. PyTorch's BCEWithLogitsLoss.

    Args:
        output, target: as many logits as targets.
        pos_weight: w, a number, or one for each output: what an example of the second class counts
            for, to balance rare ones.

    Raises:
        ShapeError: there are more outputs than targets or weights, or fewer.
        ArgumentError: a target lies outside 0 … 1, or a weight is negative or not finite.

    >>> binary_cross_entropy_with_logits(-1000.0, 1)
    1000.0
    """
    pairs = pairs_of(output, target)
    costs = [(softplus(-z), softplus(z), y) for z, y in pairs]
    if pos_weight is not None:
        weights = _weights(pos_weight, len(pairs))
        costs = [(w * one, zero, y) for w, (one, zero, y) in zip(weights, costs, strict=True)]
    return mean([_binary(*cost) for cost in costs])


@enter(targets="classes", activation="softmax", twin="cross_entropy")
def categorical_cross_entropy(output: Any, target: Any) -> Any:
    """Cross-entropy −Σₖ yₖ ln pₖ of probabilities pₖ, with derivative −yₖ/pₖ.

    For the output of a softmax; prefer `cross_entropy` on what goes into the softmax, which keeps
    every digit. Logarithms are cut off at −100, as in `binary_cross_entropy`.

    Args:
        output: one probability per class, at least two.
        target: as for `cross_entropy`.

    Raises:
        ShapeError, KindError, ArgumentError: as `cross_entropy`, or an output outside 0 … 1.

    >>> categorical_cross_entropy([0.5, 0.5], 1)
    0.6931471805599453
    """
    found = numbers_of(output, "the output")
    if len(found) < 2:
        raise ShapeError(
            "categorical_cross_entropy needs a probability for each class, at least two, not one "
            "output; for two classes and one output write binary_cross_entropy"
        )
    check_probabilities(found, FACTS["categorical_cross_entropy"])
    cost = minus_target_log([_log(p) for p in found], target)
    return infinite_unless_probabilities(cost, found)


@enter(
    targets="classes", activation="softmax", on_logits=True, twin="categorical_cross_entropy",
)  # fmt: skip
def cross_entropy(output: Any, target: Any, label_smoothing: float = 0.0) -> Any:
    """Cross-entropy ln Σₖ e^zₖ − z_y of softmax(z), from the logits z. PyTorch's CrossEntropyLoss.

    Its derivative is softmax(z)ⱼ − 1 for the class j = y, else softmax(z)ⱼ.

    Args:
        output: one logit per class, at least two.
        target: the number y of the class, from 0; or a probability per class (one-hot or soft),
            for −Σₖ yₖ ln softmax(z)ₖ.
        label_smoothing: ε, from 0 to 1; the target's probabilities are (1 − ε)yₖ + ε/K.

    Raises:
        ShapeError: fewer than two logits, or not one probability for each.
        KindError, ArgumentError: the target is not the number of a class, or ε is out of range.

    >>> cross_entropy([0.0, 0.0], 1)
    0.6931471805599453
    >>> cross_entropy([0.0, 1000.0], [0.0, 1.0])
    0.0
    """
    logits = numbers_of(output, "the output")
    if len(logits) < 2:
        raise ShapeError(
            "cross_entropy needs a logit for each class, at least two, not one output; for two "
            "classes and one output write binary_cross_entropy_with_logits"
        )
    logs = log_softmax(logits)
    cost = minus_target_log(logs, target)
    if not label_smoothing:
        return cost
    smooth = finite(label_smoothing, "label_smoothing", least=0.0)
    if smooth > 1.0:
        raise ArgumentError(f"label_smoothing is a share from 0 to 1, not {smooth!r}")
    return (1.0 - smooth) * cost - smooth * mean(logs)


@enter(targets="classes")
def nll(output: Any, target: Any) -> Any:
    """−z_y from the logarithms z of probabilities, as of `nn.LogSoftmax`. PyTorch's NLLLoss.

    Args:
        output: one ln p per class, at least two.
        target: as for `cross_entropy`.

    Raises:
        ShapeError, KindError, ArgumentError: as `cross_entropy`.

    >>> nll([-0.5, -2.0], 1)
    2.0
    """
    logs = numbers_of(output, "the output")
    if len(logs) < 2:
        raise ShapeError(
            "nll needs ln p for each class, at least two, not one output; for two classes and one "
            "output write binary_cross_entropy_with_logits"
        )
    return minus_target_log(logs, target)


def _binary(if_one: Any, if_zero: Any, y: Any) -> Any:
    """y · if_one + (1 − y) · if_zero, without the term that a target of 0 or 1 cancels."""
    y = checked_share(y)
    if not is_number(y):
        return y * if_one + (1.0 - y) * if_zero
    if y == 1.0:
        return if_one
    return if_zero if y == 0.0 else float(y) * if_one + (1.0 - float(y)) * if_zero


def _log(p: Any) -> Any:
    return log(clip(p, _SMALLEST))


def _weights(given: Any, n: int) -> list[float]:
    """A weight for each of n outputs: one number for all, or one for each."""
    weights = list(given) if hasattr(given, "__len__") else [given] * n
    if len(weights) != n:
        raise ShapeError(
            "pos_weight= is one number, or one for each output, not "
            f"{counted(len(weights), 'number')} for {counted(n, 'output')}"
        )
    return [finite(w, "pos_weight", least=0.0) for w in weights]

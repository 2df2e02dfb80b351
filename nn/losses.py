"""Losses: how far one example's output a is from its target y.

Every loss is a function `loss(output, target)` of ONE example; average over a batch with
`autograd.mean([loss(model(x), y) for x, y in batch])` (document 003, section 2.4). `output` is
what a model gives: a Value, or a list of them; plain numbers and arrays work too and give a
number. `target` is a number or a sequence of the same length. All stay finite and exact for
extreme outputs.

A loss is one block: its facts, its formula, its description. Names, targets and thresholds are
read from the facts by whoever needs them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd
from autograd import clip, log, log_softmax, mean, relu, softplus
from nn.checks import choice, finite, is_number
from nn.errors import ShapeError
from nn.loss_checks import (
    Facts,
    check_probabilities,
    checked_share,
    checked_sign,
    infinite_unless_probabilities,
    minus_target_log,
    numbers_of,
    pairs_of,
)

__tracebackhide__ = True

Loss = Callable[[Any, Any], Any]
LOSSES: dict[str, Loss] = {}
"""Every loss by its own name."""
_FACTS: dict[str, Facts] = {}
_ALIASES: dict[str, Loss] = {}
_OF_THE_USER = Facts()
_SMALLEST = math.exp(-100.0)  # below it PyTorch, too, takes ln p for -100


def _loss(*aliases: str, **facts: Any) -> Callable[[Loss], Loss]:
    """Enter a loss into the tables, with the names of other packages for it, and its facts."""

    def enter(loss: Loss) -> Loss:
        name = loss.__name__
        LOSSES[name], _FACTS[name] = loss, Facts(name, **facts)
        _ALIASES.update(dict.fromkeys(aliases, loss))
        return loss

    return enter


def get(loss: str | Loss) -> Loss:
    """The loss with this name (PyTorch's and scikit-learn's count too), or a user's function.

    Raises:
        ArgumentError: no loss has that name. KindError: neither a name nor a function.

    >>> get("bce_with_logits") is binary_cross_entropy_with_logits
    True
    """
    found: Loss = choice(loss, _BY_NAME, "loss", "'mse' or a function of (output, target)")
    return found


def facts_of(loss: str | Loss) -> Facts:
    """The facts about a loss, by name or as a function; of a user's own nothing is known.

    >>> facts_of("hinge").threshold, facts_of(cross_entropy).activation, facts_of(max).name
    (0.0, 'softmax', None)
    """
    function = get(loss)
    return next((_FACTS[name] for name, one in LOSSES.items() if one is function), _OF_THE_USER)


@_loss()
def quadratic(output: Any, target: Any) -> Any:
    """Quadratic cost C = ½ Σⱼ (yⱼ − aⱼ)², with ∂C/∂aⱼ = aⱼ − yⱼ (documents 001, 003 and 004).

    Raises:
        ShapeError: there are more outputs than targets, or fewer.

    >>> quadratic([1.0, 2.0], [0.0, 4.0])
    2.5
    """
    return 0.5 * autograd.sum([(a - y) ** 2 for a, y in pairs_of(output, target)])


@_loss("mean_squared_error", "mse_loss", "mseloss", "squared_error")
def mse(output: Any, target: Any) -> Any:
    """Mean squared error (1/n) Σⱼ (yⱼ − aⱼ)², with derivative 2(aⱼ − yⱼ)/n. PyTorch's MSELoss.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.

    >>> mse([1.0, 2.0], [0.0, 4.0])
    2.5
    """
    return mean([(a - y) ** 2 for a, y in pairs_of(output, target)])


@_loss("hinge_loss", targets="two classes", threshold=0.0)
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


@_loss(
    "bce", "bceloss", "log_loss",
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
    check_probabilities(ps, _FACTS["binary_cross_entropy"])
    cost = mean([_binary(-_log(p), -_log(1.0 - p), y) for p, y in pairs])
    return infinite_unless_probabilities(cost, ps)


@_loss(
    "bce_with_logits", "bcewithlogitsloss",
    targets="two classes", threshold=0.0, activation="sigmoid", on_logits=True,
    twin="binary_cross_entropy",
)  # fmt: skip
def binary_cross_entropy_with_logits(output: Any, target: Any) -> Any:
    """Cross-entropy of p = σ(z) from logits z: (1/n) Σⱼ [yⱼ ln(1+e^−zⱼ) + (1 − yⱼ) ln(1+e^zⱼ)].

    Its derivative is (σ(zⱼ) − yⱼ)/n. PyTorch's BCEWithLogitsLoss.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.
        ArgumentError: a target lies outside 0 … 1.

    >>> binary_cross_entropy_with_logits(-1000.0, 1)
    1000.0
    """
    return mean([_binary(softplus(-z), softplus(z), y) for z, y in pairs_of(output, target)])


@_loss(targets="classes", activation="softmax", twin="cross_entropy")
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
    check_probabilities(found, _FACTS["categorical_cross_entropy"])
    cost = minus_target_log([_log(p) for p in found], target)
    return infinite_unless_probabilities(cost, found)


@_loss(
    "crossentropyloss",
    targets="classes", activation="softmax", on_logits=True, twin="categorical_cross_entropy",
)  # fmt: skip
def cross_entropy(output: Any, target: Any) -> Any:
    """Cross-entropy ln Σₖ e^zₖ − z_y of softmax(z), from the logits z. PyTorch's CrossEntropyLoss.

    Its derivative is softmax(z)ⱼ − 1 for the class j = y, else softmax(z)ⱼ.

    Args:
        output: one logit per class, at least two.
        target: the number y of the class, from 0; or a probability per class (one-hot or soft),
            for −Σₖ yₖ ln softmax(z)ₖ.

    Raises:
        ShapeError: fewer than two logits, or not one probability for each.
        KindError, ArgumentError: the target is not the number of a class.

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
    return minus_target_log(log_softmax(logits), target)


@_loss("huber_loss", "huberloss")
def huber(output: Any, target: Any, delta: float = 1.0) -> Any:
    """Huber loss (1/n) Σⱼ h(aⱼ − yⱼ): h(d) = ½d² for |d| ≤ δ, else δ(|d| − ½δ).

    Its derivative is aⱼ − yⱼ, kept between −δ and δ, over n. PyTorch's HuberLoss. For another δ
    by name write `functools.partial(nn.losses.huber, delta=2.0)`.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.
        ArgumentError: delta is not a positive finite number.

    >>> huber(0.5, 0.0), huber(3.0, 0.0)
    (0.125, 2.5)
    """
    delta = finite(delta, "delta of huber", above=0.0)
    return mean([_huber(a - y, delta) for a, y in pairs_of(output, target)])


_BY_NAME = LOSSES | dict(sorted(_ALIASES.items()))


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


def _huber(d: Any, delta: float) -> Any:
    # c = d kept within ±δ makes c(d − ½c) both branches at once, with derivative c.
    c = clip(d, -delta, delta)
    return c * (d - 0.5 * c)

"""Examples to learn from, checked, as arrays: the user's own where they are of floats already.

A model is fed floats, not `Value`s: inputs are constants, and no gradient is computed for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from nn.checks import Array, finite_array
from nn.errors import ArgumentError, DataError, KindError
from nn.text import short, some

_NAMES_TO_NUMBERS = (
    "turn class names into numbers first: names, {0} = np.unique({0}, return_inverse=True)"
)


class Examples(NamedTuple):
    """n examples: inputs, rows of floats, and targets: floats, class numbers, or rows of these.

    `weights`: of each example's loss; None: all 1. `noise`: a row of random numbers for each, where
    the model draws some (see `nn.noise`).
    """

    inputs: Array
    targets: Array
    weights: Array | None = None
    noise: Array | None = None


def checked_examples(X: Any, y: Any, names: tuple[str, str] = ("X", "y")) -> Examples:
    """The examples that X and y hold; a column y of shape (n, 1) is taken as n numbers."""
    inputs = checked_inputs(X, names[0])
    targets = finite_array(y, names[1], _NAMES_TO_NUMBERS)
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if targets.ndim not in (1, 2):
        raise DataError(
            f"{names[1]} needs a number or a row of numbers for each example, not shape "
            f"{targets.shape}"
        )
    if len(inputs) != len(targets):
        raise DataError(
            f"{names[0]} has {len(inputs)} examples and {names[1]} has {len(targets)}; "
            "each example needs an input and a target"
        )
    return Examples(inputs, targets)


def checked_inputs(X: Any, name: str = "X") -> Array:
    """The rows of X as floats."""
    array = finite_array(X, name)
    if array.ndim < 2:
        raise DataError(
            f"{name} needs one row for each example, a shape such as (n, features), not "
            f"{array.shape}; with a single feature write np.reshape({name}, (-1, 1)), with a "
            f"single example [{name}]"
        )
    return array.astype(np.float64, copy=False)


def checked_weights(given: Any, n: int, name: str = "sample_weight") -> Array:
    """The weights of the losses of n examples: numbers from 0, not all 0."""
    weights = finite_array(given, name, "give a number for each example").astype(np.float64)
    if weights.shape != (n,):
        raise DataError(
            f"{name} needs a number for each of {n} examples, not shape {weights.shape}"
        )
    if (weights < 0.0).any() or not weights.any():
        raise DataError(f"{name} must be 0 or more, and not all zero; given {short(given)}")
    return weights


def weighted(examples: Examples, sample_weight: Any, class_weight: Any) -> Examples:
    """The examples with weights of their losses: one for each, times that of its class."""
    n, weights = len(examples.inputs), None
    if sample_weight is not None:
        weights = checked_weights(sample_weight, n)
    if class_weight is not None:
        by_class = _of_classes(class_weight, examples.targets)
        weights = by_class if weights is None else weights * by_class
    return examples._replace(weights=weights)


def _of_classes(given: Any, targets: Array) -> Array:
    """The weight of each example's class; "balanced": n / (classes · how many are of its class)."""
    if targets.ndim > 1:
        raise ArgumentError(
            "class_weight= needs class numbers as targets, not rows; give y.argmax(axis=1), or "
            "sample_weight="
        )
    each: Any
    classes, place, counts = np.unique(targets, return_inverse=True, return_counts=True)
    if isinstance(given, str) and given == "balanced":
        each = len(targets) / (len(classes) * counts)
    elif isinstance(given, Mapping):
        unknown = [name for name in given if name not in classes.tolist()]
        if unknown:
            raise ArgumentError(
                f"class_weight= has a weight for {short(unknown[0])}, and the targets are "
                f"{some([*map(repr, classes.tolist())])}"
            )
        each = [given.get(name, 1.0) for name in classes.tolist()]
    else:
        raise KindError(
            "class_weight= is 'balanced', or a dict with the weights of classes, {0: 1.0, 1: 5.0}, "
            f"not {short(given)}"
        )
    return checked_weights(np.asarray(each)[place], len(targets), "class_weight")


def subset(examples: Examples, indices: Any) -> Examples:
    """The examples with these numbers, in this order."""
    weights = examples.weights
    chosen = None if weights is None else weights[indices]
    return Examples(examples.inputs[indices], examples.targets[indices], chosen)


def pairs(examples: Examples) -> Iterator[tuple[Any, Any]]:
    """Each input as a list of floats, with its target as a number or a list."""
    for x, y in zip(examples.inputs, examples.targets, strict=True):
        yield x.tolist(), y.tolist()


FEW = 20


def a_few_targets(targets: Array) -> list[Any]:
    """Targets that stand for all, where what is asked of them takes time: at most 20.

    Every number that occurs, if these are few; else the first, the smallest and the largest, and
    the first that is not whole. Of rows, the first, those with the smallest and largest number and
    sum, and the first that does not consist of one 1 and zeros.
    """
    if targets.ndim == 1:
        _, first = np.unique(targets, return_index=True)
        broken = np.flatnonzero(targets != np.floor(targets))[:1]
        extremes = [0, targets.argmin(), targets.argmax(), *broken]
        chosen = sorted(first) if len(first) <= FEW else extremes
    else:
        sums, nearest_0 = targets.sum(axis=1), np.abs(targets).min(axis=1)  # 0 among −1 and 1
        one_hot = (np.count_nonzero(targets, axis=1) == 1) & (sums == 1.0)
        chosen = [0, targets.min(axis=1).argmin(), targets.max(axis=1).argmax()]
        chosen += [nearest_0.argmin(), sums.argmin(), sums.argmax()]
        chosen += np.flatnonzero(~one_hot)[:1].tolist()
    return [targets[i].tolist() for i in dict.fromkeys(map(int, chosen))]


def split_off(examples: Examples, validation: Any, rng: Any) -> tuple[Examples, Examples | None]:
    """Training and validation examples: `validation` is a pair (X, y), a share, or None."""
    if validation is None:
        return examples, None
    if isinstance(validation, (tuple, list)) and len(validation) == 2:
        X, y = validation
        return examples, checked_examples(X, y, names=("validation X", "validation y"))
    n = len(examples.inputs)
    share = validation if isinstance(validation, float) and 0.0 < validation < 1.0 else 0.0
    held_out = round(share * n)
    if not 0 < held_out < n:
        raise ArgumentError(
            f"validation is a pair (X_val, y_val) or a share of the {n} examples such as 0.2 "
            f"that leaves some on both sides, not {short(validation)}"
        )
    order = rng.permutation(n)
    train, held = np.sort(order[held_out:]), np.sort(order[:held_out])
    return subset(examples, train), subset(examples, held)

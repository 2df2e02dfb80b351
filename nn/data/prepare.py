"""Preparation of data for training: splitting, batches, standardising, one-hot labels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn.checks import Array, as_size, finite_array, random_numbers
from nn.errors import DataError


def train_test_split(
    X: Any, y: Any, *, test_size: float = 0.25, seed: int | None = 0
) -> tuple[Array, Array, Array, Array]:
    """Shuffle and split into `X_train, X_test, y_train, y_test` (scikit-learn's order).

    Args:
        X, y: arrays or sequences of the same length, one entry for each example.
        test_size: a share between 0 and 1 (rounded up to whole examples), or, as an int, how many.
        seed: what to shuffle with; None gives another split every time.

    Raises:
        DataError: the lengths differ, or one part would be empty.
        ArgumentError: the seed is neither None nor an integer from 0.

    >>> X_train, X_test, y_train, y_test = train_test_split([[1.0], [2.0], [3.0], [4.0]], range(4))
    >>> len(X_train), len(X_test), bool((X_test[0] == y_test[0] + 1).all())
    (3, 1, True)
    """
    X, y = _paired(X, y)
    n_test = _test_count(test_size, len(X))
    order = random_numbers(seed).permutation(len(X))
    test, train = order[:n_test], order[n_test:]
    return X[train], X[test], y[train], y[test]


def batches(
    X: Any, y: Any, size: int = 32, *, shuffle: bool = True, seed: int | None = 0
) -> Batches:
    """Take all examples, `size` at a time: pairs of inputs and targets, for a loop.

    Each loop over what it gives goes through all examples, in another order; `len(…)` is the
    number of batches.

    Args:
        X, y: arrays or sequences of the same length, one entry for each example.
        size: how many examples are in a batch; the last one may have fewer.
        shuffle: take them in a random order.
        seed: what to shuffle with; a NumPy generator is taken as it is.

    Raises:
        DataError: the lengths differ. ArgumentError, KindError: size or seed is no such number.

    >>> loader = batches([[1.0], [2.0], [3.0]], [1, 2, 3], 2, seed=0)
    >>> for epoch in range(2):
    ...     print([y_batch.tolist() for X_batch, y_batch in loader])
    [[3, 1], [2]]
    [[3, 2], [1]]
    """
    X, y = _paired(X, y)
    return Batches(X, y, as_size(size, "the size of a batch"), shuffle, random_numbers(seed))


@dataclass(frozen=True, repr=False)
class Batches:
    """Batches of examples, see `batches`; a loop over them draws its order from `rng`."""

    X: Array
    y: Array
    size: int
    shuffle: bool
    rng: np.random.Generator

    def __len__(self) -> int:
        return math.ceil(len(self.X) / self.size)

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        n = len(self.X)
        order = self.rng.permutation(n) if self.shuffle else np.arange(n)
        for start in range(0, n, self.size):
            part = order[start : start + self.size]
            yield self.X[part], self.y[part]

    def __repr__(self) -> str:
        return f"<{len(self)} batches of {len(self.X)} examples, {self.size} at a time>"


def _paired(X: Any, y: Any) -> tuple[Array, Array]:
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise DataError(
            f"X and y need as many entries as each other, not shapes {X.shape} and {y.shape}"
        )
    return X, y


def _test_count(test_size: float, n: int) -> int:
    if isinstance(test_size, (int, np.integer)) and not isinstance(test_size, bool):
        count = int(test_size)
    elif isinstance(test_size, (float, np.floating)) and 0.0 < test_size < 1.0:
        count = math.ceil(test_size * n)
    else:
        raise DataError(
            f"test_size is a share such as 0.25 or a number of examples, not {test_size!r}"
        )
    if not 0 < count < n:
        raise DataError(
            f"test_size={test_size!r} puts {count} of {n} examples into the test part; "
            "both parts need at least one"
        )
    return count


@dataclass(frozen=True)
class Standardiser:
    """The map x → (x − mean)/scale, column by column, with the numbers it was fitted to.

    Attributes:
        mean: the mean of each column.
        scale: the standard deviation of each column; 1 where the column is constant.
    """

    mean: Array
    scale: Array

    def transform(self, X: Any) -> Array:
        """(X − mean)/scale.

        Raises:
            DataError: X has another number of columns, or holds something that is not finite.
        """
        return (self._checked(X) - self.mean) / self.scale

    def inverse_transform(self, X: Any) -> Array:
        """X · scale + mean: back to the original units.

        Raises:
            DataError: as `transform`.
        """
        return self._checked(X) * self.scale + self.mean

    __call__ = transform

    def _checked(self, X: Any) -> Array:
        array = finite_array(X, "X")
        if array.shape[-1] != len(self.mean):
            raise DataError(
                f"this standardiser was fitted to {len(self.mean)} columns and cannot take an "
                f"array of shape {array.shape}"
            )
        return array


def standardise(X_train: Any) -> Standardiser:
    """Fit the map to mean 0 and standard deviation 1 on the training data, to apply to all.

    A constant column becomes 0 and is not divided by anything.

    Args:
        X_train: n × columns. The test part goes through the same map, never into this call.

    Raises:
        DataError: X_train is no table of finite numbers.

    >>> scaler = standardise([[1.0, 5.0], [3.0, 5.0]])
    >>> scaler.mean.tolist(), scaler.scale.tolist()
    ([2.0, 5.0], [1.0, 1.0])
    >>> scaler([[4.0, 5.0]]).tolist()
    [[2.0, 0.0]]
    """
    X = finite_array(X_train, "X_train")
    if X.ndim != 2:
        raise DataError(
            f"standardise needs a table with a row for each example, not shape {X.shape}"
        )
    scale = X.std(axis=0)
    # The mean of equal numbers may be off by a rounding error, which must not become the scale.
    constant = scale <= 1e-12 * np.abs(X).max(axis=0)
    return Standardiser(X.mean(axis=0), np.where(constant, 1.0, scale))


def one_hot(y: Any, classes: int | None = None) -> Array:
    """Class numbers 0, …, K − 1 as rows with a 1 at the class and 0 elsewhere.

    Args:
        y: n class numbers.
        classes: K; by default the largest class number plus one.

    Raises:
        DataError: y holds something else than the numbers of K classes.

    >>> one_hot([2, 0]).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    y = np.asarray(y)
    if y.ndim != 1 or not y.size or y.dtype.kind not in "iub":
        raise DataError(f"one_hot needs a list of class numbers such as [0, 2, 1], not {y!r}")
    K = int(y.max()) + 1 if classes is None else as_size(classes, "classes")
    if y.min() < 0 or y.max() >= K:
        raise DataError(f"class numbers go from 0 to {K - 1}; given {y.min()} to {y.max()}")
    return np.eye(K)[y.astype(int)]

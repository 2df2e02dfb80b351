"""Data to learn from: point sets made from a seed, and scikit-learn's bundled sets.

Everything comes as a pair `X, y` of NumPy arrays, one row of X and one entry of y for each
example, and is the same for the same seed. The two classes of the point sets are 0 and 1, or
−1 and 1 with `labels=(-1, 1)`, which is what the hinge loss wants.

>>> X, y = moons(4, noise=0.0)
>>> X.shape, sorted(y.tolist())
((4, 2), [0, 0, 1, 1])
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.checks import Array, as_size, finite, random_numbers
from nn.errors import ArgumentError
from nn.extras import need

Labels = tuple[int, int]


def moons(
    n: int = 100, *, noise: float = 0.1, seed: int | None = 0, labels: Labels = (0, 1)
) -> tuple[Array, Array]:
    """Two interleaving half circles: scikit-learn's `make_moons`, micrograd's demo.

    The upper moon (cos t, sin t) has the first label, the lower one (1 − cos t, ½ − sin t) the
    second, with t evenly spaced from 0 to π.

    Args:
        n: how many points, half of them in each moon.
        noise: standard deviation of the normal noise on both coordinates.
        seed: what to draw noise and order with; None gives other points every time.
        labels: the two classes, (0, 1) or (-1, 1).

    Returns:
        X of shape (n, 2) and y of shape (n,), integers.

    Raises:
        ArgumentError, KindError: n is too small, noise or seed negative, labels are not two ints.

    >>> X, y = moons(100, noise=0.1, seed=0, labels=(-1, 1))
    >>> X.shape, int(y.sum())
    ((100, 2), 0)
    """
    upper, lower = (np.linspace(0.0, np.pi, count) for count in _halves(n))
    first = np.column_stack([np.cos(upper), np.sin(upper)])
    second = np.column_stack([1.0 - np.cos(lower), 0.5 - np.sin(lower)])
    return _noisy_classes(first, second, noise, seed, labels)


def circles(
    n: int = 100,
    *,
    noise: float = 0.1,
    factor: float = 0.5,
    seed: int | None = 0,
    labels: Labels = (0, 1),
) -> tuple[Array, Array]:
    """A circle of radius 1 (first label) around one of radius `factor` (second label).

    Arguments, returns and errors as for `moons`; `factor` lies between 0 and 1.

    >>> X, y = circles(10, noise=0.0, factor=0.5)
    >>> np.hypot(X[:, 0], X[:, 1])[y == 1].round(9).tolist()
    [0.5, 0.5, 0.5, 0.5, 0.5]
    """
    factor = finite(factor, "factor, the inner radius,", above=0.0, below=1.0)
    outer, inner = (np.linspace(0.0, 2.0 * np.pi, count, endpoint=False) for count in _halves(n))
    first = np.column_stack([np.cos(outer), np.sin(outer)])
    second = factor * np.column_stack([np.cos(inner), np.sin(inner)])
    return _noisy_classes(first, second, noise, seed, labels)


def spirals(
    n: int = 100,
    *,
    noise: float = 0.02,
    turns: float = 1.0,
    seed: int | None = 0,
    labels: Labels = (0, 1),
) -> tuple[Array, Array]:
    """Two spirals around each other, r = t and angle 2π · turns · t for t from 0.05 to 1.

    The second is the first turned by half a circle. Arguments, returns and errors as for
    `moons`; `turns` is positive.

    >>> X, y = spirals(10, noise=0.0)
    >>> np.allclose(np.sort(X[y == 0], axis=0), np.sort(-X[y == 1], axis=0))
    True
    """
    turns = finite(turns, "turns, how often the spirals go round,", above=0.0)
    arms = []
    for count, sign in zip(_halves(n), (1.0, -1.0), strict=True):
        t = np.linspace(0.05, 1.0, count)
        angle = 2.0 * np.pi * turns * t
        arms.append(sign * np.column_stack([t * np.cos(angle), t * np.sin(angle)]))
    return _noisy_classes(arms[0], arms[1], noise, seed, labels)


def xor(
    n: int = 4, *, noise: float = 0.0, seed: int | None = 0, labels: Labels = (0, 1)
) -> tuple[Array, Array]:
    """Exclusive or: the corners of the unit square, second label where x₁ ≠ x₂.

    The corners (0, 0), (0, 1), (1, 0), (1, 1) repeat in this order until there are n points.
    Arguments, returns and errors as for `moons`.

    >>> X, y = xor()
    >>> X.astype(int).tolist(), y.tolist()
    ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    """
    count = _checked_count(n, 4)
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    which = np.arange(count) % 4
    X = corners[which] + _noise(noise, (count, 2), random_numbers(seed))
    return X, _checked_labels(labels)[np.array([0, 1, 1, 0])[which]]


def sine(n: int = 100, *, noise: float = 0.1, seed: int | None = 0) -> tuple[Array, Array]:
    """Regression: y = sin x plus normal noise, for x drawn evenly from −π to π, in order.

    Returns:
        X of shape (n, 1) and y of shape (n,), floats.

    Raises:
        ArgumentError, KindError: n is less than 2, or noise negative.

    >>> X, y = sine(5, noise=0.0)
    >>> X.shape, bool(np.allclose(y, np.sin(X[:, 0])))
    ((5, 1), True)
    """
    count = _checked_count(n, 2)
    rng = random_numbers(seed)
    x = np.sort(rng.uniform(-np.pi, np.pi, count))
    return x[:, np.newaxis], np.sin(x) + _noise(noise, count, rng)


def digits() -> tuple[Array, Array]:
    """scikit-learn's 1,797 handwritten digits: 8 × 8 pixels from 0 to 16, and the digit.

    Raises:
        MissingExtraError: scikit-learn is not installed.

    >>> X, y = digits()
    >>> X.shape, y[:5].tolist()
    ((1797, 64), [0, 1, 2, 3, 4])
    """
    return _bundled("digits")


def iris() -> tuple[Array, Array]:
    """scikit-learn's 150 iris flowers: 4 lengths in cm, and the species 0, 1 or 2.

    Raises:
        MissingExtraError: scikit-learn is not installed.

    >>> iris()[0].shape
    (150, 4)
    """
    return _bundled("iris")


def breast_cancer() -> tuple[Array, Array]:
    """scikit-learn's 569 tumours: 30 measurements, and 0 for malignant or 1 for benign.

    Raises:
        MissingExtraError: scikit-learn is not installed.

    >>> breast_cancer()[0].shape
    (569, 30)
    """
    return _bundled("breast_cancer")


def _bundled(name: str) -> tuple[Array, Array]:
    source = need("sklearn.datasets", package="scikit-learn", extra="data", what=f"data.{name}()")
    X, y = getattr(source, f"load_{name}")(return_X_y=True)
    return np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.int64)


def _halves(n: int) -> tuple[int, int]:
    count = _checked_count(n, 2)
    return count - count // 2, count // 2


def _checked_count(n: Any, least: int) -> int:
    count = as_size(n, "n, the number of points,")
    if count < least:
        raise ArgumentError(f"n, the number of points, must be at least {least}, not {count}")
    return count


def _noise(noise: float, shape: Any, rng: np.random.Generator) -> Array:
    noise = finite(noise, "noise, a standard deviation,", least=0.0)
    return rng.normal(0.0, 1.0, shape) * noise


def _checked_labels(labels: Labels) -> Array:
    both = np.asarray(labels)
    if both.shape != (2,) or both.dtype.kind != "i" or both[0] == both[1]:
        raise ArgumentError(
            f"labels are two different ints such as (0, 1) or (-1, 1), not {labels!r}"
        )
    return both


def _noisy_classes(
    first: Array, second: Array, noise: float, seed: int | None, labels: Labels
) -> tuple[Array, Array]:
    """Both point sets with noise, in random order, and their labels."""
    rng = random_numbers(seed)
    X = np.concatenate([first, second])
    y = np.repeat(_checked_labels(labels), [len(first), len(second)])
    X = X + _noise(noise, X.shape, rng)
    order = rng.permutation(len(X))
    return X[order], y[order]

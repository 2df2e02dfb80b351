"""Data sets: shapes, labels, formulas, seeds; loaders and what is missing without the extra."""

import builtins
import importlib

import numpy as np
import pytest

from nn import data
from nn.errors import ArgumentError, KindError, MissingExtraError, NNError
from nn.extras import need

TWO_CLASSES = [data.moons, data.circles, data.spirals, data.xor]


@pytest.mark.parametrize("make", TWO_CLASSES)
@pytest.mark.parametrize("n", [4, 7, 100])
def test_two_classes_have_their_shape_and_labels(make, n):
    X, y = make(n, noise=0.1, seed=3)
    assert X.shape == (n, 2)
    assert y.shape == (n,)
    assert y.dtype.kind == "i"
    assert set(y.tolist()) == {0, 1}
    assert abs(int((y == 0).sum()) - int((y == 1).sum())) <= 1
    _, signs = make(n, noise=0.1, seed=3, labels=(-1, 1))
    np.testing.assert_array_equal(signs, 2 * y - 1)


@pytest.mark.parametrize("make", [*TWO_CLASSES, data.sine])
def test_the_same_seed_gives_the_same_data(make):
    for first, second in zip(make(20, noise=0.1, seed=5), make(20, noise=0.1, seed=5), strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(make(20, noise=0.1, seed=5)[0], make(20, noise=0.1, seed=6)[0])
    assert not np.array_equal(make(20, noise=0.1, seed=None)[0], make(20, noise=0.1, seed=None)[0])


@pytest.mark.parametrize("make", [*TWO_CLASSES, data.sine])
def test_the_global_state_stays(make):
    before = np.random.get_state()[1].tolist()
    make(20)
    assert np.random.get_state()[1].tolist() == before


def test_moons_lie_on_their_half_circles():
    X, y = data.moons(40, noise=0.0)
    upper, lower = X[y == 0], X[y == 1]
    np.testing.assert_allclose(np.hypot(upper[:, 0], upper[:, 1]), 1.0, rtol=1e-15)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1.0, lower[:, 1] - 0.5), 1.0, rtol=1e-15)
    assert upper[:, 1].min() >= -1e-15
    assert lower[:, 1].max() <= 0.5 + 1e-15


def test_moons_are_scikit_learns():
    datasets = pytest.importorskip("sklearn.datasets")
    theirs, labels = datasets.make_moons(31, shuffle=False)
    X, y = data.moons(31, noise=0.0)
    for label in (0, 1):
        # scikit-learn gives the odd point to the lower moon, we to the upper one
        mine = X[y == label]
        if len(mine) == (labels == label).sum():
            np.testing.assert_allclose(np.sort(mine, 0), np.sort(theirs[labels == label], 0))
    X, y = data.moons(30, noise=0.0)
    theirs, labels = datasets.make_moons(30, shuffle=False)
    for label in (0, 1):
        np.testing.assert_allclose(
            np.sort(X[y == label], 0), np.sort(theirs[labels == label], 0), atol=1e-15
        )


def test_circles_have_their_radii():
    X, y = data.circles(30, noise=0.0, factor=0.25)
    np.testing.assert_allclose(np.hypot(*X[y == 0].T), 1.0)
    np.testing.assert_allclose(np.hypot(*X[y == 1].T), 0.25)


def test_spirals_turn_as_often_as_asked():
    X, y = data.spirals(200, noise=0.0, turns=2.0)
    arm = X[y == 0]
    arm = arm[np.argsort(np.hypot(*arm.T))]
    angles = np.unwrap(np.arctan2(arm[:, 1], arm[:, 0]))
    np.testing.assert_allclose(angles[-1] - angles[0], 0.95 * 2.0 * 2.0 * np.pi, rtol=1e-12)
    np.testing.assert_allclose(np.hypot(*arm.T), np.linspace(0.05, 1.0, 100), rtol=1e-12)


def test_xor_repeats_its_corners():
    X, y = data.xor(8)
    np.testing.assert_array_equal(X[:4], X[4:])
    np.testing.assert_array_equal(y, (X[:, 0] != X[:, 1]).astype(int))


def test_noise_is_normal_with_the_given_deviation():
    clean, _ = data.xor(4000)
    noisy, _ = data.xor(4000, noise=0.3, seed=1)
    np.testing.assert_allclose((noisy - clean).std(), 0.3, rtol=0.03)
    np.testing.assert_allclose((noisy - clean).mean(), 0.0, atol=0.01)
    X, y = data.sine(4000, noise=0.2, seed=1)
    np.testing.assert_allclose((y - np.sin(X[:, 0])).std(), 0.2, rtol=0.05)
    assert (np.diff(X[:, 0]) >= 0.0).all()
    assert -np.pi <= X.min() <= X.max() <= np.pi


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: data.moons(1), ArgumentError, "at least 2"),
        (lambda: data.moons(0), ArgumentError, "at least 1"),
        (lambda: data.moons(2.5), KindError, "n, the number of points"),
        (lambda: data.xor(3), ArgumentError, "at least 4"),
        (lambda: data.moons(noise=-0.1), ArgumentError, "noise"),
        (lambda: data.sine(noise=float("nan")), ArgumentError, "noise"),
        (lambda: data.circles(noise="a"), KindError, "noise"),
        (lambda: data.circles(factor=1.0), ArgumentError, "factor"),
        (lambda: data.spirals(turns=0.0), ArgumentError, "turns"),
        (lambda: data.moons(labels=(1, 1)), ArgumentError, "labels"),
        (lambda: data.moons(labels=(0, 1, 2)), ArgumentError, "labels"),
        (lambda: data.moons(labels=("a", "b")), ArgumentError, "labels"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()


@pytest.mark.parametrize(
    ("load", "shape", "classes"),
    [(data.digits, (1797, 64), 10), (data.iris, (150, 4), 3), (data.breast_cancer, (569, 30), 2)],
)
def test_bundled_sets(load, shape, classes):
    pytest.importorskip("sklearn")
    X, y = load()
    assert X.shape == shape
    assert X.dtype == np.float64
    assert y.dtype == np.int64
    assert set(y.tolist()) == set(range(classes))


@pytest.mark.parametrize("load", [data.digits, data.iris, data.breast_cancer])
def test_without_scikit_learn_one_line_says_what_to_install(load, monkeypatch):
    def missing(name, *args):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match=r'pip install "chainrule\[data\]"') as caught:
        load()
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, (NNError, ImportError))
    assert load.__name__ in str(caught.value)


def test_what_is_installed_is_imported():
    assert need("builtins", package="python", extra="none", what="a test") is builtins


@pytest.mark.parametrize("seed", [-1, 1.5, "x", True])
@pytest.mark.parametrize("make", [*TWO_CLASSES, data.sine])
def test_seeds_that_make_no_sense(make, seed):
    with pytest.raises(ArgumentError, match="seed must be None or an integer from 0"):
        make(10, seed=seed)
    with pytest.raises(ArgumentError, match="seed must be"):
        data.train_test_split([1, 2], [1, 2], seed=seed)

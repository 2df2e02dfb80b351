"""Splitting, standardising, one-hot labels."""

import numpy as np
import pytest

from nn.data.prepare import one_hot, standardise, train_test_split
from nn.errors import DataError


@pytest.mark.parametrize(("test_size", "n_test"), [(0.25, 3), (0.2, 2), (0.01, 1), (4, 4)])
def test_the_parts_are_disjoint_whole_and_paired(test_size, n_test):
    X, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=test_size, seed=3)
    assert len(X_test) == len(y_test) == n_test
    assert sorted([*y_train, *y_test]) == list(range(10))
    np.testing.assert_array_equal(X_train[:, 0], 2.0 * y_train)
    np.testing.assert_array_equal(X_test[:, 0], 2.0 * y_test)


def test_a_split_follows_its_seed():
    X = list(range(50))
    first, second, other = (train_test_split(X, X, seed=s)[1].tolist() for s in (1, 1, 2))
    assert first == second != other


@pytest.mark.parametrize("test_size", [0.0, 1.0, 0, 10, -1, "a", None, True, 1.5])
def test_what_is_no_share_and_no_count(test_size):
    with pytest.raises(DataError, match="test_size"):
        train_test_split(np.zeros((10, 2)), np.zeros(10), test_size=test_size)


def test_parts_that_do_not_match():
    with pytest.raises(DataError, match=r"shapes \(3, 2\) and \(2,\)"):
        train_test_split(np.zeros((3, 2)), np.zeros(2))
    with pytest.raises(DataError, match="as many entries"):
        train_test_split(3.0, 4.0)


def test_standardising_by_hand_and_back():
    X = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0], [6.0, 1.0]])
    scaler = standardise(X)
    np.testing.assert_allclose(scaler.mean, [3.0, 1.0])
    np.testing.assert_allclose(scaler.scale, [np.sqrt(5.0), 1.0])
    np.testing.assert_allclose(scaler.transform(X)[:, 0], np.array([-3, -1, 1, 3]) / np.sqrt(5.0))
    np.testing.assert_array_equal(scaler.transform(X)[:, 1], 0.0)
    np.testing.assert_allclose(scaler.inverse_transform(scaler(X)), X, rtol=1e-15)
    np.testing.assert_allclose(scaler(np.array([3.0, 2.0])), [0.0, 1.0])


def test_a_constant_column_that_is_no_round_number_stays_safe():
    X = np.column_stack([np.full(1000, 0.1), np.arange(1000.0)])
    assert standardise(X).scale[0] == 1.0
    assert np.abs(standardise(X)(X)[:, 0]).max() < 1e-12


def test_small_numbers_are_standardised_too():
    X = 1e-9 * np.arange(10.0)[:, np.newaxis]
    np.testing.assert_allclose(standardise(X)(X).std(), 1.0)


@pytest.mark.parametrize(
    ("X", "text"),
    [
        ([[1.0, np.nan]], "is nan"),
        ([1.0, 2.0], r"shape \(2,\)"),
        ([], "shape"),
        ([["a"]], "text"),
    ],
)
def test_what_cannot_be_standardised(X, text):
    with pytest.raises(DataError, match=text):
        standardise(X)


def test_a_standardiser_knows_its_columns():
    with pytest.raises(DataError, match="fitted to 2 columns"):
        standardise([[1.0, 2.0], [3.0, 5.0]]).transform([[1.0]])


def test_one_hot():
    np.testing.assert_array_equal(one_hot([1, 0, 2]), np.eye(3)[[1, 0, 2]])
    assert one_hot(np.array([0, 1]), classes=4).shape == (2, 4)


@pytest.mark.parametrize(
    ("y", "classes", "text"),
    [
        ([0.5], None, "class numbers"),
        ([], None, "class numbers"),
        ([[0, 1]], None, "class numbers"),
        ([0, -1], None, "from 0 to 0"),
        ([0, 3], 3, "from 0 to 2; given 0 to 3"),
    ],
)
def test_what_is_no_class_number(y, classes, text):
    with pytest.raises(DataError, match=text):
        one_hot(y, classes)


def test_a_standardiser_takes_finite_numbers_only():
    scaler = standardise([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(DataError, match=r"X\[0, 1\] is nan"):
        scaler([[1.0, np.nan]])
    with pytest.raises(DataError, match="text"):
        scaler([["1", "2"]])

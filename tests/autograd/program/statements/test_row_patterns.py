"""Patterns in row numbers, against a search by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograd.program.row_patterns import affine, factored, same_rows

QUICK = settings(max_examples=150, deadline=None, derandomize=True)


def rebuilt(base: int, steps: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
    grids = np.indices(shape)
    return base + sum((g * s for g, s in zip(grids, steps, strict=True)), np.zeros(shape, int))


@QUICK
@given(
    st.integers(0, 50),
    st.lists(st.tuples(st.integers(1, 4), st.integers(-3, 9)), min_size=1, max_size=3),
)
def test_affine_finds_every_affine_index(base: int, axes: list[tuple[int, int]]) -> None:
    shape, steps = tuple(n for n, _ in axes), tuple(s for _, s in axes)
    found = affine(rebuilt(base, steps, shape))
    assert found is not None
    assert found[0] == base
    assert found[1] == tuple(s if n > 1 else 0 for n, s in axes)


@QUICK
@given(
    arrays.arrays(np.intp, arrays.array_shapes(max_dims=3, max_side=3), elements=st.integers(0, 5))
)
def test_affine_claims_nothing_else(index: np.ndarray) -> None:
    found = affine(index)
    if found is not None:
        assert np.array_equal(rebuilt(*found, index.shape), index)


@QUICK
@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_factored_is_two_loops(numbers: list[int]) -> None:
    index = np.array(numbers)
    q = factored(index)
    if q is not None:
        assert 2 <= q < len(index)
        assert len(index) % q == 0
        assert affine(index.reshape(-1, q)) is not None
        assert affine(index) is None


@pytest.mark.parametrize(
    ("numbers", "q"),
    [
        ([0, 0, 0, 1, 1, 1], 3),
        ([0, 1, 0, 1, 0, 1], 2),
        ([5, 7, 9, 6, 8, 10], 3),
        ([4], None),
        ([1, 2, 3], None),
        ([0, 1, 5], None),
        ([0, 1, 5, 3], None),
    ],
)
def test_factored(numbers: list[int], q: int | None) -> None:
    assert factored(np.array(numbers)) == q


def test_same_rows() -> None:
    assert same_rows(np.array([[1, 4, 2], [1, 4, 2]]))
    assert same_rows(np.array([[1, 4, 2]]))
    assert not same_rows(np.array([[1, 4, 2], [1, 4, 3]]))

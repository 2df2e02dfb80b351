"""Small linear algebra against mpmath: values, both derivatives, programs of every back end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import autograd as ag
from autograd import Value, grad, hessian, linalg
from autograd import compile as compiled

BACKENDS = ("auto", "numpy", "native", "jax")
RNG = np.random.default_rng(7)


def general(n: int) -> Any:
    return np.random.default_rng(n).normal(size=(n, n))


def definite(n: int) -> Any:
    a = general(n)
    return a @ a.T + n * np.eye(n)


def exact(function: Any, *matrices: Any) -> Any:
    """A function of mpmath matrices, with 60 digits, as floats."""
    with mp.workdps(60):
        found = function(*(mp.matrix(m.tolist()) for m in matrices))
        if isinstance(found, mp.matrix):
            return np.array([[float(x) for x in found[i, :]] for i in range(found.rows)])
        return float(found)


def values(a: Any) -> list[list[Value]]:
    return [[Value(x) for x in row] for row in a.tolist()]


def numbers(found: Any) -> Any:
    return np.array([[float(x) for x in row] for row in found])


@pytest.mark.parametrize("n", [1, 2, 3, 5, 12, 30])
def test_values_are_those_of_mpmath(n: int) -> None:
    a, b = general(n), RNG.normal(size=n)
    x = linalg.solve(a.tolist(), b.tolist())
    want = exact(mp.lu_solve, a, b)[:, 0]
    np.testing.assert_allclose(x, want, rtol=1e-11, atol=1e-12 * np.abs(want).max())
    inverse = exact(lambda a: a**-1, a)
    for given in (a.tolist(), values(a)):
        np.testing.assert_allclose(numbers(linalg.inv(given)), inverse, 1e-11, 1e-12 * n)
    determinant = exact(mp.det, a)
    assert linalg.det(a.tolist()) == pytest.approx(determinant, rel=1e-12)
    sign, log = linalg.slogdet(values(a))
    assert sign.data == math.copysign(1.0, determinant)
    assert log.data == pytest.approx(math.log(abs(determinant)), rel=1e-12)
    a = definite(n)
    np.testing.assert_allclose(linalg.cholesky(a.tolist()), exact(mp.cholesky, a), rtol=1e-13)


@pytest.mark.parametrize("n", [2, 3, 4, 6])
def test_gradients_are_those_of_matrix_calculus(n: int) -> None:
    a, b, c = general(n), RNG.normal(size=n), RNG.normal(size=n)
    inverse, determinant = exact(lambda a: a**-1, a), exact(mp.det, a)
    x = inverse @ b
    got = grad(lambda a, b: ag.dot(linalg.solve(a, b), c.tolist()), argnums=(0, 1))(
        a.tolist(), b.tolist()
    )
    np.testing.assert_allclose(got[0], -np.outer(inverse.T @ c, x), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(got[1], inverse.T @ c, rtol=1e-10)
    np.testing.assert_allclose(
        grad(linalg.det)(a.tolist()), determinant * inverse.T, rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(
        grad(lambda a: linalg.slogdet(a).logabsdet)(a.tolist()), inverse.T, rtol=1e-9, atol=1e-12
    )
    got = grad(lambda a: ag.sum([linalg.inv(a)[i][i] for i in range(n)]))(a.tolist())
    np.testing.assert_allclose(got, -(inverse @ inverse).T, rtol=1e-8, atol=1e-11)


def test_second_derivatives() -> None:
    """Of ln det a: −tr(a⁻¹ eᵢeⱼᵀ a⁻¹ eₖeₗᵀ)."""
    a = general(4)
    inverse = exact(lambda a: a**-1, a)
    got = np.array(hessian(lambda a: linalg.slogdet(a)[1])(a.tolist()), float)
    want = -np.einsum("jk,li->ijkl", inverse, inverse)
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-10)


def test_cholesky_differentiates_as_log_det() -> None:
    a = definite(5)
    got = np.array(
        grad(lambda a: 2.0 * ag.sum([ag.log(row[i]) for i, row in enumerate(linalg.cholesky(a))]))(
            a.tolist()
        )
    )
    inverse = exact(lambda a: a**-1, a)
    np.testing.assert_allclose(got, np.tril(inverse + np.tril(inverse, -1)), rtol=1e-11, atol=1e-14)
    assert all(math.isnan(x) for x in linalg.cholesky([[-1.0, 0.0], [0.0, 1.0]])[0][:1])


def test_rows_are_exchanged_by_size() -> None:
    a, b = [[1e-20, 1.0], [1.0, 1.0]], [1.0, 2.0]
    assert linalg.solve(a, b) == [1.0, 1.0]
    assert linalg.slogdet([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]) == (1.0, 0.0)
    four = np.eye(4)[[1, 0, 2, 3]]
    assert linalg.det(four.tolist()) == -1.0
    assert linalg.inv(four.tolist()) == four.tolist()


def test_a_singular_matrix_raises_nothing() -> None:
    a = [[1.0, 2.0], [2.0, 4.0]]
    assert linalg.det(a) == 0.0
    assert grad(linalg.det)(a) == [[4.0, -2.0], [-2.0, 1.0]]
    assert linalg.slogdet(a) == (0.0, -math.inf)
    assert not any(map(math.isfinite, linalg.solve(a, [1.0, 1.0])))
    assert (linalg.det([]), linalg.inv([]), linalg.solve([], [])) == (1.0, [], [])


def test_arrays_give_arrays_and_lists_lists() -> None:
    a, b = general(3), RNG.normal(size=(3, 2))
    np.testing.assert_allclose(linalg.solve(a, b), np.linalg.solve(a, b), rtol=1e-12)
    found = linalg.inv(np.array(values(a)))
    assert (found.shape, found.dtype) == ((3, 3), object)
    np.testing.assert_allclose(found.astype(float), np.linalg.inv(a), rtol=1e-12)
    assert type(linalg.solve(values(a), b.tolist())) is list
    with pytest.raises(TypeError):  # NumPy's own ask no Value
        np.linalg.solve(np.array(values(a)), b)


@pytest.mark.parametrize("backend", BACKENDS)
def test_programs_of_definite_matrices(backend: str) -> None:
    """A Gaussian's log-likelihood, single and batched, and the solution of equations."""
    matrices, b = np.array([definite(4), 2.0 * definite(4)]), RNG.normal(size=4).tolist()

    def f(a: Any) -> Any:
        half = ag.sum([ag.log(row[i]) for i, row in enumerate(linalg.cholesky(a))])
        return half + ag.dot(linalg.solve(a, b), b) + 0.5 * linalg.slogdet(a).logabsdet

    program = compiled(f, argnums=0, reduce=None, backend=backend)
    got, slopes = program.value_and_grad(matrices)
    for matrix, value, slope in zip(matrices.tolist(), got, slopes, strict=True):
        assert value == pytest.approx(f(matrix), rel=1e-12)
        np.testing.assert_allclose(slope, grad(f)(matrix), rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(program.value_and_grad(matrix)[1], slope, rtol=1e-12, atol=1e-14)


def test_a_program_passes_over_entries_that_are_nought() -> None:
    """A saddle point: [[2, t], [t, 0]] with its rows exchanged."""
    program = compiled(lambda t: linalg.solve([[0.0, t], [t, 2.0]], [4.0, 8.0])[0], argnums=0)
    assert program.value_and_grad(2.0) == (2.0, pytest.approx(0.0))
    assert compiled(linalg.det)([[0.0, 2.0], [1.0, 0.0]]) == -2.0


def test_a_program_of_thirty_rows() -> None:
    a = definite(30)
    program = compiled(lambda a: linalg.slogdet(a).logabsdet, argnums=0)
    value, slope = program.value_and_grad(a.tolist())
    assert value == pytest.approx(np.linalg.slogdet(a)[1], rel=1e-12)
    np.testing.assert_allclose(slope, np.linalg.inv(a).T, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(
    ("call", "what"),
    [(lambda: linalg.det([[1.0, 2.0]]), "det takes a square matrix, not one of 1 rows of 2"),
     (lambda: linalg.inv([[1.0, 2.0], [1.0]]), "rows of the matrix of inv must be equally long"),
     (lambda: linalg.solve([[1.0]], [1.0, 2.0]), "as many rows as the matrix, 1, not 2"),
     (lambda: linalg.solve([[1.0]], 2.0), "right side of solve must be a list of rows"),
     (lambda: linalg.cholesky([1.0, 2.0]), r"such as \[\[a, b\], \[c, d\]\], not one of float"),
     (lambda: linalg.det(3.0), "matrix of det must be a list of rows or an array, not float"),
     (lambda: linalg.det([["a"]]), "entry of the matrix of det must be a real number"),
     (lambda: linalg.det(np.zeros((2, 2, 2))), "must be a real number or a Value, not ndarray")],
)  # fmt: skip
def test_wrong_matrices(call: Any, what: str) -> None:
    with pytest.raises((ag.ArgumentError, ag.OperandError), match=what):
        call()

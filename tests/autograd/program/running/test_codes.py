"""Codes: which back end computes a graph, and what it says of that."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import TeachingWarning, compile
from autograd.program.running import codes


def test_native_code_of_large_matrix_products_is_advised_against() -> None:
    x = np.zeros((2, 80))
    small, large = nn.MLP(80, [40, 1], seed=1), nn.MLP(80, [80, 1], seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(lambda x: small(list(x)), backend="native").trace(x)
        compile(lambda x: large(list(x))).trace(x)
    with pytest.warns(TeachingWarning, match=r"6,480 weights .* BLAS"):
        compile(lambda x: large(list(x)), backend="native").trace(x)


def of_many(w: Any, x: Any) -> Any:
    """More outputs than have a code each: constants, slopes that are infinite, choices."""
    kinks = [ag.sqrt(x[0]), 3.0, ag.where(x[0] > 0.0, ag.log(x[0]), 0.0), x[1] ** 2, w[1]]
    return [*kinks, *(i * w[i % 2] * x[0] * x[1] for i in range(8))]


@pytest.mark.parametrize("backend", ["auto", "python", "numpy", "jax"])
@pytest.mark.parametrize("argnums", [0, 1])
def test_many_outputs_share_a_code(argnums: int, backend: str, monkeypatch: Any) -> None:
    w, x = [2.0, -1.0], np.array([[0.0, 2.0], [1.5, -1.0], [0.5, 0.0]])
    program = compile(of_many, argnums=argnums, backend=backend)
    each, one = program.jacobian(w, x), program.jacobian(w, [0.0, 2.0])
    for found, part in zip(each, one, strict=True):
        np.testing.assert_array_equal(found[0], part)
        assert found.shape == (3, 2)
    for i, row in enumerate(x):
        wanted = ag.jacobian(of_many, argnums)(w, row.tolist())
        for found, part in zip(each, wanted, strict=True):
            np.testing.assert_allclose(found[i], part, rtol=1e-12)
    monkeypatch.setattr(codes, "FEW_OUTPUTS", 99)
    again = compile(of_many, argnums=argnums, backend=backend).jacobian(w, x)
    np.testing.assert_allclose(np.array(each), np.array(again), rtol=1e-14)


def test_the_hessian_of_many_variables_has_one_code() -> None:
    def rosenbrock(x: Any) -> Any:
        return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x))

    program, x = compile(rosenbrock, argnums=0, batched=False), np.linspace(-1.0, 1.0, 40)
    found = program.hessian(x)
    np.testing.assert_allclose(found, ag.hessian(rosenbrock)(x), rtol=1e-12)
    np.testing.assert_allclose(found @ x, program.hvp(x, x), rtol=1e-10, atol=1e-9)

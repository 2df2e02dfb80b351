"""Codes: which back end computes a graph, and what it says of that."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import nn
from autograd import TeachingWarning, compile


def test_native_code_of_large_matrix_products_is_advised_against() -> None:
    x = np.zeros((2, 80))
    small, large = nn.MLP(80, [40, 1], seed=1), nn.MLP(80, [80, 1], seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(lambda x: small(list(x)), backend="native").trace(x)
        compile(lambda x: large(list(x))).trace(x)
    with pytest.warns(TeachingWarning, match=r"6,480 weights .* BLAS"):
        compile(lambda x: large(list(x)), backend="native").trace(x)

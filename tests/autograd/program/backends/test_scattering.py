"""Rows that an index names for each example: the short ways give what the general one does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd.program.backends.scattering import add_at, at_rows, mark

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("examples", [1, 2, 40])
@pytest.mark.parametrize("lines", [1, 3])
def test_marks_and_messages(examples: int, lines: int) -> None:
    rows = RNG.integers(7, size=(lines, examples))
    messages = RNG.normal(size=(lines, examples))
    for how, target, given, short in (
        (np.logical_or, np.zeros((7, examples), bool), True, mark),
        (np.add, RNG.normal(size=(7, examples)), messages, add_at),
    ):
        found, want = target.copy(), target.copy()
        call: Any = short
        call(found, rows, given)
        at_rows(how, want, rows, given)
        np.testing.assert_allclose(found, want, rtol=1e-15)
        assert (found != target).any()

"""What several test files of `nn` need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from autograd import Value, lints


def _assert_slopes(
    compute: Callable[[], Any], parameters: Sequence[Value], tolerance: float = 1e-8
) -> None:
    """The gradient of `compute()` in every parameter is the measured slope (fourth order)."""
    with lints(False):
        for p in parameters:
            p.zero_grad()
        compute().backward()
        assert parameters, "nothing to compare"
        for p in parameters:
            measured = _slope(compute, p)
            assert p.grad == pytest.approx(measured, rel=tolerance, abs=tolerance), p.label


def _slope(compute: Callable[[], Any], p: Value, h: float = 1e-3) -> float:
    at, found = p.data, []
    for step in (h, -h, 2 * h, -2 * h):
        p.data = at + step
        found.append(float(compute()))
    p.data = at
    return (8.0 * (found[0] - found[1]) - (found[2] - found[3])) / (12.0 * h)


@pytest.fixture
def assert_slopes() -> Callable[..., None]:
    return _assert_slopes

"""Mathematical functions of vectors and of numbers: accuracy, and the edges of IEEE 754."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
import autograd.program.running.native as running
from autograd import compile as compiled
from autograd.program.native.engine import is_offered, lanes
from autograd.program.native.mathematics import Functions, Lanes

UNARY: list[Callable[..., Any]] = [
    ag.exp, ag.expm1, ag.log, ag.log1p, ag.log2, ag.log10, ag.sin, ag.cos, ag.tan, ag.asin, ag.acos,
    ag.atan, ag.sinh, ag.cosh, ag.tanh, ag.asinh, ag.acosh, ag.atanh, ag.erf, ag.erfc, ag.sqrt,
    ag.cbrt, abs, lambda x: x // 1.0, ag.sigmoid, ag.softplus,
]  # fmt: skip
BINARY: list[Callable[..., Any]] = [
    lambda x, y: x**y, ag.hypot, ag.atan2, lambda x, y: x % y, lambda x, y: x // y,
    ag.maximum, ag.minimum, lambda x, y: x / y,
]  # fmt: skip
INF, NAN = math.inf, math.nan
TINY, EPS = 2.0**-1022, 2.0**-52
EDGES = [
    0.0, INF, 5e-324, 1.5e-323, TINY / 2, TINY * (1 - EPS), TINY, TINY * 2, EPS / 4, EPS, 1e-8,
    1e-5, 0.1, 0.25, 0.5, 1 - EPS / 2, 1.0, 1 + EPS, 1.5, 2.0, 3.0, math.pi / 2, math.pi, 2 *
    math.pi, 10.0, 20.0, 26.0, 27.0, 27.2, 30.0, 88.7, 104.0, 709.0, 709.78, 709.79, 710.4, 710.5,
    744.0, 745.0, 745.2, 1022.0, 1023.9, 1024.0, 1074.0, 1075.0, 1e5, 1e6, 2.0**31, 2.0**52,
    2.0**53, 1e15, 1e16, 1e22, 1e30, 1e100, 1.3e154, 1.35e154, 1e200, 1e300, 1.7976931348623157e308,
    1e-320, 1e-308, 1e-300, 1e-160, 1e-154, 1e-100, 1e-20,
]  # fmt: skip
EDGES += [-x for x in EDGES] + [NAN]
FEW = [
    0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 1.5, -1.5, INF, -INF, NAN, 5e-324,
    -5e-324, 1e-310, -1e-310, 1e308, -1e308, 1e154, 1e-154, 1074.0, -1075.0, 2.0**53, 2.0**53 - 1,
    1e20, -1e20, 1 - EPS / 2, 1 + EPS, 1 / 3, 1e15 + 0.5,
]  # fmt: skip
WIDTHS = [Lanes(2, ""), Lanes(2, "b"), lanes("double")]


@pytest.fixture(params=WIDTHS, ids=str)
def width(request: Any, monkeypatch: pytest.MonkeyPatch) -> Lanes:
    """Vectors of this width, as another machine has them."""
    chosen: Lanes = request.param
    monkeypatch.setattr(running, "lanes", lambda kind: chosen)
    return chosen


def eagerly(f: Callable[..., Any], *xs: float) -> float:
    """By the eager engine: Python's functions of floats."""
    return float(f(*map(ag.Value, xs)))


def assert_same(got: np.ndarray, want: np.ndarray, what: str) -> None:
    """To 1e-12 relative, or one unit where numbers are subnormal; signs of zeros and infinities."""
    with np.errstate(all="ignore"):
        near = np.abs(got - want) <= np.maximum(
            1e-12 * np.abs(want), 5e-324 * (np.abs(want) < TINY)
        )
    same = (got == want) | (near & np.isfinite(want))
    same &= np.signbit(got) == np.signbit(want)
    same |= np.isnan(got) & np.isnan(want)
    assert same.all(), f"{what}: at {np.flatnonzero(~same)}: {got[~same]}, not {want[~same]}"


def test_functions_of_one_number_at_their_edges(width: Lanes) -> None:
    xs = np.array(EDGES)
    found = compiled(lambda x: [f(x) for f in UNARY], backend="native")(xs)
    for i, (f, got) in enumerate(zip(UNARY, found, strict=True)):
        assert_same(np.asarray(got), np.array([eagerly(f, x) for x in EDGES]), f"{i} {f}")


def test_functions_of_two_numbers_at_their_edges(width: Lanes) -> None:
    pairs = np.array([(x, y) for x in FEW for y in FEW])
    found = compiled(lambda x, y: [f(x, y) for f in BINARY], backend="native")(*pairs.T)
    for i, (f, got) in enumerate(zip(BINARY, found, strict=True)):
        want = np.array([eagerly(f, x, y) for x, y in pairs.tolist()])
        assert_same(np.asarray(got), want, f"{i} {f}")


def test_functions_all_over_the_line(width: Lanes) -> None:
    rng = np.random.default_rng(0)
    xs = np.concatenate([
        rng.normal(size=500), rng.uniform(-30.0, 30.0, 500), rng.uniform(-760.0, 720.0, 300),
        rng.choice([-1.0, 1.0], 700) * 10.0 ** rng.uniform(-320.0, 308.0, 700),
    ])  # fmt: skip
    found = compiled(lambda x: [f(x) for f in UNARY], backend="native")(xs)
    for i, (f, got) in enumerate(zip(UNARY, found, strict=True)):
        assert_same(np.asarray(got), np.array([eagerly(f, x) for x in xs.tolist()]), f"{i} {f}")


def test_one_number_is_computed_by_the_c_library() -> None:
    program = compiled(lambda x: [f(x) for f in UNARY], backend="native")
    for x in EDGES:
        want = np.array([eagerly(f, x) for f in UNARY])
        assert_same(np.array(program(x)), want, f"{x}")


def test_sine_and_cosine_stay_within_bounds(width: Lanes) -> None:
    xs = 10.0 ** np.random.default_rng(0).uniform(-10.0, -2.0, 100_000)  # libmvec's cos passes 1
    s, c = compiled(lambda x: [ag.sin(x), ag.cos(x)], backend="native")(xs)
    assert np.abs(s).max() <= 1.0
    assert np.abs(c).max() <= 1.0
    assert np.isnan(compiled(ag.cos, backend="native")(np.array([INF, NAN, 0.0]))).tolist() == [
        True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("wide", [Lanes(4, ""), Lanes(4, "b"), lanes("float")], ids=str)
def test_functions_in_single_precision(wide: Lanes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "lanes", lambda kind: wide)
    rng = np.random.default_rng(1)
    xs = np.concatenate([
        rng.normal(size=300), rng.uniform(-80.0, 80.0, 300), 10.0 ** rng.uniform(-30.0, 30.0, 200),
        [0.0, -0.0, INF, -INF, NAN, 1.0, -1.0],
    ]).astype(np.float32)  # fmt: skip
    program = compiled(lambda x: [f(x) for f in UNARY], backend="native", dtype=np.float32)
    for f, got in zip(UNARY, program(xs), strict=True):
        want = np.array([eagerly(f, x) for x in xs.tolist()])
        with np.errstate(all="ignore"):
            want32 = want.astype(np.float32)
        assert np.asarray(got).dtype == np.float32
        np.testing.assert_allclose(got, want32, rtol=5e-6, atol=1e-38, err_msg=str(f))


def test_names_of_functions() -> None:
    found = Functions("float", Lanes(8, "d"), lambda name: name != "_ZGVdN8v_erff")
    assert found.name("exp", 8) == "_ZGVdN8v_expf"
    assert found.name("power", 8) == "_ZGVdN8vv_powf"
    assert found.name("power", 1) == "powf"
    assert found.name("sqrt", 8) == "llvm.sqrt.v8f32"
    assert found.name("erf", 8) == "lanes_erff"
    assert "declare float @erff(float) #1" in found.declared.values()
    assert not is_offered("_ZGVeN8v_no_such_function")

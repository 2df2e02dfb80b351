"""Numbers at the edge, in first and second order: rows of any size, lengths at 0, tails."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from autograd_support import INF, assert_close
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp
from registry import RADIAL, REFERENCE

import autograd as ag
import nn
from autograd import PRIMITIVES, Value
from autograd.primitives import elementary

THIRD = 1.0 / 3.0


def hessian(f: Callable[[Any], Any], *at: float) -> Any:
    return ag.hessian(f)(np.array(at))


# Softmax, logsumexp and cross-entropy of rows of any size

ROWS = {
    "all −1e30": [-1e30] * 3,
    "1e16": [1e16, 1e16],
    "1e16 and its neighbour": [1e16, 1e16 + 2.0],
    "beside −1e30": [-1e30, 0.5, 0.25],
    "all 1e300": [1e300, 1e300, 1e300],
    "far apart": [1e308, -1e308],
    "ordinary": [0.1, -2.0, 3.0],
    "masked": [-INF, 0.0, 1.0],
    "signed zeros": [0.0, -0.0],
    "tiny": [5e-324, 1e-310, -1e-320],
}


def exact_softmax(row: list[float]) -> list[float]:
    with mp.workdps(700):
        es = [mp.exp(mp.mpf(x) - mp.mpf(max(row))) if x > -INF else mp.zero for x in row]
        return [float(e / mp.fsum(es)) for e in es]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_softmax_and_its_kin_are_exact_for_rows_of_any_size(row: list[float]) -> None:
    p = exact_softmax(row)
    xs = np.array(row)
    for got in (ag.softmax(row), ag.softmax(xs), [v.data for v in ag.softmax(map(Value, row))]):
        assert got == pytest.approx(p, rel=1e-14)
        assert sum(got) == pytest.approx(1.0, rel=1e-15)
    assert ag.grad(ag.logsumexp)(xs) == pytest.approx(p, rel=1e-14)
    assert ag.jacobian(lambda v: ag.softmax(list(v))[0])(xs) == pytest.approx(
        [p[0] * ((i == 0) - p[i]) for i in range(len(p))], rel=1e-12, abs=1e-16
    )
    want = np.diag(p) - np.outer(p, p)
    for f in (ag.logsumexp, lambda v: nn.losses.cross_entropy(list(v), len(p) - 1)):
        assert ag.hessian(f)(xs) == pytest.approx(want, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("soft", [False, True], ids=["class", "probabilities"])
def test_cross_entropy_of_rows_of_any_size(row: list[float], soft: bool) -> None:
    p = exact_softmax(row)
    target = [1.0, *[0.0] * (len(row) - 1)] if soft else 0
    loss, gradient = ag.value_and_grad(lambda v: nn.losses.cross_entropy(list(v), target))(
        np.array(row)
    )
    spread = float(max(row) - row[0])
    assert loss == pytest.approx(-math.log(p[0]) if p[0] else spread, rel=1e-14)
    assert math.copysign(1.0, loss) == 1.0
    assert gradient == pytest.approx([p[0] - 1.0, *p[1:]], rel=1e-14, abs=1e-16)


def test_cross_entropy_of_large_equal_logits_in_a_program() -> None:
    program = ag.compile(lambda x, y: nn.losses.cross_entropy(list(x), y), argnums=0, reduce="sum")
    rows = np.array([[-1e30] * 3, [1e16] * 3, [0.0, 0.0, 0.0]])
    loss, gradient = program.value_and_grad(rows, np.array([0.0, 1.0, 2.0]))
    assert loss == pytest.approx(3.0 * math.log(3.0), rel=1e-14)
    assert gradient == pytest.approx(THIRD - np.eye(3), rel=1e-14)
    assert program([-1e30] * 3, 0.0) == pytest.approx(math.log(3.0), rel=1e-14)


def test_a_row_that_is_masked_entirely_has_no_softmax_but_a_logsumexp() -> None:
    assert all(math.isnan(p) for p in ag.softmax([-INF, -INF]))
    assert ag.value_and_grad(ag.logsumexp)(np.array([-INF, -INF]))[0] == -INF
    assert not ag.hessian(ag.logsumexp)(np.array([-INF, -INF])).any()


def test_log_softmax_of_arrays_over_an_axis() -> None:
    table = np.array([[1e16, 1e16, 1e16 - 4.0], [1.0, 2.0, 3.0]])
    for axis in (0, 1, -1):
        plain = ag.log_softmax(table, axis=axis)
        assert np.exp(plain).sum(axis=axis) == pytest.approx(1.0, rel=1e-14)
        values = np.array([[Value(x) for x in row] for row in table])
        logs = ag.log_softmax(values, axis=axis)
        assert np.array([[float(v) for v in row] for row in logs]) == pytest.approx(plain)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-50.0, 50.0), min_size=2, max_size=5),
    st.sampled_from([0.0, 1.0, -1e3, 1e8, -1e15, 1e30]),
)
def test_a_common_shift_changes_no_softmax(row: list[float], shift: float) -> None:
    row = [x + shift for x in row]
    assert [p.data for p in ag.softmax(map(Value, row))] == pytest.approx(
        exact_softmax(row), rel=1e-13, abs=1e-300
    )


@pytest.mark.parametrize("z", [1e30, -1e30, 720.0, -720.0, 0.0, INF, -INF])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_binary_cross_entropy_with_logits_at_the_edges(z: float, y: float) -> None:
    loss, slope = ag.value_and_grad(lambda z: nn.losses.binary_cross_entropy_with_logits(z, y))(z)
    assert loss == pytest.approx(max(0.0, -z if y else z), abs=math.log(2.0))
    assert slope == pytest.approx(ag.sigmoid(z) - y, abs=1e-300)


# Powers


@pytest.mark.parametrize("base", [23.0, 1e20, 0.5, 1.0, 1e-300, 7])
def test_the_hessian_of_a_power_at_exponent_zero_is_symmetric(base: float) -> None:
    log = math.log(base)
    want = [[0.0, 1.0 / base], [1.0 / base, log * log]]
    assert hessian(lambda v: v[0] ** v[1], base, 0.0) == pytest.approx(np.array(want), rel=1e-14)
    third = ag.grad(lambda x: ag.grad(ag.grad(lambda y: ag.pow(x, y)))(0.0))(float(base))
    assert third == pytest.approx(2.0 * log / base, rel=1e-13)


@pytest.mark.parametrize("base", [0.0, INF, math.nan, 1e-320, -2.0, -0.0])
def test_a_power_of_exponent_zero_has_slope_zero_in_every_base(base: float) -> None:
    x, y = Value(base), Value(0.0)
    (x**y).backward()
    assert x.grad == 0.0
    program = ag.compile(lambda x, y: x**y, argnums=0)
    assert program.value_and_grad(base, 0.0) == (1.0, 0.0)


# Lengths at the origin: f(‖x‖) has the Hessian f″(0) · identity where f′(0) = 0


@pytest.mark.parametrize(("f", "want"), RADIAL.values(), ids=RADIAL)
def test_a_function_of_a_length_has_a_hessian_at_the_origin(f: Any, want: Any) -> None:
    assert hessian(f, 0.0, 0.0) == pytest.approx(np.array(want), abs=0.0)
    assert ag.grad(f)(np.zeros(2)) == pytest.approx(np.zeros(2), abs=0.0)
    with ag.detect_anomaly():
        assert hessian(f, 0.0, 0.0) == pytest.approx(np.array(want), abs=0.0)
    shifted = hessian(lambda v: f([v[0] - 1.0, v[1] + 3.0]), 1.0, -3.0)
    assert shifted == pytest.approx(np.array(want), abs=0.0)


def test_third_derivatives_at_the_origin_of_a_length() -> None:
    def third(f: Callable[[Any], Any]) -> Any:
        return ag.grad(ag.grad(ag.grad(f)))(0.0)

    assert third(lambda x: ag.norm([x, x * x]) ** 2 * (1.0 + x)) == 6.0
    assert third(lambda x: abs(x) ** 2 * x) == 6.0
    assert third(lambda x: ag.hypot(x, 2.0 * x) ** 2) == 0.0


def test_a_length_of_slope_one_keeps_slope_zero_at_the_origin() -> None:
    for f in (ag.norm, lambda v: ag.hypot(v[0], v[1]), lambda v: ag.norm(v) ** 1.5):
        assert not ag.grad(f)(np.zeros(2)).any()


# Second derivatives over a grid that reaches both ends of the floats, against mpmath

GRID = [sign * x for x in (5e-324, 1e-200, 1e-8, 0.3, 1.0, 5.0, 38.0, 300.0, 700.0, 1e20, 1e200)
        for sign in (1.0, -1.0)]  # fmt: skip
# mpmath's slopes of these are too coarse in their tails, which the registry test covers
SMOOTH = sorted(p.name for p in PRIMITIVES.values()
                if p.arity == 1 and p.name not in ("erf", "erfc", "gelu"))  # fmt: skip
POLYGAMMA = {"lgamma": (0, 1), "digamma": (1, 2)}
"""Orders of the slope and the bend, which mpmath has; its differences of these take minutes."""


@pytest.mark.parametrize("name", SMOOTH)
def test_first_and_second_derivatives_at_both_ends(name: str) -> None:
    primitive = PRIMITIVES[name]
    low, high = primitive.domain[0]
    for x in GRID:
        if not low < x < high:
            continue
        slope, bend = _slope_and_bend(name, x)
        for got, want in ((ag.grad(primitive)(x), slope), (ag.grad(ag.grad(primitive))(x), bend)):
            assert_close(got, _float(want), rel=1e-11, scale=1e-280)


def _slope_and_bend(name: str, x: float) -> tuple[Any, Any]:
    if name in POLYGAMMA:
        with mp.workdps(50):
            first, second = (mp.psi(order, mp.mpf(x)) for order in POLYGAMMA[name])
            return first, second
    with mp.workdps(700 if abs(x) < 1e50 else 1100):
        at, step = mp.mpf(x), mp.mpf(10) ** -60 * min(abs(x), 1)
        return (
            mp.diff(REFERENCE[name], at, 1, h=step),
            mp.diff(REFERENCE[name], at, 2, h=step),
        )


def _float(x: Any) -> float:
    return float(x) if abs(x) < 1.8e308 else math.copysign(INF, x)


@pytest.mark.parametrize("x", [-720.0, -700.0, -40.0, 40.0, 700.0, 720.0, 0.0, 1e308, -1e308])
def test_saturated_activations_in_programs_and_eagerly(x: float) -> None:
    for f in (ag.sigmoid, ag.tanh, ag.softplus, ag.silu, ag.gelu, ag.sech):
        eager = ag.value_and_grad(f)(x)
        program = ag.compile(f, argnums=0, reduce=None)
        assert program.value_and_grad(x) == pytest.approx(eager, rel=1e-13, abs=0.0)
        values, slopes = program.value_and_grad(np.full(3, x))
        assert (values[0], slopes[0]) == pytest.approx(eager, rel=1e-13, abs=1e-320)


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda x, y: ag.sqrt(x) * y, 0.0),
        (lambda x, y: x**0.5 + y * y, 4.0),
        (lambda x, y: ag.maximum(ag.sqrt(x), 1e-10) * y, 1e-10),
        (lambda x, y: ag.atan2(y, x), 0.0),
    ],
)
def test_a_direction_that_leaves_an_argument_as_it_is(f: Any, slope: float) -> None:
    """A partial derivative by `jvp`, where the other one is infinite."""
    assert ag.jvp(f, (0.0, 2.0), (0.0, 1.0))[1] == slope
    assert ag.grad(f, argnums=1)(0.0, 2.0) == slope


@pytest.mark.parametrize("scipy", [True, False])
def test_error_functions_of_arrays(scipy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Element by element what Python's say, far into the tail, with SciPy and without it."""
    if scipy:
        pytest.importorskip("scipy.special")
    else:
        monkeypatch.setitem(sys.modules, "scipy.special", None)
    elementary._over_arrays.cache_clear()
    xs = np.concatenate(
        [np.linspace(-28.0, 28.0, 2001), [0.0, -0.0, INF, -INF, 26.6, 27.2, 1e-300]]
    )
    try:
        for f, of_floats in ((ag.erf, math.erf), (ag.erfc, math.erfc)):
            want = [of_floats(x) for x in xs.tolist()]
            np.testing.assert_allclose(f(xs), want, rtol=5e-15, atol=0.0)
            np.testing.assert_allclose(ag.compile(f)(xs), want, rtol=5e-15, atol=0.0)
            assert math.isnan(f(np.array([math.nan]))[0])
            assert f(np.array(27.0)) == of_floats(27.0)
    finally:
        elementary._over_arrays.cache_clear()

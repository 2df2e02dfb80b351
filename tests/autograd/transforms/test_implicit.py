"""root and fixed_point: solutions, and how they depend on what the function closes over."""

from __future__ import annotations

import math
import runpy
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import mpmath as mp
import numpy as np
import pytest

import autograd as ag
from autograd import (
    ConvergenceError,
    Value,
    compile,
    cos,
    exp,
    fixed_point,
    grad,
    hessian,
    jacobian,
    jvp,
    log,
    norm_cdf,
    root,
    scan,
    sin,
    sqrt,
    tanh,
)

BACKENDS = ("python", "numpy", "native", "jax")


def close(found: Any, wanted: Any, rtol: float = 1e-12) -> None:
    np.testing.assert_allclose(np.array(found, float), np.array(wanted, float), rtol=rtol)


def kepler(M: Any, e: Any) -> Any:
    """The eccentric anomaly E, with E − e·sin E = M."""
    return root(lambda E: E - e * sin(E) - M, M)


@mp.workdps(50)
def derivative_of_kepler(M: float, e: float, *orders: int) -> float:
    def solved(M: Any, e: Any) -> Any:
        return mp.findroot(lambda E: E - e * mp.sin(E) - M, M)

    return float(mp.diff(solved, (mp.mpf(M), mp.mpf(e)), orders))


def test_kepler_to_the_third_order() -> None:
    wanted = partial(derivative_of_kepler, 1.0, 0.5)
    close(kepler(1.0, 0.5), wanted(0, 0), 1e-15)
    close(grad(kepler, (0, 1))(1.0, 0.5), [wanted(1, 0), wanted(0, 1)], 1e-14)
    close(hessian(kepler, (0, 1))(1.0, 0.5), [[wanted(2, 0), wanted(1, 1)],
                                              [wanted(1, 1), wanted(0, 2)]], 1e-13)  # fmt: skip
    third = jacobian(hessian(lambda z: kepler(*z)))([1.0, 0.5])
    close(third[0][0], [wanted(3, 0), wanted(2, 1)])
    close(third[1], [[wanted(2, 1), wanted(1, 2)], [wanted(1, 2), wanted(0, 3)]])
    close(jvp(kepler, (1.0, 0.5), (1.0, -2.0))[1], wanted(1, 0) - 2.0 * wanted(0, 1))


@pytest.mark.parametrize("backend", BACKENDS)
def test_kepler_in_programs(backend: str) -> None:
    program = compile(kepler, argnums=(0, 1), backend=backend, reduce=None)
    value, gradient = program.value_and_grad(1.0, 0.5)
    close([value, *gradient], [derivative_of_kepler(1.0, 0.5, *at) for at in
                               ((0, 0), (1, 0), (0, 1))], 1e-14)  # fmt: skip
    close(program.hessian(1.0, 0.5), hessian(kepler, (0, 1))(1.0, 0.5), 1e-13)
    M = np.linspace(0.1, 3.0, 7)
    values, (by_M, _) = program.value_and_grad(M, np.full(7, 0.9))
    close(values, [derivative_of_kepler(x, 0.9, 0, 0) for x in M], 1e-14)
    close(by_M, [derivative_of_kepler(x, 0.9, 1, 0) for x in M], 1e-12)


@pytest.mark.parametrize("straight", [False, True])
def test_kepler_in_a_file(straight: bool, tmp_path: Path) -> None:
    program = compile(kepler, argnums=(0, 1)).trace(1.0, 0.5)
    file = runpy.run_path(str(program.export(tmp_path / "kepler.py", straight=straight)))
    value, gradient = file["value_and_grad"]([1.0, 0.5])
    close([value, *gradient], [derivative_of_kepler(1.0, 0.5, *at) for at in
                               ((0, 0), (1, 0), (0, 1))], 1e-14)  # fmt: skip


def test_cosine() -> None:
    def f(a: Any) -> Any:
        return fixed_point(lambda x: cos(x + a), 1.0)

    x = f(0.0)
    close(x, 0.7390851332151607, 1e-15)
    slope = -mp.sin(x) / (1 + mp.sin(x))
    close(grad(f)(0.0), slope, 1e-14)
    close(compile(f, argnums=0).grad(0.0), slope, 1e-14)
    close(
        grad(grad(f))(0.3), mp.diff(lambda a: mp.findroot(lambda x: mp.cos(x + a) - x, 0.5), 0.3, 2)
    )


class Point(NamedTuple):
    x: Any
    y: Any


def circle(a: Any, b: Any) -> Point:
    """x² + y² = a and eˣ + y = b."""
    return root(
        lambda p: {"circle": p.x**2 + p.y**2 - a, "curve": [exp(p.x) + p.y - b]}, Point(-1.5, 1.0)
    )


@mp.workdps(40)
def test_two_equations_in_a_structure() -> None:
    def wanted(a: Any, b: Any) -> Any:
        return [*mp.findroot(lambda x, y: [x**2 + y**2 - a, mp.exp(x) + y - b], (-1.5, 1.0))]

    def slope(i: int, *orders: int) -> Any:
        return mp.diff(lambda a, b: wanted(a, b)[i], (4, 1), orders)

    found = circle(4.0, 1.0)
    assert type(found) is Point and type(found.x) is float
    close(found, wanted(4, 1), 1e-15)
    slopes = [[slope(i, 1, 0), slope(i, 0, 1)] for i in (0, 1)]
    close(jacobian(circle, (0, 1))(4.0, 1.0), slopes)
    close(compile(circle, argnums=(0, 1)).jacobian(4.0, 1.0), slopes)
    curvature = [slope(0, 2, 0), slope(0, 1, 1)]
    close(hessian(lambda a, b: circle(a, b).x, (0, 1))(4.0, 1.0)[0], curvature)
    close(compile(lambda a, b: circle(a, b).x, argnums=(0, 1)).hessian(4.0, 1.0)[0], curvature)
    ag.check_grads(circle, (4.0, 1.0), order=2)


S, K, T, R = 100.0, 110.0, 0.5, 0.02


def black_scholes(vol: Any, m: Any = ag) -> Any:
    d = (m.log(S / K) + (R + vol * vol / 2) * T) / (vol * m.sqrt(T))
    cdf = norm_cdf if m is ag else mp.ncdf
    return S * cdf(d) - K * m.exp(-R * T) * cdf(d - vol * m.sqrt(T))


def implied(price: Any) -> Any:
    return root(lambda vol: black_scholes(vol) - price, 0.2)


@mp.workdps(40)
def test_implied_volatility() -> None:
    prices = np.array([0.001, 1.0, 5.0, 9.0, 30.0, 80.0])
    wanted = [mp.findroot(lambda v, p=p: black_scholes(v, mp) - p, 0.3) for p in map(float, prices)]
    vega = [mp.diff(lambda v: black_scholes(v, mp), v) for v in wanted]
    for backend in ("numpy", "native"):
        values, slopes = compile(
            implied, argnums=0, reduce=None, backend=backend
        ).value_and_grad(prices)  # fmt: skip
        close(values, wanted)
        close(slopes, [1 / v for v in vega], 1e-10)
    close([implied(p) for p in prices], wanted)
    second = -mp.diff(lambda v: black_scholes(v, mp), wanted[2], 2) / vega[2] ** 3
    close(grad(grad(implied))(5.0), second, 1e-11)


def test_values_that_the_function_closes_over() -> None:
    a = Value(2.0)
    x = root(lambda x: x * x - a, 1.0)
    x.backward()
    close([x.data, a.grad], [2.0**0.5, 0.5 / 2.0**0.5], 1e-15)
    with ag.no_grad():
        assert root(lambda x: x * x - a, 1.0) == x.data
    close(compile(lambda y: root(lambda x: x * x - a * y, 1.0)).grad(2.0), [0.5], 1e-15)
    assert type(root(lambda x: x * x - 2.0, Value(1.0))) is float


def test_x0_has_no_derivative() -> None:
    assert grad(lambda x0: root(lambda x: x * x - 2.0, x0))(1.0) == 0.0
    assert compile(lambda x0: root(lambda x: x * x - 2.0, x0), argnums=0).grad(1.0) == 0.0
    assert compile(lambda x0: root(lambda x: x * x - 2.0, x0))(-1.0) == -(2.0**0.5)


def test_nested() -> None:
    cube = grad(lambda a: root(lambda x: root(lambda y: y**3 - x, 1.0) - a, 1.0))
    close(cube(2.0), 12.0, 1e-14)


def euler(k: Any, y: Any) -> Any:
    """Four steps of y′ = −k·y³ by the implicit method of Euler."""

    def step(y: Any, _: None) -> Any:
        return root(lambda z: z - y + 0.1 * k * z**3, y, steps=8), None

    return scan(step, y, length=4)[0]


def test_implicit_steps_are_right() -> None:
    ag.check_grads(euler, (2.0, 1.5), order=2)


@pytest.mark.parametrize("backend", ["python", "numpy", "native"])
def test_steps_of_an_implicit_method(backend: str) -> None:
    program = compile(euler, argnums=(0, 1), backend=backend)
    close(program.grad(2.0, 1.5), grad(euler, (0, 1))(2.0, 1.5), 1e-13)
    close(program.hessian(2.0, 1.5), hessian(euler, (0, 1))(2.0, 1.5))


@pytest.mark.parametrize("start", [0.1, 1.0, -0.2])
def test_a_fixed_point_is_where_the_sequence_leads(start: float) -> None:
    """Newton's method would lead to 0, which the sequence goes away from."""
    m = fixed_point(lambda m: tanh(1.5 * m), start)
    close(m, np.copysign(0.85855963664011, start), 1e-13)
    close(compile(lambda s: fixed_point(lambda m: tanh(1.5 * m), s))(start), m, 1e-14)


@pytest.mark.parametrize(
    ("f", "start", "wanted"),
    {
        "steps that would lead away": (ag.atan, 1000.0, 0.0),
        "far off": (lambda x: exp(x) - 5.0, 20.0, np.log(5.0)),
        "beyond a pole": (lambda x: log(x) - 1.0, 8.0, np.e),
        "a double root": (lambda x: (x - 1.0) ** 2, 3.0, 1.0),
        "small numbers": (lambda i: i - 1e-14 * (exp(0.1 - i) - 1.0), 0.0, 1.0517091807563e-15),
        "at the start": (lambda x: x + 0.1 + 0.2 - 0.3, 0.0, 0.0),
        "a slow sequence": (lambda x: x - (0.999 * x + 0.001), 0.0, 1.0),
    }.values(),
)
def test_hard_starts(f: Callable[..., Any], start: float, wanted: float) -> None:
    np.testing.assert_allclose(root(f, start), wanted, rtol=1e-8, atol=1e-15)
    program = compile(lambda s: root(f, s))
    np.testing.assert_allclose(program(start), wanted, rtol=1e-8, atol=1e-15)


def test_scales_of_a_diode() -> None:
    """A current of 1e−14 A beside volts."""
    v = root(lambda v: (1.0 - v) / 1e3 - 1e-14 * (exp(v / 0.025) - 1.0), 0.0)
    i = root(lambda i: i - 1e-14 * (exp((1.0 - i * 1e3) / 0.025) - 1.0), 0.0)
    close(i, (1.0 - v) / 1e3, 1e-12)
    assert 0.6 < v < 0.62


def test_slow_sequences_and_those_that_go_away() -> None:
    assert fixed_point(lambda x: 0.999 * x + 0.001, 0.0) == pytest.approx(1.0, rel=1e-12)
    with pytest.raises(ConvergenceError, match="no solution"):
        fixed_point(lambda x: x**3 + 2.0 * x + 1.0, 5.0)


def test_a_program_holds_a_loop() -> None:
    """However many steps there are, each is compiled once."""
    sizes = [
        compile(lambda a, n=n: root(lambda x: x * x - a, 1.0, steps=n)).trace(2.0).stats.nodes
        for n in (10, 1000)
    ]
    assert sizes[0] == sizes[1] < 60


def test_what_has_not_converged() -> None:
    stuck, early = "no step from there makes that less", "no solution was found in 2 steps"
    for f, x0, steps, text in (
        (lambda x: x * x + 1.0, 30.0, 30, stuck),
        (lambda x: x * x - 1e20, 1.0, 30, stuck),
        (lambda x: 1.0, 30.0, 30, stuck),
        (lambda x: exp(x) - 5.0, 30.0, 2, early),
    ):
        with pytest.raises(ConvergenceError, match=text):
            root(f, x0, steps=steps)
    with pytest.raises(ConvergenceError, match="not the only one there"):
        fixed_point(lambda x: x, 2.0)
    program = compile(lambda a: root(lambda x: x * x - a, 1.0), argnums=0, reduce=None)
    values, slopes = program.value_and_grad(np.array([4.0, -1.0]))
    assert values[0] == 2.0 and slopes[0] == 0.25
    assert np.isnan(values[1]) and np.isnan(slopes[1])


def test_what_is_small_is_said_by_x0() -> None:
    """Beside 1, 1e-14 is as good as 0; beside itself it is a number like others."""
    assert root(lambda x: x * x - 1e-30, 1e-14) == pytest.approx(1e-15, rel=1e-14)
    for f in (lambda x: x * x + 1e-30, lambda x: exp(x / 1e-14) * 1e-3):
        with pytest.raises(ConvergenceError):
            root(f, 1e-14)
    program = compile(lambda a: root(lambda x: x * x + a, 1e-14))
    assert np.isnan(program(1e-30)) and program(-1e-30) == pytest.approx(1e-15, rel=1e-14)
    assert root(sin, 0.3) == 0.0
    assert abs(root(lambda x: cos(x + Value(math.pi / 2)), 0.0)) < 2e-16


def test_anomalies_on_the_way_are_none() -> None:
    with ag.detect_anomaly():
        close(root(lambda x: sqrt(x) - 0.1, 4.0), 0.01)

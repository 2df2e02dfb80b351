"""`autograd.scipy`: functions as SciPy's solvers call them. Closed forms are the reference."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import (
    NonlinearConstraint,
    curve_fit,
    least_squares,
    minimize,
    root,
    root_scalar,
)

import autograd as ag
from autograd import cos, dot, exp, sin, where
from autograd.program.tracing.trace import trace
from autograd.scipy import Objective, curve, objective

BACKENDS = ("auto", "numpy", "python", "native", "jax")
X = np.array([0.5, -1.5])


def rosenbrock(x: Any) -> Any:
    return 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2


def slopes(x: Any) -> Any:
    return [-400.0 * x[0] * (x[1] - x[0] ** 2) - 2.0 * (1.0 - x[0]), 200.0 * (x[1] - x[0] ** 2)]


def curvature(x: Any) -> Any:
    return [[1200.0 * x[0] ** 2 - 400.0 * x[1] + 2.0, -400.0 * x[0]], [-400.0 * x[0], 200.0]]


@pytest.mark.parametrize("backend", BACKENDS)
def test_values_and_derivatives_of_one_number(backend: str) -> None:
    o = objective(rosenbrock, backend=backend)
    assert type(o.fun(X)) is float
    np.testing.assert_allclose(o.fun(X), rosenbrock(X), rtol=1e-14)
    np.testing.assert_allclose(o.jac(X), slopes(X), rtol=1e-13)
    np.testing.assert_allclose(o.hess(X), curvature(X), rtol=1e-13)
    np.testing.assert_allclose(o.hessp(X, [2.0, 3.0]), curvature(X) @ np.array([2.0, 3.0]))
    for found in (o.jac(X), o.hess(X), o.hessp(X, X)):
        assert found.dtype == np.float64


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("method", ["BFGS", "Newton-CG", "trust-exact"])
def test_minimize(method: str, backend: str) -> None:
    o = objective(rosenbrock, backend=backend)
    more = {} if method == "BFGS" else {"hess": o.hess}
    found = minimize(o.fun, [-1.2, 1.0], method=method, jac=o.jac, **more)
    np.testing.assert_allclose(found.x, [1.0, 1.0], rtol=1e-4)


def test_minimize_by_products_with_the_hessian() -> None:
    o = objective(lambda x, scale: dot(scale, [(v - 1.0) ** 4 + v**2 for v in x]))
    scale = np.array([1.0, 2.0, 3.0])
    found = minimize(o.fun, np.zeros(3), (scale,), "trust-krylov", o.jac, hessp=o.hessp)
    (expected,) = (r.real for r in np.roots([4, -12, 14, -4]) if abs(r.imag) < 1e-12)
    np.testing.assert_allclose(found.x, [expected] * 3, rtol=1e-6)


def test_constraints() -> None:
    far = objective(lambda x: -(x[0] + x[1]))
    disc = objective(lambda x: [x[0] ** 2 + x[1] ** 2])
    bound = NonlinearConstraint(disc.fun, -np.inf, 2.0, jac=disc.jac)
    found = minimize(far.fun, [0.5, 0.1], jac=far.jac, method="SLSQP", constraints=[bound])
    np.testing.assert_allclose(found.x, [1.0, 1.0], rtol=1e-6)


@pytest.mark.parametrize("reduce", ["sum", "mean"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_examples_in_rows_are_one_number(backend: str, reduce: str) -> None:
    """The line of least squares, whose Hessian is 2·XᵀX."""
    o = objective(lambda p, x, y: (p[0] + p[1] * x - y) ** 2, batched=(False, True, True),
                  reduce=reduce, backend=backend)  # fmt: skip
    x, y = np.arange(6.0), np.array([1.0, 2.0, 2.0, 4.0, 3.0, 6.0])
    A, share = np.stack([np.ones(6), x], 1), 1.0 if reduce == "sum" else 1.0 / 6.0
    np.testing.assert_allclose(o.fun(X, x, y), share * ((A @ X - y) ** 2).sum(), rtol=1e-13)
    np.testing.assert_allclose(o.jac(X, x, y), share * 2.0 * A.T @ (A @ X - y), rtol=1e-13)
    np.testing.assert_allclose(o.hess(X, x, y), share * 2.0 * A.T @ A, rtol=1e-13)
    found = minimize(o.fun, [0.0, 0.0], (x, y), "trust-exact", o.jac, o.hess)
    np.testing.assert_allclose(found.x, np.linalg.lstsq(A, y)[0], rtol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_least_squares_of_several_residuals_for_each_row(backend: str) -> None:
    """A circle: its centre and radius from points, each with two residuals."""
    angles = np.linspace(0.0, 5.0, 7)
    points = np.stack([1.0 + 2.0 * np.cos(angles), -1.0 + 2.0 * np.sin(angles)], 1)
    o = objective(lambda p, a, seen: [p[0] + p[2] * cos(a) - seen[0],
                                      p[1] + p[2] * sin(a) - seen[1]],
                  batched=(False, True, True), backend=backend)  # fmt: skip
    assert o.fun(np.zeros(3), angles, points).shape == (14,)
    assert o.jac(np.zeros(3), angles, points).shape == (14, 3)
    found = least_squares(o.fun, np.zeros(3), o.jac, args=(angles, points))
    np.testing.assert_allclose(found.x, [1.0, -1.0, 2.0], rtol=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_root(backend: str) -> None:
    o = objective(lambda x, r: [x[0] ** 2 + x[1] ** 2 - r, x[0] - x[1]], backend=backend)
    found = root(o.fun, [2.0, 0.5], args=(2.0,), jac=o.jac)
    np.testing.assert_allclose(found.x, [1.0, 1.0], rtol=1e-9)


@pytest.mark.parametrize("start", [1, 1.0, np.float64(1.0), np.array(1.0)])
@pytest.mark.parametrize("backend", BACKENDS)
def test_root_scalar(backend: str, start: Any) -> None:
    o = objective(lambda x: x**3 - 2.0, backend=backend)
    assert [type(f(start)) for f in (o.fun, o.jac, o.hess)] == [float] * 3
    found = root_scalar(o.fun, x0=start, fprime=o.jac, fprime2=o.hess, method="halley")
    np.testing.assert_allclose(found.root, 2.0 ** (1.0 / 3.0), rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_stiff_equation(backend: str) -> None:
    """y₀′ = −1000·y₀ + y₁, y₁′ = −y₁, with y₁ = e^(−t) and y₀ → y₁/999."""
    o = objective(lambda t, y: [-1000.0 * y[0] + y[1], -y[1]], argnums=1, backend=backend)
    found = solve_ivp(o.fun, (0.0, 2.0), [0.0, 1.0], "Radau", jac=o.jac, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(found.y[:, -1], [np.exp(-2.0) / 999.0, np.exp(-2.0)], rtol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_curve_fit(backend: str) -> None:
    c = curve(lambda t, a, b: a * exp(-b * t), backend=backend)
    t = np.linspace(0.0, 3.0, 12)
    y = 2.0 * np.exp(-0.7 * t) + 0.01 * np.cos(9.0 * t)
    by_hand = curve_fit(
        lambda t, a, b: a * np.exp(-b * t), t, y,
        jac=lambda t, a, b: np.stack([np.exp(-b * t), -a * t * np.exp(-b * t)], 1),
    )  # fmt: skip
    for start in (None, [1.0, 1.0]):  # without one, SciPy counts the parameters
        found = curve_fit(c.fun, t, y, start, jac=c.jac)
        np.testing.assert_allclose(found[0], by_hand[0], rtol=1e-6)
        np.testing.assert_allclose(found[1], by_hand[1], rtol=1e-5)


def test_curve_fit_of_two_predictors() -> None:
    c = curve(lambda x, a, b: a * x[0] + b * x[1] ** 2)
    data = np.random.default_rng(0).normal(size=(2, 20))
    found, _ = curve_fit(c.fun, data, 3.0 * data[0] - 2.0 * data[1] ** 2, jac=c.jac)
    np.testing.assert_allclose(found, [3.0, -2.0], rtol=1e-9)


def test_whole_numbers_are_numbers_too() -> None:
    o = objective(rosenbrock)
    assert o.jac([2, 3]).tolist() == o.jac(np.array([2.0, 3.0])).tolist() != [0.0, 0.0]
    assert curve(lambda x, a: a * x).fun([1, 2], 3).tolist() == [3.0, 6.0]


def test_kinks_and_edges_are_as_everywhere() -> None:
    o = objective(lambda x: where(x[0] > 0.0, ag.log(x[0]), 0.0 * x[1]))
    assert o.jac([0.0, 1.0]).tolist() == [0.0, 0.0]
    assert np.isnan(objective(lambda x: ag.log(x[0])).fun([-1.0]))
    assert objective(lambda x: 3.0).jac([1.0]).tolist() == [0.0]


def test_it_traces_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(*args: Any) -> Any:
        calls.append(args)
        return trace(*args)

    monkeypatch.setattr("autograd.program.running.runner.trace", counted)
    o = objective(lambda x, a: a * rosenbrock(x))
    minimize(o.fun, [-1.2, 1.0], (2.0,), "trust-exact", o.jac, o.hess)
    assert len(calls) == 2  # the function, and its gradient for the Hessian
    assert isinstance(o, Objective)
    assert "dx1" in str(o.program.source)


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x: {"a": x[0]}, r"one number or a flat list .* not \{'a': 2.0\}"),
        (lambda x: [x[0], [x[0], x[1]]], "one number or a flat list"),
    ],
)
def test_other_results_are_refused(f: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        objective(f).fun([2.0, 3.0])


def test_a_hessian_of_several_numbers_is_refused() -> None:
    o = objective(lambda x: [x[0], x[1]])
    for attempt in (o.hess, lambda x: o.hessp(x, x)):
        with pytest.raises(ValueError, match="returns one number, not 2"):
            attempt(X)


def test_within_a_transform_it_is_refused() -> None:
    """Its results are plain numbers: the gradient would be lost."""
    with pytest.raises(TypeError, match=r"not Value\("):
        ag.grad(objective(rosenbrock).fun)(X)


def test_autograd_does_not_import_scipy() -> None:
    code = (
        "import sys, autograd; assert 'scipy' not in sys.modules; "
        "import scipy; assert scipy.__name__ == 'scipy' and autograd.scipy is not scipy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

"""Derivatives of any order in programs: transforms within a trace, and the methods of programs."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from autograd_support import _points, call, derivative, to_float
from autograd_support import assert_close as strictly_close
from mpmath import mp
from registry import COUNTS, RADIAL, REFERENCE, variants

import autograd as ag
from autograd import Value
from autograd import compile as compiled
from autograd.errors import (
    ArgumentError,
    GradientCheckError,
    GraphError,
    OperandError,
    TraceError,
)
from autograd.primitives.primitive import Primitive

QUICK = ("python", "numpy", "native")
"""JAX, which takes a second for each program, has the statements of NumPy."""
BACKENDS = (*QUICK, "jax")
W, B = [Value(1.3), Value(0.4)], Value(0.2)
NUMBERS = [1.3, 0.4, 0.2]
X = np.array([[0.3, -0.2], [1.0, 0.5], [-0.7, 0.9], [0.0, 2.0]])
Y = np.array([0.1, -1.0, 0.4, 2.0])


def of_weights(w: Any, x: Any, y: Any) -> Any:
    return (ag.tanh(w[0] * x[0] + w[1] * x[1] * w[0]) + w[2] - y) ** 2


def closed_over(x: Any, y: Any) -> Any:
    return of_weights([*W, B], x, y)


HESSIANS = np.array(
    [ag.hessian(of_weights)(NUMBERS, x.tolist(), y) for x, y in zip(X, Y, strict=True)]
)
OF_INPUTS = np.array(
    [ag.hessian(of_weights, 1)(NUMBERS, x.tolist(), y) for x, y in zip(X, Y, strict=True)]
)
REDUCED: dict[str | None, Callable[[Any], Any]] = {
    None: lambda a: a,
    "sum": lambda a: a.sum(0),
    "mean": lambda a: a.mean(0),
}


def in_order(program: Any, table: Any) -> Any:
    """A table by (w₁, w₂, b), or a vector, by the program's parameters."""
    names = [*map(id, [*W, B])]
    order = [names.index(id(p)) for p in program.parameters]
    return table[..., order] if table.ndim == 1 else table[..., order, :][..., order]


def rosenbrock(x: Any) -> Any:
    return sum(100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2 for i in range(len(x) - 1))


# Transforms within a trace

AT = [1.2, 0.7, -0.4]
TRANSFORMS: dict[str, Callable[[Any], Any]] = {
    "grad": lambda x: ag.grad(rosenbrock)(x),
    "grad of grad": lambda x: ag.grad(lambda v: ag.grad(rosenbrock)(v)[1])(x),
    "value_and_grad": lambda x: ag.value_and_grad(rosenbrock)(x)[1],
    "jacobian": lambda x: ag.jacobian(lambda v: [v[0] * v[1], v[2] / v[0]])(x),
    "hessian": ag.hessian(rosenbrock),
    "jvp": lambda x: ag.jvp(rosenbrock, (x,), ([1.0, 2.0, 3.0],)),
    "jvp of grad": lambda x: ag.jvp(ag.grad(rosenbrock), (x,), (x,))[1],
    "vjp": lambda x: ag.vjp(lambda v: [v[0] * v[1], v[2]], x)[1]([x[0], 3.0])[0],
    "third": lambda x: ag.hessian(lambda v: ag.grad(rosenbrock)(v)[0])(x),
    "of constants": lambda x: ag.grad(lambda t: t * x[0] ** 2)(3.0),
    "of what it closes over": lambda x: ag.grad(lambda t: ag.grad(lambda s: s * t * x[1])(t))(x[0]),
    "of a program": lambda x: ag.hessian(compiled(rosenbrock))(x),
}


def flat(x: Any) -> list[float]:
    return [n for part in x for n in flat(part)] if isinstance(x, (list, tuple)) else [float(x)]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms_within_a_trace(name: str, backend: str) -> None:
    f = TRANSFORMS[name]
    program = compiled(f, backend=backend)
    for x in (AT, [-0.3, 2.0, 1.0]):
        np.testing.assert_allclose(flat(program(x)), flat(f(x)), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("backend", QUICK)
@pytest.mark.parametrize(("primitive", "constants"), variants())
def test_second_derivatives_of_every_primitive(
    primitive: Primitive, constants: dict[str, Any], backend: str
) -> None:
    """Gradients, Hessians and Jacobians in programs, against mpmath."""
    bound = primitive.bind(**constants)
    given = {name: mp.mpf(c) if type(c) is float else c for name, c in constants.items()}

    def reference(*xs: Any) -> Any:
        return REFERENCE[primitive.name](*xs, **given)

    def f(x: Any) -> Any:
        return call(bound, x)

    kinks = tuple(c for name, c in constants.items() if name in ("low", "high"))
    near = [
        (xs, rooms)
        for xs, rooms in _points(bound, kinks, COUNTS.get(primitive.name, (2, 3)))
        if all(0.01 < abs(x) < 30.0 for x in xs) and min(rooms) > 1e-4
    ]
    by_count: dict[int, Any] = {}
    for xs, rooms in near[:: max(1, len(near) // 6)]:
        n = len(xs)
        if n not in by_count:
            tables = compiled(ag.hessian(f), backend=backend), compiled(f, argnums=0)
            by_count[n] = *tables, compiled(ag.grad(f), argnums=0, backend=backend)
        of_transform, method, gradient = by_count[n]
        eagerly = np.array(ag.hessian(f)(xs), dtype=float)
        size = max(1.0, float(np.abs(eagerly).max(initial=0.0)))
        for got in (of_transform(xs), method.hessian(xs), gradient.jacobian(xs)):
            np.testing.assert_allclose(
                np.array(got, dtype=float), eagerly, rtol=1e-11, atol=1e-13 * size
            )
        for i, j in {(0, 0), (0, n - 1)}:
            want = to_float(derivative(reference, xs, (i, j), min(rooms[i], rooms[j])))
            got = float(np.array(of_transform(xs), dtype=float)[i, j])
            what = f"∂²/∂x{i + 1}∂x{j + 1} of {primitive.name}{tuple(xs)}"
            strictly_close(got, want, rel=1e-9, scale=1e-3, what=what)


@pytest.mark.parametrize("backend", QUICK)
@pytest.mark.parametrize(("f", "want"), RADIAL.values(), ids=RADIAL)
def test_a_function_of_a_length_at_the_origin_and_elsewhere(
    f: Any, want: Any, backend: str
) -> None:
    program = compiled(lambda x, y: ag.hessian(lambda v: f(v))([x, y]), backend=backend)
    np.testing.assert_allclose(program(0.0, 0.0), want, rtol=1e-14, atol=1e-300)
    batch = np.array([[0.0, 0.0], [1.0, 2.0], [0.0, -0.5]])
    rows = np.array(program(batch[:, 0], batch[:, 1]))
    for i, point in enumerate(batch.tolist()):
        eagerly = np.array(ag.hessian(lambda v: f(v))(point), dtype=float)
        np.testing.assert_allclose(rows[:, :, i], eagerly, rtol=1e-11, atol=1e-12)


SELECTED: dict[str, Callable[[Any], Any]] = {
    "log": lambda x: ag.where(x > 0.0, ag.log(x), 0.0),
    "x ln² x": lambda x: ag.where(x > 0.0, x * ag.log(x) ** 2, 0.0 * x),
    "root": lambda x: ag.where(x > 0.0, ag.sqrt(x) * x, -x * x),
    "of both": lambda x: ag.where(x > 0.0, ag.log(x), 0.0) + ag.where(x > -0.5, x**3, ag.exp(x)),
    "one within another": lambda x: ag.where(
        x > 0.0, ag.where(x < 1.0, ag.sqrt(x), 1.0 / (x - 1.0)), 2.0 * x
    ),
    "of what both use": lambda x: (
        lambda v: ag.where(x > 0.0, v, 1.0) + ag.where(x > 1.0, v * v, 0.0)
    )(ag.log(x)),
    "take": lambda x: ag.take([ag.log(x), x * x], ag.where(x > 0.0, 0.0, 1.0)),
    "beyond": lambda x: x * ag.sqrt(ag.where(x > 1.0, x * x, 0.0) + ag.where(x > 1.5, x, 0.0)),
}
ALL_ORDERS: dict[str, Callable[[Any], Any]] = {
    "first": ag.grad,
    "second": lambda f: ag.grad(ag.grad(f)),
    "third": lambda f: ag.grad(ag.grad(ag.grad(f))),
    "forward": lambda f: lambda x: ag.jvp(f, (x,), (1.0,))[1],
    "jvp": lambda f: lambda x: ag.jvp(ag.grad(f), (x,), (1.0,))[1],
    "jvp of jvp": lambda f: lambda x: ag.jvp(lambda t: ag.jvp(f, (t,), (1.0,))[1], (x,), (1.0,))[1],
}


@pytest.mark.parametrize("backend", QUICK)
@pytest.mark.parametrize("order", ALL_ORDERS)
@pytest.mark.parametrize("name", SELECTED)
def test_what_is_not_taken_is_sent_nothing(name: str, order: str, backend: str) -> None:
    f = ALL_ORDERS[order](SELECTED[name])
    if name == "take":  # eagerly its index is a number
        f = ALL_ORDERS[order](lambda x: ag.log(x) if x > 0.0 else x * x)
    points = np.array([0.0, 0.5, 1.0, 1.75, -1.0])
    want = [f(x) for x in points.tolist()]
    program = compiled(ALL_ORDERS[order](SELECTED[name]), backend=backend)
    np.testing.assert_allclose(program(points), want, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose([program(x) for x in points.tolist()], want, rtol=1e-12, atol=1e-12)


def test_choices_and_lengths_by_jax() -> None:
    functions = [ag.grad(ag.grad(f)) for name, f in SELECTED.items() if name != "take"]
    functions.append(ag.grad(ag.grad(lambda x: ag.norm([x, 2.0 * x]) ** 2 + abs(x) ** 3)))
    points = np.array([0.0, 0.5, 1.75, -1.0])
    want = [[f(x) for x in points.tolist()] for f in functions]
    program = compiled(lambda x: [f(x) for f in functions], backend="jax")
    np.testing.assert_allclose(program(points), want, rtol=1e-12, atol=1e-12)


def test_a_program_of_a_transform_notices_what_its_function_reads() -> None:
    scale = 2.0

    def f(x: Any) -> Any:
        return scale * x**2

    programs = [compiled(ag.grad(f)), compiled(ag.hessian(f)), compiled(lambda x: ag.grad(f)(x))]
    assert [p(3.0) for p in programs] == [12.0, 4.0, 12.0]
    scale = 3.0
    assert [p(3.0) for p in programs] == [18.0, 6.0, 18.0]


def test_a_rule_that_has_no_second_derivative_is_refused() -> None:
    @ag.define(ag.Unary, arrays=np.sin, local=lambda out, x: math.cos(x))
    def half_sine(x: float) -> float:
        return math.sin(x)

    try:
        with pytest.raises(GraphError, match="foreign function"):
            compiled(ag.grad(half_sine))(1.0)
    finally:
        del ag.PRIMITIVES["half_sine"]


@pytest.mark.parametrize(
    ("f", "error", "text"),
    [
        (lambda x: ag.grad(lambda t: t if t > 0 else -t)(x), TraceError, "decides a branch"),
        (lambda x: ag.grad(lambda t: float(t) * t)(x), TraceError, r"float\(…\) of a Value"),
        (lambda x: ag.grad(lambda t: [t, t])(x), ArgumentError, "returns one number"),
        (lambda x: ag.grad(lambda t: t, argnums=1)(x), ArgumentError, "argnums=1"),
        (lambda x: ag.jvp(lambda t: t, (x,), ([1.0],))[1], ArgumentError, "structure and shapes"),
    ],
)
def test_errors_within_a_transform(f: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        compiled(f)(1.0)


# Transforms of programs


def test_transforms_of_a_program() -> None:
    program = compiled(rosenbrock)
    assert ag.grad(program)(AT) == ag.grad(rosenbrock)(AT)
    assert ag.hessian(program)(AT) == ag.hessian(rosenbrock)(AT)
    assert ag.jvp(program, (AT,), (AT,)) == ag.jvp(rosenbrock, (AT,), (AT,))
    ag.check_grads(program, (AT,), order=2)
    ag.check_grads(compiled(lambda x: x**2), (np.array([1.0, 2.0]),), order=2)


def test_check_grads_of_a_wrong_program_names_the_culprit() -> None:
    @ag.define(ag.Unary, arrays=np.sin, local=lambda out, x: 2.0 * ag.cos(x))
    def wrong_sine(x: float) -> float:
        return math.sin(x)

    try:
        with pytest.raises(GradientCheckError, match="likely culprit: wrong_sine"):
            ag.check_grads(compiled(lambda x: wrong_sine(x) * x), (1.0,))
    finally:
        del ag.PRIMITIVES["wrong_sine"]


# Methods of programs


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("reduce", REDUCED)
def test_hessians_by_the_parameters(reduce: Any, backend: str) -> None:
    program = compiled(closed_over, reduce=reduce, backend=backend).trace(X, Y)
    want = in_order(program, REDUCED[reduce](HESSIANS))
    direction = in_order(program, np.array([0.3, -0.5, 2.0]))
    np.testing.assert_allclose(program.hessian(X, Y), want, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(program.hvp(direction, X, Y), want @ direction, rtol=1e-11)
    values, slopes = program.jvp(direction.tolist(), X, Y)
    np.testing.assert_allclose(values, program(X, Y), rtol=1e-12)
    np.testing.assert_allclose(slopes, program.jacobian(X, Y) @ direction, rtol=1e-11)
    one = program.trace(X[0].tolist(), 0.1)
    single = in_order(one, HESSIANS[0])
    direction = in_order(one, np.array([0.3, -0.5, 2.0]))
    np.testing.assert_allclose(one.hessian(X[0].tolist(), 0.1), single, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(one.hvp(direction, X[0].tolist(), 0.1), single @ direction)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("reduce", REDUCED)
def test_hessians_by_a_shared_argument(reduce: Any, backend: str) -> None:
    program = compiled(
        of_weights, argnums=0, reduce=reduce, backend=backend, batched=(False, True, True)
    )
    w, want = np.array(NUMBERS), REDUCED[reduce](HESSIANS)
    np.testing.assert_allclose(program.hessian(w, X, Y), want, rtol=1e-11, atol=1e-12)
    product = program.hvp(np.array([0.3, -0.5, 2.0]), w, X, Y)
    np.testing.assert_allclose(product, want @ [0.3, -0.5, 2.0], rtol=1e-11)


@pytest.mark.parametrize("backend", BACKENDS)
def test_hessians_by_an_argument_of_each_example(backend: str) -> None:
    direction = X[::-1].copy()
    product = np.einsum("nij,nj->ni", OF_INPUTS, direction)
    for reduce, share in ((None, 1.0), ("sum", 1.0), ("mean", 0.25)):
        program = compiled(of_weights, argnums=1, reduce=reduce, backend=backend)
        found = program.hessian(NUMBERS, X, Y)
        np.testing.assert_allclose(found, share * OF_INPUTS, rtol=1e-11, atol=1e-12)
        found = program.hvp(direction, NUMBERS, X, Y)
        np.testing.assert_allclose(found, share * product, rtol=1e-11, atol=1e-12)
        _, slopes = program.jvp(direction, NUMBERS, X, Y)
        each = np.einsum("ni,ni->n", program.jacobian(NUMBERS, X, Y), direction)
        np.testing.assert_allclose(slopes, each, rtol=1e-11, atol=1e-13)


def test_hessians_in_the_structure_of_arguments() -> None:
    given = {"a": 2.0, "b": 3.0}
    program = compiled(lambda d: d["a"] ** 2 * d["b"], argnums=0)
    assert program.hessian(given) == ag.hessian(program.function)(given)
    several = compiled(lambda x, y, n: x**n * y, argnums=(1, 0), static_argnums=2)
    assert several.hessian(2.0, 3.0, 3) == ((0.0, 12.0), (12.0, 36.0))
    assert several.hvp((1.0, 10.0), 2.0, 3.0, 3) == (120.0, 372.0)
    assert several.jvp((1.0, 10.0), 2.0, 3.0, 3) == (24.0, 368.0)
    nested = compiled(lambda x: [x[0] ** 2, (x[1], 3.0)], argnums=0)
    assert nested.jvp([1.0, 2.0], [3.0, 4.0]) == ([9.0, (4.0, 3.0)], [6.0, (2.0, 0.0)])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_gradient_that_depends_on_few_parameters_or_none(backend: str) -> None:
    w, b = Value(2.0), Value(1.0)
    line = compiled(lambda x: w * x + b, backend=backend)
    assert not line.hessian(3.0).any()
    assert line.hessian(3.0).shape == (2, 2)
    assert not line.hvp([1.0, 2.0], 3.0).any()
    each = compiled(lambda x: w * x + b, reduce=None, backend=backend)
    assert each.hessian(np.ones(3)).shape == (3, 2, 2)
    some = compiled(lambda x: w * w * x + b, backend=backend).trace(3.0)
    place = [p is w for p in some.parameters].index(True)
    want = np.zeros((2, 2))
    want[place, place] = 6.0
    assert some.hessian(3.0).tolist() == want.tolist()


def test_hessians_follow_parameters_and_surroundings() -> None:
    w, power = Value(2.0), 2
    program = compiled(lambda x: (w * x) ** power)
    x = np.array([1.0, 2.0])
    assert program.hessian(x).tolist() == [[5.0]]
    w.data = 3.0
    power = 3
    assert program.hessian(x).tolist() == [[81.0]]
    assert program.hvp([2.0], x).tolist() == [162.0]
    with program.flat_parameters() as theta:
        theta[:] = 1.0
        assert program.hessian(x).tolist() == [[27.0]]
        assert program.hvp([1.0], x).tolist() == [27.0]
    again = pickle.loads(pickle.dumps(compiled(rosenbrock, argnums=0)))
    assert np.array(again.hessian(AT)).tolist() == ag.hessian(rosenbrock)(AT)


def test_single_precision() -> None:
    program = compiled(ag.exp, argnums=0, reduce=None, dtype=np.float32)
    found = program.hessian(np.array([0.0, 1.0], np.float32))
    np.testing.assert_allclose(found, [1.0, math.e], rtol=1e-6)


def line(x: Any) -> Any:
    return W[0] * x + B


@pytest.mark.parametrize(
    ("ask", "error", "text"),
    [
        (lambda: compiled(line).hvp([1.0], 1.0), ArgumentError, "of the 2 parameters"),
        (lambda: compiled(line).jvp("ab", 1.0), OperandError, "the direction"),
        (lambda: compiled(lambda x: x).hessian(1.0), ArgumentError, "nothing to differentiate"),
        (lambda: compiled(lambda x: [x, x], argnums=0).hessian(1.0), ArgumentError, "one number"),
        (lambda: compiled(abs, argnums=0).hessian(np.ones(2)), ArgumentError, "a batch of"),
        (lambda: compiled(abs, argnums=0).hvp([1.0, 2.0], 1.0), ArgumentError, "structure"),
        (
            lambda: compiled(of_weights, argnums=(0, 1)).jvp([1.0], NUMBERS, [1.0, 2.0], 1.0),
            ArgumentError,
            "a tuple with one entry for each of the 2 arguments",
        ),
        (
            lambda: compiled(of_weights, argnums=(0, 1), reduce="sum").hessian(NUMBERS, X, Y),
            ArgumentError,
            "arguments that the examples share, and some",
        ),
        (
            lambda: ag.grad(lambda x: compiled(line).hessian(x)[0, 0])(Value(1.0)),
            GraphError,
            "within a transform",
        ),
        (lambda: compiled(compiled(line).hessian)(1.0), TraceError, "a program is run for"),
    ],
)
def test_errors_of_methods(ask: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        ask()


# Losses that contain derivatives of a model, with PyTorch's numbers (2.x, float64)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_gradient_penalty(backend: str) -> None:
    rows = [[0.5, -0.3], [-1.2, 0.7], [0.8, 0.9]]
    w = [[Value(x) for x in row] for row in rows]
    b = [*map(Value, [0.1, 0.2, -0.3])]
    v, c = [*map(Value, [1.0, -0.7, 0.4])], Value(0.05)

    def critic(x: Any) -> Any:
        hidden = [ag.tanh(ag.dot(ws, [*x], bias)) for ws, bias in zip(w, b, strict=True)]
        return ag.dot(v, hidden, c)

    def cost(x: Any) -> Any:
        out, slope = ag.value_and_grad(critic)(x)
        return out + 10.0 * (ag.norm(slope) - 1.0) ** 2

    program = compiled(cost, backend=backend)
    value, found = program.value_and_grad(np.array([[0.3, -0.2], [1.0, 0.5], [-0.7, 0.9]]))
    assert value == pytest.approx(1.5063114104746906, rel=1e-12)
    gradients = dict(zip(map(id, program.parameters), found, strict=True))
    got = [gradients[id(p)] for p in (*(p for ws in w for p in ws), *b, *v, c)]
    want = [
        3.058222442963626, -1.3832204308128784, -1.673782456909727, 1.063928861810306,
        1.134404512585063, -0.5335783089876206, -1.2709178649907384, 2.696866648494386,
        0.5035027841829844, 2.1880595375880096, -5.653792881217783, 1.3767815871416829, 1.0,
    ]  # fmt: skip
    np.testing.assert_allclose(got, want, rtol=1e-12)

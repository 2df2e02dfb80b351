"""has_aux, and arguments that are differentiated by name: in transforms and in programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import ArgumentError, Value, compile, grad, hessian, jacobian, value_and_grad

PARAMETERS = {"w": 2.0, "b": 1.0}
POINT = (PARAMETERS, 3.0, 4.0)
AUX = {"fit": 7.0, "parts": [6.0, np.array([1.0, 2.0])]}
BACKENDS = ("python", "numpy", "native", "jax")


def loss(p: Any, x: Any, y: Any) -> Any:
    fit = p["w"] * x + p["b"]
    parts = [p["w"] * x, np.array([p["b"], 2.0 * p["b"]], dtype=object)]
    return (fit - y) ** 2, {"fit": fit, "parts": parts}


def alone(p: Any, x: Any, y: Any) -> Any:
    return loss(p, x, y)[0]


def same(found: Any, wanted: Any) -> None:
    """Raise unless two structures hold the same numbers."""
    assert type(found) is type(wanted), (found, wanted)
    if isinstance(wanted, dict):
        assert [*found] == [*wanted]
        same([*found.values()], [*wanted.values()])
    elif isinstance(wanted, (list, tuple)):
        assert len(found) == len(wanted)
        for x, y in zip(found, wanted, strict=True):
            same(x, y)
    elif isinstance(wanted, np.ndarray):
        assert found.dtype == wanted.dtype == np.float64
        np.testing.assert_allclose(found, wanted, rtol=1e-13)
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-13)
    else:
        assert found == wanted


# Transforms


@pytest.mark.parametrize("transform", [grad, jacobian, hessian])
def test_aux_comes_beside_the_derivative(transform: Callable[..., Any]) -> None:
    derivative = transform(alone)(*POINT)
    same(transform(loss, has_aux=True)(*POINT), (derivative, AUX))
    same(compile(transform(loss, has_aux=True))(*POINT), (derivative, AUX))


def test_aux_comes_beside_the_value() -> None:
    wanted = ((9.0, AUX), {"w": 18.0, "b": 6.0})
    same(value_and_grad(loss, has_aux=True)(*POINT), wanted)
    same(compile(value_and_grad(loss, has_aux=True))(*POINT), wanted)


def test_aux_comes_last_from_jvp_and_vjp() -> None:
    def of_parameters(p: Any) -> Any:
        return loss(p, *POINT[1:])

    same(ag.jvp(of_parameters, (PARAMETERS,), (PARAMETERS,), has_aux=True), (9.0, 42.0, AUX))
    value, pull, aux = ag.vjp(of_parameters, PARAMETERS, has_aux=True)
    same((value, pull(2.0), aux), (9.0, ({"w": 36.0, "b": 12.0},), AUX))


def test_aux_may_be_anything() -> None:
    aux = {"name": "loss", "none": None, "exact": True, "more": {1, 2}}
    same(value_and_grad(lambda x: (x * x, aux), has_aux=True)(3.0), ((9.0, aux), 6.0))


def test_aux_that_is_to_be_differentiated_is_made_of_values() -> None:
    w = Value(3.0)
    gradient, aux = grad(lambda x: (w * x * x, [w * x]), has_aux=True)(2.0)
    (gradient + aux[0]).backward()
    assert (gradient.data, aux[0].data, w.grad) == (12.0, 6.0, 6.0)
    nested = grad(lambda y: sum(grad(lambda x: (x * x * y, x * y), has_aux=True)(y)))
    assert nested(2.0) == 4.0 * 2.0 + 2.0 * 2.0  # of 2y² + y²: the point is y, too


# Programs


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("reduce", ["mean", "sum", None])
def test_programs(backend: str, reduce: Any) -> None:
    program = compile(loss, argnums=0, has_aux=True, backend=backend, reduce=reduce)
    plain = compile(alone, argnums=0, backend=backend, reduce=reduce)
    same(program(*POINT), (9.0, AUX))
    same(program.value_and_grad(*POINT), ((9.0, AUX), {"w": 18.0, "b": 6.0}))
    same(program.grad(*POINT), ({"w": 18.0, "b": 6.0}, AUX))
    x, y = np.array([3.0, 1.0, 0.5]), np.array([4.0, 1.0, 2.0])
    _, aux = program(PARAMETERS, x, y)
    assert aux["parts"][1].tolist() == [[1.0, 2.0]] * 3
    value, gradient = plain.value_and_grad(PARAMETERS, x, y)
    same(program.value_and_grad(PARAMETERS, x, y), ((value, aux), gradient))
    same(program.prepare(PARAMETERS, x, y)(), ((value, aux), gradient))


@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_by_the_parameters(backend: str) -> None:
    w = Value(2.0)
    program = compile(lambda x: ((w * x - 1.0) ** 2, w * x), has_aux=True, backend=backend)
    x = np.linspace(-1.0, 1.0, 1001)  # a piece and more
    (value, aux), gradient = program.value_and_grad(x)
    assert value == pytest.approx(np.mean((2.0 * x - 1.0) ** 2), rel=1e-13)
    assert gradient == pytest.approx([np.mean(2.0 * (2.0 * x - 1.0) * x)], rel=1e-13)
    assert np.array_equal(aux, 2.0 * x)
    again, _ = program.backward(x)
    assert again == value and w.grad == gradient[0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_flows_back_from_aux(backend: str) -> None:
    """An infinite slope in aux is nobody's business."""
    program = compile(lambda x: (x * x, ag.sqrt(x)), argnums=0, has_aux=True, backend=backend)
    same(program.value_and_grad(0.0), ((0.0, 0.0), 0.0))


def test_transforms_of_a_program_with_aux() -> None:
    program = compile(loss, argnums=0, has_aux=True)
    same(value_and_grad(program, has_aux=True)(*POINT), value_and_grad(loss, has_aux=True)(*POINT))
    same(compile(grad(program, has_aux=True))(*POINT), grad(loss, has_aux=True)(*POINT))


def test_an_empty_aux_and_a_list_for_a_pair() -> None:
    program = compile(lambda x: (x * x, {}), argnums=0, has_aux=True)
    assert program.value_and_grad(3.0) == ((9.0, {}), 6.0)
    of_list = compile(lambda x: [x * x, x], argnums=0, has_aux=True, reduce="sum")
    same(of_list.grad(np.array([3.0])), (np.array([6.0]), np.array([3.0])))


def test_a_mesh() -> None:
    jax = pytest.importorskip("jax")
    mesh = jax.make_mesh((jax.device_count(),), ("batch",))
    for x in (np.array([1.0, 2.0, 3.0]), np.arange(8.0)):
        on_mesh = compile(lambda x: (x * x, [x, 2.0]), argnums=0, has_aux=True, reduce="sum",
                          backend="jax", mesh=mesh).value_and_grad(x)  # fmt: skip
        same(on_mesh, ((float((x * x).sum()), [x, np.full_like(x, 2.0)]), 2.0 * x))


def test_what_has_no_aux_says_so() -> None:
    program = compile(loss, argnums=0, has_aux=True)
    for call in (program.jacobian, program.hessian):
        with pytest.raises(ArgumentError, match="has_aux"):
            call(*POINT)
    with pytest.raises(ArgumentError, match="has_aux"):
        program.trace(*POINT).to_jax()
    for call in (program.jvp, program.hvp):
        with pytest.raises(ArgumentError, match="has_aux"):
            call(PARAMETERS, *POINT)


# Arguments by name


def product(x: Any, *, w: Any, b: Any = 1.0) -> Any:
    return (w * x + b) ** 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_argnums_by_name(backend: str) -> None:
    assert value_and_grad(product, "w")(2.0, w=3.0) == (49.0, 28.0)
    assert hessian(product, ("w", 0))(2.0, w=3.0) == ((8.0, 26.0), (26.0, 18.0))
    program = compile(product, argnums=("w", 0), backend=backend)
    assert program.value_and_grad(2.0, w=3.0) == (49.0, (28.0, 42.0))
    assert program.jacobian(2.0, w=3.0) == (28.0, 42.0)
    assert program.hessian(2.0, w=3.0) == ((8.0, 26.0), (26.0, 18.0))
    assert program.jvp((1.0, 2.0), 2.0, w=3.0) == (49.0, 112.0)
    assert program.hvp((1.0, 2.0), 2.0, w=3.0) == (60.0, 62.0)


def test_a_name_of_an_argument_given_by_position() -> None:
    def f(x: Any, w: Any) -> Any:
        return w * w * x

    assert grad(f, "w")(2.0, 3.0) == grad(f, "w")(2.0, w=3.0) == 12.0
    assert grad(f, ("x", "w"))(w=3.0, x=2.0) == (9.0, 12.0)
    assert compile(f, argnums="w").grad(2.0, 3.0) == compile(f, argnums="w").grad(2.0, w=3.0) == 12
    assert grad(compile(f), "w")(2.0, 3.0) == compile(grad(f, "w"))(2.0, 3.0) == 12.0
    with pytest.raises(ArgumentError, match="an argument twice"):
        grad(f, ("w", 1))(2.0, 3.0)


def test_structures_and_batches_by_name() -> None:
    program = compile(lambda x, *, p: p["w"] * x + p["b"], argnums="p", reduce="sum")
    x = np.array([1.0, 2.0])
    same(program.value_and_grad(x, p=PARAMETERS), (8.0, {"w": 3.0, "b": 2.0}))
    by_x = compile(lambda w, *, x: w * x * x, argnums="x", reduce="sum")
    same(by_x.grad(2.0, x=x), 4.0 * x)
    same(by_x.hvp(x, 2.0, x=x), 4.0 * x)
    same(
        by_x.trace(2.0, x=x).to_jax().value_and_grad(np.zeros(0), 2.0, x=x)[1].tolist(), [4.0, 8.0]
    )


def test_a_static_argument_by_name() -> None:
    with pytest.raises(ArgumentError, match="static and has no gradient"):
        compile(product, argnums="w", static_argnames="w").grad(2.0, w=3)


class Line:
    """A method's arguments by name: self does not count."""

    @compile(argnums=("w", 1))
    def cost(self, x: Any, w: Any) -> Any:
        return w * w * x


def test_methods() -> None:
    assert Line().cost.grad(2.0, 3.0) == (12.0, 9.0)


@pytest.mark.parametrize("bias", [None, {"unused": None}])
def test_a_part_of_an_argument_may_be_none(bias: Any) -> None:
    p = {"w": 2.0, "b": bias}

    def f(p: Any) -> Any:
        return p["w"] ** 2

    same(grad(f)(p), {"w": 4.0, "b": bias})
    same(ag.jvp(f, (p,), (p,)), (4.0, 8.0))
    same(compile(f, argnums=0).grad(p), {"w": 4.0, "b": bias})

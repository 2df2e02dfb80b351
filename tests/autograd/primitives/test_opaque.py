"""opaque=True: primitives that NumPy alone can compute, and which nobody tries to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Binary, GraphError, Nary, TraceError, Unary, Value, compile, define, where

X = np.linspace(0.0, 2.0, 2001)
READ: list[Any] = []
"""What the computations were called with that was no number and no array of them."""


def note(*operands: Any) -> None:
    READ.extend(x for x in operands if not isinstance(x, (float, np.ndarray)))


def looked_up(table: Any) -> Callable[..., Any]:
    def arrays(x: Any) -> Any:
        note(x)
        return np.interp(x, X, table)

    return arrays


def median_over(xs: Any, axis: int | None = None) -> Any:
    note(xs)
    return np.median(xs, axis=axis)


def hypotenuse(x: Any, y: Any) -> Any:
    note(x, y)
    return np.sqrt(x * x + y * y)


@pytest.fixture(autouse=True)
def primitives() -> Iterator[dict[str, Any]]:
    """The sine by tables, whose slope is the cosine; a median; a length."""
    before = dict(ag.PRIMITIVES)
    made: dict[str, Any] = {}

    @define(Unary, opaque=True, arrays=looked_up(np.cos(X)), local=lambda out, x: -made["s"](x))
    def cosine_by_table(x: float) -> float:
        return float(np.interp(x, X, np.cos(X)))

    @define(Unary, opaque=True, arrays=looked_up(np.sin(X)), local=lambda out, x: made["c"](x))
    def sine_by_table(x: float) -> float:
        return float(np.interp(x, X, np.sin(X)))

    @define(
        Nary,
        opaque=True,
        arrays=median_over,
        local=lambda out, xs: [where((x >= out) & (x <= out), 1.0, 0.0) for x in xs],
    )
    def median(xs: Any) -> float:
        return float(np.median(xs))

    @define(
        Binary,
        opaque=True,
        arrays=hypotenuse,
        local=(lambda out, x, y: x / out, lambda out, x, y: y / out),
    )
    def length(x: float, y: float) -> float:
        return float(np.sqrt(x * x + y * y))

    made.update(s=sine_by_table, c=cosine_by_table, median=median, length=length)
    READ.clear()
    yield made
    assert not READ, "a computation that is opaque was called with what is to be read"
    ag.PRIMITIVES.clear()
    ag.PRIMITIVES.update(before)


W = Value(0.5, label="w")


def model(made: dict[str, Any]) -> Callable[..., Any]:
    def f(x: Any, y: Any) -> Any:
        return made["median"]([made["s"](x * y), made["length"](x, y), W]) * W + made["s"](y)

    return f


@pytest.mark.parametrize("backend", ["auto", "numpy", "python"])
def test_numpy_and_python_run_it(primitives: dict[str, Any], backend: str) -> None:
    f, x, y = model(primitives), np.array([0.5, 1.5, 0.1]), np.array([0.2, 1.0, 1.2])
    program = compile(f, argnums=(0, 1), reduce=None, backend=backend)
    values, gradients = program.value_and_grad(x, y)
    for i, point in enumerate(zip(x.tolist(), y.tolist(), strict=True)):
        value, gradient = ag.value_and_grad(f, (0, 1))(*point)
        assert values[i] == pytest.approx(value.data, rel=1e-14)
        assert [g[i] for g in gradients] == pytest.approx([g.data for g in gradient], rel=1e-14)
        second = [h.data for row in ag.hessian(f, (0, 1))(*point) for h in row]
        assert [h for row in program.hessian(*point) for h in row] == pytest.approx(second, 1e-13)
    assert value.data == pytest.approx(W.data * np.median([np.sin(0.12), np.hypot(0.1, 1.2), 0.5])
                                       + np.sin(1.2), rel=1e-6)  # fmt: skip


def test_its_rules_are_right(primitives: dict[str, Any]) -> None:
    ag.check_grads(model(primitives), (0.75, 0.875), rtol=1e-3)
    ag.check_grads(primitives["length"], (0.3, 0.4), order=2)


@pytest.mark.parametrize("name", ["s", "median", "length"])
@pytest.mark.parametrize("backend", ["native", "jax"])
def test_others_refuse_it_by_name(primitives: dict[str, Any], backend: str, name: str) -> None:
    made = primitives[name]
    f = {"s": made, "median": lambda x: made([x, 1.0]), "length": lambda x: made(x, 1.0)}[name]
    for x in (0.5, np.array([0.5, 0.25])):
        with pytest.raises(TraceError, match=rf"^{made.name} is opaque.*'numpy' or 'python'"):
            compile(f, backend=backend)(x)


@pytest.mark.parametrize("name", ["f.c", "f.js", "f.py"])
def test_files_refuse_it_by_name(primitives: dict[str, Any], name: str, tmp_path: Path) -> None:
    program = compile(model(primitives)).trace(0.5, 0.25)
    with pytest.raises(GraphError, match=r"(sine_by_table|median|length) is opaque"):
        program.export(tmp_path / name)
    assert not [*tmp_path.iterdir()]


def test_the_statements_name_it(primitives: dict[str, Any]) -> None:
    program = compile(primitives["s"], argnums=0, backend="numpy").trace(np.ones(2))
    assert 'sine_by_table = PRIMITIVES["sine_by_table"]' in str(program.source)
    assert "A1 = sine_by_table(X1)" in str(program.source)


def test_variants_are_opaque_too() -> None:
    @define(Unary, opaque=True, arrays=lambda x, k: k * x, local=lambda out, x, k: k)
    def scaled(x: float, *, k: float = 1.0) -> float:
        return k * x

    assert scaled.bind(k=3.0).opaque
    with pytest.raises(TraceError, match="scaled is opaque"):
        compile(lambda x: scaled(x, k=3.0), backend="native")(1.0)

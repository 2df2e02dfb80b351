"""Random programs every way: eagerly, for one example, in a batch, and in second order.

The programs of exact operations give the same bits wherever they run, at infinities, nan, both
zeros, kinks and where sums cancel: there is nothing to tolerate. Their gradients are sums of
messages, which may be added in another order. Second derivatives are compared between the
transforms, and with differences of the programs' gradients.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Plan, plans, points

import autograd as ag
from autograd import Value
from autograd import compile as compiled

EXAMPLES = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
INF, NAN = math.inf, math.nan
SPECIAL = (
    0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, INF, -INF, NAN, 1e20, -1e20, 2.0**60, -(2.0**60), 5e-324,
    1e-300, -1e300,
)  # fmt: skip
TAME = (0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 0.25, 1e8, -1e8, 1e-9)

EXACT: dict[str, tuple[int | None, Callable[..., Any]]] = {
    "add": (2, lambda x, y: x + y),
    "sub": (2, lambda x, y: x - y),
    "mul": (2, lambda x, y: x * y),
    "div": (2, lambda x, y: x / y),
    "neg": (1, lambda x: -x),
    "plus nought": (1, lambda x: x + 0.0),
    "nought plus": (1, lambda x: 0.0 + x),
    "nought minus": (1, lambda x: 0.0 - x),
    "minus nought": (1, lambda x: x - 0.0),
    "times minus one": (1, lambda x: -1.0 * x),
    "a constant first": (1, lambda x: 1e20 + x - 1e20),
    "one over": (1, lambda x: 1 / x),
    "square": (1, lambda x: x**2),
    "root": (1, ag.sqrt),
    "abs": (1, abs),
    "sign": (1, ag.sign),
    "relu": (1, ag.relu),
    "leaky": (1, lambda x: ag.leaky_relu(x, slope=0.25)),
    "clip": (1, lambda x: ag.clip(x, -1.0, 2.0)),
    "clip at nought": (1, lambda x: ag.clip(x, 0.0, 1.0)),
    "remainder": (2, lambda x, y: x % y),
    "whole part": (2, lambda x, y: x // y),
    "floor": (1, ag.floor),
    "ceil": (1, ag.ceil),
    "round": (1, ag.round),
    "is nan": (1, lambda x: ag.where(ag.isnan(x), 0.5, x)),
    "between knots": (1, lambda x: ag.interp(x, [-1.0, 0.0, 2.0], [0.5, 1.0, -2.0])),
    "between heights": (3, lambda x, y, z: ag.interp(x, [0.0, 0.5, 2.0], [y, z, 1.0])),
    "largest": (None, lambda *xs: ag.max(xs)),
    "smallest": (None, lambda *xs: ag.min(xs)),
    "first of sorted": (None, lambda *xs: ag.sort(xs)[0]),
    "middle of sorted": (None, lambda *xs: ag.sort(xs)[len(xs) // 2]),
    "maximum": (2, ag.maximum),
    "minimum": (2, ag.minimum),
    "at least nought": (1, lambda x: ag.maximum(x, 0.0)),
    "at most nought": (1, lambda x: ag.minimum(-0.0, x)),
    "larger": (2, lambda x, y: ag.where(x > y, x, y)),
    "a branch": (2, lambda x, y: ag.where((x >= 0.0) & (y < 1.0), x * y, 0.5)),
    "brackets": (3, lambda x, y, z: x - (y * z - x * y)),
    "Python's sum": (None, lambda *xs: sum(x * 0.5 for x in xs)),
    "from a bias": (None, lambda *xs: sum((x * xs[0] for x in xs[1:]), xs[0])),
    "sum": (None, lambda *xs: ag.sum(xs)),
    "sum of products": (None, lambda *xs: ag.sum([x * xs[-1] for x in xs])),
    "mean": (None, lambda *xs: ag.mean(xs)),
    "dot": (None, lambda *xs: ag.dot(xs, xs[::-1], xs[0])),
    "prod": (None, lambda *xs: ag.prod(xs)),
    "take": (2, lambda x, y: ag.take([x, y, 2.0], 1)),
    "rest of a sum": (2, lambda a, b: (lambda s: (a - (s - (s - a))) + (b - (s - a)))(a + b)),
}  # fmt: skip


@dataclass(frozen=True)
class Program:
    """Steps over registers; a negative register −k is the constant SPECIAL[k]."""

    inputs: int
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    def run(self, xs: Sequence[Any]) -> Any:
        registers = list(xs)
        for name, places in self.steps:
            operands = [registers[i] if i >= 0 else SPECIAL[-i] for i in places]
            registers.append(EXACT[name][1](*operands))
        return registers[-1]


@st.composite
def programs(draw: st.DrawFn) -> Program:
    inputs = draw(st.integers(1, 3))
    steps = []
    for position in range(draw(st.integers(1, 9))):
        name = draw(st.sampled_from(sorted(EXACT)))
        count = EXACT[name][0] or draw(st.integers(1, 4))
        available = inputs + position
        recent = st.integers(max(0, available - 3), available - 1)
        operand = recent if count == 1 else recent | st.integers(0, available - 1) | st.integers(
            1 - len(SPECIAL), -1)  # fmt: skip
        steps.append((name, (draw(recent), *(draw(operand) for _ in range(count - 1)))))
    return Program(inputs, tuple(steps))


def bits(x: float) -> str:
    return "nan" if x != x else struct.pack(">d", x).hex()


def eagerly(f: Any, row: Sequence[float], which: int, w: Sequence[Value]) -> tuple[Any, ...]:
    """The value, the inputs' gradients, and the largest message on the way to them."""
    given = [w[i] if which >> i & 1 else Value(x) for i, x in enumerate(row)]
    for v in w:
        v.zero_grad()
    out = f.run(given)
    if not isinstance(out, Value):
        return float(out), [0.0] * len(row), 0.0
    out.backward()
    slopes = [v.grad for v in given]
    largest = 0.0
    for node in ag.topological_order(out):
        for local in node.local_gradients if node.parents else ():
            message = abs(node.grad * local)
            largest = max(largest, message if math.isfinite(message) else 0.0)
    return out.data, slopes, largest


def assert_gradients(got: Any, want: Any, largest: float, what: str) -> None:
    for g, w in zip(np.ravel(got).tolist(), np.ravel(want).tolist(), strict=True):
        if not math.isfinite(w):  # of infinite messages the order decides what they add up to
            assert not math.isfinite(g), f"{what}: gradient {got}, eagerly {want}"
            continue
        same = abs(g - w) <= 1e-12 * max(abs(w), largest)
        assert same, f"{what}: gradient {got}, eagerly {want}"


def check(f: Any, rows: list[list[float]], which: int, backend: str) -> None:
    """Single and batched, values bit by bit, gradients of arguments and of parameters."""
    w = [Value(x) for x in rows[0]]
    rows = [[rows[0][i] if which >> i & 1 else x for i, x in enumerate(row)] for row in rows]
    free = [i for i in range(len(w)) if not which >> i & 1]

    def run(x: Any) -> Any:
        given = iter(x)
        return f.run([w[i] if which >> i & 1 else next(given) for i in range(len(w))])

    want = [eagerly(f, row, which, w) for row in rows]
    table = np.array([[row[i] for i in free] for row in rows])
    program = compiled(run, argnums=0, reduce=None, backend=backend)
    for call in (program, lambda x: program.value_and_grad(x)[0]):
        for row, (value, _, _) in zip(table.tolist(), want, strict=True):
            assert bits(call(row)) == bits(value), f"one: {call(row)!r}, eagerly {value!r}"
        for part in (table, table[:1], np.repeat(table, 3, axis=0)):
            got = [bits(x) for x in np.asarray(call(part)).tolist()]
            one = [bits(v) for v, _, _ in want] if len(part) > 1 else [bits(want[0][0])]
            assert got in (one, [b for b in one for _ in range(3)]), f"a batch: {got}, {one}"
    batch = program.value_and_grad(table)[1]
    for i, (_, slopes, largest) in enumerate(want):
        chosen = [slopes[j] for j in free]
        assert_gradients(program.value_and_grad(table[i].tolist())[1], chosen, largest, "one")
        assert_gradients(batch[i], chosen, largest, "a batch")
    of_parameters = compiled(run, reduce=None, backend=backend).trace(table)
    if not of_parameters.parameters:
        with pytest.raises(ag.ArgumentError, match="nothing to differentiate with respect to"):
            of_parameters.value_and_grad(table)
        return
    each = of_parameters.value_and_grad(table)[1]
    in_a_batch = list(of_parameters.parameters)
    for i, (_, slopes, largest) in enumerate(want):
        held = {id(v): s for v, s in zip(w, slopes, strict=True)}
        single = of_parameters.value_and_grad(table[i].tolist())[1]
        for got, order in ((single, of_parameters.parameters), (each[i], in_a_batch)):
            assert_gradients(got, [held[id(p)] for p in order], largest, "parameters")


def check_with(f: Program, data: st.DataObject, backend: str) -> None:
    number = st.sampled_from(data.draw(st.sampled_from([SPECIAL, TAME])))
    row = st.lists(number, min_size=f.inputs, max_size=f.inputs)
    rows, which = data.draw(st.lists(row, min_size=2, max_size=3)), data.draw(st.integers(0, 7))
    check(f, rows, which, backend)


@EXAMPLES
@given(programs(), st.data())
def test_exact_programs_give_the_same_bits(f: Program, data: st.DataObject) -> None:
    check_with(f, data, "auto")


@settings(EXAMPLES, max_examples=40)
@given(programs(), st.data())
def test_exact_programs_give_the_same_bits_as_native_code(f: Program, data: st.DataObject) -> None:
    check_with(f, data, "native")


@settings(EXAMPLES, max_examples=25)
@given(plans(max_inputs=3, max_steps=10), st.data())
def test_second_derivatives(plan: Plan, data: st.DataObject) -> None:
    """Hessians of programs, and times a direction: by transforms, methods, and differences."""
    n = plan.inputs
    at = np.array(data.draw(points(n, 2.0)))
    along = np.array(data.draw(points(n, 1.0)))

    def f(x: Any) -> Any:
        return plan.run(list(x))

    table = np.array(ag.hessian(f)(at.tolist()), dtype=float).reshape(n, n)
    size = max(1.0, float(np.abs(table).max()))
    np.testing.assert_allclose(table, table.T, rtol=0, atol=1e-12 * size)
    _, product = ag.jvp(ag.grad(f), (at.tolist(),), (along.tolist(),))
    np.testing.assert_allclose(np.array(product, dtype=float), table @ along, rtol=0,
                               atol=1e-11 * size)  # fmt: skip
    for backend in ("python", "numpy", "native"):
        of_transform = compiled(ag.hessian(f), batched=False, backend=backend)
        by_method = compiled(f, argnums=0, reduce=None, backend=backend)
        for got in (
            of_transform(at),
            by_method.hessian(at[None])[0],
            by_method.hessian(at.tolist()),
        ):
            np.testing.assert_allclose(np.array(got, dtype=float), table, rtol=0, atol=1e-11 * size)
        np.testing.assert_allclose(
            by_method.hvp(along[None], at[None])[0], table @ along, rtol=0, atol=1e-11 * size
        )
    program, step = compiled(f, argnums=0, reduce=None), 1e-4
    steps = np.array([-2.0, -1.0, 1.0, 2.0])[:, None]
    near = at + step * steps * along
    batch = program.value_and_grad(near)[1]
    single = np.array([program.value_and_grad(row.tolist())[1] for row in near])
    np.testing.assert_allclose(
        batch, single, rtol=1e-11, atol=1e-11 * max(1.0, np.abs(single).max())
    )
    slope = (batch * np.array([1.0, -8.0, 8.0, -1.0])[:, None]).sum(0) / (12.0 * step)
    np.testing.assert_allclose(
        slope, table @ along, rtol=0, atol=1e-5 * max(size, np.abs(batch).max())
    )

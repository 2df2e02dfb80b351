"""The walks of a backward pass: slopes to the last bit, passes within passes, marks."""

from __future__ import annotations

import math
import struct
import sys
import threading
from typing import Any

import pytest

import autograd as ag
from autograd import Value
from autograd.core.wiring import evaluated
from autograd.node import messages
from autograd.primitives.arithmetic import power_of

INF, NAN = math.inf, math.nan
NUMBERS = [
    *(s * m * 10.0**e for s in (1, -1) for e in range(-320, 309, 9) for m in (1.0, 3.7)),
    *(s * x for s in (1, -1) for x in (0.0, 0.5, 1.0, 2.0, 19.0, 36.7, 350.0, 699.9, 700.0, 710.0)),
    *(s * x for s in (1, -1) for x in (745.2, 1399.9, 1400.0, 1420.0, 1e308, 5e-324, INF)),
    NAN,
]  # fmt: skip
UNARY = [p for p in ag.PRIMITIVES.values() if p.arity == 1]
POWERS = [power_of(n) for n in (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 3.5, 400.0, -400.0)]


def bits(x: Any) -> bytes:
    return b"nan" if x != x else struct.pack("d", x)


@pytest.mark.parametrize("primitive", [*UNARY, *POWERS], ids=repr)
def test_a_slope_is_that_of_the_rule_to_the_last_bit(primitive: Any) -> None:
    for x in NUMBERS:
        out = primitive.number(x)
        expected = evaluated(primitive.local[0], out, x)
        assert bits(messages.slope_of(primitive, out, x)) == bits(float(expected)), x


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "neg", "pow"])
def test_arithmetic_is_that_of_its_blocks_to_the_last_bit(name: str) -> None:
    primitive = ag.PRIMITIVES[name]
    numbers = NUMBERS[::3]
    for x in numbers:
        for y in numbers if primitive.arity == 2 else [0.0]:
            operands = (x, y)[: primitive.arity]
            nodes = [Value(number) for number in operands]
            with ag.lints(False):
                out = primitive(*nodes)
                out.backward(1.5)
            assert bits(out.data) == bits(primitive.number(*operands)), operands
            slopes = primitive.local_gradients(out.data, *operands)
            for node, slope in zip(nodes, slopes, strict=True):
                assert bits(node.grad) == bits(1.5 * slope), operands


OPERATORS = ["x + {y}", "{y} + x", "x - {y}", "{y} - x", "x * {y}", "{y} * x", "x / {y}", "{y} / x"]


@pytest.mark.parametrize("text", [*OPERATORS, "x ** {y}", "{y} ** x"])
@pytest.mark.parametrize("y", ["2", "0", "-3", "True", "2**53 + 1", "0.5", "-0.0", "1e308"])
def test_operators_with_numbers_are_those_of_nodes(text: str, y: str) -> None:
    x, number = Value(1.25), eval(y)
    found = eval(text.format(y="number"))
    expected = eval(text.format(y="y"), {"x": Value(1.25), "y": Value(float(number))})
    assert type(found.data) is float
    assert bits(found.data) == bits(expected.data)
    assert sum(isinstance(v, float) for v in found.operands) == (0 if "x ** " in text else 1)


def test_a_pass_within_the_walk_of_another_starts_that_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x = Value(2.0)
    inner, outer = x * 3.0, x * x
    begun: list[int] = []

    class Passes(list[int]):
        def __setitem__(self, at: Any, number: Any) -> None:
            super().__setitem__(at, number)
            if not begun:
                begun.append(number)
                inner.backward()

    x.grad = 100.0
    monkeypatch.setattr(messages, "PASSES", Passes([1000]))
    outer.backward()
    assert begun
    assert x.grad == 107.0


def test_a_pass_that_a_function_of_a_node_runs() -> None:
    x = Value(2.0)
    other = x * 10.0
    out = Value(4.0, (x,), "square")

    def backward() -> None:
        other.backward()
        x.grad += 2.0 * x.data * out.grad

    out._backward = backward
    (out + x).backward()
    assert x.grad == 15.0


def test_threads_on_shared_leaves() -> None:
    w = Value(1.0)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def work() -> None:
        for _ in range(50):
            y = w
            for i in range(50):
                y = y * 1.0 + w * float(i % 2)
            y.backward()

    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert w.grad == 4 * 50 * 26.0


def test_a_node_is_visited_once_in_every_pass() -> None:
    x = Value(1.0)
    y = x
    for _ in range(60):
        y = y + y
    for times in (1, 2, 3):
        y.backward()
        assert x.grad == times * 2.0**60


def test_the_gradient_of_a_node_that_no_message_reached_is_none() -> None:
    x, z = Value(1.0), Value(2.0)
    taken, other = x * 2.0, z * 3.0
    other.backward()
    out = ag.where(x > 0.0, taken, other)
    out.backward()
    assert (taken.grad, x.grad) == (1.0, 2.0)
    assert (other.has_grad, z.grad) == (False, 3.0)

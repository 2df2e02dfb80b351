"""Programs written for micrograd, Zero to Hero and microgpt run unchanged."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from autograd_support import assert_close, no_warnings

from autograd import Value


def test_micrograd_sanity_check() -> None:
    """micrograd's test_sanity_check; the numbers from exact rational arithmetic by hand.

    x = −4: z = 2x + 2 + x = −10, q = relu(z) + z·x = 40, h = relu(z²) = 100, y = h + q + qx.
    y = 100 + 40 − 160 = −20; dy/dx = 2z·3 + (3x + z)(1 + x) + q = −60 + 66 + 40 = 46.
    """
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert y.data == -20.0
    assert x.grad == 46.0


def test_micrograd_more_ops() -> None:
    """micrograd's test_more_ops; expected numbers by rational arithmetic with dual numbers."""
    a, b = Value(-4.0), Value(2.0)
    g = more_ops(a, b, lambda v: v.relu())
    g.backward()
    want = [more_ops(*pair, Dual.relu) for pair in DUAL_STARTS]
    assert_close(g.data, float(want[0].x), rel=1e-14)
    assert_close(a.grad, float(want[0].d), rel=1e-14)
    assert_close(b.grad, float(want[1].d), rel=1e-14)
    assert g.data == pytest.approx(24.70408163265306, rel=1e-15)
    assert a.grad == pytest.approx(138.83381924198252, rel=1e-15)
    assert b.grad == pytest.approx(645.5772594752186, rel=1e-15)


def more_ops(a: Any, b: Any, relu: Callable[[Any], Any]) -> Any:
    """The program of micrograd's test and README."""
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


class Dual:
    """x + d·ε in exact rational arithmetic."""

    def __init__(self, x: Any, d: Any = 0) -> None:
        self.x, self.d = Fraction(x), Fraction(d)

    @staticmethod
    def of(other: Any) -> Dual:
        return other if isinstance(other, Dual) else Dual(other)

    def __add__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.x + other.x, self.d + other.d)

    def __mul__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.x * other.x, self.d * other.x + self.x * other.d)

    def __pow__(self, n: int) -> Dual:
        return Dual(self.x**n, n * self.x ** (n - 1) * self.d)

    def __neg__(self) -> Dual:
        return self * -1

    def __sub__(self, other: Any) -> Dual:
        return self + -Dual.of(other)

    def __truediv__(self, other: Any) -> Dual:
        return self * Dual.of(other) ** -1

    def __rtruediv__(self, other: Any) -> Dual:
        return Dual.of(other) * self**-1

    __radd__, __rmul__ = __add__, __mul__

    def relu(self) -> Dual:
        return self if self.x > 0 else Dual(0)


DUAL_STARTS = [(Dual(-4, 1), Dual(2, 0)), (Dual(-4, 0), Dual(2, 1))]


def test_names_of_parts() -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, _children=(), _op="", label="b")
    c = a * b
    c.label = "c"
    assert c._prev == c._children == (a, b)
    assert (a * a)._prev == (a, a)
    assert a._prev == ()
    assert c._local_grads == (-3.0, 2.0)
    ops = [(a + b, "+"), (a * b, "*"), (a**2, "**2"), (a**-1, "**-1"), (a**0.5, "**0.5"),
           (a.relu(), "ReLU"), (a.tanh(), "tanh"), (a.exp(), "exp"), (a.log(), "log"),
           (a, "")]  # fmt: skip
    for node, op in ops:
        assert node._op == op
    assert (a.grad, c.grad) == (0, 0)
    assert {a, b} == set(c._prev)


@pytest.mark.parametrize(
    ("exponent", "op"),
    [(2, "**2"), (2.0, "**2"), (-1, "**-1"), (0.5, "**0.5"), (1 / 3, "**0.3333333333333333"),
     (0.1, "**0.1"), (-2.7, "**-2.7")],
)  # fmt: skip
def test_power_is_named_by_the_shortest_text_of_its_exponent(exponent: float, op: str) -> None:
    assert (Value(2.0) ** exponent)._op == op


def test_constructors_of_micrograd_and_microgpt() -> None:
    a = Value(2.0)
    assert Value(3.0, (a,), "op")._op == "op"
    assert Value(3.0, (a,), "op", "name").label == "name"
    assert Value(3.0, [a], [2.0])._local_grads == (2.0,)
    assert Value(3.0, (), ()).is_leaf
    assert Value(3.0, (a, a), (1.0, 2))._children == (a, a)
    out = Value(4.0, (a, a), (1.0, 2.0))
    out.backward()
    assert a.grad == 3.0
    with pytest.raises(ValueError, match="2 children need as many local gradients, not 1"):
        Value(3.0, (a, a), (1.0,))
    with pytest.raises(TypeError, match="a child must be a Value"):
        Value(3.0, (1.0,), "op")
    with pytest.raises(TypeError, match="local gradient must be a real number"):
        Value(3.0, (a,), ("x",))


def test_a_leaf_may_have_an_operation_name() -> None:
    b = Value(2.0, (), "input")
    (b * b).backward()
    assert (b.grad, b._op, b.operands, b.parents) == (4.0, "input", (), ())
    b.data = 3.0
    b.zero_grad()
    (b * b).backward()
    assert b.grad == 6.0
    assert b.local_gradients == ()


class MicroGPT:
    """The operations of microgpt's Value, each giving its local gradients as numbers."""

    @staticmethod
    def mul(a: Value, b: Value) -> Value:
        return Value(a.data * b.data, (a, b), (b.data, a.data))

    @staticmethod
    def add(a: Value, b: Value) -> Value:
        return Value(a.data + b.data, (a, b), (1, 1))

    @staticmethod
    def log(a: Value) -> Value:
        return Value(math.log(a.data), (a,), (1 / a.data,))


def test_microgpt_values_with_local_gradients() -> None:
    a, b = Value(2.0), Value(5.0)
    loss = MicroGPT.log(MicroGPT.add(MicroGPT.mul(a, b), MicroGPT.mul(a, a))) * 3.0
    loss.backward()
    assert loss.data == 3.0 * math.log(14.0)
    assert_close(a.grad, 3.0 * 9.0 / 14.0, rel=1e-15)
    assert_close(b.grad, 3.0 * 2.0 / 14.0, rel=1e-15)


def zero_to_hero_tanh(self: Value) -> Value:
    """tanh as it is written in the first lecture of Zero to Hero."""
    x = self.data
    t = (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)
    out = Value(t, (self,), "tanh")

    def _backward() -> None:
        self.grad += (1 - t**2) * out.grad

    out._backward = _backward
    return out


@pytest.mark.parametrize("tanh", [zero_to_hero_tanh, Value.tanh])
def test_zero_to_hero_neuron(tanh: Callable[[Value], Value]) -> None:
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    x1w1 = x1 * w1
    x1w1.label = "x1*w1"
    n = x1w1 + x2 * w2 + b
    o = tanh(n)
    o.backward()
    want = {x1: -1.5, w1: 1.0, x2: 0.5, w2: 0.0, b: 0.5}
    assert o.data == pytest.approx(0.7071067811865476, rel=1e-12)
    for leaf, gradient in want.items():
        assert leaf.grad == pytest.approx(gradient, rel=1e-12)


def test_zero_to_hero_backward_by_hand() -> None:
    x1, w1, b = Value(2.0), Value(-3.0), Value(6.5)
    product = x1 * w1
    n = product + b
    o = n.tanh()
    o.grad = 1.0
    for node in (o, n, b, product, x1):
        assert node._backward() is None
    slope = 1 - math.tanh(0.5) ** 2
    assert n.grad == pytest.approx(slope)
    assert b.grad == pytest.approx(slope)
    assert w1.grad == pytest.approx(2 * slope)
    by_hand = [x1.grad, w1.grad, b.grad]
    for leaf in (x1, w1, b):
        leaf.grad = 0
    o.backward()
    assert [x1.grad, w1.grad, b.grad] == by_hand


def test_calling_backward_by_hand_accumulates_like_micrograd() -> None:
    a = Value(3.0)
    b = a + a
    b.grad = 1.0
    b._backward()
    assert a.grad == 2.0
    b._backward()
    assert a.grad == 4.0


def test_zero_to_hero_nudging() -> None:
    """Assigning data by hand, also of interior nodes, and building on from there."""
    a, b, c, f = (Value(x, label=n) for x, n in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))

    def forward() -> tuple[Value, Value, Value]:
        e = a * b
        d = e + c
        return e, d, d * f

    _, _, L = forward()
    L.backward()
    assert L.data == -8.0
    assert (a.grad, b.grad, c.grad, f.grad) == (6.0, -4.0, -2.0, 4.0)
    for leaf in (a, b, c, f):
        leaf.data += 0.01 * leaf.grad
    _, _, L = forward()
    assert L.data == pytest.approx(-7.286496, rel=1e-12)
    for leaf in (a, b, c, f):
        leaf.grad = 0
    e, d, L = forward()
    e.data += 0.001  # d and L were computed already and keep their numbers
    assert (d.data, e.data) == (
        e.operands[0].data + c.data,
        pytest.approx(e.operands[0].data + 0.001),
    )
    again = (e + c) * f
    again.backward()
    assert again.data == pytest.approx(L.data + 0.001 * f.data)
    assert a.grad == b.data * f.data
    assert c.grad == f.data


def test_assigning_data_of_an_interior_node_keeps_its_backward_pass() -> None:
    a = Value(2.0)
    b = a * 3.0
    b.data = 100.0
    c = b * b
    c.backward()
    assert c.data == 10_000.0
    assert b.grad == 200.0
    assert a.grad == 600.0
    assert b.label == ""


def test_a_users_backward_function_is_honoured_on_any_node() -> None:
    a = Value(2.0)
    out = a * a
    calls = []

    def twice() -> None:
        calls.append(out.grad)
        a.grad += 100.0 * out.grad

    out._backward = twice
    assert out._backward is twice
    (out * 3.0).backward()
    assert calls == [3.0]
    assert a.grad == 300.0
    (out * 3.0).backward()
    assert a.grad == 600.0  # accumulates over passes like any leaf


def test_a_users_backward_function_in_the_middle_of_a_graph() -> None:
    def clamp(v: Value) -> Value:
        out = Value(max(v.data, 0.0), (v,), "clamp")

        def _backward() -> None:
            v.grad += (out.data > 0) * out.grad

        out._backward = _backward
        return out

    x = Value(3.0)
    y = clamp(x * 2.0) * x + clamp(-x)
    y.backward()
    assert (y.data, x.grad) == (18.0, 12.0)


def test_optimiser_state_as_attributes_and_updates_in_place() -> None:
    p = Value(1.0)
    p.m = p.v = 0.0
    for _ in range(3):
        loss = (p * 2.0 - 4.0) ** 2
        p.grad = 0
        loss.backward()
        p.m = 0.9 * p.m + 0.1 * p.grad
        p.data -= 0.1 * p.m
    assert p.data > 1.0
    assert type(p.data) is float
    p.data -= np.float64(0.5) * p.grad
    assert type(p.data) is float


def test_micrograd_training_loop() -> None:
    rng = random.Random(1337)
    w = [Value(rng.uniform(-1, 1)) for _ in range(2)]
    b = Value(0.0)
    data = [([2.0, 3.0], 1.0), ([3.0, -1.0], -1.0), ([0.5, 1.0], -1.0), ([1.0, 1.0], 1.0)]
    losses = []
    with no_warnings():
        for _ in range(20):
            scores = [
                sum((wi * xi for wi, xi in zip(w, x, strict=True)), b).tanh() for x, _ in data
            ]
            loss = sum((s - y) ** 2 for s, (_, y) in zip(scores, data, strict=True))
            for p in [*w, b]:
                p.grad = 0.0
            loss.backward()
            for p in [*w, b]:
                p.data += -0.05 * p.grad
            losses.append(loss.data)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("words", [((),), ((), ""), ()])
def test_a_node_made_by_hand_needs_no_name(words: tuple[Any, ...]) -> None:
    """As in `out = Value(self.data * 2, (self,))`, whose function comes later."""
    x = Value(2.0)
    out = Value(4.0, (x,), *words[1:]) if words else Value(4.0, children=(x,))

    def send() -> None:
        x.grad += 2.0 * out.grad

    out._backward = send
    out.backward()
    assert x.grad == 2.0

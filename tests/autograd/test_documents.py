"""Every worked number in the source documents that concerns the engine.

Where a document has a slip or a missing figure, the test says so and holds the right number.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

import autograd as ag
from autograd import Value


def sigma(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


# Document 003 (Lei, Backpropagation)


@pytest.mark.parametrize(
    ("w", "b", "x", "y"), [(2.0, -3.0, -1.0, 1.0), (0.5, 0.25, 4.0, 0.0), (-1.0, 3.0, 0.1, 0.5)]
)
def test_003_example_1_chain_rule_from_scratch(w: float, b: float, x: float, y: float) -> None:
    """∂C/∂w = (σ(wx+b) − y)·σ′(wx+b)·x, ∂C/∂b without the x, for C = ½(σ(wx+b) − y)²."""
    weight, bias = Value(w), Value(b)
    cost = 0.5 * (ag.sigmoid(weight * x + bias) - y) ** 2
    cost.backward()
    a = sigma(w * x + b)
    common = (a - y) * a * (1.0 - a)
    assert cost.data == pytest.approx(0.5 * (a - y) ** 2, rel=1e-14)
    assert weight.grad == pytest.approx(common * x, rel=1e-13)
    assert bias.grad == pytest.approx(common, rel=1e-13)


def test_003_example_2_intermediate_variables() -> None:
    """∂C/∂a = a − y; ∂C/∂z = ∂C/∂a·σ′(z); ∂C/∂w = ∂C/∂z·x; ∂C/∂b = ∂C/∂z: on the nodes."""
    w, b, x, y = Value(2.0), Value(-3.0), 1.5, 1.0
    z = w * x + b
    a = ag.sigmoid(z)
    C = 0.5 * (a - y) ** 2
    C.backward()
    assert z.data == 0.0
    assert a.grad == a.data - y
    assert z.grad == a.grad * a.local_gradients[0]
    assert a.local_gradients[0] == pytest.approx(a.data * (1 - a.data), rel=1e-15)
    assert w.grad == z.grad * x
    assert b.grad == z.grad
    assert (C.data, a.grad, z.grad, w.grad, b.grad) == (0.125, -0.5, -0.125, -0.1875, -0.125)


def linear_regression() -> dict[str, Value]:
    """The graph of examples 4 to 6: u = wx, ŷ = u + b, e = ŷ − y, J = e² at w = 5, x = b = 1.

    The figure is missing; ŷ = 6 fixes b = 1, and J = 16 with ∂J/∂e = 8 fixes e = 4, so y = 2.
    """
    numbers = {"w": 5, "x": 1, "b": 1, "y": 2}
    v = {name: Value(number, label=name) for name, number in numbers.items()}
    v["u"] = v["w"] * v["x"]
    v["ŷ"] = v["u"] + v["b"]
    v["e"] = v["ŷ"] - v["y"]
    v["J"] = v["e"] ** 2
    return v


def test_003_example_5_forward() -> None:
    v = linear_regression()
    assert {name: v[name].data for name in ("u", "ŷ", "e", "J")} == {
        "u": 5,
        "ŷ": 6,
        "e": 4,
        "J": 16,
    }


def test_003_example_6_backward() -> None:
    v = linear_regression()
    v["J"].backward()
    want = {"J": 1, "e": 8, "ŷ": 8, "u": 8, "w": 8, "b": 8, "x": 40, "y": -8}
    assert {name: v[name].grad for name in want} == want
    assert v["e"].local_gradients == (1.0, -1.0)  # the document's term B
    assert v["J"].local_gradients == (8.0,)
    assert v["u"].local_gradients == (1.0, 5.0)


def test_003_example_7_two_successors() -> None:
    """f = x·y with x = a + b, y = b + c: ∂f/∂b = ∂f/∂x + ∂f/∂y = 7 + 2 = 9.

    The figure is missing from the document. A function with this graph and these backpropagated
    gradients: f = x·y, where ∂f/∂x = y = 7 and ∂f/∂y = x = 2; a = −3, b = 5, c = 2.
    """
    a, b, c = Value(-3.0), Value(5.0), Value(2.0)
    x, y = a + b, b + c
    f = x * y
    f.backward()
    assert (x.grad, y.grad) == (7.0, 2.0)
    assert (a.grad, b.grad, c.grad) == (7.0, 9.0, 2.0)
    assert x.local_gradients == y.local_gradients == (1.0, 1.0)


def test_003_remark_1_sum_over_successors() -> None:
    x = Value(0.3)
    ys = [ag.sin(x), x * x, 2.0 * x, ag.exp(x)]
    ag.prod(ys).backward()
    by_hand = sum(y.grad * y.local_gradients[-1] * (2 if y is ys[1] else 1) for y in ys)
    assert x.grad == pytest.approx(by_hand, rel=1e-15)


def test_003_section_2_backward_equations_of_a_layered_network() -> None:
    """δᴸ = ∇C ⊙ σ′(zᴸ); δˡ = (Wˡ⁺¹)ᵀδˡ⁺¹ ⊙ σ′(zˡ); ∂C/∂W = δ aᵀ; ∂C/∂b = δ."""
    W1 = [[Value(0.1 * (i + 2 * j) - 0.2) for i in range(2)] for j in range(3)]
    W2 = [[Value(0.3 - 0.1 * (i * j)) for i in range(3)] for j in range(2)]
    b1, b2 = [Value(0.05 * j) for j in range(3)], [Value(-0.1), Value(0.2)]
    x, y = [0.5, -1.5], [1.0, 0.0]
    z1 = [ag.dot(row, x, b) for row, b in zip(W1, b1, strict=True)]
    a1 = [ag.sigmoid(z) for z in z1]
    z2 = [ag.dot(row, a1, b) for row, b in zip(W2, b2, strict=True)]
    a2 = [ag.sigmoid(z) for z in z2]
    C = 0.5 * ag.sum((a - t) ** 2 for a, t in zip(a2, y, strict=True))
    C.backward()

    def slope(a: Value) -> float:
        return a.data * (1 - a.data)

    d2 = [(a.data - t) * slope(a) for a, t in zip(a2, y, strict=True)]
    d1 = [sum(W2[k][j].data * d2[k] for k in range(2)) * slope(a1[j]) for j in range(3)]
    for z, d in zip([*z1, *z2], [*d1, *d2], strict=True):
        assert z.grad == pytest.approx(d, rel=1e-13)
    for W, b, d, a in ((W1, b1, d1, x), (W2, b2, d2, [v.data for v in a1])):
        for j, row in enumerate(W):
            assert b[j].grad == pytest.approx(d[j], rel=1e-13)
            for k, w in enumerate(row):
                assert w.grad == pytest.approx(d[j] * a[k], rel=1e-13)


def test_003_hadamard_product() -> None:
    """(1, 2) ⊙ (3, 4): the document prints (3, 8), which is right."""
    assert [(Value(a) * b).data for a, b in ((1, 3), (2, 4))] == [3.0, 8.0]


def test_003_section_2_4_averaged_gradients() -> None:
    w = Value(0.7)
    samples = [(1.0, 0.0), (2.0, 1.0), (-1.0, 0.5)]

    def cost(x: float, y: float) -> Any:
        return 0.5 * (y - ag.sigmoid(w * x)) ** 2

    ag.mean([cost(x, y) for x, y in samples]).backward()
    together = w.grad
    w.zero_grad()
    for x, y in samples:
        cost(x, y).backward(1.0 / len(samples))
    assert w.grad == pytest.approx(together, rel=1e-14)


# Document 002 (Goodfellow et al., the scalar example)


def test_002_f_of_f_of_f_evaluates_each_f_once() -> None:
    """∂z/∂w = f′(f(f(w)))·f′(f(w))·f′(w); back-propagation computes f(w) and f(f(w)) only once."""
    evaluations = []

    def f(v: Any) -> Any:
        evaluations.append(v)
        return ag.sin(v) + 0.5 * v

    def derivative(v: float) -> float:
        return math.cos(v) + 0.5

    w = Value(0.8)
    x = f(w)
    y = f(x)
    z = f(y)
    assert len(evaluations) == 3
    z.backward()
    assert len(evaluations) == 3  # the backward pass uses the stored x and y
    want = derivative(y.data) * derivative(x.data) * derivative(0.8)
    assert w.grad == pytest.approx(want, rel=1e-14)
    assert x.grad == pytest.approx(derivative(y.data) * derivative(x.data), rel=1e-14)
    assert y.grad == pytest.approx(derivative(y.data), rel=1e-14)


def test_002_one_gradient_by_transform_also_takes_three_evaluations() -> None:
    count = 0

    def f(v: Any) -> Any:
        nonlocal count
        count += 1
        return ag.exp(-v)

    value, slope = ag.value_and_grad(lambda w: f(f(f(w))))(0.3)
    assert count == 3
    x = math.exp(-0.3)
    y = math.exp(-x)
    assert value == pytest.approx(math.exp(-y), rel=1e-15)
    assert slope == pytest.approx(-math.exp(-y) * y * x, rel=1e-14)


# Document 004 (Understanding Backpropagation)


class Neuron:
    """W = [2, −3], b = −3, x = [−1, −2], y = 1; z = Wx + b, a = σ(z), C = ½(y − a)²."""

    def __init__(self) -> None:
        self.w1, self.w2, self.b = Value(2.0), Value(-3.0), Value(-3.0)
        self.x1, self.x2 = Value(-1.0), Value(-2.0)

    def forward(self) -> Value:
        self.p1, self.p2 = self.w1 * self.x1, self.w2 * self.x2
        self.z = self.p1 + self.p2 + self.b
        self.a = ag.sigmoid(self.z)
        self.C = 0.5 * (1.0 - self.a) ** 2
        return self.C


def test_004_forward() -> None:
    n = Neuron()
    C = n.forward()
    assert (n.p1.data, n.p2.data, n.z.data) == (-2.0, 6.0, 1.0)
    assert n.a.data == pytest.approx(0.7311, abs=5e-5)
    assert round(n.a.data, 2) == 0.73
    # The document quotes the loss as (1 − 0.73)² = 0.0729, leaving out the ½ of its own cost.
    assert C.data == pytest.approx(0.0362, abs=5e-5)
    assert round((1 - round(n.a.data, 2)) ** 2, 4) == 0.0729


def test_004_backward() -> None:
    n = Neuron()
    n.forward().backward()
    assert round(n.a.grad, 2) == -0.27  # ∂C/∂a
    (slope,) = n.a.local_gradients
    assert slope == pytest.approx(0.1966, abs=5e-5)  # with a rounded to 0.73 first: 0.1971
    assert slope == pytest.approx(0.1971, abs=6e-4)
    assert n.p1.local_gradients == (-1.0, 2.0)  # ∂z/∂w₁ = x₁, and the switch: ∂z/∂x₁ = w₁
    assert n.w1.grad == pytest.approx(0.053217, abs=4e-4)  # from rounded factors; 0.05287 exactly
    assert n.w1.grad == pytest.approx(0.0528771, abs=5e-7)
    delta = n.z.grad
    assert delta == pytest.approx(-0.0528771, abs=5e-7)
    assert (n.b.grad, n.w1.grad, n.w2.grad) == (delta, -delta, -2 * delta)
    assert n.p1.grad == n.p2.grad == delta  # addition copies
    assert n.x1.grad == 2.0 * delta  # multiplication switches
    assert n.x2.grad == -3.0 * delta


def test_004_step() -> None:
    """One step with α = 1. The document rounds w₁ to 1.94; it is 1.947 (and so is −b − 1)."""
    n = Neuron()
    before = n.forward()
    before.backward()
    for p in (n.w1, n.w2, n.b):
        p.data -= 1.0 * p.grad
    assert n.w1.data == pytest.approx(1.947, abs=5e-4)
    assert n.w2.data == pytest.approx(-3.106, abs=5e-4)
    assert n.b.data == pytest.approx(-2.947, abs=1e-3)
    after = n.forward()
    assert n.a.data == pytest.approx(0.7887, abs=5e-5)
    assert round(n.a.data, 2) == 0.79
    assert after.data < before.data


@pytest.mark.parametrize("z", [-3.0, -0.5, 0.0, 1.0, 4.0])
def test_004_tanh_is_a_scaled_sigmoid(z: float) -> None:
    assert ag.tanh(z) == pytest.approx(2 * ag.sigmoid(2 * z) - 1, rel=1e-12, abs=1e-15)


def test_004_vanishing_gradient_and_relu() -> None:
    """The sigmoid's slope is at most ¼; ReLU passes the gradient through, or blocks it."""
    x = Value(0.0)
    v = x
    for _ in range(10):
        v = ag.sigmoid(v) - 0.5
    v.backward()
    assert x.grad == pytest.approx(0.25**10, rel=1e-3)
    for z, slope in ((3.0, 1.0), (-3.0, 0.0)):
        x = Value(z)
        ag.relu(x).backward()
        assert x.grad == slope
    x = Value(-3.0)
    ag.leaky_relu(x, slope=0.1).backward()
    assert x.grad == 0.1
    assert ag.clip(73.0, -5, 5) == 5.0  # the document's remedy for exploding gradients


# Document 001, equation 40


@pytest.mark.parametrize("z", [-40.0, -2.0, 0.0, 0.7, 36.0])
def test_001_derivative_of_the_sigmoid(z: float) -> None:
    x = Value(z)
    a = ag.sigmoid(x)
    a.backward()
    assert x.grad == pytest.approx(sigma(z) * sigma(-z), rel=1e-14)

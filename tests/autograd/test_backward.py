"""The backward pass: accumulation, seeds, higher orders, failures, order, threads."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from autograd_support import assert_close, assert_same

import autograd as ag
from autograd import Value

# Accumulation and seeds


def test_leaves_accumulate_and_interior_values_are_reset() -> None:
    x = Value(2.0)
    y = x * x
    y.grad = 99.0
    z = y * 3.0
    z.grad = 77.0
    z.backward()
    assert (x.grad, y.grad, z.grad) == (12.0, 3.0, 1.0)
    x.zero_grad()
    z.backward()
    assert (x.grad, y.grad, z.grad) == (12.0, 3.0, 1.0)
    x.grad = 100.0
    z.backward()
    assert x.grad == 112.0


def test_backward_on_a_leaf_adds_one() -> None:
    x = Value(2.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0
    x.backward(-5.0)
    assert x.grad == -3.0


@pytest.mark.parametrize("seed", [2.0, -1, 0, 0.0, True, np.float64(2.5), Value(2.0), 1e300])
@pytest.mark.parametrize("create_graph", [False, True])
def test_seed_scales_every_gradient(seed: Any, create_graph: bool) -> None:
    x, y = Value(3.0), Value(4.0)
    u = x * y
    (u * u).backward(seed, create_graph=create_graph)
    assert float(x.grad) == float(seed) * 2 * 12.0 * 4.0
    assert float(y.grad) == float(seed) * 2 * 12.0 * 3.0
    assert float(u.grad) == float(seed) * 24.0


def test_a_value_as_seed_is_differentiated_too_with_create_graph() -> None:
    x, s = Value(3.0), Value(2.0)
    (x * x).backward(s, create_graph=True)
    g = x.grad
    x.zero_grad()
    g.backward()
    assert g.data == 12.0
    assert s.grad == 6.0
    assert x.grad == 4.0


def test_seed_may_be_nan_or_infinite() -> None:
    x = Value(3.0)
    (x * x).backward(math.inf)
    assert x.grad == math.inf
    x.zero_grad()
    (x * x).backward(math.nan)
    assert math.isnan(x.grad)


@pytest.mark.parametrize("wrong", ["1", None, [1.0], np.array([1.0]), 1j])
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_wrong_seed_changes_nothing(wrong: Any, create_graph: bool) -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    with pytest.raises(TypeError, match="the seed gradient must be a real number"):
        y.backward(wrong, create_graph=create_graph)
    assert (x.grad, y.grad) == (6.0, 1.0)


def test_values_that_no_message_reaches_have_no_gradient() -> None:
    x, unrelated = Value(3.0), Value(1.0)
    (x * x).backward()
    assert not unrelated.has_grad
    assert not (unrelated * 2.0).has_grad


def test_a_leaf_in_an_untaken_branch_keeps_its_gradient() -> None:
    x, y = Value(1.0), Value(2.0)
    y.grad = 5.0
    ag.where(x > 0, x, y).backward()
    assert (x.grad, y.grad) == (1.0, 5.0)
    taken, untaken = ag.exp(x), ag.log(y * 0.0)
    out = ag.where(True, taken, untaken)
    out.backward()
    assert y.grad == 5.0
    assert not untaken.has_grad
    out.backward(create_graph=True)
    assert y.grad == 5.0


def test_gradients_of_one_pass_are_summed_before_they_are_added() -> None:
    """1e16 + 1 + 1 is 1e16 + 2 when the pass's own sum is formed first."""
    x = Value(1.0)
    x.grad = 1e16
    (x + x).backward()
    assert x.grad == 1e16 + 2.0


# Higher orders

ORDERS: list[tuple[str, Callable[[Any], Any], float, list[float]]] = [
    ("x**7", lambda x: x**7, 1.5,
     [math.perm(7, k) * 1.5 ** (7 - k) for k in range(6)]),
    ("sin", ag.sin, 0.7, [math.sin(0.7 + k * math.pi / 2) for k in range(6)]),
    ("exp(2x)", lambda x: ag.exp(2.0 * x), 0.3, [2.0**k * math.exp(0.6) for k in range(6)]),
    ("1/x", lambda x: 1.0 / x, 2.0,
     [(-1) ** k * math.factorial(k) / 2.0 ** (k + 1) for k in range(6)]),
    ("log", ag.log, 2.0,
     [math.log(2.0)] + [(-1) ** (k - 1) * math.factorial(k - 1) / 2.0**k for k in range(1, 6)]),
    ("x*x*x*x*x", lambda x: x * x * x * x * x, 1.1,
     [math.perm(5, k) * 1.1 ** (5 - k) for k in range(6)]),
    ("prod", lambda x: ag.prod([x, x, x, x, x]), 1.1,
     [math.perm(5, k) * 1.1 ** (5 - k) for k in range(6)]),
    ("2**x", lambda x: 2.0**x, 1.5, [math.log(2.0) ** k * 2.0**1.5 for k in range(6)]),
    ("x**y", lambda x: x ** Value(7.0), 1.5,
     [math.perm(7, k) * 1.5 ** (7 - k) for k in range(6)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "f", "x", "want"), ORDERS, ids=[o[0] for o in ORDERS])
def test_derivatives_up_to_order_five(name: str, f: Any, x: float, want: list[float]) -> None:
    leaf = Value(x)
    out = f(leaf)
    for order, expected in enumerate(want):
        assert_close(float(out), expected, rel=1e-12, what=f"{name}, order {order}")
        leaf.zero_grad()
        out.backward(create_graph=True)
        out = leaf.grad


def test_create_graph_gives_values_to_leaves_and_numbers_to_the_rest() -> None:
    x, c = Value(3.0), Value(2.0)
    y = x * x
    z = y * c + x
    z.backward(create_graph=True)
    assert isinstance(x.grad, Value)
    assert isinstance(c.grad, Value)
    assert (x.grad.data, c.grad.data) == (13.0, 9.0)
    assert type(y.grad) is float
    assert (y.grad, z.grad) == (2.0, 1.0)


def test_create_graph_accumulates_into_leaves() -> None:
    x = Value(2.0)
    (x**3).backward(create_graph=True)
    (x**2).backward(create_graph=True)
    assert x.grad.data == 16.0
    total = x.grad
    x.zero_grad()
    total.backward()
    assert x.grad == 6 * 2.0 + 2.0
    x.zero_grad()
    (x**3).backward()
    (x**2).backward(create_graph=True)
    assert float(x.grad) == 16.0
    (x**2).backward()
    assert float(x.grad) == 20.0


def test_mixed_second_derivatives_are_symmetric() -> None:
    x, y = Value(0.7), Value(-1.3)
    ag.sin(x * y).backward(create_graph=True)
    gx, gy = x.grad, y.grad
    for leaf in (x, y):
        leaf.zero_grad()
    gx.backward()
    xy = y.grad
    for leaf in (x, y):
        leaf.zero_grad()
    gy.backward()
    want = math.cos(-0.91) - (-0.91) * math.sin(-0.91)
    assert_close(xy, want, rel=1e-13)
    assert_close(x.grad, want, rel=1e-13)


def test_gradient_penalty_trains_through_a_gradient() -> None:
    """∂/∂w (∂y/∂x)² for y = w·x², where ∂y/∂x = 2wx: 8wx²."""
    w, x = Value(1.5), Value(2.0)
    y = w * x**2
    y.backward(create_graph=True)
    penalty = x.grad**2
    for leaf in (w, x):
        leaf.zero_grad()
    penalty.backward()
    assert w.grad == 8 * 1.5 * 4.0
    assert x.grad == 8 * 1.5**2 * 2.0


def test_hand_made_nodes_cannot_be_differentiated_twice() -> None:
    a = Value(2.0)
    a.grad = 1.0
    out = Value(6.0, (a,), (3.0,)) * 2.0
    with pytest.raises(ag.GraphError, match=r"made by hand.*cannot be differentiated again"):
        out.backward(create_graph=True)
    assert a.grad == 1.0


# Errors in the middle of a pass


def planted(error: BaseException) -> tuple[Value, Value, Value]:
    x, y = Value(2.0), Value(3.0)
    middle = Value(6.0, (x, y), "broken")

    def _backward() -> None:
        x.grad += 1.0
        raise error

    middle._backward = _backward
    return x, y, middle * y + y


@pytest.mark.parametrize(
    "error", [RuntimeError("boom"), ValueError("boom"), KeyboardInterrupt(), ZeroDivisionError()]
)
def test_a_pass_that_fails_leaves_the_leaves_as_they_were(error: BaseException) -> None:
    x, y, out = planted(error)
    x.grad = 5.0
    with pytest.raises(type(error)):
        out.backward()
    assert (x.grad, y.has_grad) == (5.0, False)
    (x * y).backward()  # nothing stays locked or spoilt
    assert (x.grad, y.grad) == (8.0, 2.0)


def test_an_anomaly_in_a_pass_leaves_the_leaves_as_they_were() -> None:
    x, y = Value(0.0), Value(1.0)
    x.grad, y.grad = 5.0, 6.0
    out = ag.sqrt(x) + y
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError):
        out.backward()
    assert (x.grad, y.grad) == (5.0, 6.0)


# Order and bits


def test_topological_order_puts_parents_first_and_each_value_once() -> None:
    rng = random.Random(1)
    values = [Value(rng.random()) for _ in range(3)]
    for _ in range(300):
        a, b, c = rng.choices(values[-12:], k=3)
        values.append(rng.choice([a * b, a + 1.0, ag.sum([a, b, 2.0, c, a]), ag.sin(b), 2.0 - c]))
    order = ag.topological_order(values[-1])
    place = {v: i for i, v in enumerate(order)}
    assert len(place) == len(order)
    assert order[-1] is values[-1]
    for v in order:
        assert all(place[p] < place[v] for p in v.parents)
    assert ag.topological_order(values[-1]) == order


def random_program(seed: int) -> list[float]:
    rng = random.Random(seed)
    leaves = [Value(rng.uniform(-1, 1)) for _ in range(5)]
    values = list(leaves)
    for _ in range(200):
        a, b = rng.choices(values[-20:], k=2)
        values.append(
            rng.choice([a * b, a + b, a - b, ag.tanh(a), ag.sum([a, b, a]), ag.exp(-a * a)])
        )
    out = ag.sum(values[-10:])
    out.backward()
    return [out.data, *(leaf.grad for leaf in leaves)]


def test_the_same_program_gives_the_same_bits() -> None:
    for seed in range(5):
        first = random_program(seed)
        ballast = [Value(1.0) for _ in range(random.randrange(1000))]  # other addresses
        for got, want in zip(random_program(seed), first, strict=True):
            assert_same(got, want)
        del ballast


# Threads


def test_two_threads_share_parameters() -> None:
    """Passes over shared leaves: no gradient is lost, interior gradients do not mix."""
    w, b = Value(0.5), Value(0.25)
    rounds = 300
    failures: list[str] = []

    def work(x: float) -> None:
        for _ in range(rounds):
            h = w * x
            for _ in range(20):
                h = h + b
            h.backward()
            if h.grad != 1.0:
                failures.append(f"root gradient {h.grad!r}")

    threads = [threading.Thread(target=work, args=(x,)) for x in (1.0, 2.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert w.grad == rounds * (1.0 + 2.0)
    assert b.grad == rounds * 20.0 * 2


def test_backward_within_a_users_backward_function() -> None:
    """A user's closure that runs a pass of its own (over other leaves) does not lock up."""
    x, other = Value(2.0), Value(3.0)
    out = Value(4.0, (x,), "nested")

    def _backward() -> None:
        (other * other).backward()
        x.grad += other.grad * out.grad

    out._backward = _backward
    (out * 2.0).backward()
    assert (other.grad, x.grad) == (6.0, 12.0)

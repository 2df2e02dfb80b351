"""Freed by reference counting; small nodes; large graphs; linear time."""

from __future__ import annotations

import contextlib
import gc
import math
import time
import tracemalloc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from autograd_support import assert_close, chain

import autograd as ag
from autograd import Value

# Freed by reference counting


@contextmanager
def no_collector() -> Iterator[None]:
    gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def build(x: Value) -> tuple[Value, list[Any]]:
    """A graph with a node of every kind, and weak references to its interior nodes."""
    h = ag.tanh(x * x + 1.0)
    h.label = "h"
    n = ag.dot([x, h], [h, 2.0], x)
    s = ag.sum([ag.softmax([h, n, 1.0])[0], ag.where(x > 0, n, h), ag.clip(h, -1, 1)])
    m = Value(s.data * 2, (s,), (2.0,))
    loss = ag.maximum(m, 0.0) + 2**h + h**x + ag.norm([x, h]) + (-x)
    return loss, [weakref.ref(v) for v in ag.topological_order(loss) if v is not x]


@pytest.mark.parametrize("what", ["forward", "backward", "twice", "anomaly", "extra"])
def test_a_graph_is_freed_with_its_root(what: str) -> None:
    with no_collector():
        x = Value(0.5)
        if what == "anomaly":
            with ag.detect_anomaly():
                loss, refs = build(x)
                loss.backward()
        else:
            loss, refs = build(x)
        if what in ("backward", "twice"):
            loss.backward()
        if what == "twice":
            loss.backward()
        if what == "extra":
            loss.note = "kept with the node"
            _ = loss.local_gradients, loss.operands, repr(loss), ag.topological_order(loss)
            loss.parents[0].data = 5.0
            _ = None
        assert all(ref() is not None for ref in refs)
        del loss
        assert all(ref() is None for ref in refs)


def test_a_graph_is_freed_after_an_exception() -> None:
    def fail() -> None:
        raise RuntimeError("boom")

    with no_collector():
        x = Value(2.0)
        middle = Value(6.0, (x,), "broken")
        middle._backward = fail
        out = middle * 3.0
        refs = [weakref.ref(out), weakref.ref(middle)]
        with contextlib.suppress(RuntimeError):
            out.backward()
        del out, middle
        assert [ref() for ref in refs] == [None, None]
        with ag.detect_anomaly():
            root = ag.sqrt(Value(0.0))
            ref = weakref.ref(root)
            with contextlib.suppress(ag.AnomalyError):
                root.backward()
            del root
        assert ref() is None


def test_create_graph_frees_everything_once_the_leaves_are_zeroed() -> None:
    with no_collector():
        x = Value(0.5)
        h = ag.exp(x * x) * ag.sin(x)
        h.backward(create_graph=True)
        refs = [weakref.ref(v) for v in ag.topological_order(h) if v is not x]
        refs += [weakref.ref(v) for v in ag.topological_order(x.grad) if v is not x]
        del h
        second = x.grad
        x.zero_grad()
        second.backward()
        del second
        assert all(ref() is None for ref in refs)


def test_transforms_leave_nothing_behind() -> None:
    refs: list[Any] = []

    def f(x: Value, y: Value) -> Value:
        out = ag.exp(x * y) * x
        refs.extend(weakref.ref(v) for v in ag.topological_order(out))
        return out

    with no_collector():
        ag.grad(f, (0, 1))(0.5, 2.0)
        ag.jvp(f, (0.5, 2.0), (1.0, 0.0))
        ag.vjp(f, 0.5, 2.0)[1](1.0)
        ag.hessian(lambda v: f(v[0], v[1]))([0.5, 2.0])
        assert refs
        assert all(ref() is None for ref in refs)


def test_training_in_a_loop_keeps_memory_flat() -> None:
    w = Value(0.5)

    def step() -> None:
        loss = ag.sum([ag.tanh(w * float(i)) for i in range(200)])
        w.zero_grad()
        loss.backward()
        w.data -= 1e-4 * w.grad

    with no_collector():
        step()
        tracemalloc.start()
        step()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(20):
            step()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert after - before < 10_000


# Size


def test_at_most_300_bytes_per_node() -> None:
    """A graph of binary operators over two parameters after backward(), all included."""
    n = 20_000
    a, b = Value(1.0), Value(0.5)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    node = a
    for i in range(n // 2):
        node = node * b + (a if i % 2 else b)
    node.backward()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert used / n <= 300
    assert math.isfinite(a.grad)


def test_a_chain_of_a_million_nodes() -> None:
    with ag.paused_gc():
        x, node = chain(1_000_000)
        node.backward()
        assert x.grad == 1.0
        del node


def test_a_diamond_ladder_of_sixty_levels() -> None:
    x = Value(1.0)
    node = x
    for _ in range(60):
        node = node + node
    node.backward()
    assert node.data == x.grad == 2.0**60
    x.zero_grad()
    node.backward(create_graph=True)
    assert float(x.grad) == 2.0**60
    x.zero_grad()
    left, right = x, x
    for _ in range(60):
        left, right = left * 0.5 + right * 0.5, left * 0.25 + right * 0.75
    left.backward()
    assert_close(x.grad, 1.0, rel=1e-13)
    assert ag.jvp(lambda v: ladder(v, 60), (1.0,), (1.0,))[1] == 2.0**60


def ladder(v: Value, levels: int) -> Value:
    for _ in range(levels):
        v = v + v
    return v


def test_one_node_used_a_hundred_thousand_times() -> None:
    n = 100_000
    x = Value(2.0)
    y = x * 1.0
    total = y
    for _ in range(n - 1):
        total = total + y
    total.backward()
    assert (total.data, x.grad, y.grad) == (2.0 * n, n, n)
    x.zero_grad()
    ag.sum([y] * n).backward()
    assert x.grad == n
    x.zero_grad()
    ag.prod([x] * 1000).backward()
    assert_close(x.grad, 1000 * 2.0**999, rel=1e-12)


def test_a_sum_of_a_hundred_thousand_parents() -> None:
    leaves = [Value(float(i % 7)) for i in range(100_000)]
    total = ag.sum(leaves)
    assert total.parents == tuple(leaves)
    (total * 2.0).backward()
    assert {leaf.grad for leaf in leaves} == {2.0}
    nodes = [leaf * 3.0 for leaf in leaves]
    for leaf in leaves:
        leaf.zero_grad()
    ag.mean(nodes).backward()
    assert_close(leaves[5].grad, 3e-5, rel=1e-14)
    ag.dot(nodes, leaves).backward()


def test_time_grows_linearly() -> None:
    def seconds(n: int) -> float:
        with ag.paused_gc():
            started = time.perf_counter()
            _, node = chain(n)
            node.backward()
            taken = time.perf_counter() - started
            del node
            return taken

    small = min(seconds(200_000) for _ in range(4))
    large = min(seconds(1_000_000) for _ in range(2))
    assert large < 20 * small  # five times as many nodes; the rest is caches and noise

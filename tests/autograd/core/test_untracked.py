"""Cycles through nodes are found by a full collection, in either build, wherever they close."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import autograd as ag
from autograd import Value
from autograd.core.untracked import bare
from autograd.core.wiring import Node

Made = tuple[Node, ...]


def in_an_attribute_of_its_own() -> Made:
    x = Value(2.0)
    out = x * x
    out.me = out
    return x, out


def in_an_attribute_of_a_leaf() -> Made:
    x = Value(2.0)
    out = x * x + 1.0
    x.last = out
    return x, out, *out.parents


def in_the_dictionary() -> Made:
    x = Value(2.0)
    out = x * x
    vars(out)["me"] = [out]
    return x, out


def in_a_list_that_is_filled_later() -> Made:
    x = Value(2.0)
    out = x * x
    x.history = []
    x.history.append({"loss": out})
    return x, out


def in_a_label() -> Made:
    x = Value(2.0)
    out = x * x
    out.label = (out, "of itself")
    return x, out


def in_a_backward_function() -> Made:
    x = Value(2.0)
    out = Value(4.0, (x,), "square")

    def backward() -> None:
        x.grad += 2.0 * x.data * out.grad

    out._backward = backward
    top = out * 3.0
    top.backward()
    return x, out, top


def in_a_gradient_of_a_leaf() -> Made:
    x = Value(2.0)
    out = ag.exp(x * x)
    out.backward(create_graph=True)
    return x, out, x.grad


def in_a_gradient_that_was_assigned() -> Made:
    x = Value(2.0)
    out = x * x
    out.grad = out * 2.0
    return x, out, out.grad


def in_a_subclass() -> Made:
    class Named(Value):
        __slots__ = ("owner",)

    x = Named(2.0)
    out = x * x
    out.owner = out
    return x, out


def in_a_long_sum() -> Made:
    xs = [Value(float(i)) for i in range(50)]
    out = ag.sum([x * x for x in xs])
    xs[7].sums = (out,)
    return xs[7], out, *out.parents


def in_a_generator() -> Made:
    x = Value(2.0)
    out = x * x

    def waiting() -> Any:
        yield out

    out.wait = waiting()
    next(out.wait)
    return x, out


def in_a_second_graph() -> Made:
    x, y = Value(2.0), Value(3.0)
    out, other = x * x, y * y
    x.other, y.other = other, out
    return x, y, out, other


@pytest.mark.parametrize(
    "make",
    [
        in_an_attribute_of_its_own,
        in_an_attribute_of_a_leaf,
        in_the_dictionary,
        in_a_list_that_is_filled_later,
        in_a_label,
        in_a_backward_function,
        in_a_gradient_of_a_leaf,
        in_a_gradient_that_was_assigned,
        in_a_subclass,
        in_a_long_sum,
        in_a_generator,
        in_a_second_graph,
    ],
    ids=lambda make: make.__name__,
)
def test_a_cycle_is_collected(make: Callable[[], Made]) -> None:
    refs = [weakref.ref(node) for node in make()]
    gc.collect()
    assert [ref() for ref in refs] == [None] * len(refs)


def test_what_lives_survives_collections() -> None:
    x = Value(3.0)
    loss = ag.sum([x * float(i) for i in range(100)]) * ag.exp(x * 0.0)
    x.loss = loss
    for _ in range(3):
        gc.collect()
    loss.backward()
    assert loss.data == 3.0 * 4950
    assert x.grad == 4950.0
    del x.loss


def test_dropping_a_collected_graph_later_frees_it_at_once() -> None:
    x = Value(3.0)
    loss = x * x + x
    refs = [weakref.ref(node) for node in ag.topological_order(loss) if node is not x]
    gc.collect()  # by now the nodes are tracked, if they were not before
    gc.disable()
    try:
        del loss
        assert [ref() for ref in refs] == [None, None]
    finally:
        gc.enable()


CYCLES = """
import gc
from autograd import Value
from autograd.core import untracked

untracked.set_least(50_000)

def cycle():
    x = Value(1.0)
    y = x
    for _ in range(10_000):
        y = y + x
    x.last = y

for _ in range(40):
    cycle()
assert untracked.count() < 200_000, untracked.count()
"""


@pytest.mark.skipif(not ag.compiled, reason="of the compiled core")
def test_garbage_that_the_collector_does_not_count_does_not_pile_up() -> None:
    subprocess.run([sys.executable, "-c", CYCLES], check=True, timeout=120)


@pytest.mark.skipif(not ag.compiled, reason="of the compiled core")
def test_a_fresh_node_is_not_tracked() -> None:
    x = Value(2.0)
    assert not gc.is_tracked(x * x + 1.0)


@pytest.mark.parametrize("kind", [int, None, 3, type(i for i in ())])
def test_only_nodes_are_made_bare(kind: Any) -> None:
    with pytest.raises(TypeError):
        bare(kind)

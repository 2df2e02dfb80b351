"""Graphs of a million nodes: no recursion anywhere, in a thread with a small stack too."""

from __future__ import annotations

import copy
import math
import pickle
import sys
import threading
from collections.abc import Callable

import pytest
from autograd_support import chain

import autograd as ag
from autograd import Value

MILLION = 1_000_000


def in_small_stack(function: Callable[[], None]) -> None:
    """Run in a thread with the smallest stack that Python starts on."""
    if sys.version_info >= (3, 13):
        pytest.skip("Python 3.13 frees chains of any objects too deep for a small stack, and dies")
    failures: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except BaseException as error:
            failures.append(error)

    before = threading.stack_size(64 * 1024)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    if failures:
        raise failures[0]


def test_a_million_nodes_differentiate_and_are_freed_in_a_small_stack() -> None:
    def work() -> None:
        with ag.paused_gc():
            x, node = chain(MILLION)
            node.backward()
            assert (node.data, x.grad) == (1.0 + MILLION, 1.0)
            assert len(ag.topological_order(node)) == MILLION + 1
            del node

    in_small_stack(work)


def test_a_deep_chain_of_multiplications_and_functions_in_a_small_stack() -> None:
    def work() -> None:
        x = Value(0.5)
        node = x
        for i in range(100_000):
            node = ag.sin(node) if i % 3 else ag.sum([node, node * 0.25])
        node.backward()
        assert math.isfinite(x.grad)
        node = x
        for _ in range(50_000):
            node = node * 0.99999 + x * 1e-9
        node.backward(create_graph=True)
        assert math.isfinite(float(x.grad))
        x.zero_grad()

    in_small_stack(work)


def test_a_deep_graph_copies_in_a_small_stack() -> None:
    def work() -> None:
        with ag.paused_gc():
            x, node = chain(300_000)
            twin = copy.deepcopy(node)
            twin.backward()
            assert twin.data == node.data
            assert not x.has_grad
            assert ag.topological_order(twin)[0].grad == 1.0

    in_small_stack(work)


def test_a_deep_graph_pickles_in_a_small_stack() -> None:
    def work() -> None:
        with ag.paused_gc():
            _, node = chain(300_000)
            twin = pickle.loads(pickle.dumps(node))
            twin.backward()
            assert twin.data == node.data
            assert ag.topological_order(twin)[0].grad == 1.0

    in_small_stack(work)


def test_a_million_nodes_pickle() -> None:
    with ag.paused_gc():
        _, node = chain(MILLION)
        written = pickle.dumps(node, protocol=5)
        assert len(written) < 150 * MILLION
        twin = pickle.loads(written)
        assert twin.data == node.data

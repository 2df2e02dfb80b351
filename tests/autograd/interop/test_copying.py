"""Copies and pickles: complete, shared, linear, without recursion."""

from __future__ import annotations

import copy
import io
import itertools
import math
import pickle
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from autograd_support import assert_close, chain

import autograd as ag
from autograd import Value


def diamond() -> tuple[Value, Value, Value]:
    x = Value(3.0, label="x")
    shared = ag.exp(x) * x
    out = ag.sum([shared, shared * 2.0, x, 1.5]) ** 2
    out.label = "out"
    out.backward()
    return x, shared, out


def check_twin(out: Value, twin: Value) -> None:
    order, twins = ag.topological_order(out), ag.topological_order(twin)
    assert len(order) == len(twins)
    place = {v: i for i, v in enumerate(order)}
    twin_place = {v: i for i, v in enumerate(twins)}
    for old, new in zip(order, twins, strict=True):
        assert new is not old
        assert (new.data, new.grad, new.label) == (old.data, old.grad, old.label)
        assert new.has_grad == old.has_grad
        assert new.primitive is old.primitive
        assert new.local_gradients == old.local_gradients
        assert [place[p] for p in old.parents] == [twin_place[p] for p in new.parents]
        assert new.__dict__ == old.__dict__
    before = [v.grad for v in order]
    twin.backward()
    assert twins[0].grad == 2 * order[0].grad
    assert [v.grad for v in order] == before


def dumps_in_python(x: Any, protocol: int) -> bytes:
    buffer = io.BytesIO()
    pickle._Pickler(buffer, protocol).dump(x)  # type: ignore[attr-defined]
    return buffer.getvalue()


PICKLERS = {"C": pickle.dumps, "Python": dumps_in_python}
PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("pickler", PICKLERS)
def test_pickle_keeps_the_graph(pickler: str, protocol: int) -> None:
    _, _, out = diamond()
    written = PICKLERS[pickler](out, protocol)
    check_twin(out, pickle.loads(written))
    check_twin(out, pickle._loads(written))  # type: ignore[attr-defined]


def test_deepcopy_keeps_the_graph() -> None:
    _, _, out = diamond()
    check_twin(out, copy.deepcopy(out))


def test_copy_is_a_node_of_its_own_with_the_same_parents() -> None:
    _, shared, _ = diamond()
    shared.note = "n"
    twin = copy.copy(shared)
    assert twin is not shared
    assert twin.parents == shared.parents
    assert (twin.data, twin.grad, twin.note) == (shared.data, shared.grad, "n")
    twin.note = "other"
    twin.data = 1.0
    assert shared.note == "n"
    assert shared.data != 1.0
    leaf = Value(1.0, label="a")
    other = copy.copy(leaf)
    other.data, other.grad, other.label = 2.0, 3.0, "b"
    assert (leaf.data, leaf.has_grad, leaf.label) == (1.0, False, "a")


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_shared_nodes_stay_shared_between_roots(duplicate: Callable[[Any], Any]) -> None:
    x = Value(2.0)
    shared = x * x
    roots = {"a": [shared + 1.0, shared * 3.0], "x": x, "again": shared}
    twins = duplicate(roots)
    assert twins["a"][0].parents == (twins["again"],)
    assert twins["a"][1].parents == (twins["again"],)
    assert twins["again"].parents == (twins["x"], twins["x"])
    twins["a"][0].backward()
    assert twins["x"].grad == 4.0
    assert not x.has_grad


@pytest.mark.parametrize("pickler", PICKLERS)
def test_roots_before_and_after_what_they_share(pickler: str) -> None:
    x, deep = chain(5_000)
    middle = ag.topological_order(deep)[2_500]
    for roots in ([deep, middle, x], [x, middle, deep], [middle, deep, middle], (x, {"d": deep})):
        twins = pickle.loads(PICKLERS[pickler](roots, 4))
        assert type(twins) is type(roots)
    twins = pickle.loads(PICKLERS[pickler]([deep, middle, x], 4))
    order = ag.topological_order(twins[0])
    assert order[2_500] is twins[1]
    assert order[0] is twins[2]


@pytest.mark.parametrize("pickler", PICKLERS)
def test_a_list_of_all_nodes_pickles_in_linear_size(pickler: str) -> None:
    sizes = []
    for n in (500, 4_000):
        _, node = chain(n)
        written = PICKLERS[pickler](ag.topological_order(node), 4)
        twins = pickle.loads(written)
        assert all(b.parents == (a,) for a, b in itertools.pairwise(twins))
        sizes.append(len(written) / n)
        written = PICKLERS[pickler](ag.topological_order(node)[::-1], 4)
        assert len(pickle.loads(written)) == n + 1
        sizes.append(len(written) / n)
    assert max(sizes) < 2 * min(sizes), f"bytes per node: {sizes}"


def test_deepcopy_of_a_list_of_all_nodes_takes_linear_time() -> None:
    def seconds(n: int) -> float:
        order = ag.topological_order(chain(n)[1])
        started = time.perf_counter()
        twins = copy.deepcopy(order)
        taken = time.perf_counter() - started
        assert all(b.parents == (a,) for a, b in itertools.pairwise(twins))
        return taken

    small = min(seconds(500) for _ in range(3))
    large = min(seconds(5_000) for _ in range(2))
    assert large < 40 * small  # ten times as many nodes; quadratic would be a factor of 100


@pytest.mark.parametrize("n", [1, 2, 999, 1_000, 1_001, 2_500, 100_000])
def test_the_python_pickler_is_linear_too(n: int) -> None:
    _, node = chain(n)
    started = time.perf_counter()
    written = dumps_in_python(node, 4)
    assert len(written) < 400 * (n + 5)
    assert pickle.loads(written).data == node.data
    assert time.perf_counter() - started < 60


def test_several_pickles_in_a_row_and_at_once_do_not_disturb_each_other() -> None:
    x, deep = chain(300)
    other = deep * 2.0
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer)
    pickler.dump(deep)
    nested = pickle.dumps(other)  # another pickler in between, in the same thread
    assert len(ag.topological_order(pickle.loads(nested))) == 302
    pickler.dump(other)
    buffer.seek(0)
    unpickler = pickle.Unpickler(buffer)
    first, second = unpickler.load(), unpickler.load()
    assert second.parents == (first,)
    for _ in range(3):
        assert len(ag.topological_order(pickle.loads(pickle.dumps(deep)))) == 301
    pickler.clear_memo()
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer)
    pickler.dump(deep)
    pickler.clear_memo()
    start = buffer.tell()
    pickler.dump(other)
    buffer.seek(start)
    assert len(ag.topological_order(pickle.Unpickler(buffer).load())) == 302
    assert x.data == 1.0


def test_a_pickler_started_while_another_lives_writes_everything() -> None:
    _, deep = chain(20_000)
    alive = pickle.Pickler(io.BytesIO())
    alive.dump(deep)
    buffer = io.BytesIO()
    pickle.Pickler(buffer).dump(deep * 2.0)
    buffer.seek(0)
    assert len(ag.topological_order(pickle.load(buffer))) == 20_002
    node = pickle.loads(pickle.dumps(deep))
    assert len(ag.topological_order(node)) == 20_001


class Sneaky:
    """Pickles something else while it is being pickled itself."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def __reduce__(self) -> tuple[Any, ...]:
        return bytes, (pickle.dumps(self.value),)


def test_a_pickle_within_a_pickle_is_complete() -> None:
    _, deep = chain(3_000)
    deep.extra = Sneaky(deep.parents[0])
    twin = pickle.loads(pickle.dumps(deep))
    assert len(ag.topological_order(pickle.loads(twin.extra))) == 3_000
    pair = pickle.loads(pickle.dumps([deep.parents[0], Sneaky(deep.parents[0] * 3.0)]))
    assert len(ag.topological_order(pickle.loads(pair[1]))) == 3_001


def test_pickling_in_two_threads_at_once() -> None:
    results: list[int] = []

    def work() -> None:
        for _ in range(5):
            _, node = chain(2_000)
            results.append(len(ag.topological_order(pickle.loads(pickle.dumps(node)))))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [2_001] * 10


def test_a_pickle_that_fails_leaves_nothing_behind() -> None:
    _, node = chain(100)
    node.parents[0].extra = lambda: None
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps(node)
    del node.parents[0].__dict__["extra"]
    assert len(ag.topological_order(pickle.loads(pickle.dumps(node)))) == 101


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_extra_attributes_that_hold_values_are_copied_along(duplicate: Any) -> None:
    p = Value(1.0, label="p")
    p.m = Value(2.0)
    p.history = [p * 2.0, {"deep": chain(3_000)[1]}]
    p.itself = p
    twin = duplicate(p)
    assert twin.m is not p.m
    assert twin.itself is twin
    assert twin.history[0].parents == (twin,)
    assert twin.history[1]["deep"].data == 3_001.0


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_differentiable_gradients_are_copied_along(duplicate: Any) -> None:
    x = Value(0.7)
    out = ag.sin(x) * x
    out.backward(create_graph=True)
    twin = duplicate(out)
    leaf = ag.topological_order(twin)[0]
    assert isinstance(leaf.grad, Value)
    assert leaf.grad is not x.grad
    slope = leaf.grad
    leaf.zero_grad()
    slope.backward()
    assert_close(leaf.grad, 2 * math.cos(0.7) - 0.7 * math.sin(0.7), rel=1e-14)


def test_bound_primitives_are_found_again_by_pickle() -> None:
    for p in (ag.leaky_relu.bind(slope=0.3), ag.power.bind(exponent=3.0), ag.sin):
        assert pickle.loads(pickle.dumps(p)) is p
        assert copy.deepcopy(p) is p
    v = ag.clip(ag.elu(Value(0.3) ** 5, alpha=2.0), -1.0, 1.0)
    v.backward()
    check_twin(v, pickle.loads(pickle.dumps(v)))


def test_hand_made_nodes_are_copied() -> None:
    a = Value(2.0)
    out = Value(6.0, (a,), (3.0,))
    twin = pickle.loads(pickle.dumps(out * 2.0))
    twin.backward()
    assert ag.topological_order(twin)[0].grad == 6.0
    assert not a.has_grad

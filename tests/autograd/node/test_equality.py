"""Equality: numbers with numbers, Values by identity; walks by identity, whatever a class says."""

from __future__ import annotations

import copy
import gc
import math
import operator
import pickle
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest
from autograd_support import no_warnings
from hypothesis import given, settings
from strategies import Plan, graphs

import autograd as ag
import nn
import viz
from autograd import Value, node_sets
from autograd.node_sets import node_dict, node_set, same_nodes

NUMBERS = [2, 2.0, True + 1, np.float64(2), np.float32(2), np.int8(2), Fraction(2), Decimal(2)]


# A Value and a number


@pytest.mark.parametrize("number", NUMBERS, ids=lambda x: type(x).__name__)
def test_a_value_and_a_number_compare_data_in_both_orders(number: Any) -> None:
    two, three = Value(2.0), Value(3.0)
    for equal, unequal in ((two == number, two != number), (number == two, number != two)):
        assert (bool(equal), bool(unequal)) == (True, False)
    assert not operator.eq(three, number)
    assert not operator.eq(number, three)
    assert operator.ne(number, three)


@pytest.mark.parametrize("other", ["2", None, 2j, [2.0], (2.0,), {}, object(), 10**400, -(10**400)])
def test_what_is_no_number_is_not_equal_and_no_error(other: Any) -> None:
    for value in (Value(2.0), Value(math.inf)):
        assert value != other
        assert other != value


def test_by_the_rules_of_ieee() -> None:
    assert Value(math.nan) != math.nan
    assert Value(-0.0) == 0.0
    assert Value(math.inf) == math.inf
    assert Value(0.0) in (0.0, 1.0)
    assert [Value(5.0), Value(7.0)].index(7) == 1


def test_arrays_compare_element_by_element() -> None:
    v = Value(2.0)
    assert (np.array([1.0, 2.0, 3.0]) == v).tolist() == [False, True, False]
    assert (v == np.array([1, 2])).tolist() == [False, True]
    assert (v != np.array([1, 2])).tolist() == [True, False]
    values = np.array([Value(1.0), v])
    assert (values == 2.0).tolist() == [False, True]
    assert (values == v).tolist() == [False, True]  # two Values: the very same one
    assert (values == Value(2.0)).tolist() == [False, False]
    assert (np.equal(v, 2.0), np.not_equal(2.0, v)) == (True, False)


def test_two_values_are_equal_only_to_themselves() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == a
    assert a != b
    assert not np.equal(a, b)
    assert (hash(a), {a: 1}.get(b)) == (object.__hash__(a), None)


def test_a_branch_on_equality_inside_transforms() -> None:
    def f(x: Any) -> Any:
        return x * 3 if x == 0 else x**2

    def sinc(x: Any) -> Any:
        return ag.sin(x) / x if x != 0 else 1 - x**2 / 6

    with no_warnings():
        assert (ag.grad(f)(0.0), ag.grad(f)(2.0)) == (3.0, 4.0)
        assert ag.grad(lambda x: x * 3 if np.float64(0.0) == x else x)(0.0) == 3.0
        assert ag.grad(lambda x: x * 3 if x in (0, 1) else x)(1.0) == 3.0
        assert ag.value_and_grad(sinc)(0.0) == (1.0, 0.0)
        assert ag.hessian(sinc)(0.0) == -1 / 3
        assert ag.jvp(f, (0.0,), (2.0,)) == (0.0, 6.0)
        assert ag.vjp(f, 0.0)[1](2.0) == (6.0,)
        assert ag.jacobian(lambda x: [f(x[0]), f(x[1])])([0.0, 2.0]) == [[3.0, 0.0], [0.0, 4.0]]


# A class with an equality of its own


@pytest.fixture
def same() -> Iterator[type[Value]]:
    """A class of Values all of which are equal and hash alike."""

    class Same(Value):
        seen: ClassVar[int] = 0

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    yield Same
    del Same
    gc.collect()  # a class goes with the collector; others are tested without it


def test_every_walk_is_by_identity(same: type[Value]) -> None:
    a, b, c = same(1.0), same(1.0), same(1.0)
    out = a * b * c + a
    out.backward()
    assert (a.grad, b.grad, c.grad) == (2.0, 1.0, 1.0)
    assert len(ag.topological_order(out)) == 6
    for leaf in (a, b, c):
        leaf.zero_grad()
    out.backward(create_graph=True)
    assert [float(leaf.grad) for leaf in (a, b, c)] == [2.0, 1.0, 1.0]


class ByData(Value):
    """Found by pickle; made a class of its own equality only by the fixture."""


@pytest.fixture
def by_data(monkeypatch: pytest.MonkeyPatch) -> type[Value]:
    """A class that is given its equality later, as `@dataclass` does."""
    monkeypatch.setattr(ByData, "__eq__", lambda self, other: self._float == other)
    monkeypatch.setattr(ByData, "__hash__", lambda self: 7)
    return ByData


def results(plan: Plan, xs: list[float], kind: type[Value]) -> list[Any]:
    """Whatever walks a graph: backward, copies, pickles, transforms, programs, pictures."""
    leaves = [kind(x, label=f"x{i}") for i, x in enumerate(xs)]
    out = plan.run(leaves)
    out.backward()
    found: list[Any] = [out.data, [leaf.grad for leaf in leaves]]
    for twin, twins in (copy.deepcopy((out, leaves)), pickle.loads(pickle.dumps((out, leaves)))):
        twin.zero_grad()
        found.append([len(ag.topological_order(twin)), [t.grad for t in twins]])
    found += [ag.grad(plan.run)(xs), ag.jvp(plan.run, (xs,), (xs,)), ag.hessian(plan.run)(xs)]
    for leaf in leaves:
        leaf.zero_grad()
    out.backward(create_graph=True)
    found.append([float(leaf.grad) for leaf in leaves])
    program = ag.compile(lambda: plan.run(leaves))
    value, gradient = program.value_and_grad()
    found += [value, gradient.tolist(), [p.label for p in program.parameters]]
    return found


@settings(max_examples=25, deadline=None)
@given(graphs(max_inputs=3, max_steps=8))
def test_random_graphs_of_equal_values(graph: tuple[Plan, list[float]]) -> None:
    plan, xs = graph
    with pytest.MonkeyPatch.context() as patch:
        want = results(plan, xs, Value)
        patch.setattr(ByData, "__eq__", lambda self, other: True)
        patch.setattr(ByData, "__hash__", lambda self: 7)
        got = results(plan, xs, ByData)
    assert repr(got) == repr(want)


def pictures(kind: type[Value]) -> list[Any]:
    """Every text and picture of one graph."""
    a, b, c = (kind(x, label=name) for x, name in ((2.0, "a"), (2.0, "b"), (2.0, "c")))
    out = ag.tanh(a * b - c) + ag.sum([a, b, c]) * a
    out.backward()
    nodes, edges = viz.trace(out)
    return [
        len(nodes),
        len(edges),
        viz.draw_dot(out).source,
        str(viz.derive(out, a)),
        str(viz.table(out)),
        len(viz.step(out).frames),
        viz.draw(out).source,
        viz.draw(out, path=(b, out)).source,
    ]


def test_pictures_of_equal_values(by_data: type[Value]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        want = pictures(Value)
        patch.undo()
    assert pictures(by_data) == want


def test_models_and_optimisers_of_equal_parameters(by_data: type[Value]) -> None:
    class Line(nn.Module):
        def __init__(self) -> None:
            self.w, self.b = by_data(0.0), by_data(0.0)

        def __call__(self, x: Any) -> Any:
            return self.w * x + self.b

    model = Line()
    assert model.state_dict() == {"w": 0.0, "b": 0.0}
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        ag.mean([(model(x) - (2 * x + 1)) ** 2 for x in (-1.0, 0.0, 1.0)]).backward()
        optimizer.step()
    assert model.state_dict() == pytest.approx({"w": 2.0, "b": 1.0}, abs=1e-6)
    with pytest.raises(nn.ArgumentError, match="given twice"):
        nn.SGD([model.w, model.b, model.w], lr=0.1)


def test_sets_and_dicts_of_nodes(by_data: type[Value]) -> None:
    a, b, c = by_data(1.0), by_data(1.0), by_data(1.0)
    nodes = node_set([a, b, a])
    nodes.update([b])
    assert (len(nodes), a in nodes, c in nodes, list(nodes)[1] is b) == (2, True, False, True)
    assert nodes.issuperset([a, b])
    assert not nodes.issuperset([a, c])
    nodes.discard(a)
    nodes.discard(c)
    assert (len(nodes), a in nodes) == (1, False)
    table = node_dict([(a, 1), (b, 2)])
    assert (table[a], table[b], table.get(c), len(table)) == (1, 2, None, 2)
    del table[a]
    assert [key is b for key in table] == [True]
    with pytest.raises(KeyError):
        table[a]
    assert same_nodes([a, b], [a, b])
    assert not same_nodes([a, b], [a, c])
    assert not same_nodes([a, b], [a])


def test_without_such_a_class_they_are_pythons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_sets, "_KINDS", [])  # other tests may have defined one
    assert (type(node_set()), type(node_dict())) == (set, dict)

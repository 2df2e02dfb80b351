"""The graph: flat, numbered once, with its walks forward and backward beside the Values."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from strategies import graphs

import autograd as ag
from autograd import UNKNOWN, Graph, GraphError, OperandError, Value, topological_order, where


def labelled(value: Value, label: str) -> Value:
    value.label = label
    return value


def test_numbers_operands_and_names() -> None:
    w, x = Value(5.0, label="w"), Value(2.0)
    y = labelled(w * x - 1.0, "y")
    graph = Graph.of(y, parameters=[w])
    assert list(graph.values) == topological_order(y)
    assert [p and p.name for p in graph.primitives] == [None, None, "mul", "sub"]
    assert graph.operands == [(), (), (0, 1), (2, 1.0)]
    assert graph.parents == [(), (), (0, 1), (2,)]
    assert (graph.leaves, graph.outputs, graph.parameters) == ((0, 1), (3,), {0})
    assert [graph.name(i) for i in range(4)] == ["w", "v2", "v3", "y"]
    assert graph.name(0.5) == "0.5"
    assert [step.primitive.name for step in graph.steps] == ["mul", "sub"]
    assert len(graph) == 4


def test_an_operand_used_twice_is_there_twice() -> None:
    a = Value(3.0)
    graph = Graph.of(a * a)
    assert graph.operands[1] == (0, 0)
    assert [(w.source, w.slot, w.local) for w in graph.wires(1)] == [(0, 0, 3.0), (0, 1, 3.0)]


def test_several_outputs_share_one_numbering() -> None:
    a = Value(3.0)
    b = a * 2.0
    graph = Graph.of(b + 1.0, b, a.exp())
    assert graph.outputs == (2, 1, 3)
    assert len(graph) == 4


def test_it_prints_itself_as_a_list_of_operations() -> None:
    w, x = Value(5.0, label="w"), Value(2.0, label="x")
    y = -(ag.leaky_relu(ag.dot([w, x], [x, 1.5], w), slope=0.25) ** 2) / ag.sum([w, x, 1.0])
    assert str(Graph.of(y, parameters=[w])).splitlines() == [
        "graph of 6 operations on 1 inputs and 1 parameters: "
        "1 dot, 1 leaky_relu, 1 power, 1 neg, 1 sum, 1 div",
        "v3 = dot([w, x], [x, 1.5], w)",
        "v4 = leaky_relu(v3, slope=0.25)",
        "v5 = v4 ** 2",
        "v6 = -v5",
        "v7 = sum([w, x, 1])",
        "v8 = v6 / v7",
        "return v8",
    ]
    assert repr(Graph.of(y)) == "<graph of 6 operations>"
    assert Graph.of(y).line(0) == "w, given"


def test_a_long_graph_is_cut_short() -> None:
    x = Value(1.0)
    for _ in range(500):
        x = x.sin()
    lines = str(Graph.of(x, *[x + 1.0] * 9)).splitlines()
    assert len(lines) == 63
    assert "… 441 more …" in lines
    assert lines[-1].endswith(", …")


def test_a_name_that_is_no_identifier_is_not_printed() -> None:
    made = Value(1.0, (Value(2.0),), "x); import os")
    assert Graph.of(made).line(1) == "v2 = f([v1])"


def test_it_is_immutable() -> None:
    with pytest.raises(FrozenInstanceError):
        Graph.of(Value(1.0)).outputs = ()


@pytest.mark.parametrize("root", [3.0, None, [Value(1.0)]])
def test_only_values_have_a_graph(root) -> None:
    with pytest.raises(OperandError, match=f"not of {type(root).__name__}"):
        Graph.of(root)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_gradients_are_those_of_backward_to_the_last_bit(plan_and_point) -> None:
    plan, point = plan_and_point
    root = plan.run([Value(x) for x in point])
    graph = Graph.of(root)
    found = graph.gradients(seed=0.5)
    assert not any(v.has_grad for v in graph.values)
    root.backward(0.5)
    assert found == {i: v.grad for i, v in enumerate(graph.values) if v.has_grad}


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_it_computes_itself_again(plan_and_point) -> None:
    plan, point = plan_and_point
    leaves = [Value(x) for x in point]
    graph = Graph.of(plan.run(leaves))
    used = [i for i in graph.leaves if graph.values[i] in leaves]
    now = graph.function_of(*used)
    assert now(*[graph.values[i].data for i in used]) == graph.values[-1].data
    moved = [x + 0.125 for x in point]
    again = plan.run([Value(x) for x in moved]).data
    places = [leaves.index(graph.values[i]) for i in used]
    assert now(*[moved[k] for k in places]) == pytest.approx(again, nan_ok=True)


def test_only_what_depends_on_an_input_is_computed_again() -> None:
    a, made = Value(2.0), Value(9.0, (Value(3.0),), "by hand")
    graph = Graph.of(a * made)
    number = list(graph.values).index(a)
    assert graph.function_of(number)(3.0) == 27.0
    with pytest.raises(GraphError, match="cannot be computed again"):
        graph.function_of(list(graph.values).index(made.parents[0]))(1.0)


def test_an_inner_value_can_be_an_input() -> None:
    x = Value(2.0)
    y = x * 3.0
    graph = Graph.of(y * y + x)
    assert graph.function_of(1)(1.0) == 3.0
    assert graph.function_of(0, 1)(5.0, 1.0) == 6.0
    assert graph.function_of(3)(7.0) == 7.0


def test_a_choice_sends_nothing_to_what_it_passes_over() -> None:
    x = Value(-1.0)
    graph = Graph.of(where(x > 0, x.log(), 2.0 * x))
    assert [(w.source, w.taken) for w in graph.wires(3)] == [(1, False), (2, True)]
    assert graph.gradients() == {3: 1.0, 2: 1.0, 0: 2.0}


def test_messages_in_the_engines_order() -> None:
    a, b = Value(2.0), Value(3.0)
    x = a + b
    graph = Graph.of(x * b)
    assert [tuple(one) for one in graph.messages()] == [
        (2, 3, 1.0, 3.0, 3.0, 3.0),
        (1, 3, 1.0, 5.0, 5.0, 5.0),
        (0, 2, 3.0, 1.0, 3.0, 3.0),
        (1, 2, 3.0, 1.0, 3.0, 8.0),
    ]


def test_local_gradients_that_nobody_knows() -> None:
    graph = Graph.of(Value(9.0, (Value(3.0),), "by hand") * 2.0)
    assert graph.wires(1)[0].local is UNKNOWN
    assert graph.gradients()[0] is UNKNOWN
    assert math.isnan(UNKNOWN)
    with pytest.raises(GraphError, match="no local gradients"):
        graph.wires(1, known=True)


def test_a_graph_written_down_by_a_trace_needs_no_values() -> None:
    graph = Graph([None, ag.sin, ag.mul], [(), (0,), (1, 2.0)], (2, 0.5), labels={0: "x0"})
    assert graph.function_of(0)(0.0) == 0.5
    assert str(graph).endswith("v2 = sin(x0)\nv3 = v2 * 2\nreturn v3, 0.5")
    assert Graph([None, ag.sin], [(), (0,)], (1,)).function_of(0)(0.5) == math.sin(0.5)


def test_depth_does_not_matter() -> None:
    x = Value(0.5)
    y = x
    for _ in range(20_000):
        y = y * 1.0
    graph = Graph.of(y)
    assert graph.function_of(0)(2.0) == 2.0
    assert graph.gradients()[0] == 1.0


class Equal(Value):
    """A Value that compares by its number."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self._float == other._float

    def __hash__(self) -> int:
        return hash(self._float)


def test_values_that_are_equal_are_told_apart() -> None:
    a, b = Equal(1.0), Equal(1.0)
    graph = Graph.of(a * b, parameters=[b])
    assert graph.operands[2] == (0, 1)
    assert graph.parameters == {1}

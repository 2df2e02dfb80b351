"""The graph: flat, numbered once, with its walks forward and backward beside the Values."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings
from strategies import graphs

import autograd as ag
from autograd import UNKNOWN, Graph, GraphError, OperandError, Value, topological_order, where
from autograd.graph import Step


def labelled(value: Value, label: str) -> Value:
    value.label = label
    return value


def test_numbers_operands_and_names() -> None:
    w, x = Value(5.0, label="w"), Value(2.0)
    y = labelled(w * x - 1.0, "y")
    graph = Graph.of(y)
    assert list(graph.values.values()) == topological_order(y)
    assert graph.computed == {3: (ag.mul, (1, 2)), 4: (ag.sub, (3, 1.0))}
    assert graph.steps == ((ag.mul, (1, 2)), (ag.sub, (3, 1.0)))
    assert graph.parents == {1: (), 2: (), 3: (1, 2), 4: (3,)}
    assert (graph.leaves, graph.outputs, graph.made[3]) == ((1, 2), (4,), "mul")
    assert [graph.name(i) for i in graph.numbers] == ["w", "v2", "v3", "y"]
    assert graph.name(0.5) == "0.5"
    assert len(graph) == 4


def test_an_operand_used_twice_is_there_twice() -> None:
    a = Value(3.0)
    graph = Graph.of(a * a)
    assert graph.computed[2].operands == (1, 1)
    assert graph.wires(2) == [(1, 2, 0, 1, 3.0, True), (1, 2, 1, 2, 3.0, True)]
    assert [w.use for w in Graph.of(ag.sum([a, a * a, a])).wires(3)] == [1, 0, 2]


def test_several_outputs_share_one_numbering() -> None:
    a = Value(3.0)
    b = a * 2.0
    graph = Graph.of(b + 1.0, b, a.exp())
    assert graph.outputs == (3, 2, 4)
    assert len(graph) == 4


def test_it_prints_itself_as_a_list_of_operations() -> None:
    w, x = Value(5.0, label="w"), Value(2.0, label="x")
    y = -(ag.leaky_relu(ag.dot([w, x], [x, 1.5], w), slope=0.25) ** 2) / ag.sum([w, x, 1.0])
    assert str(replace(Graph.of(y), parameters=frozenset([1]))).splitlines() == [
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
    assert Graph.of(made).line(2) == "v2 = f([v1])"


def test_labels_cannot_command_a_terminal() -> None:
    x = Value(2.0, label="\x1b[31m\n")
    assert str(Graph.of(x * 2.0)).splitlines()[1] == "v2 = '\\x1b[31m\\n' * 2"


def test_a_bias_of_zero_is_not_printed() -> None:
    x, zero = Value(2.0), Value(0.0, label="0")
    assert Graph.of(ag.dot([x], [x])).line(2) == "v2 = dot([v1], [v1])"
    assert Graph.of(ag.dot([x], [x], zero)).line(3) == "v3 = dot([v1], [v1], 0)"


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
    assert not any(v.has_grad for v in graph.values.values())
    root.backward(0.5)
    assert found == {i: v.grad for i, v in graph.values.items() if v.has_grad}


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_it_computes_itself_again(plan_and_point) -> None:
    plan, point = plan_and_point
    leaves = [Value(x) for x in point]
    graph = Graph.of(plan.run(leaves))
    used = {i: leaves.index(graph.values[i]) for i in graph.leaves if graph.values[i] in leaves}
    now = graph.function_of(*used)
    assert now(*[point[k] for k in used.values()]) == graph.values[len(graph)].data
    moved = [x + 0.125 for x in point]
    again = plan.run([Value(x) for x in moved]).data
    assert now(*[moved[k] for k in used.values()]) == pytest.approx(again, nan_ok=True)


def test_only_what_depends_on_an_input_is_computed_again() -> None:
    a, made = Value(2.0), Value(9.0, (Value(3.0),), "by hand")
    graph = Graph.of(a * made)
    assert graph.function_of(1)(3.0) == 27.0
    with pytest.raises(GraphError, match="cannot be computed again"):
        graph.function_of(2)(1.0)


def test_an_inner_value_can_be_an_input() -> None:
    x = Value(2.0)
    y = x * 3.0
    graph = Graph.of(y * y + x)
    assert graph.function_of(2)(1.0) == 3.0
    assert graph.function_of(1, 2)(5.0, 1.0) == 6.0
    assert graph.function_of(4)(7.0) == 7.0


def test_a_choice_sends_nothing_to_what_it_passes_over() -> None:
    x = Value(-1.0)
    graph = Graph.of(where(x > 0, x.log(), 2.0 * x))
    assert [(w.source, w.taken) for w in graph.wires(4)] == [(2, False), (3, True)]
    assert graph.gradients() == {4: 1.0, 3: 1.0, 1: 2.0}


def test_messages_in_the_engines_order() -> None:
    a, b = Value(2.0), Value(3.0)
    x = a + b
    graph = Graph.of(x * b)
    assert [tuple(one) for one in graph.messages()] == [
        (3, 4, 1.0, 3.0, 3.0, 3.0),
        (2, 4, 1.0, 5.0, 5.0, 5.0),
        (1, 3, 3.0, 1.0, 3.0, 3.0),
        (2, 3, 3.0, 1.0, 3.0, 8.0),
    ]


def test_local_gradients_that_nobody_knows() -> None:
    graph = Graph.of(Value(9.0, (Value(3.0),), "by hand") * 2.0)
    assert graph.wires(2)[0].local is UNKNOWN
    assert graph.gradients()[1] is UNKNOWN
    assert math.isnan(UNKNOWN)
    with pytest.raises(GraphError, match="no local gradients"):
        graph.wires(2, known=True)


def test_a_graph_written_down_by_a_trace_needs_no_values() -> None:
    steps = {1: Step(ag.sin, (0,)), 2: Step(ag.mul, (1, 2.0))}
    graph = Graph((0,), steps, (2, 0.5), labels={0: "x0"})
    assert list(graph.numbers) == [0, 1, 2]
    assert str(graph).endswith("v1 = sin(x0)\nv2 = v1 * 2\nreturn v2, 0.5")
    assert graph.function_of(0)(0.0) == 0.5
    assert Graph((0,), steps, (2,)).function_of(0)(0.5) == 2.0 * math.sin(0.5)


def test_depth_does_not_matter() -> None:
    x = Value(0.5)
    y = x
    for _ in range(20_000):
        y = y * 1.0
    graph = Graph.of(y)
    assert graph.function_of(1)(2.0) == 2.0
    assert graph.gradients()[1] == 1.0


class Equal(Value):
    """A Value that compares by its number."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self._float == other._float

    def __hash__(self) -> int:
        return hash(self._float)


def test_values_that_are_equal_are_told_apart() -> None:
    a, b = Equal(1.0), Equal(1.0)
    graph = Graph.of(a * b)
    assert graph.computed[3].operands == (1, 2)

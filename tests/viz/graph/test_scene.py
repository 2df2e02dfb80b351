"""A snapshot of a graph."""

import math

import pytest

from autograd import Value, topological_order
from viz import draw
from viz.errors import DrawingError
from viz.graph.given import graph_of
from viz.graph.scene import read


def test_every_number_is_the_engines(graph: Value) -> None:
    scene = read(graph_of(graph))
    order = topological_order(graph)
    assert [v.data for v in scene.values] == [v.data for v in order]
    assert [v.grad for v in scene.values] == [v.grad for v in order]
    assert len(scene.wires) == sum(len(v.parents) for v in order)
    for value, shown in zip(order, scene.values, strict=True):
        wires = scene.wires_into.get(shown.index, ())
        assert tuple(wire.local for wire in wires) == value.local_gradients
        assert [order[wire.source - 1] for wire in wires] == list(value.parents)


def test_messages_add_up_to_the_gradient(graph: Value) -> None:
    scene = read(graph_of(graph))
    for shown in scene.values[:-1]:
        messages = [wire.message for wire in scene.wires if wire.source == shown.index]
        assert sum(messages) == pytest.approx(shown.grad, rel=1e-12)


def test_a_value_used_twice_has_two_wires(build) -> None:
    wires = read(graph_of(build.square())).wires
    assert [(w.source, w.target, w.slot, w.shared) for w in wires] == [
        (1, 2, 0, True),
        (1, 2, 1, True),
    ]


def test_before_backward_there_is_no_gradient_and_no_message(build) -> None:
    scene = read(graph_of(build.regression()))
    assert {shown.grad for shown in scene.values} == {None}
    assert {wire.message for wire in scene.wires} == {None}


def test_names_are_labels_or_places(build) -> None:
    assert [shown.name for shown in read(graph_of(build.regression())).values] == [
        "w", "x", "v3", "b", "z", "y", "r", "J",
    ]  # fmt: skip


def test_notes_and_constants(build) -> None:
    scene = read(graph_of(build.marked()))
    notes = {shown.primitive: shown.note for shown in scene.values if shown.note}
    assert notes == {
        "relu": "off",
        "sigmoid": "saturated",
        "tanh": "saturated",
        "sum": "+ 1 constant",
    }
    symbols = {shown.primitive: shown.symbol for shown in scene.values}
    assert (symbols["mul"], symbols["sub"], symbols["sum"]) == ("2 ×", "− 1", "Σ")
    assert sorted(c.data for c in scene.constants) == [1.0, 1.0, 2.0]


def test_parameters_are_those_asked_for(build) -> None:
    root = build.regression()
    w = topological_order(root)[0]
    kinds = {s.name: s.kind for s in read(graph_of(root, wrt=[w, "b"])).values}
    assert [name for name, kind in kinds.items() if kind == "parameter"] == ["w", "b"]
    assert {s.kind for s in read(graph_of(root)).values} == {"input", "op"}
    assert [s.name for s in read(graph_of(root, wrt="b")).values if s.kind == "parameter"] == ["b"]


def test_paths_of_models_are_parameters(build) -> None:
    kinds = {s.name: s.kind for s in read(graph_of(build.neuron())).values}
    assert kinds["layer1.neuron0.w[2]"] == kinds["layer1.neuron0.b"] == "parameter"
    assert kinds["x0"] == "input"


@pytest.mark.parametrize("wrt", ["q", ["w", "q"], [Value(1.0)], "z"])
def test_parameters_that_are_no_leaves(build, wrt) -> None:
    with pytest.raises(DrawingError, match=r"is no leaf of this graph; labels of leaves: w, x"):
        read(graph_of(build.regression(), wrt=wrt))


@pytest.mark.parametrize("root", [3.0, "w", None, [Value(1.0)]])
def test_only_values_can_be_drawn(root) -> None:
    with pytest.raises(DrawingError, match=f"not {type(root).__name__}"):
        read(graph_of(root))


def test_nodes_made_by_hand() -> None:
    a = Value(3.0, label="a")
    scene = read(graph_of(Value(9.0, (a, a), (3.0, 3.0))))
    assert [wire.local for wire in scene.wires] == [3.0, 3.0]
    unknown = read(graph_of(Value(9.0, (a,), "custom")))
    assert unknown.output.primitive == "custom"
    assert math.isnan(unknown.wires[0].local)


def test_distances_are_those_of_the_longest_path() -> None:
    x = Value(2.0)
    root = x + (-x) * 3.0
    assert read(graph_of(root)).distances() == {1: 3, 2: 2, 3: 1, 4: 0}


def test_reading_changes_nothing(build) -> None:
    root = build.fan_out()
    root.backward()
    before = [(v.data, v.grad, v.label) for v in topological_order(root)]
    read(graph_of(root, wrt="b"))
    assert [(v.data, v.grad, v.label) for v in topological_order(root)] == before


def test_a_long_chain_is_read_without_recursion() -> None:
    x = Value(1.0)
    for _ in range(20_000):
        x = x + 1.0
    assert len(read(graph_of(x)).values) == 20_001


def test_a_leaf_that_takes_no_gradient_is_sent_none() -> None:
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    x.requires_grad = False
    y = x * w + x
    y.backward()
    scene = read(graph_of(y))
    assert {wire.message for wire in scene.wires if wire.source == 1} == {None}
    assert scene.value(1).note == "frozen" and scene.value(2).note == ""
    source = draw(y).source
    assert "backpropagated gradient: not computed (frozen)" in source
    assert "message to x" not in source and "message to w" in source

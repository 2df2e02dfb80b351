"""Inputs of a model that are plain numbers."""

import nn
from autograd import Value
from viz import draw
from viz.graph.folding import view
from viz.graph.given import graph_of
from viz.graph.stubs import stubs


def test_plain_numbers_as_inputs_are_shown(build) -> None:
    for root in (build.moons(1), build.moons(100)):
        (stub,) = stubs(view(graph_of(root)))
        assert stub.text == "2 inputs (constants)"
        assert len(stub.into) == 1
        figure = draw(root)
        assert figure.source.count('class="fold constants"') == 1
        assert stub.text in figure.svg
        assert "0 inputs besides constants" in str(figure)


def test_one_stub_for_all_neurons_of_an_example(build) -> None:
    assert [len(stub.into) for stub in stubs(view(graph_of(build.by_hand(2))))] == [3, 3]


def test_the_gates_of_a_cell_share_their_inputs(build) -> None:
    found = stubs(view(graph_of(build.unrolled(3, 2, nn.LSTMCell))))
    assert [stub.inputs for stub in found] == [3, 1, 1]


def test_values_as_inputs_have_none(build) -> None:
    assert stubs(view(graph_of(build.mlp()))) == []


def test_values_among_the_inputs_are_not_counted() -> None:
    out = nn.Layer(3, 20, seed=0)([Value(1.0), 2.0, 3.0])
    assert [stub.inputs for stub in stubs(view(graph_of(sum(out))))] == [2]

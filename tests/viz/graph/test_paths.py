"""Places of parameters, from their labels."""

import pytest

import nn
from autograd import PathLabel, Value
from viz.graph.paths import Place, is_parameter, place_of, within


@pytest.mark.parametrize(
    "model", [nn.Neuron(2), nn.Layer(2, 2), nn.MLP(2, [2]), nn.RNNCell(1, 2), nn.LSTMCell(1, 1)]
)
def test_every_parameter_of_a_model_is_one(model: nn.Module) -> None:
    assert all(is_parameter(p) for p in model.parameters())
    assert all(place_of(p.label) for p in model.parameters())


def test_names_that_a_user_gave_are_not_paths() -> None:
    for label in ("", "w", "b", "w[0]", "y.hat", "a.wb"):
        assert not is_parameter(Value(1.0, label=label)), label
    assert is_parameter(Value(1.0, label="cell.weight_ih[2][1]"))
    assert is_parameter(Value(1.0, label=PathLabel("w")))


@pytest.mark.parametrize(
    ("path", "layer", "neuron"),
    [
        ("layer1.neuron2.w[0]", "layer1", "layer1.neuron2"),
        ("neuron2.b", "", "neuron2"),
        ("net.hidden.neuron10.w[3]", "net.hidden", "net.hidden.neuron10"),
        ("neurons[3].w[1]", "neurons", "neurons[3]"),
        ("fc1.w[0]", "fc1", "fc1"),
        ("slope", "", ""),
        ("rnn.weight_hh[2][1]", "rnn", "rnn[2]"),
        ("bias_ih[2]", "", "[2]"),
    ],
)
def test_places(path: str, layer: str, neuron: str) -> None:
    place = place_of(path)
    assert place is not None
    assert (place.layer, place.neuron) == (layer, neuron)


def test_texts_that_are_no_paths() -> None:
    assert place_of("") is None
    assert place_of("w[") is None
    assert place_of("w[a]") is None


def test_within() -> None:
    assert within("layer1", "layer1")
    assert within("layer1.neuron2", "layer1")
    assert not within("layer10", "layer1")
    assert within("rnn[2]", "rnn")
    assert Place("a", "a", "w", (1,)).indices == (1,)

"""Playgrounds as files: what they show of a model, what they begin with, and what is refused."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value, tanh
from viz.errors import DrawingError
from viz.live.network import network_of
from viz.live.neurons import neuron_figures
from viz.live.play import play

X = [[0.0, 1.0], [1.0, 0.5], [-1.0, -0.5]]
Y = [0, 1, 1]


def model(sizes: tuple[int, ...] = (3, 1), **named: Any) -> nn.MLP:
    return nn.MLP(2, [*sizes], **{"activation": "tanh", "seed": 0} | named)


def told(html: str) -> Any:
    found = re.search(r'id="data">(.*)</script>', html)
    assert found
    return json.loads(found[1])


def test_it_knows_neurons_layers_and_weights() -> None:
    network = play(model((3, 2, 1)), X, Y).network
    assert network.layers == ("layer1", "layer2", "layer3")
    assert [n.layer for n in network.neurons] == [0, 0, 0, 1, 1, 2]
    assert len(network.connections) == 6 + 6 + 2
    names = network.graph.labels
    first = next(c for c in network.connections if names[c.weight] == "layer2.neuron1.w[2]")
    assert first.source == network.neurons[2].output
    assert network.neurons[first.target].path == "layer2.neuron1"


def test_a_network_written_by_hand() -> None:
    net = model((3, 1))

    def by_hand(x: Any) -> Value:
        for layer in net.layers:
            x = [sum((w * v for w, v in zip(n.w, x, strict=True)), n.b) for n in layer.neurons]
            x = [tanh(v) for v in x] if layer is not net.layers[-1] else x
        return x[0]

    network = play(by_hand, X, Y).network
    assert len(network.neurons) == 4
    assert len(network.connections) == 9


def test_it_begins_with_the_weights_and_names_them_as_the_state_does() -> None:
    net = model((4, 1))
    data = told(play(net, X, Y).html)
    assert {one["name"]: one["data"] for one in data["parameters"]} == net.state_dict()
    assert sum(one["decays"] for one in data["parameters"]) == 12  # weights, and no biases
    assert data["points"] == [[0.0, 1.0, 0.0], [1.0, 0.5, 1.0], [-1.0, -0.5, 1.0]]


def test_the_model_is_only_read() -> None:
    net = model()
    before = [(p.data, p.grad, p.label) for p in net.parameters()]
    assert play(net, X, Y).html
    assert [(p.data, p.grad, p.label) for p in net.parameters()] == before


def test_the_threshold_is_given_or_the_models_or_midway() -> None:
    net = model()
    assert told(play(net, X, Y).html)["threshold"] == 0.5
    nn.fit(net, X, Y, loss="bce_with_logits", epochs=1, progress=False)
    data = told(play(net, X, Y).html)
    assert (data["threshold"], data["middle"]) == (0.0, 0.5)
    assert told(play(net, X, Y, threshold=0.25).html)["threshold"] == 0.25


def test_activations_to_choose_from_begin_with_the_models_own() -> None:
    network = play(model(activation="relu"), X, Y).network
    assert network.activations == ["relu", "tanh", "sigmoid", "silu", "identity"]
    assert "tanh" in network.with_activation("tanh").made.values()
    assert "relu" not in network.with_activation("tanh").made.values()
    linear = play(nn.MLP(2, [1], seed=0), X, Y)
    assert linear.network.activations == []
    assert "GRAPHS" in linear.html


@pytest.mark.parametrize("name", ["mse", "hinge", "bce_with_logits", "huber"])
def test_losses_by_functions(name: str) -> None:
    loss = nn.losses.get(name)
    network = network_of(model(), loss, [0.5, 1.0], 1.0)
    assert network.output == network.neurons[-1].output
    assert len(network.neurons) == 4


def test_neurons_that_are_built_alike_share_a_figure() -> None:
    network = play(model((8, 8, 1)), X, Y).network
    found = neuron_figures(network, None)
    assert len(found.markups) == 3
    assert found.which == (0,) * 8 + (1,) * 8 + (2,)
    for neuron, numbers in zip(network.neurons, found.numbers, strict=True):
        assert set(neuron.members) < set(numbers)
    assert len(play(model((8, 8, 1)), X, Y).html.encode()) < 250_000


@pytest.mark.parametrize("label", ["</script><script>alert(1)</script>", '"><b>', "${title}"])
def test_names_are_only_text(label: str) -> None:
    w = [Value(1.0, label=ag.PathLabel(f"{label}.w[{i}]")) for i in range(2)]
    b = Value(0.0, label=ag.PathLabel(f"{label}.b"))
    html = play(lambda x: tanh(ag.dot(w, x, b)), X, Y, title=label).html
    assert html.count("<script") == 2
    assert "<b>" not in html
    assert any(label in one["name"] for one in told(html)["parameters"])


def test_numbers_as_arrays_and_targets_in_a_column() -> None:
    page = play(model(), np.array(X, dtype=np.float32), np.array(Y)[:, None])
    assert repr(page) == "<playground of 4 neurons on 3 examples>"
    assert page._repr_html_().startswith('<iframe sandbox="allow-scripts"')


def test_without_an_engine_there_is_no_page(no_engine) -> None:
    assert play(model(), X, Y)._repr_html_() is None


def test_it_is_saved_as_a_page(tmp_path) -> None:
    assert play(model(), X, Y).save(tmp_path / "p.html").read_text().startswith("<!DOCTYPE html>")
    with pytest.raises(DrawingError, match=r"write 'p.html'"):
        play(model(), X, Y).save(tmp_path / "p.svg")


class Twice(nn.Module):
    def __init__(self) -> None:
        self.cell = nn.RNNCell(1, 1, seed=0)

    def __call__(self, x: Any) -> Any:
        states, _ = nn.unroll(self.cell, [[x[0]], [x[1]]])
        return states[-1][0]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((model(), [[1.0, 2.0, 3.0]], [1]), r"n × 2, not the shape \(1, 3\); for other inputs"),
        ((model(), [1.0, 2.0], [1]), r"n × 2, not the shape \(2,\)"),
        ((model(), [], []), "n × 2, not the shape"),
        ((model(), X, [1, 2]), r"one number for each example, 3, not the shape \(2,\)"),
        ((model(), [["a", "b"]], [1]), "X and y are numbers"),
        ((model(), [[np.nan, 1.0]], [1]), "must be finite"),
        ((model(), X, [0, 1, np.inf]), "must be finite"),
        ((model(), X, Y, "hinge"), r"loss= is a function of \(output, target\), not 'hinge'"),
        ((3.0, X, Y), "play takes a model that is called with two numbers, not float"),
        ((nn.MLP(2, [3, 2], seed=0), X, Y), "this one has 2: train one class against"),
        ((lambda x: x[0] * x[1], X, Y), "play shows a network of neurons, and finds none"),
        ((lambda x: 3.0, X, Y), "play shows a network of neurons, and finds none"),
        ((Twice(), X, Y), "go through each neuron once"),
        ((nn.MLP(2, [80, 1], seed=0), X, Y), "up to 64 neurons .* here are 81 and 3"),
        ((model(), X * 1000, Y * 1000), r"2,000 examples, and here are 4 and 3,000"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: Any, reason: str) -> None:
    with pytest.raises(DrawingError, match=reason):
        play(*arguments)


@pytest.mark.parametrize("threshold", ["a", float("nan"), True])
def test_a_threshold_that_is_none_is_refused(threshold: Any) -> None:
    with pytest.raises(DrawingError, match="threshold= is a number between two outputs"):
        play(model(), X, Y, threshold=threshold)


def test_a_weight_that_is_no_number_is_refused() -> None:
    net = model()
    net.parameters()[0].data = float("nan")
    with pytest.raises(DrawingError, match=r"layer1.neuron1.w\[0\] of the model is no finite"):
        play(net, X, Y)


def test_a_loss_that_branches_is_refused() -> None:
    with pytest.raises(ag.TraceError, match="a comparison decides a branch"):
        play(model(), X, Y, lambda a, y: a if a > 0 else y - a)

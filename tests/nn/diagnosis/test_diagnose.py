"""The report against the matrix form and numbers by hand."""

import json

import numpy as np
import pytest

import autograd
import nn
from nn import matrix
from nn.diagnosis.diagnose import diagnose
from nn.errors import DataError, KindError, ShapeError


def norms(X, Y, model, cost="quadratic"):
    batch = matrix.minibatch(X, Y, *matrix.matrices(model), cost=cost)
    return [
        np.sqrt(np.sum(batch.dW[number] ** 2) + np.sum(batch.db[number] ** 2))
        for number in batch.dW
    ], batch


@pytest.mark.parametrize("n", [3, 250])  # 250 take three rounds
def test_gradient_norms_and_ratios_are_those_of_the_matrix_form(n):
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(n, 3)), rng.normal(size=(n, 2))
    model = nn.MLP(3, [4, 3, 2], activation="tanh", seed=2)
    expected, _ = norms(X, Y, model)
    report = diagnose(model, X, Y)
    np.testing.assert_allclose(
        [layer.gradient_norm for layer in report.layers], expected, rtol=1e-12
    )
    ratios = [layer.gradient_ratio for layer in report.layers]
    np.testing.assert_allclose(ratios[:2], [expected[0] / expected[1], expected[1] / expected[2]])
    assert ratios[2] is None
    assert report.examples == n
    assert [layer.weights for layer in report.layers] == [12, 12, 6]
    assert [layer.name for layer in report.layers] == ["layer1", "layer2", "layer3"]


def test_slow_weights_have_low_inputs():
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(5, 3)), rng.normal(size=(5, 1))
    X[:, 1] = [0.01, -0.02, 0.0, 0.0, 0.01]  # on average 0.008 in size
    model = nn.MLP(3, [2, 1], activation="sigmoid", seed=2)
    _, batch = norms(X, Y, model)
    slow = diagnose(model, X, Y).layers[0].slow_weights
    assert [weight.name for weight in slow] == ["layer1.neuron1.w[1]", "layer1.neuron2.w[1]"]
    δ = np.abs([example.delta[2] for example in batch.examples]).mean(axis=0)
    for j, weight in enumerate(slow):
        np.testing.assert_allclose(weight.a_in, 0.008, rtol=1e-12)
        np.testing.assert_allclose(weight.delta_out, δ[j], rtol=1e-12)
        np.testing.assert_allclose(weight.gradient, batch.dW[2][j, 1], rtol=1e-12)


@pytest.mark.parametrize(("activation", "edge"), [("sigmoid", 2.887), ("tanh", 2.178)])
def test_saturated_means_a_slope_below_a_twentieth(activation, edge):
    # σ′(z) = 0.05 at z = ±2.8873, 1 − tanh² z = 0.05 at z = ±2.1783
    model = nn.MLP(1, [1, 1], activation=activation, seed=0)
    hidden = model.layers[0].neurons[0]
    hidden.w[0].data = 1.0
    X = [[edge - 0.01], [edge + 0.01], [-edge - 0.01], [0.0]]
    report = diagnose(model, X, [1.0] * 4)
    assert report.layers[0].saturated == 0.5
    assert report.layers[1].saturated is None
    assert any(f"50% saturated {activation} units" in line for line in report.advice)


def test_dead_units_are_off_for_every_example():
    model = nn.MLP(1, [3, 1], activation="relu", seed=0)
    for neuron, (w, b) in zip(model.layers[0].neurons, [(1, 0), (1, -9), (-1, -5)], strict=True):
        neuron.w[0].data, neuron.b.data = w, b
    report = diagnose(model, [[1.0], [-2.0]], [1.0, 2.0])
    layer = report.layers[0]
    assert layer.dead_units == ("layer1.neuron2", "layer1.neuron3")
    assert layer.dead == 2 / 3
    assert report.layers[1].dead is None
    # what dead units feed learns nothing: their activations are 0
    assert [w.name for w in report.layers[1].slow_weights] == [
        "layer2.neuron1.w[1]",
        "layer2.neuron1.w[2]",
    ]
    assert [w.gradient for w in report.layers[1].slow_weights] == [0.0, 0.0]
    assert any("2 dead ReLU units (67%)" in line for line in report.advice)


def test_vanishing_and_exploding_gradients():
    # with x = 1, ∂C/∂(w, b) is δ₂w₂·(1, 1) in layer 1 and δ₂·(w₁, 1) in layer 2
    for w1, w2, found, other in (
        (0.5, 0.01, "vanishes", "explodes"),
        (0.5, 99.0, "explodes", "vanishes"),
    ):
        model = nn.MLP(1, [1, 1], activation="linear", seed=0)
        for layer, weight in zip(model.layers, (w1, w2), strict=True):
            layer.neurons[0].w[0].data = weight
        report = diagnose(model, [[1.0]], [3.0])
        ratio = w2 * np.sqrt(2.0) / np.sqrt(w1**2 + 1.0)
        np.testing.assert_allclose(report.layers[0].gradient_ratio, ratio, rtol=1e-12)
        np.testing.assert_allclose(report.layers[0].delta_ratio, w2, rtol=1e-12)
        worst = min(ratio, w2) if found == "vanishes" else max(ratio, w2)
        advice = "\n".join(report.advice)
        assert f"layer1: the gradient {found} in one step (to {worst:.2g} " in advice
        assert other not in advice


def test_a_zero_gradient_behind_a_layer_gives_no_ratio():
    model = nn.MLP(1, [1, 1], activation="linear", init="zeros")
    report = diagnose(model, [[1.0]], [0.0])  # the target is hit, nothing to learn
    assert [layer.gradient_ratio for layer in report.layers] == [None, None]


@pytest.mark.parametrize("activation", ["softmax", "linear"])
def test_classifiers_with_several_outputs(activation):
    model = nn.MLP(2, [4, 3], activation=["tanh", activation], init="xavier_uniform", seed=1)
    X, y = np.random.default_rng(0).normal(size=(6, 2)), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    report = diagnose(model, X, y, loss="mse")
    expected, _ = norms(X, y, model, "mse")
    np.testing.assert_allclose(
        [layer.gradient_norm for layer in report.layers], expected, rtol=1e-12
    )


def test_the_model_is_left_as_it_was():
    model = nn.MLP(2, [3, 1], seed=0)
    model([1.0, 2.0]).backward()
    model.layers[0].neurons[0].b.zero_grad()
    before = [(p.data, p.grad, p.has_grad) for p in model.parameters()]
    diagnose(model, [[1.0, 2.0]], [1.0])
    assert [(p.data, p.grad, p.has_grad) for p in model.parameters()] == before


def test_the_table_and_the_plain_data():
    model = nn.MLP(2, [3, 1], activation="tanh", init="xavier_uniform", seed=1)
    report = diagnose(model, [[1.0, 0.5], [-1.0, 0.3]], [1.0, -1.0])
    table = str(report).splitlines()
    assert table[0].split("  ")[0] == "layer"
    assert table[1].startswith("layer1  tanh")
    assert table[2].startswith("layer2  linear")
    assert table[3:] == (report.advice or ["Nothing stands out."])
    plain = json.loads(json.dumps(report.as_dict()))
    assert plain["layers"][0]["gradient_norm"] == report.layers[0].gradient_norm
    assert all(len(line) < 240 for line in table)


def test_what_is_refused():
    with pytest.raises(KindError, match=r"such as nn\.MLP, not Neuron"):
        diagnose(nn.Neuron(1), [[1.0]], [1.0])
    model = nn.MLP(2, [1], seed=0)
    with pytest.raises(DataError, match="X is empty"):
        diagnose(model, [], [])
    with pytest.raises(ShapeError, match="expects 2 inputs"):
        diagnose(model, [[1.0]], [1.0])


def deep(init, activation="sigmoid"):
    X = np.random.default_rng(0).normal(size=(20, 4))
    model = nn.MLP(4, [8] * 10 + [1], activation=activation, init=init, seed=0)
    return diagnose(model, X, X[:, 0])


@pytest.mark.parametrize(
    ("activation", "init", "found", "verb"),
    [
        ("sigmoid", "xavier_uniform", "vanishes", "shrinks"),
        ("tanh", lambda i, o: 0.05 if (i + o) % 3 else 0.04, "vanishes", "shrinks"),
        ("linear", lambda i, o: 0.6, "explodes", "grows"),
    ],
)
def test_the_product_over_depth_vanishes_or_explodes(activation, init, found, verb):
    report = deep(init, activation)
    first = report.layers[0]
    ratios = [first.gradient_to_last, first.delta_to_last]
    ratio = min(ratios) if found == "vanishes" else max(ratios)
    assert all(0.1 < layer.delta_ratio < 10.0 for layer in report.layers[:-1])
    line = next(line for line in report.advice if "per layer" in line)
    assert line.startswith(f"layer1: the gradient {found}: on its way back it {verb} ×")
    assert f"×{ratio**0.1:.2g} per layer, over 10 layers to {ratio:.2g} of the last" in line


def test_the_ratios_of_delta_are_those_of_the_matrix_form():
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(250, 3)), rng.normal(size=(250, 2))
    X[:, 1] *= 1e-3
    model = nn.MLP(3, [4, 3, 2], activation="tanh", seed=2)
    _, batch = norms(X, Y, model)
    lengths = [
        np.sqrt(np.mean([np.sum(one.delta[layer] ** 2) for one in batch.examples]))
        for layer in (2, 3, 4)
    ]
    report = diagnose(model, X, Y)
    np.testing.assert_allclose([one.delta_norm for one in report.layers], lengths, rtol=1e-12)
    np.testing.assert_allclose(report.layers[0].delta_ratio, lengths[0] / lengths[1])
    np.testing.assert_allclose(report.layers[0].delta_to_last, lengths[0] / lengths[2])
    assert report.layers[2].delta_to_last is None
    δ = np.abs([example.delta[2] for example in batch.examples]).mean(axis=0)
    found = [weight.delta_out for weight in report.layers[0].slow_weights]
    np.testing.assert_allclose(found, δ, rtol=1e-12)


def test_findings_are_grouped():
    report = deep("zeros", "relu")
    assert len(report.advice) == 4
    assert "layer1, layer2, layer3, layer4 and 6 more: all neurons have equal" in report.advice[0]
    assert "the gradient is exactly 0" in report.advice[1]
    assert not any("vanishes" in line for line in report.advice)


def test_no_gradient_at_all_is_a_finding():
    model = nn.MLP(2, [3, 1], activation="tanh", seed=0)
    with autograd.no_grad():
        report = diagnose(model, [[1.0, 2.0]], [1.0])
    assert report.advice == [
        line for line in report.advice if "No parameter has a gradient" in line
    ]
    assert len(report.advice) == 1


def test_delta_with_an_activation_that_contains_a_dot():
    def square(z):
        return autograd.dot([z, z], [1.0, z])

    model = nn.MLP(1, [1, 1], activation=square, seed=0)
    (w, b), (v, c) = ([p.data for p in layer.parameters()] for layer in model.layers)
    z = 0.5 * w + b
    δ_out = v * (z + z * z) + c - 2.0
    report = diagnose(model, [[0.5]], [2.0])
    np.testing.assert_allclose(report.layers[0].delta_norm, abs(δ_out * v * (1.0 + 2.0 * z)))


def test_one_of_a_kind_is_told_in_the_singular():
    model = nn.MLP(1, [2, 1], activation="relu", seed=0)
    for neuron, (w, b) in zip(model.layers[0].neurons, [(1, 0), (1, -9)], strict=True):
        neuron.w[0].data, neuron.b.data = w, b
    lines = "\n".join(diagnose(model, [[1.0], [2.0]], [1.0, 2.5]).advice)
    assert "1 dead ReLU unit (50%)" in lines
    assert "1 weight learns slowly, its input stays near 0 (layer2.neuron1.w[1])" in lines


def network(depth, activation, init="xavier_uniform", scale=1.0, width=8, seed=0):
    model = nn.MLP(2, [width] * (depth - 1) + [1], activation=activation, init=init, seed=seed)
    for p in model.parameters():
        p.data *= scale
    return model


MOONS = nn.data.moons(24)


def verdicts(model):
    """What is said of vanishing and exploding gradients."""
    lines = diagnose(model, *MOONS).advice
    return [
        word for line in lines for word in ("vanishes", "explodes") if f"gradient {word}" in line
    ]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("depth", [4, 5, 6, 10])
def test_sigmoid_layers_let_the_gradient_vanish(depth, seed):
    model = network(depth, "sigmoid", seed=seed)
    report = diagnose(model, *MOONS)
    (line,) = (line for line in report.advice if "gradient vanishes" in line)
    assert line.startswith("layer1: the gradient vanishes: on its way back it shrinks ×0.")
    assert f"over {depth - 1} layers" in line
    assert "Nothing stands out" not in str(report)


def test_a_gradient_that_goes_from_two_to_three_thousandths():
    # ‖∂C‖ from 2.1 in the last layer to 0.003 in the first: no step below a tenth
    model = network(6, "sigmoid", "uniform", width=5, seed=3)
    report = diagnose(model, *MOONS)
    last, first = report.layers[-1], report.layers[0]
    assert 1e-3 < first.gradient_norm / last.gradient_norm < 1e-2
    assert all(layer.gradient_ratio > 0.1 for layer in report.layers[1:-1])
    assert verdicts(model) == ["vanishes"]


@pytest.mark.parametrize(
    ("activation", "scale", "found"),
    [
        ("tanh", 0.3, ["vanishes"]),
        ("tanh", 0.01, ["vanishes"]),
        ("linear", 0.3, ["vanishes"]),
        ("linear", 3.0, ["explodes"]),
        ("linear", 10.0, ["explodes"]),
        ("relu", 0.3, ["vanishes"]),
    ],
)
@pytest.mark.parametrize("depth", [5, 8])
def test_weights_too_small_and_too_large(activation, scale, found, depth):
    assert verdicts(network(depth, activation, scale=scale, width=12)) == found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("depth", [2, 3, 4, 6, 8])
@pytest.mark.parametrize(
    ("activation", "init"),
    [("tanh", "xavier_uniform"), ("relu", "kaiming_uniform"), ("gelu", "kaiming_uniform"),
     ("linear", "xavier_uniform"), ("tanh", "uniform"), ("relu", "uniform")],
)  # fmt: skip
def test_networks_that_learn_give_no_false_alarm(activation, init, depth, seed):
    assert verdicts(network(depth, activation, init, width=12, seed=seed)) == []


@pytest.mark.parametrize("scale", [1e50, 1e100, 1e200])
def test_gradients_that_overflow_are_said_to(scale):
    report = diagnose(network(5, "linear", scale=scale), *MOONS)
    assert "the gradient is nan or infinite. Smaller initial weights" in report.advice[0]
    assert "Nothing stands out" not in str(report)


def test_lengths_beyond_the_range_of_squares():
    model = network(2, "linear", scale=1e60)
    report = diagnose(model, *MOONS)
    assert all(np.isfinite(layer.gradient_norm) for layer in report.layers)
    tiny = diagnose(network(2, "linear"), np.full((3, 2), 1e-200), np.zeros(3))
    assert tiny.layers[1].gradient_norm > 0.0


@pytest.mark.parametrize(("init", "told"), [("uniform", True), ("kaiming_uniform", False)])
def test_weights_that_are_too_large_to_start_with(init: str, told: bool) -> None:
    X = np.random.default_rng(0).uniform(0.0, 1.0, (40, 64))
    report = diagnose(nn.MLP(64, [32, 10], init=init, seed=0), X, [*range(10)] * 4,
                      loss="cross_entropy")  # fmt: skip
    assert report.loss_of_zeros == pytest.approx(np.log(10.0))
    assert report.layers[0].weight_scale == pytest.approx(3.27 if told else 1.0, rel=0.02)
    found = [line for line in report.advice if "times as large as usual" in line]
    assert len(found) == told
    if told:
        assert found[0].startswith("layer1, layer2: the weights are 3.3, 2.4 times as large")
        assert "init='kaiming_uniform'" in found[0]


def test_large_weights_of_a_trained_network_are_well() -> None:
    model = nn.MLP(64, [10], seed=0)
    rows = np.eye(64)[:10] * 50.0
    for neuron, row in zip(model.layers[0].neurons, rows, strict=True):
        neuron.load_state_dict({"w": row, "b": 0.0})
    report = diagnose(model, np.eye(64)[:10], [*range(10)], loss="cross_entropy")
    assert report.layers[0].weight_scale > 2.0
    assert not any("as large as usual" in line for line in report.advice)

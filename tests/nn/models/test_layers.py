"""Neuron, Layer, MLP: micrograd's numbers, documents' numbers, activations, errors."""

from __future__ import annotations

import copy
import math
import pickle
import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, topological_order
from nn import MLP, ArgumentError, KindError, Layer, Module, Neuron, NNError, ShapeError
from nn.activations import ACTIVATIONS

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]


def test_seed_1337_gives_the_numbers_of_micrograd() -> None:
    random.seed(1337)
    model = MLP(2, [3, 1])
    assert [p.data for p in model.parameters()] == [
        0.23550571390294128, 0.06653114721000164, 0.0,
        -0.26830328150124894, 0.1715747078045431, 0.0,
        -0.6686254326224383, 0.6487474938152629, 0.0,
        -0.23259038277158273, 0.5792256498313748, 0.8434530197925192, 0.0,
    ]  # fmt: skip
    y = model([0.5, -1.0])
    assert y.data == pytest.approx(-0.011913677074983182, rel=1e-15)
    y.backward()
    expected = [-0.11629519138579136, 0.23259038277158273, -0.23259038277158273]
    expected += [0.0] * 6 + [0.051221709741469, 0.0, 0.0, 1.0]
    assert [p.grad for p in model.parameters()] == pytest.approx(expected, rel=1e-14)


def test_the_moons_network_of_micrograd() -> None:
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    numbers = [p.data for p in model.parameters()]
    assert (len(numbers), numbers[0], numbers[-2]) == (
        337, 0.23550571390294128, -0.2532524374373504,
    )  # fmt: skip
    assert sum(numbers) == 6.8621742082939665
    assert model([1.0, -2.0]).data == pytest.approx(-1.3324313779586294, rel=1e-13)


def test_reprs_are_those_of_micrograd() -> None:
    assert repr(Neuron(2)) == "ReLUNeuron(2)"
    assert repr(Neuron(2, nonlin=False)) == "LinearNeuron(2)"
    assert repr(Layer(2, 2)) == "Layer of [ReLUNeuron(2), ReLUNeuron(2)]"
    assert repr(MLP(2, [1, 1])) == "MLP of [Layer of [ReLUNeuron(2)], Layer of [LinearNeuron(1)]]"


def test_reprs_of_other_activations() -> None:
    assert repr(Neuron(3, activation="tanh")) == "TanhNeuron(3)"
    assert repr(Neuron(3, activation="leaky-relu")) == "LeakyReLUNeuron(3)"
    assert repr(Layer(1, 2, activation="softmax")) == (
        "SoftmaxLayer of [LinearNeuron(1), LinearNeuron(1)]"
    )


def test_micrograds_attributes() -> None:
    model = MLP(3, [4, 2])
    neuron = model.layers[0].neurons[1]
    assert (len(model.layers), len(model.layers[0].neurons), len(neuron.w)) == (2, 4, 3)
    assert neuron.b.data == 0.0 and neuron.nonlin and not model.layers[1].neurons[0].nonlin
    assert len(model.parameters()) == 4 * 4 + 2 * 5


def test_nonlin_can_be_set_as_in_micrograd() -> None:
    neuron = Neuron(1, activation="tanh")
    neuron.nonlin = True
    assert neuron.activation == "tanh"
    neuron.nonlin = False
    assert neuron.activation == "linear"
    neuron.nonlin = True
    assert repr(neuron) == "ReLUNeuron(1)"


def test_document_004_one_step() -> None:
    """Sigmoid neuron, quadratic cost; document 004, with its two slips put right."""
    neuron = Neuron(2, activation="sigmoid")
    neuron.load_state_dict({"w": [2.0, -3.0], "b": -3.0})
    a = neuron([-1.0, -2.0])
    cost = 0.5 * (1.0 - a) ** 2
    cost.backward()
    sigma = 1.0 / (1.0 + math.exp(-1.0))
    delta = (sigma - 1.0) * sigma * (1.0 - sigma)
    assert a.data == pytest.approx(sigma, rel=1e-15)
    assert cost.data == pytest.approx(0.0362, abs=1e-4)
    assert [p.grad for p in neuron.parameters()] == pytest.approx(
        [-delta, -2.0 * delta, delta], rel=1e-14
    )
    assert neuron.w[0].data - neuron.w[0].grad == pytest.approx(1.947, abs=5e-4)


def test_each_neuron_is_one_dot_and_one_activation() -> None:
    y = MLP(2, [3, 1], activation="tanh")([1.0, 2.0])
    names = [v.primitive.name for v in topological_order(y) if v.primitive is not None]
    assert sorted(names) == ["dot"] * 4 + ["tanh"] * 3
    linear = MLP(2, [3, 1], activation="linear")([1.0, 2.0])
    names = [v.primitive.name for v in topological_order(linear) if v.primitive is not None]
    assert names == ["dot"] * 4


CLOSED_FORMS = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1.0 / (1.0 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: max(0.0, z),
    "leaky_relu": lambda z: z if z > 0.0 else 0.01 * z,
    "elu": lambda z: z if z > 0.0 else math.exp(z) - 1.0,
    "gelu": lambda z: 0.5 * z * (1.0 + math.erf(z / math.sqrt(2.0))),
    "silu": lambda z: z / (1.0 + math.exp(-z)),
    "softplus": lambda z: math.log(1.0 + math.exp(z)),
}


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("z", [-1.7, 0.6])
def test_activation_by_name(name: str, z: float) -> None:
    neuron = Neuron(1, activation=name)
    neuron.load_state_dict({"w": [1.0], "b": 0.0})
    assert neuron([z]).data == pytest.approx(CLOSED_FORMS[name](z), rel=1e-12)
    activation = ACTIVATIONS[name]
    assert activation.function(z) == pytest.approx(activation.on_value(Value(z)).data, rel=1e-15)


@pytest.mark.parametrize("name", HIDDEN)
def test_whole_network_against_differences(name: str, assert_slopes) -> None:
    model = MLP(2, [3, 2], activation=name, output_activation="softmax", seed=3)
    weights = [1.5, -0.5]
    assert_slopes(lambda: autograd.dot(weights, model([0.7, -0.4])), model.parameters())


def test_softmax_is_taken_over_the_layer() -> None:
    layer = Layer(1, 3, activation="softmax")
    layer.load_state_dict(
        {f"neuron{j}.w[0]": float(j) for j in (1, 2, 3)} | {f"neuron{j}.b": 0.0 for j in (1, 2, 3)}
    )
    total = math.e + math.e**2 + math.e**3
    assert [a.data for a in layer([1.0])] == pytest.approx(
        [math.e / total, math.e**2 / total, math.e**3 / total], rel=1e-14
    )
    assert layer.activation == "softmax" and layer.neurons[0].activation == "linear"


def test_own_activation() -> None:
    def square(z: Value) -> Value:
        return z * z

    neuron = Neuron(1, activation=square)
    neuron.load_state_dict({"w": [2.0], "b": 1.0})
    assert neuron([3.0]).data == 49.0
    assert repr(neuron) == "SquareNeuron(1)"
    assert Neuron(1, activation=lambda z: z + 1.0).activation == "custom"


def test_a_variant_of_a_known_function_keeps_its_constants_and_says_so() -> None:
    neuron = Neuron(1, activation=autograd.leaky_relu.bind(slope=0.5))
    neuron.load_state_dict({"w": [1.0], "b": 0.0})
    assert neuron([-4.0]).data == -2.0
    assert neuron.activation == "custom_leaky_relu"
    assert Neuron(1, activation=autograd.tanh).activation == "tanh"


def test_activation_per_layer() -> None:
    model = MLP(2, [3, 3, 2], activation=["tanh", "sigmoid", "softmax"])
    assert [layer.activation for layer in model.layers] == ["tanh", "sigmoid", "softmax"]
    model = MLP(2, [3, 3, 2], activation="elu", output_activation="sigmoid")
    assert [layer.activation for layer in model.layers] == ["elu", "elu", "sigmoid"]


def test_single_outputs_are_unwrapped_and_pass_on_between_layers() -> None:
    assert isinstance(MLP(2, [1, 3, 1])([1.0, 2.0]), Value)
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert len(MLP(2, [2])([1.0, 2.0])) == 2


def test_inputs_of_every_kind() -> None:
    model = MLP(2, [3, 1], seed=0)
    expected = model([1.0, -2.0]).data
    values = [Value(1.0), Value(-2.0)]
    for x in (
        (1.0, -2.0), np.array([1.0, -2.0]), np.array([1, -2]), values, iter([1.0, -2.0]),
        np.array(values), np.array([1.0, -2.0], dtype=np.float32),
    ):  # fmt: skip
        assert model(x).data == pytest.approx(expected, rel=1e-15)
    assert MLP(1, [1], seed=0)(2.0).data == MLP(1, [1], seed=0)([2.0]).data


def test_gradients_reach_the_inputs() -> None:
    x = [Value(0.3), Value(-0.2)]
    neuron = Neuron(2, nonlin=False)
    neuron.load_state_dict({"w": [5.0, -7.0], "b": 1.0})
    neuron(x).backward()
    assert [v.grad for v in x] == [5.0, -7.0]


@given(st.integers(1, 4), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 99))
def test_any_size_has_the_parameters_it_should(nin: int, nouts: list[int], seed: int) -> None:
    model = MLP(nin, nouts, seed=seed)
    sizes = [nin, *nouts]
    expected = sum((a + 1) * b for a, b in pairwise(sizes))
    assert len(model.parameters()) == expected == len(model.state_dict())
    out = model([0.5] * nin)
    assert isinstance(out, Value) if nouts[-1] == 1 else len(out) == nouts[-1]


def test_copies_and_pickles_are_independent() -> None:
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin.state_dict() == model.state_dict()
        twin.layers[0].neurons[0].w[0].data = 9.0
        assert model.layers[0].neurons[0].w[0].data != 9.0
        assert twin.layers[1].neurons[0].w[0].label == "layer2.neuron1.w[0]"


# Errors


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MLP(2, [4, 4, 1])([1.0]), r"layer1 \(Layer 2→4\) expects 2 inputs, got 1"),
        (lambda: Layer(3, 2)([1.0, 2.0]), r"^Layer 3→2 expects 3 inputs, got 2$"),
        (lambda: Neuron(1)([1.0, 2.0]), r"^ReLUNeuron\(1\) expects 1 input, got 2$"),
        (lambda: MLP(2, [1])([]), "expects 2 inputs, got 0"),
        (lambda: MLP(2, [1])(np.zeros((5, 2))), r"shape \(5, 2\).*\[model\(x\) for x in X\]"),
        (lambda: MLP(2, [1])([[1.0, 2.0]] * 3), r"got 3 sequences; .*\[model\(x\) for x in X\]"),
        (lambda: MLP(2, [1])([[1.0, 2.0]] * 2), r"expects 2 inputs, got 2 sequences; take"),
        (lambda: MLP(2, [1])(1.0), "expects 2 inputs, got 1"),
    ],
)
def test_wrong_number_of_inputs(call, message: str) -> None:
    with pytest.raises(ShapeError, match=message) as caught:
        call()
    assert isinstance(caught.value, NNError) and isinstance(caught.value, ValueError)


def test_the_error_names_the_layer_inside_a_bigger_model() -> None:
    class Both(Module):
        def __init__(self) -> None:
            self.encoder = MLP(2, [4, 4])

        def __call__(self, x):
            return self.encoder.layers[1](x)

    with pytest.raises(ShapeError, match=r"encoder\.layer2 \(Layer 4→4\) expects 4 inputs, got 3"):
        Both()([1.0, 2.0, 3.0])


@pytest.mark.parametrize("x", ["ab", None, {1.0: 2.0, 3.0: 4.0}, {1.0, 2.0}, b"ab"])
def test_inputs_that_are_no_sequence_of_numbers(x) -> None:
    with pytest.raises(KindError, match="must be a sequence of numbers"):
        MLP(2, [1])(x)


def test_inputs_that_hold_no_numbers() -> None:
    with pytest.raises(TypeError, match="must be a real number"):
        Neuron(2)(["a", 1.0])


@pytest.mark.parametrize("size", [0, -1])
def test_sizes_must_be_positive(size: int) -> None:
    for make in (Neuron, lambda n: Layer(n, 1), lambda n: Layer(1, n), lambda n: MLP(n, [1])):
        with pytest.raises(ArgumentError, match=f"must be at least 1, not {size}"):
            make(size)
    with pytest.raises(ArgumentError, match=r"nouts\[1\] of an MLP must be at least 1"):
        MLP(1, [1, size])


@pytest.mark.parametrize("size", [2.0, "2", None, True, [2]])
def test_sizes_must_be_integers(size) -> None:
    with pytest.raises(KindError, match="must be a positive integer"):
        Layer(size, 1)
    assert Layer(np.int64(2), 1).nin == 2


@pytest.mark.parametrize("nouts", [4, "41", None])
def test_nouts_must_be_a_list(nouts) -> None:
    with pytest.raises(KindError, match=r"such as \[16, 1\]"):
        MLP(2, nouts)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MLP(2, []), "at least one layer"),
        (lambda: Neuron(2, activation="softmax"), "all outputs of a layer"),
        (lambda: Layer(2, 1, activation="softmax"), "always 1"),
        (lambda: MLP(2, [3, 2], activation="softmax"), "output_activation='softmax'"),
        (lambda: MLP(2, [3, 2], activation=["softmax", "relu"]), "output layer only"),
        (lambda: MLP(2, [3], activation="tanh"), "output_activation='tanh'"),
        (lambda: MLP(2, [3, 1], activation=["relu"]), "each of the 2 layers.* not 1"),
        (
            lambda: MLP(2, [3, 1], activation=["relu", "tanh"], output_activation="relu"),
            "one per layer",
        ),
        (lambda: Neuron(2, activation="tahn"), "did you mean 'tanh'"),
        (lambda: Neuron(2, activation="xyz"), "there are: linear, sigmoid"),
        (lambda: Neuron(2, nonlin=False, activation="tanh"), "contradict"),
        (lambda: Neuron(2, activation=math.tanh), "loses the gradient"),
        (lambda: Neuron(2, init="xaver_uniform"), "did you mean 'xavier_uniform'"),
    ],
)
def test_arguments_that_make_no_sense(make, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


def test_an_activation_that_is_neither_name_nor_function() -> None:
    with pytest.raises(KindError, match="a name such as 'tanh'"):
        Neuron(2, activation=7)  # type: ignore[arg-type]


def test_anomalies_name_the_users_line() -> None:
    model = MLP(1, [1], activation=None)
    with autograd.detect_anomaly(), pytest.raises(autograd.AnomalyError, match="test_layers"):
        model([float("inf")])


def test_what_is_no_activation_at_all() -> None:
    with pytest.raises(KindError, match=r"must be a name such as 'tanh' .*, not int"):
        MLP(2, [3, 1], activation=7)


def test_negative_seeds_are_refused() -> None:
    with pytest.raises(ArgumentError, match="seed= must be 0 or more, not -1"):
        MLP(2, [1], seed=-1)

"""The matrix form against the scalar engine, the documents' numbers, and mpmath."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from nn import losses, matrix
from nn.errors import ArgumentError, KindError, ShapeError
from nn.matrix import ACTIVATIONS, backpropagation, matrices, minibatch

EXACT = {"rtol": 1e-12, "atol": 1e-12}
HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]


def scalar_pass(model, x, y, cost):
    """z, a and their gradients of every layer, as the scalar engine finds them."""
    layers, a = [], list(x)
    for layer in model.layers:
        out = layer(a)
        a = out if isinstance(out, list) else [out]
        depth = {"linear": 0, "softmax": 3}.get(layer.activation, 1)
        z = a
        for _ in range(depth):
            z = [value.parents[0] for value in z]
        layers.append((z, a))
    total = losses.get(cost)(a, y)
    model.zero_grad()
    total.backward()
    return layers, total.data


def data(values):
    return [v.data for v in values]


def grads(values):
    return [v.grad for v in values]


def assert_same_everywhere(model, x, y, cost):
    layers, C = scalar_pass(model, x, y, cost)
    result = backpropagation(x, y, *matrices(model), cost=cost)
    np.testing.assert_allclose(result.C, C, **EXACT)
    np.testing.assert_array_equal(result.a[1], x)
    assert list(result.z) == list(range(2, len(layers) + 2))
    for number, ((z, a), layer) in enumerate(zip(layers, model.layers, strict=True), start=2):
        np.testing.assert_allclose(result.z[number], data(z), **EXACT)
        np.testing.assert_allclose(result.a[number], data(a), **EXACT)
        np.testing.assert_allclose(result.delta[number], grads(z), **EXACT)
        dW = [grads(neuron.w) for neuron in layer.neurons]
        np.testing.assert_allclose(result.dW[number], dW, **EXACT)
        np.testing.assert_allclose(
            result.db[number], [neuron.b.grad for neuron in layer.neurons], **EXACT
        )


# What may follow what: a cost needs outputs in its domain, and targets that make sense.
ENDS = {
    "quadratic": HIDDEN,
    "mse": HIDDEN,
    "huber": HIDDEN,
    "hinge": ["linear", "tanh"],
    "binary_cross_entropy": ["sigmoid"],
    "binary_cross_entropy_with_logits": ["linear"],
    "categorical_cross_entropy": ["softmax"],
    "cross_entropy": ["linear"],
}


@st.composite
def networks(draw):
    cost = draw(st.sampled_from(sorted(ENDS)))
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    if cost.endswith("cross_entropy") and not cost.startswith("binary"):
        sizes[-1] = max(2, sizes[-1])
    hidden = [draw(st.sampled_from(HIDDEN)) for _ in sizes[1:-1]]
    last = draw(st.sampled_from(ENDS[cost]))
    seed = draw(st.integers(0, 10**6))
    model = nn.MLP(sizes[0], sizes[1:], activation=[*hidden, last], seed=seed)
    rng = np.random.default_rng(seed)
    for p in model.parameters():  # small enough that no 1 − a loses its digits
        p.data = 0.5 * float(rng.normal())
    return model, rng.normal(size=sizes[0]), targets(cost, sizes[-1], rng), cost


def targets(cost, n, rng):
    if cost == "hinge":
        return rng.choice([-1.0, 1.0], n)
    if cost.startswith("binary"):
        return rng.choice([0.0, 1.0], n)
    if cost.endswith("cross_entropy"):
        return np.eye(n)[rng.integers(n)]
    return rng.normal(size=n)


@settings(deadline=None, max_examples=150)
@given(networks())
def test_the_matrix_form_equals_the_scalar_engine_entry_by_entry(network):
    assert_same_everywhere(*network)


@pytest.mark.parametrize(("hidden", "cost"), list(itertools.product(HIDDEN, sorted(ENDS))))
def test_every_activation_and_cost_equals_the_scalar_engine(hidden, cost):
    rng = np.random.default_rng(7)
    model = nn.MLP(3, [4, 3], activation=[hidden, ENDS[cost][0]], seed=3)
    assert_same_everywhere(model, rng.normal(size=3), targets(cost, 3, rng), cost)


def test_softmax_with_its_cross_entropy_equals_cross_entropy_on_logits():
    x, y = [0.3, -0.8], [0.0, 1.0, 0.0]
    W, b, _ = matrices(nn.MLP(2, [3], seed=5))
    apart = backpropagation(x, y, W, b, "softmax", "categorical_cross_entropy")
    combined = backpropagation(x, y, W, b, "linear", "cross_entropy")
    np.testing.assert_allclose(apart.C, combined.C, **EXACT)
    np.testing.assert_allclose(apart.delta[2], combined.delta[2], **EXACT)
    np.testing.assert_allclose(apart.delta[2], apart.a[2] - np.array(y), **EXACT)


# The documents' numbers


def test_document_004_forward_backward_and_step():
    W, b, x, y = [[[2.0, -3.0]]], [[-3.0]], [-1.0, -2.0], [1.0]
    result = backpropagation(x, y, W, b)
    mpmath.mp.dps = 30
    a = 1 / (1 + mpmath.exp(-1))  # z = 2·(−1) − 3·(−2) − 3 = 1
    δ = (a - 1) * a * (1 - a)
    assert result.z[2].tolist() == [1.0]
    np.testing.assert_allclose(result.a[2], [float(a)], rtol=1e-15)
    np.testing.assert_allclose(result.C, float((1 - a) ** 2 / 2), rtol=1e-14)
    np.testing.assert_allclose(result.delta[2], [float(δ)], rtol=1e-14)
    np.testing.assert_allclose(result.dW[2], [[float(-δ), float(-2 * δ)]], rtol=1e-14)
    assert round(result.C, 4) == 0.0362  # quoted as 0.0729, without the ½

    W, b = matrix.gradient_descent_step(W, b, result, eta=1.0)
    assert W[0].round(3).tolist() == [[1.947, -3.106]]
    assert b[0].round(3).tolist() == [-2.947]
    assert backpropagation(x, y, W, b).a[2].round(2).tolist() == [0.79]


def test_document_003_examples_1_and_2():
    w, x, b, y = 0.7, 1.3, -0.4, 0.25
    result = backpropagation([x], [y], [[[w]]], [[b]])
    slope = mpmath.diff(lambda w: (1 / (1 + mpmath.exp(-(w * x + b))) - y) ** 2 / 2, w)
    np.testing.assert_allclose(result.dW[2][0, 0], float(slope), rtol=1e-10)
    np.testing.assert_allclose(result.db[2][0], float(slope / x), rtol=1e-10)


def test_every_layer_takes_a_step_the_output_layer_too():
    """Document 001's step 3 starts at L − 1, which would leave the output layer as it is."""
    W, b, σ = matrices(nn.MLP(2, [3, 2, 1], activation="tanh", seed=2))
    batch = minibatch([[1.0, 2.0], [0.5, -1.0]], [[1.0], [-1.0]], W, b, σ)
    stepped, shifted = matrix.gradient_descent_step(W, b, batch, eta=0.1)
    assert all((new != old).all() for new, old in zip(stepped, W, strict=True))
    assert all((new != old).all() for new, old in zip(shifted, b, strict=True))


# Mini-batches


@pytest.mark.parametrize("size", [1, 2, 4, None])
def test_a_minibatch_averages_its_examples(size):
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    W, b, σ = matrices(nn.MLP(2, [3, 1], activation="tanh", seed=4))
    batch = minibatch(X, Y, W, b, σ, size=size, seed=8)
    assert len(set(batch.indices)) == len(batch.examples) == (size or 4)
    each = [backpropagation(X[i], Y[i], W, b, σ) for i in batch.indices]
    np.testing.assert_allclose(batch.C, np.mean([one.C for one in each]), **EXACT)
    for number in (2, 3):
        np.testing.assert_allclose(
            batch.dW[number], np.mean([one.dW[number] for one in each], axis=0), **EXACT
        )
        np.testing.assert_allclose(
            batch.db[number], np.mean([one.db[number] for one in each], axis=0), **EXACT
        )


def test_a_minibatch_equals_the_scalar_engines_average():
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(5, 2)), rng.normal(size=(5, 2))
    model = nn.MLP(2, [3, 2], activation="sigmoid", seed=4)
    autograd.mean([losses.quadratic(model(x), y) for x, y in zip(X, Y, strict=True)]).backward()
    batch = minibatch(X, Y, *matrices(model))
    for number, layer in enumerate(model.layers, start=2):
        dW = [grads(neuron.w) for neuron in layer.neurons]
        np.testing.assert_allclose(batch.dW[number], dW, **EXACT)


def test_a_minibatch_is_reproducible_from_its_seed():
    X, Y = np.arange(20.0).reshape(10, 2), np.ones((10, 1))
    W, b = [np.ones((1, 2))], [np.zeros(1)]
    first = minibatch(X, Y, W, b, size=3, seed=1).indices
    assert first == minibatch(X, Y, W, b, size=3, seed=1).indices
    assert first != minibatch(X, Y, W, b, size=3, seed=2).indices
    assert minibatch(X, Y, W, b).indices == tuple(range(10))


# What is refused

W1, B1 = [[[1.0, 2.0]]], [[0.0]]


def step(eta):
    return matrix.gradient_descent_step(W1, B1, backpropagation([1.0, 2.0], [1.0], W1, B1), eta=eta)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: backpropagation([1.0], [1.0], W1, B1), ShapeError, "x has 1 entries"),
        (lambda: backpropagation([1.0, 2.0], [1.0, 2.0], W1, B1), ShapeError, "y has 2 entries"),
        (lambda: backpropagation([1.0, 2.0], [1.0], W1, [[0.0, 1.0]]), ShapeError, "b2 has 2"),
        (lambda: backpropagation([1.0, 2.0], [1.0], W1, []), ShapeError, "1 weights and 0 biases"),
        (lambda: backpropagation([1.0], [1.0], [], []), ShapeError, "0 weights"),
        (lambda: backpropagation(["a", "b"], [1.0], W1, B1), KindError, "x must be a vector"),
        (lambda: backpropagation([[1.0, 2.0]], [1.0], W1, B1), ShapeError, "x must be a vector"),
        (
            lambda: backpropagation([1.0, 2.0], [1.0], W1 * 2, B1 * 2),
            ShapeError,
            "W3 has 2 columns",
        ),
        (lambda: backpropagation([1.0, 2.0], [1.0], W1, B1, "sigmod"), ArgumentError, "sigmod"),
        (lambda: backpropagation([1.0, 2.0], [1.0], W1, B1, ["relu"] * 2), ShapeError, "2 activ"),
        (lambda: backpropagation([1.0, 2.0], [1.0], W1, B1, cost="mae"), ArgumentError, "mae"),
        (
            lambda: minibatch([[1.0, 2.0]], [[1.0]] * 2, W1, B1),
            ShapeError,
            "1 examples and Y has 2",
        ),
        (lambda: minibatch([[1.0, 2.0]], [[1.0]], W1, B1, size=2), ArgumentError, "1 to 1"),
        (lambda: minibatch([[1.0, 2.0]], [[1.0]], W1, B1, size=0), ArgumentError, "not 0"),
        (lambda: backpropagation(["1", "2"], [1.0], W1, B1), KindError, "x must be a vector"),
        (lambda: backpropagation([1.0, 2.0], [1j], W1, B1), KindError, "y must be a vector"),
        (lambda: backpropagation([1.0, 2.0], [1.0], [[["1", "2"]]], B1), KindError, "W2 must be"),
        (lambda: backpropagation([1.0, 2.0], [1.0], W1, B1, None), KindError, "such as 'linear'"),
        (lambda: backpropagation([1.0, 2.0], [1.0], W1, B1, np.tanh), KindError, "activation"),
        (lambda: backpropagation([1.0, 2.0], [1.0], W1, B1, cost=max), KindError, "cost must be"),
        (lambda: step(math.nan), ArgumentError, "eta must be a finite number"),
        (lambda: step("a"), KindError, "eta must be a number"),
        (lambda: matrices([1.0]), KindError, "such as nn.MLP, not list"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_a_step_along_the_gradients_of_another_network_is_refused():
    result = backpropagation([1.0], [1.0], [[[1.0]]], [[0.0]])
    with pytest.raises(ShapeError, match="cannot step"):
        matrix.gradient_descent_step(W1, B1, result, eta=0.1)


def test_mixed_activations_in_a_layer_are_refused():
    model = nn.MLP(2, [2, 1])
    model.layers[0].neurons[1].nonlin = False
    with pytest.raises(KindError, match="layer 1 have different activations"):
        matrices(model)


def test_matrices_are_copies_of_the_models_numbers():
    model = nn.MLP(2, [3, 1], seed=1)
    W, _, activations = matrices(model)
    assert [w.shape for w in W] == [(3, 2), (1, 3)]
    assert W[0][1, 0] == model.layers[0].neurons[1].w[0].data
    assert activations == ["relu", "linear"]
    W[0][:] = 0.0
    assert model.layers[0].neurons[1].w[0].data != 0.0


def test_a_minibatch_is_drawn_without_repetition():
    X, Y = np.arange(40.0).reshape(20, 2), np.ones((20, 1))
    drawn = [minibatch(X, Y, *MATRIX, size=19, seed=seed).indices for seed in range(20)]
    assert all(len(set(indices)) == 19 for indices in drawn)


MATRIX = [np.ones((1, 2))], [np.zeros(1)]


@pytest.mark.parametrize("scale", [1e3, 1e160, 1e300])
@pytest.mark.parametrize("cost", ["quadratic", "mse", "huber", "binary_cross_entropy_with_logits"])
def test_numbers_out_of_range_become_inf_without_a_warning(cost, scale) -> None:
    W, b, activations = matrix.matrices(nn.MLP(2, [3, 2], activation="relu", seed=0))
    W, b = [w * scale for w in W], [v * scale for v in b]
    X, Y = np.random.default_rng(0).normal(size=(6, 2)), np.ones((6, 2))
    batch = matrix.minibatch(X, Y, W, b, activations, cost)
    stepped, _ = matrix.gradient_descent_step(W, b, batch, 1e10)
    assert np.isfinite(batch.C) == (scale == 1e3)
    assert len(stepped) == 2

"""Every activation, slope and cost of nn.matrix against mpmath, the engine and nn.losses."""

import mpmath
import numpy as np
import pytest

import nn
from autograd import Value
from nn import losses
from nn.matrix import ACTIVATIONS, COSTS
from nn.matrix.tables import hadamard

EXACT = {"rtol": 1e-12, "atol": 1e-12}
HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]


def targets(cost, n, rng):
    if cost == "hinge":
        return rng.choice([-1.0, 1.0], n)
    if cost.startswith("binary"):
        return rng.choice([0.0, 1.0], n)
    if cost.endswith("cross_entropy"):
        return np.eye(n)[rng.integers(n)]
    return rng.normal(size=n)


FORMULAS = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "relu": lambda z: max(z, 0),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
}


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("z", [-30.0, -2.5, -0.1, 0.3, 1.0, 12.0])
def test_activations_and_slopes_against_mpmath(name, z):
    mpmath.mp.dps = 40
    one = ACTIVATIONS[name]
    value, slope = FORMULAS[name](mpmath.mpf(z)), mpmath.diff(FORMULAS[name], z)
    np.testing.assert_allclose(one.function(np.array([z])), [float(value)], rtol=1e-12)
    np.testing.assert_allclose(one.derivative(np.array([z])), [float(slope)], rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("name", HIDDEN)
def test_slopes_at_the_kink_are_those_of_the_engine(name):
    x = Value(0.0)
    nn.activations.get(name).function(x).backward()
    expected = 1.0 if name == "linear" else x.grad
    assert ACTIVATIONS[name].derivative(np.array([0.0])).tolist() == [expected]


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_activations_stay_finite_far_out(name):
    z = np.array([-1000.0, 0.0, 1000.0])
    with np.errstate(over="raise", invalid="raise"):
        assert np.isfinite(ACTIVATIONS[name].function(z)).all()
        assert np.isfinite(ACTIVATIONS[name].derivative(z)).all()


@pytest.mark.parametrize("name", sorted(COSTS))
def test_cost_gradients_are_slopes_of_the_costs(name):
    rng = np.random.default_rng(11)
    a = rng.uniform(0.2, 0.8, 3)
    y = targets(name, 3, rng)
    for j in range(3):
        h = np.eye(3)[j] * 1e-6
        slope = (COSTS[name].function(a + h, y) - COSTS[name].function(a - h, y)) / 2e-6
        np.testing.assert_allclose(COSTS[name].gradient(a, y)[j], slope, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", sorted(COSTS))
def test_costs_mean_what_the_losses_of_the_same_name_mean(name):
    rng = np.random.default_rng(12)
    a, y = rng.uniform(0.1, 0.9, 4), targets(name, 4, rng)
    outputs = [Value(number) for number in a]
    loss = losses.get(name)(outputs, y.tolist())
    loss.backward()
    np.testing.assert_allclose(COSTS[name].function(a, y), loss.data, **EXACT)
    np.testing.assert_allclose(COSTS[name].gradient(a, y), [v.grad for v in outputs], **EXACT)


def test_document_001_hadamard_product():
    assert hadamard(np.array([1.0, 2.0]), np.array([3.0, 4.0])).tolist() == [3.0, 8.0]


@pytest.mark.parametrize(
    ("activation", "cost"),
    [
        ("sigmoid", "binary_cross_entropy"),
        ("linear", "binary_cross_entropy_with_logits"),
        ("tanh", "quadratic"),
        ("sigmoid", "quadratic"),
    ],
)
@pytest.mark.parametrize("z", [-800.0, -101.0, -40.0, -15.0, 0.3, 15.0, 20.0, 37.0, 40.0, 800.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_far_out_costs_and_gradients_are_those_of_the_engine(activation, cost, z, y):
    model = nn.MLP(1, [1], activation=[activation], init=lambda *_: z)
    output = model([1.0])
    C = losses.get(cost)(output, y)
    C.backward()
    found = nn.matrix.backpropagation([1.0], [y], *nn.matrix.matrices(model), cost=cost)
    np.testing.assert_allclose(found.C, C.data, rtol=1e-12, atol=0.0)
    gradient = model.layers[0].neurons[0].b.grad
    np.testing.assert_allclose(found.delta[2], [gradient], rtol=1e-12, atol=0.0)

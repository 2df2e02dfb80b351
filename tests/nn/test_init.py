"""Schemes of initialisation: their bounds and spreads, and that seeds reproduce them."""

from __future__ import annotations

import math
import random
import statistics

import pytest

from nn import MLP, ArgumentError, KindError, Layer, Neuron, init

FAN_IN, FAN_OUT = 100, 50
BOUNDS = {
    "uniform": 1.0,
    "xavier_uniform": math.sqrt(6 / 150),
    "glorot_uniform": 0.2,
    "kaiming_uniform": math.sqrt(0.06),
    "he_uniform": math.sqrt(0.06),
    "lecun_uniform": math.sqrt(0.03),
    "fan_in_uniform": 0.1,
}
SPREADS = {
    "xavier_normal": math.sqrt(2 / 150),
    "glorot_normal": math.sqrt(2 / 150),
    "kaiming_normal": math.sqrt(0.02),
    "he_normal": math.sqrt(0.02),
    "lecun_normal": 0.1,
}


def _draws(name: str) -> list[float]:
    layer = Layer(FAN_IN, FAN_OUT, init=name, seed=1)
    return [w.data for neuron in layer.neurons for w in neuron.w]


@pytest.mark.parametrize(("name", "bound"), BOUNDS.items())
def test_uniform_schemes(name: str, bound: float) -> None:
    draws = _draws(name)
    assert max(map(abs, draws)) <= bound
    assert max(draws) > 0.99 * bound and min(draws) < -0.99 * bound
    assert statistics.pvariance(draws) == pytest.approx(bound**2 / 3, rel=0.05)


@pytest.mark.parametrize(("name", "spread"), SPREADS.items())
def test_normal_schemes(name: str, spread: float) -> None:
    draws = _draws(name)
    assert statistics.pstdev(draws) == pytest.approx(spread, rel=0.05)
    assert statistics.mean(draws) == pytest.approx(0.0, abs=0.1 * spread)


def test_exact_draws_follow_the_formula() -> None:
    layer = Layer(3, 2, init="xavier_uniform", seed=5)
    rng, k = random.Random(5), math.sqrt(6 / 5)
    expected = [rng.uniform(-k, k) for _ in range(6)]
    assert [w.data for n in layer.neurons for w in n.w] == expected
    neuron = Neuron(4, init="kaiming_normal", seed=5)
    rng = random.Random(5)
    assert [w.data for w in neuron.w] == [rng.gauss(0.0, math.sqrt(0.5)) for _ in range(4)]


def test_every_scheme_has_a_test() -> None:
    assert set(init.SCHEMES) == set(BOUNDS) | set(SPREADS) | {"zeros"}


def test_zeros_and_biases() -> None:
    assert set(MLP(2, [2, 1], init="zeros").state_dict().values()) == {0.0}
    model = MLP(2, [2, 1], init="he_normal", seed=0)
    assert all(n.b.data == 0.0 for layer in model.layers for n in layer.neurons)


@pytest.mark.parametrize("name", init.SCHEMES)
def test_random_seed_reproduces(name: str) -> None:
    found = []
    for _ in range(2):
        random.seed(7)
        found.append(MLP(3, [4, 2], init=name).state_dict())
    assert found[0] == found[1]


def test_seed_leaves_the_global_generator_alone() -> None:
    random.seed(0)
    expected = random.Random(0).random()
    first = MLP(2, [2], seed=3).state_dict()
    assert random.random() == expected
    assert MLP(2, [2], seed=3).state_dict() == first
    assert MLP(2, [2], seed=random.Random(3)).state_dict() == first
    assert MLP(2, [2], seed=4).state_dict() != first


def test_own_scheme_gets_fan_in_and_fan_out() -> None:
    layer = Layer(3, 2, init=lambda fan_in, fan_out: fan_in + 10 * fan_out)
    assert {w.data for n in layer.neurons for w in n.w} == {23.0}


def test_a_scheme_can_be_given_itself() -> None:
    first = Neuron(2, init=init.kaiming_normal, seed=1)
    assert first.state_dict() == Neuron(2, init="he_normal", seed=1).state_dict()


def test_errors() -> None:
    with pytest.raises(ArgumentError, match="did you mean 'he_normal'"):
        Neuron(2, init="he_norml")
    with pytest.raises(KindError, match="init= must be a name"):
        Neuron(2, init=0.1)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="must be finite, not nan"):
        Neuron(2, init=lambda i, o: math.nan)
    with pytest.raises(KindError, match="a weight that init= gives must be a number"):
        Neuron(2, init=lambda i, o: "1")  # type: ignore[arg-type,return-value]
    with pytest.raises(KindError, match="seed= must be an integer"):
        Neuron(2, seed="1")

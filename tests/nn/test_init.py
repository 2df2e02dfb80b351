"""Schemes of initialisation: their bounds and spreads, and that seeds reproduce them."""

from __future__ import annotations

import math
import random
import statistics

import pytest

from autograd import Value
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


def _rows() -> list[list[Value]]:
    return [[Value(9.0) for _ in range(FAN_IN)] for _ in range(FAN_OUT)]


@pytest.mark.parametrize(
    ("name", "spread"),
    [("xavier_uniform_", 0.2 / math.sqrt(3.0)), ("kaiming_uniform_", math.sqrt(0.02)),
     ("xavier_normal_", SPREADS["xavier_normal"]), ("kaiming_normal_", SPREADS["kaiming_normal"])],
)  # fmt: skip
def test_schemes_in_place_count_the_fans_of_the_rows(name: str, spread: float) -> None:
    rows = _rows()
    getattr(init, name)(rows, seed=1)
    numbers = [w.data for row in rows for w in row]
    assert statistics.pstdev(numbers) == pytest.approx(spread, rel=0.05)
    layer = Layer(FAN_IN, FAN_OUT, init=name[:-1], seed=1)
    assert numbers == [w.data for neuron in layer.neurons for w in neuron.w]


def test_numbers_in_place() -> None:
    rows, one = _rows(), Value(3.0)
    init.zeros_(rows)
    init.ones_(one)
    assert {w.data for row in rows for w in row} == {0.0} and one.data == 1.0
    init.uniform_(rows, 2.0, 4.0, seed=0)
    numbers = [w.data for row in rows for w in row]
    assert 2.0 <= min(numbers) < 2.01 < 3.99 < max(numbers) <= 4.0
    init.normal_(rows, 1.0, 0.5, seed=0)
    numbers = [w.data for row in rows for w in row]
    assert statistics.mean(numbers) == pytest.approx(1.0, abs=0.02)
    assert statistics.pstdev(numbers) == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: init.xavier_uniform_([Value(1.0)]), ArgumentError, "is for rows of weights"),
        (lambda: init.kaiming_normal_([]), ArgumentError, "for a list of biases there are zeros_"),
        (lambda: init.zeros_(3.0), KindError, "give a parameter, or lists of them, not float"),
        (lambda: init.constant_(Value(1.0), "a"), KindError, "a parameter must be a number"),
    ],
)
def test_what_cannot_be_drawn_in_place(wrong, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        wrong()

"""Two models that train each other, with a compiled step each; sequences that are cut."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd import softplus, stop_gradient


class Game(nn.Module):
    def __init__(self, generator, judge):
        self.generator, self.judge = generator, judge


class Judging(Game):
    def forward(self, x):
        real, z = x
        return self.judge([real]), self.judge([stop_gradient(self.generator([z]))])


class Faking(Game):
    def forward(self, x):
        return self.judge([self.generator(x)])


def judged(output, _target):
    real, fake = output
    return softplus(-real) + softplus(fake)


def faked(output, _target):
    return softplus(-output)


def players():
    return [nn.MLP(1, [8, 1], activation="tanh", init="xavier_uniform", seed=i) for i in (0, 1)]


def test_a_generator_learns_a_distribution_from_its_judge():
    generator, judge = players()
    settings = {"betas": (0.0, 0.9)}
    judging = nn.compiled_step(
        Judging(generator, judge), judged, nn.Adam(judge.parameters(), lr=0.02, **settings)
    )
    faking = nn.compiled_step(
        Faking(generator, judge), faked, nn.Adam(generator.parameters(), lr=0.005, **settings)
    )
    rng, unused = np.random.default_rng(0), np.zeros(64)
    before = nn.predict(generator, rng.normal(size=(500, 1)))
    for _ in range(600):
        noise, real = rng.normal(size=64), rng.normal(3.0, 0.5, size=64)
        judging(np.column_stack([real, noise]), unused)
        faking(noise[:, np.newaxis], unused)
    fakes = nn.predict(generator, rng.normal(size=(500, 1)))
    assert abs(before.mean() - 3.0) > 1.0
    assert abs(fakes.mean() - 3.0) < 0.3 and 0.3 < fakes.std() < 0.7


def test_a_step_moves_one_of_two_models_and_is_sent_nothing_past_stop_gradient():
    generator, judge = players()
    before = generator.state_dict(), judge.state_dict()
    optimizer = nn.SGD(judge.parameters(), lr=0.1)
    step = nn.compiled_step(Judging(generator, judge), judged, optimizer)
    step([[3.0, 0.5], [2.0, -0.5]], [0.0, 0.0])
    assert generator.state_dict() == before[0] and judge.state_dict() != before[1]
    assert {p.grad for p in generator.parameters()} == {0.0}
    step = nn.compiled_step(Faking(generator, judge), faked, nn.SGD(generator.parameters(), lr=0.1))
    before = judge.state_dict()
    step([[0.5], [-0.5]], [0.0, 0.0])
    assert judge.state_dict() == before
    assert all(p.grad for p in generator.parameters())


class Cut(nn.Module):
    def __init__(self, cell, truncate):
        self.cell, self.truncate = cell(1, 3, seed=0), truncate
        self.head = nn.Linear(3, 1, seed=0)

    def forward(self, sequence):
        outputs, _ = nn.unroll(self.cell, [[x] for x in sequence], truncate=self.truncate)
        return self.head(outputs[-1])


@pytest.mark.parametrize("cell", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_truncated_unrolling_trains_by_a_program_as_by_values(cell):
    X = np.random.default_rng(0).normal(size=(40, 7))
    y, settings = X[:, -2:].sum(axis=1), {"lr": 0.1, "epochs": 3, "progress": False}
    by_program, by_value, whole = Cut(cell, 3), Cut(cell, 3), Cut(cell, None)
    history = nn.fit(by_program, X, y, compiled=True, **settings)
    assert history.loss == pytest.approx(
        nn.fit(by_value, X, y, compiled=False, **settings).loss, rel=1e-12
    )
    assert history.compiled
    mine, theirs = by_program.state_dict(), by_value.state_dict()
    assert mine == pytest.approx(theirs, rel=1e-9)
    nn.fit(whole, X, y, compiled=True, **settings)
    assert whole.state_dict() != pytest.approx(mine, rel=1e-9)  # the cut makes a difference

"""Parameters that no gradient reaches and leaves that nothing trains are named; no false alarm."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from autograd import TeachingWarning, Value, take, where

X = np.random.default_rng(0).normal(size=(30, 2))
Y = np.sin(X.sum(axis=1))


def told_by(model, X=X, Y=Y, **settings):
    """The warnings of a run, as texts."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = nn.fit(model, X, Y, **{"lr": 0.01, "epochs": 10, "progress": False, **settings})
    ours = [w for w in caught if issubclass(w.category, TeachingWarning)]
    assert all(w.filename == __file__ for w in ours), "it should point at the user's call"
    return history, [str(w.message) for w in ours]


WAYS = pytest.mark.parametrize("compiled", [None, False])
BOTH = pytest.mark.parametrize("compiled", [True, False])


class Cut(nn.Module):
    """A hidden neuron whose output becomes a plain number."""

    def __init__(self, through=math.tanh):
        self.hidden = nn.Neuron(2, nonlin=False, seed=0)
        self.out = nn.Neuron(1, nonlin=False, seed=1)
        self.through = through

    def __call__(self, x):
        return self.out([self.through(self.hidden(x))])


@WAYS
@pytest.mark.parametrize("settings", [{}, {"l2": 1e-3}, {"batch_size": None, "epochs": 1}])
@pytest.mark.parametrize("through", [math.tanh, float, lambda v: v.data, lambda v: v.item()])
def test_a_hidden_layer_cut_off_by_a_plain_number(through, settings, compiled):
    model = Cut(through)
    before = [p.data for p in model.hidden.parameters()]
    history, told = told_by(model, compiled=compiled, **settings)
    named = [text for text in told if "no gradient reaches hidden.w[0], hidden.w[1]" in text]
    assert len(named) == 1
    assert "hidden.b (3 of 5 parameters)" in named[0]
    if "l2" not in settings:
        assert [p.data for p in model.hidden.parameters()] == before
    small = settings.get("epochs") == 1
    assert (history.why_not_compiled is None) == (small or compiled is False)
    if history.why_not_compiled:
        assert any("Value by Value" in text and Path(__file__).name in text for text in told)
        assert Path(__file__).name in history.why_not_compiled


@BOTH
def test_a_leaf_that_parameters_does_not_list(compiled):
    class Hidden(nn.Module):
        def __init__(self):
            self.out = nn.Neuron(2, nonlin=False, seed=0)
            self._gain = Value(1.5, label="gain")

        def __call__(self, x):
            return self._gain * self.out(x)

    _, told = told_by(Hidden(), compiled=compiled)
    assert len(told) == 1
    assert "the loss depends on gain, which parameters() of the model does not list" in told[0]


@BOTH
def test_leaves_of_a_loss_and_of_a_regularizer(compiled):
    w, v = Value(1.0, label="w"), Value(1.0, label="v")
    _, told = told_by(
        nn.Neuron(2, nonlin=False, seed=0), loss=lambda o, y: w * (o - y) ** 2,
        regularizer=lambda m: v * m.parameters()[0] ** 2, compiled=compiled,
    )  # fmt: skip
    assert len(told) == 1
    assert "depends on w, v, which" in told[0] or "depends on v, w, which" in told[0]


# No false alarms


class Table(nn.Module):
    """Rows of which the first batch (and the first example) use one only."""

    def __init__(self):
        self.rows = [[Value(0.1 * (i + j)) for j in range(2)] for i in range(3)]
        self.out = nn.Neuron(2, nonlin=False, seed=0)

    def __call__(self, x):
        return self.out(take(self.rows, x[0]))


class Parts(nn.Module):
    """Two experts, of which the sign of an input chooses one."""

    def __init__(self):
        self.low, self.high = nn.Neuron(2, seed=0), nn.Neuron(2, seed=1)

    def __call__(self, x):
        return where(x[0] > 0.0, self.high(x), self.low(x))


class Fresh(nn.Module):
    """Values made anew in every call."""

    def __init__(self):
        self.cell = nn.RNNCell(1, 2, seed=0)
        self.out = nn.Neuron(2, nonlin=False, seed=0)

    def __call__(self, x):
        state = [Value(0.0), Value(0.0)]
        for one in x:
            state = self.cell([one], state)
        return self.out(state) + autograd.sum([Value(1.0), Value(-1.0)])


@BOTH
@pytest.mark.parametrize("settings", [{}, {"l2": 1e-3}, {"batch_size": 1, "shuffle": False}])
@pytest.mark.parametrize("make", [Table, Parts, Fresh])
def test_models_that_are_right(make, settings, compiled):
    inputs = np.repeat([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]], 10, axis=0)
    X_own = inputs if make is Table else np.sort(X, axis=0)
    assert told_by(make(), X_own, compiled=compiled, **settings)[1] == []


@BOTH
def test_dead_units_have_a_gradient_of_zero(compiled):
    model = nn.MLP(2, [3, 1], activation="relu", seed=0)
    for neuron in model.layers[0].neurons:
        neuron.b.data = -100.0
    assert told_by(model, compiled=compiled)[1] == []


@BOTH
def test_frozen_parameters_are_no_mistake(compiled):
    model = Cut()
    for p in model.hidden.parameters():
        p.requires_grad = False
    before = [p.data for p in model.hidden.parameters()]
    if compiled:
        model.through = autograd.tanh
    assert told_by(model, compiled=compiled)[1] == []
    assert [p.data for p in model.hidden.parameters()] == before
    w = Value(2.0)
    w.requires_grad = False
    assert told_by(model, loss=lambda o, y: w * (o - y) ** 2, compiled=compiled)[1] == []


@BOTH
def test_parameters_that_the_optimiser_leaves_alone_are_no_mistake(compiled):
    model = Cut()
    model.through = autograd.tanh
    model.unused = Value(1.0)
    optimizer = nn.SGD(model.out.parameters(), lr=0.01)
    assert told_by(model, lr=None, optimizer=optimizer, compiled=compiled)[1] == []


def test_an_expert_that_no_example_uses_is_named():
    _, told = told_by(Parts(), np.abs(X), compiled=False)
    assert told == []  # where keeps both in the graph: the other receives zeros

    class Branching(Parts):
        def __call__(self, x):
            return self.high(x) if x[0] > 0.0 else self.low(x)

    assert told_by(Branching(), X, compiled=False)[1] == []
    _, told = told_by(Branching(), np.abs(X), compiled=False)
    assert len(told) == 1
    assert "no gradient reaches low.w[0], low.w[1], low.b (3 of 6 parameters)" in told[0]


def test_lints_can_be_off():
    with autograd.lints(False):
        assert told_by(Cut())[1] == []


@BOTH
def test_a_parameter_that_a_callback_adds_is_told(compiled):
    model = nn.MLP(2, [2, 1], activation="tanh", seed=0)

    def replace(state):
        if state.epoch == 2:
            model.layers[1] = nn.Layer(2, 1, nonlin=False, seed=5)

    _, told = told_by(model, callbacks=replace, compiled=compiled)
    changed = [text for text in told if "has changed which parameters the model has" in text]
    assert len(changed) == 1

"""fit(backend="jax"): the whole step on the device, and the same course as NumPy's."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import nn
from autograd import MissingExtraError, where
from nn.errors import ArgumentError, TrainingError
from nn.training.fit import fit

jax = pytest.importorskip("jax")

RNG = np.random.default_rng(7)
X = RNG.normal(size=(23, 3))
NUMBERS = np.sin(X.sum(axis=1))
CLASSES = RNG.integers(0, 3, 23)


def network(outputs=1):
    return nn.MLP(3, [5, outputs], activation="tanh", seed=2)


def numbers(model):
    return [p.data for p in model.parameters()]


def assert_close(mine, theirs):
    np.testing.assert_allclose(mine, theirs, 1e-9, 1e-11)


def assert_same_course(y, make=network, given=lambda model: {}, **settings):
    """Both from the same beginnings; `given` makes settings that belong to one model."""
    settings = {"epochs": 4, "batch_size": 8, "progress": False, **settings}
    runs = []
    for backend in ("numpy", "jax"):
        model = make()
        history = fit(model, X, y, backend=backend, **settings, **given(model))
        assert history.compiled
        runs.append((model, history))
    (model, told), (mine, seen) = runs
    assert numbers(mine) != numbers(make())
    assert_close(numbers(mine), numbers(model))
    assert_close([p.grad for p in mine.parameters()], [p.grad for p in model.parameters()])
    for name, column in told.as_dict().items():
        if name != "seconds":
            assert_close(getattr(seen, name), column)
    return mine, seen


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (nn.SGD, {"momentum": 0.8, "nesterov": True, "weight_decay": 0.01}),
        (nn.RMSprop, {"centered": True, "momentum": 0.5}),
        (nn.Adam, {"amsgrad": True, "maximize": True}),
        (nn.AdamW, {"weight_decay": 0.1}),
    ],
)
def test_every_optimiser_and_its_averages(kind, settings):
    made = []

    def given(model):
        made.append(kind(reversed(model.parameters()), lr=0.01, **settings))
        return {"optimizer": made[-1]}

    assert_same_course(NUMBERS, given=given, schedule=lambda o: nn.StepLR(o, 2, gamma=0.5))
    theirs, mine = (optimizer.state_dict() for optimizer in made)
    assert_close(mine["steps"], theirs["steps"])
    for name, average in theirs["averages"].items():
        assert_close(mine["averages"][name], average)


def test_what_fit_does_around_the_steps():
    """Validation, metric, penalty, clipping, early stopping, and a callback that looks and acts."""
    seen = []

    def look(state):
        seen.append(state.model.parameters()[0].data)
        state.model.parameters()[1].data += 0.01

    _, history = assert_same_course(
        CLASSES, lambda: network(3), loss="cross_entropy", lr=0.05, epochs=6, validation=0.25,
        l2=0.01, clip_norm=0.2, clip_value=0.1, optimizer="adam",
        callbacks=[nn.EarlyStopping(patience=1), look],
    )  # fmt: skip
    assert history.metric_name == "accuracy" and len(history.val_metric) == len(history.loss)
    half = len(seen) // 2
    assert_close(seen[half:], seen[:half])


def test_frozen_parameters_and_those_that_no_loss_needs():
    class Model(nn.Module):
        def __init__(self):
            self.net, self.spare = network(), nn.Neuron(2, seed=1)
            self.net.layers[0].requires_grad = False

        def __call__(self, x):
            return self.net(x)

    with pytest.warns(UserWarning, match="no gradient reaches"):
        model, _ = assert_same_course(NUMBERS, Model, optimizer="adam", lr=0.05)
    assert numbers(model.net.layers[0]) == numbers(network().layers[0])


def test_a_run_in_pieces_equals_one_in_a_whole():
    whole, pieces = network(), network()
    settings = {"backend": "jax", "optimizer": "adam", "lr": 0.02, "batch_size": 8}
    fit(whole, X, NUMBERS, epochs=4, progress=False, **settings)
    for _ in range(2):
        fit(pieces, X, NUMBERS, epochs=2, progress=False, **settings)
    assert numbers(pieces) == numbers(whole)


def test_an_optimiser_of_the_users_own():
    class Signs(nn.Optimizer):
        def _change(self, theta, g, s, t):
            return theta - self.lr * theta.__array_namespace__().sign(g)

    class NumpySigns(nn.Optimizer):
        def _change(self, theta, g, s, t):
            return theta - self.lr * np.sign(g)

    class ByValues:
        def __init__(self, params):
            self.params, self.lr = params, 0.1

        def step(self):
            for p in self.params:
                p.data -= self.lr * p.grad

    if hasattr(np.zeros(1), "__array_namespace__"):
        assert_same_course(NUMBERS, given=lambda m: {"optimizer": Signs(m.parameters(), 0.01)})
    assert_same_course(NUMBERS, given=lambda m: {"optimizer": ByValues(m.parameters())})
    model = network()
    with pytest.raises(ArgumentError, match=r"step of NumpySigns too.*__array_namespace__\(\)"):
        fit(model, X, NUMBERS, optimizer=NumpySigns(model.parameters(), 0.01), backend="jax",
            progress=False)  # fmt: skip
    assert numbers(model) == numbers(network())


def test_a_step_that_goes_wrong_is_undone():
    model = network()
    optimizer = nn.Adam(model.parameters(), lr=0.1)
    with pytest.raises(TrainingError, match="became inf in epoch 1, batch 1"):
        fit(model, X, NUMBERS * 1e200, optimizer=optimizer, backend="jax", progress=False)
    assert numbers(model) == numbers(network())
    assert type(optimizer.progress.steps) is np.ndarray and optimizer.progress.steps.max() == 0.0


def test_other_backends_compute_programs_too():
    """By name, a program must do it: what cannot be traced is an error."""
    histories = [
        fit(network(), X, NUMBERS, lr=0.1, epochs=2, progress=False, backend=backend)
        for backend in ("auto", "numpy", "python")
    ]
    for history in histories[1:]:
        assert history.compiled
        assert_close(history.loss, histories[0].loss)

    def loss(output, y):
        return where(output > 0.0, output, -output) if float(output) else output

    with pytest.raises(Exception, match="float"):
        fit(network(), X, NUMBERS, loss=loss, backend="numpy", progress=False)


def test_arguments_that_contradict_each_other():
    for wrong in ({"backend": "jax"}, {"mesh": jax.make_mesh((1,), ("batch",))}):
        with pytest.raises(ArgumentError, match="compiled=False asks for none"):
            fit(network(), X, NUMBERS, compiled=False, **wrong)
    with pytest.raises(ValueError, match=r"backend= is 'auto', .* not 'cuda'"):
        fit(network(), X, NUMBERS, backend="cuda", progress=False)
    with pytest.raises(ValueError, match="needs backend="):
        fit(network(), X, NUMBERS, mesh=jax.make_mesh((1,), ("batch",)), progress=False)


def test_without_jax_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(MissingExtraError, match="needs jax, which is not installed") as caught:
        fit(network(), X, NUMBERS, backend="jax", progress=False)
    assert "\n" not in str(caught.value)
    assert not hasattr(caught.value, "__notes__")

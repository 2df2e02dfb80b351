"""Time and memory of training, evaluating, predicting: counted, not measured with a clock."""

from __future__ import annotations

import tracemalloc
import types

import numpy as np
import pytest

import autograd
import nn
from autograd import is_tracing
from nn.data.examples import FEW, a_few_targets
from nn.models import module

RNG = np.random.default_rng(0)


class Counting(nn.Module):
    """A model that counts its calls outside of traces."""

    def __init__(self, features=3):
        self.inner = nn.MLP(features, [4, 1], activation="tanh", seed=0)

    def __call__(self, x):
        if not is_tracing():
            _CALLS.count += 1
        return self.inner(x)


_CALLS = types.SimpleNamespace(count=0)


@pytest.fixture(autouse=True)
def _from_zero():
    _CALLS.count = 0


def examples(n, features=3):
    X = RNG.normal(size=(n, features))
    return X, np.sin(X.sum(axis=1))


@pytest.mark.parametrize("targets", ["numbers", "classes", "rows"])
def test_the_start_of_a_run_does_not_grow_with_the_number_of_examples(targets):
    calls = []

    def loss(output, target):
        if not is_tracing():
            calls.append(target)
        first = target[0] if isinstance(target, list) else target
        return (output - first) ** 2

    counts = []
    for n in (300, 3000):
        X, y = examples(n)
        y = {"numbers": y, "classes": np.arange(n) % 7, "rows": np.column_stack([y, y])}[targets]
        calls.clear()
        _CALLS.count = 0
        history = nn.fit(
            Counting(), X, y, loss=loss, epochs=1, progress=False, metric=None, validation=0.2
        )
        assert history.compiled
        counts.append((_CALLS.count, len(calls)))
    assert max(of_model for of_model, _ in counts) <= 4
    assert max(of_loss for _, of_loss in counts) <= 2 * FEW + 4


@pytest.mark.parametrize("moment", ["on_epoch_end", "on_batch_end"])
def test_a_callback_that_does_nothing_runs_no_model(moment):
    X, y = examples(300)
    quiet = type("Quiet", (), {moment: lambda self, state: None})
    counts = []
    for callbacks in ([], [quiet()]):
        _CALLS.count = 0
        nn.fit(Counting(), X, y, epochs=5, progress=False, callbacks=callbacks)
        counts.append(_CALLS.count)
    assert counts[0] == counts[1] <= 4


def test_evaluate_and_predict_run_programs():
    X, y = examples(300)
    model = Counting()
    for _ in range(3):
        nn.predict(model, X)
    assert _CALLS.count == 0
    for _ in range(3):
        nn.evaluate(model, X, y, loss="mse")
    assert _CALLS.count <= 6
    nn.accuracy(model, X, (y > 0).astype(int), threshold=0.0)
    assert _CALLS.count <= 9


@pytest.mark.parametrize(
    ("run", "copies"),
    [
        (lambda model, X, y: nn.fit(model, X, y, epochs=2, progress=False, lr=1e-6), 1),
        (
            lambda model, X, y: nn.fit(
                model, X, y, epochs=1, progress=False, lr=1e-6, validation=0.2
            ),
            2,
        ),
        (lambda model, X, y: nn.predict(model, X), 1),
        (lambda model, X, y: nn.evaluate(model, X, y, loss="mse"), 1),
    ],
    ids=["fit", "fit with validation", "predict", "evaluate"],
)
def test_inputs_are_copied_at_most_twice(run, copies):
    X, y = examples(6000, features=300)
    model = Counting(features=300)
    run(model, X[:100], y[:100])
    tracemalloc.start()
    try:
        run(model, X, y)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < (copies + 0.7) * X.nbytes


def test_a_few_targets_stand_for_all():
    assert a_few_targets(np.array([1, -1, 1])) == [1, -1]
    many = np.concatenate([np.arange(50.0), [0.5, -7.0]])
    assert a_few_targets(many) == [0.0, -7.0, 49.0, 0.5]
    assert len(a_few_targets(RNG.normal(size=100_000))) <= 4
    one_hot = np.eye(3)[np.arange(300) % 3]
    rows = np.concatenate([one_hot, [[0.5, 0.25, 0.25], [2.0, -1.0, 0.0]]])
    found = a_few_targets(rows)
    assert [0.5, 0.25, 0.25] in found
    assert [2.0, -1.0, 0.0] in found
    assert len(found) <= 8


@pytest.mark.parametrize(
    ("settings", "programs"),
    [
        ({}, 1),
        ({"metric": None}, 1),
        ({"validation": 0.2}, 1),
        ({"validation": 0.2, "l2": 0.01}, 2),  # what is reported has no penalty
        ({"sample_weight": np.ones(300), "validation": 0.2}, 2),
        ({"loss": lambda output, target: (output - target) ** 2}, 2),
    ],
    ids=["as usual", "no metric", "held out", "penalised", "weighted", "a loss of the user's"],
)
def test_outputs_for_the_metric_come_with_the_gradient(monkeypatch, settings, programs):
    X, y = examples(300)
    made, compile = [], autograd.compile
    monkeypatch.setattr(autograd, "compile", lambda *f, **o: made.append(f) or compile(*f, **o))
    model, by_value = Counting(), Counting()
    settings = {"loss": "bce_with_logits", "metric": "accuracy", "progress": False} | settings
    history = nn.fit(model, X, y > 0.0, epochs=2, compiled=True, **settings)
    assert len(made) == programs
    slow = nn.fit(by_value, X, y > 0.0, epochs=2, compiled=False, **settings)
    assert history.metrics == slow.metrics
    assert history.loss == pytest.approx(slow.loss, rel=1e-12)
    assert model.state_dict() == pytest.approx(by_value.state_dict(), rel=1e-9)


def test_a_callback_after_each_batch_does_not_name_the_parameters_anew(monkeypatch):
    X, y = examples(300)
    walks, walk = [], module.walk
    monkeypatch.setattr(module, "walk", lambda *a, **o: walks.append(a) or walk(*a, **o))
    quiet = type("Quiet", (), {"on_batch_end": lambda self, state: None})()
    counts = []
    for size in (300, 3):
        walks.clear()
        nn.fit(Counting(), X, y, epochs=1, batch_size=size, progress=False, callbacks=quiet)
        counts.append(len(walks))
    assert counts[0] == counts[1]

"""Weights, several metrics, schedules and optimisers by name, epochs that were done before."""

from __future__ import annotations

import math

import numpy as np
import pytest

import nn
from autograd import Value
from nn.errors import ArgumentError, DataError, KindError

X, Y = nn.data.moons(60, seed=0)
Z = np.where(X[:, 0] > 1.0, 2, Y)  # three classes


def fit(model=None, y=Y, loss="bce_with_logits", **settings):
    model = model or nn.MLP(2, [3, 1], seed=0)
    settings = {"epochs": 3, "progress": False, "lr": 0.1, **settings}
    return nn.fit(model, X, y, loss=loss, **settings), [p.data for p in model.parameters()]


# Weights


@pytest.mark.parametrize("compiled", [True, False])
def test_weights_multiply_the_losses(compiled):
    """A weight of 2 is an example that stands there twice, one of 0 none, for a full batch."""
    weights = np.array([2.0, 0.0, *np.ones(58)])
    twice, found = nn.MLP(2, [3, 1], seed=0), nn.MLP(2, [3, 1], seed=0)
    chosen = [0, 0, *range(2, 60)]
    settings = {"batch_size": None, "compiled": compiled}
    nn.fit(
        twice, X[chosen], Y[chosen], loss="bce_with_logits", lr=0.1, epochs=3, progress=False,
        **settings,
    )  # fmt: skip
    fit(found, sample_weight=weights, **settings)
    np.testing.assert_allclose(
        [*found.state_dict().values()], [*twice.state_dict().values()], rtol=1e-10
    )


@pytest.mark.parametrize("batch_size", [7, None])
def test_weights_travel_with_their_examples(batch_size):
    weights = np.random.default_rng(0).random(60)
    runs = [
        fit(sample_weight=weights, batch_size=batch_size, validation=0.25, compiled=compiled)
        for compiled in (True, False)
    ]
    np.testing.assert_allclose(runs[0][1], runs[1][1], rtol=1e-10)
    np.testing.assert_allclose(runs[0][0].loss, runs[1][0].loss, rtol=1e-10)
    np.testing.assert_allclose(runs[0][0].val_loss, runs[1][0].val_loss, rtol=1e-10)


def test_weights_of_classes():
    _, by_class = fit(class_weight={0: 0.5, 1: 3.0})
    _, by_example = fit(sample_weight=np.where(Y == 1, 3.0, 0.5))
    assert by_class == by_example
    _, one_said = fit(class_weight={1: 3.0})
    assert one_said == fit(sample_weight=np.where(Y == 1, 3.0, 1.0))[1]
    weights = np.linspace(0.1, 1.0, 60)
    _, both = fit(class_weight={1: 3.0}, sample_weight=weights)
    assert both == fit(sample_weight=weights * np.where(Y == 1, 3.0, 1.0))[1]


def test_balanced_is_scikit_learns():
    counts = np.bincount(Z)
    expected = (60 / (3 * counts))[Z]
    sklearn = pytest.importorskip("sklearn.utils.class_weight")
    np.testing.assert_allclose(expected, sklearn.compute_sample_weight("balanced", Z))
    models = [nn.MLP(2, [3], seed=0) for _ in range(2)]
    fit(models[0], Z, "cross_entropy", class_weight="balanced")
    fit(models[1], Z, "cross_entropy", sample_weight=expected)
    assert models[0].state_dict() == models[1].state_dict()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"sample_weight": [1.0, 2.0]}, DataError, "a number for each of 60 examples"),
        ({"sample_weight": [-1.0] * 60}, DataError, "0 or more"),
        ({"sample_weight": [math.nan] * 60}, DataError, r"sample_weight\[0\] is nan"),
        ({"class_weight": {2: 1.0}}, ArgumentError, "a weight for 2, and the targets are 0, 1"),
        ({"class_weight": "even"}, KindError, "'balanced', or a dict"),
        ({"class_weight": {0: -1.0}}, DataError, "class_weight must be 0 or more"),
        ({"validation": 0.2, "validation_split": 0.2}, ArgumentError, "give one of them"),
        ({"metrics": ["accuracy", "acuracy"]}, ArgumentError, "or several of these in a list"),
        ({"metrics": [lambda a, y: 1.0, lambda a, y: 2.0]}, ArgumentError, "have the same name"),
        ({"schedule": "cosinus"}, ArgumentError, "did you mean 'cosine'"),
        ({"schedule": "cosine", "schedule_every": "step"}, ArgumentError, "'epoch' or 'batch'"),
        ({"initial_epoch": 3}, ArgumentError, "fewer than all, not 3"),
        ({"initial_epoch": -1}, ArgumentError, "from 0"),
        ({"momentum": 0.9, "optimizer": "adam"}, ArgumentError, "Adam has no momentum; it has lr"),
        ({"learning_rate": 0.1}, KindError, "fit has no learning_rate=; write lr="),
        ({"verbose": 0}, KindError, "write progress="),
        ({"validation_data": (X, Y)}, KindError, "write validation="),
        ({"random_state": 0}, KindError, "write seed="),
        ({"patience": 3}, KindError, r"write callbacks=nn.EarlyStopping\(patience=10\)"),
        ({"epoch": 3}, KindError, "write epochs="),
        ({"zzz": 3}, KindError, "it takes loss, optimizer, lr"),
    ],
)  # fmt: skip
def test_refused_and_nothing_changed(settings, error, message):
    model = nn.MLP(2, [3, 1], seed=0)
    before = model.state_dict()
    with pytest.raises(error, match=message):
        fit(model, **settings)
    assert model.state_dict() == before


def test_class_weights_need_class_numbers():
    with pytest.raises(ArgumentError, match="give y"):
        fit(nn.MLP(2, [3], seed=0), np.eye(3)[Z], "cross_entropy", class_weight="balanced")


# Metrics


@pytest.mark.parametrize("compiled", [True, False])
def test_several_metrics(compiled):
    def distance(output, target):
        return abs(output - target)

    one, _ = fit(metric="accuracy", compiled=compiled, validation=0.3)
    other, _ = fit(metric=distance, compiled=compiled, validation=0.3)
    both, _ = fit(metrics=["accuracy", distance, "mse"], compiled=compiled, validation=0.3)
    assert (both.metric_name, both.metric, both.val_metric) == (
        "accuracy", one.metric, one.val_metric,
    )  # fmt: skip
    assert [*both.metrics] == [
        "accuracy", "val_accuracy", "distance", "mse", "val_distance", "val_mse",
    ]  # fmt: skip
    np.testing.assert_allclose(both.metrics["distance"], other.metric, rtol=1e-12)
    np.testing.assert_allclose(both.metrics["val_distance"], other.val_metric, rtol=1e-12)
    assert [*both.as_dict()][-4:] == ["distance", "mse", "val_distance", "val_mse"]
    joined = one.followed_by(both)
    assert joined.metrics["accuracy"] == one.metric + both.metric


def test_metrics_that_look_at_the_parameters_see_those_of_the_moment():
    columns = []
    for alone in (True, False):
        model = nn.MLP(2, [3, 1], seed=0)

        def first(output, target, model=model):
            return model.layers[0].neurons[0].w[0].data

        history, _ = fit(model, metrics=first if alone else ["accuracy", first], compiled=True)
        columns.append(history.metrics["first"])
    assert columns[0] == columns[1]
    assert len({*columns[0]}) == 3


def test_evaluate_gives_several_by_name():
    model = nn.MLP(2, [3, 1], seed=0)
    fit(model)
    found = nn.evaluate(model, X, Y, loss="bce_with_logits", metric=["accuracy", "mse"])
    mse = np.mean((nn.predict(model, X) - Y) ** 2)
    assert found.metric == {
        "accuracy": nn.accuracy(model, X, Y), "mse": pytest.approx(mse, rel=1e-12),
    }  # fmt: skip
    assert nn.evaluate(model, X, Y, loss="mse", metric=["mse"]).metric == {
        "mse": pytest.approx(mse)
    }
    assert nn.evaluate(model, X, Y, loss="mse", metric=[]).metric == {}


# Optimisers and schedules


def test_settings_of_an_optimiser_by_name():
    model = nn.MLP(2, [3, 1], seed=0)
    own = nn.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    fit(model, optimizer=own, lr=None)
    _, by_name = fit(optimizer="sgd", momentum=0.9, weight_decay=0.01)
    assert by_name == [p.data for p in model.parameters()]
    with pytest.raises(ArgumentError, match=r"momentum= belongs to an optimiser given by name"):
        fit(model, optimizer=own, lr=None, momentum=0.5)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("cosine", lambda o: nn.CosineAnnealingLR(o, T_max=6)),
        ("step", lambda o: nn.StepLR(o, step_size=2)),
    ],
)
def test_schedules_by_name(name, make):
    history, _ = fit(epochs=6, schedule=name)
    assert history.lr == fit(epochs=6, schedule=make)[0].lr
    assert history.lr[0] == 0.1 > history.lr[-1]


def test_a_schedule_by_batches():
    history, _ = fit(epochs=4, batch_size=20, schedule="onecycle")
    schedule = nn.OneCycleLR(nn.SGD([Value(0.0)]), max_lr=0.1, total_steps=12)
    np.testing.assert_allclose(history.lr, [schedule.lr_at(s) for s in (2, 5, 8, 11)])
    rates = []
    watch = type("Watch", (), {"on_batch_begin": lambda self, s: rates.append(s.optimizer.lr)})()
    fit(epochs=2, batch_size=20, schedule="cosine", schedule_every="batch", callbacks=watch)
    cosine = nn.CosineAnnealingLR(nn.SGD([Value(0.0)], lr=0.1), T_max=6)
    np.testing.assert_allclose(rates, [cosine.lr_at(s) for s in range(6)])


def test_a_plateau_goes_by_the_validation():
    def plateau(optimizer):
        return nn.ReduceLROnPlateau(optimizer, patience=0, threshold=10.0, threshold_mode="abs")

    history, _ = fit(epochs=3, schedule=plateau, validation=0.3)
    np.testing.assert_allclose(history.lr, [0.1, 0.1, 0.01])
    model = nn.MLP(2, [3, 1], seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    schedule = nn.ReduceLROnPlateau(optimizer, mode="max", patience=0, threshold=0.0)
    history, _ = fit(model, epochs=4, schedule=schedule, optimizer=optimizer, lr=None)
    assert schedule.best == max(history.metric)
    with pytest.raises(ArgumentError, match="goes by the metric, which this run does not measure"):
        fit(model, schedule=schedule, optimizer=optimizer, lr=None, metric=None)


def test_a_schedule_by_name_goes_on_in_pieces():
    whole, _ = fit(epochs=6, schedule="cosine")
    model = nn.MLP(2, [3, 1], seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    first, _ = fit(model, epochs=6, schedule="cosine", optimizer=optimizer, lr=None)
    assert first.lr == whole.lr


# Epochs that were done before


def test_initial_epoch():
    whole, numbers = fit(epochs=5, schedule="cosine", batch_size=16)
    model = nn.MLP(2, [3, 1], seed=0)

    def stop(state):
        state.stop_training = state.epoch == 2

    first, _ = fit(model, epochs=5, schedule="cosine", batch_size=16, callbacks=stop)
    seen = []
    second, found = fit(
        model, epochs=5, initial_epoch=2, schedule="cosine", batch_size=16,
        callbacks=lambda state: seen.append(state.epoch),
    )  # fmt: skip
    assert found == numbers
    assert second.epochs == seen == [3, 4, 5]
    assert first.lr + second.lr == whole.lr
    assert first.loss + second.loss == whole.loss

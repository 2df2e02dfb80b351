"""A run that goes on from a file is the run that was never stopped, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd import where
from nn import noise
from nn.errors import ArgumentError, FileFormatError, KindError, StateError

X, Y = nn.data.moons(70, seed=0)


class Noisy(nn.Module):
    """A network that drops some of its hidden activations."""

    def __init__(self, seed):
        self.hidden = nn.Layer(2, 5, activation="tanh", seed=seed)
        self.last = nn.Layer(5, 1, nonlin=False, seed=seed)

    def __call__(self, x):
        h = self.hidden(x)
        if noise.is_off():
            return self.last(h)
        drawn = noise.uniform(len(h))
        return self.last([where(u < 0.3, 0.0, 2.0 * a) for u, a in zip(drawn, h, strict=True)])


def fit(model, epochs, **settings):
    settings = {"optimizer": "adam", "lr": 0.05, "progress": False, **settings}
    return nn.fit(model, X, Y, loss="bce_with_logits", epochs=epochs, **settings)


def lists(history):
    return {name: column for name, column in history.as_dict().items() if name != "seconds"}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"compiled": True, "validation": 0.2, "schedule": "cosine"},
        {"compiled": False, "optimizer": "sgd", "momentum": 0.9},
        {"compiled": True, "schedule": "onecycle", "metrics": ["accuracy", "mse"]},
        {"compiled": True, "schedule": "plateau", "batch_size": None, "optimizer": "rmsprop"},
        {"schedule": lambda optimizer: nn.StepLR(optimizer, 2), "shuffle": False},
    ],
    ids=["plain", "cosine", "sgd", "onecycle", "plateau", "step"],
)
def test_it_goes_on_exactly(settings, tmp_path):
    whole, first, second = Noisy(1), Noisy(1), Noisy(7)
    history = fit(whole, 5, **settings)
    file = tmp_path / "run.npz"

    def stop(state):
        if state.epoch == 3:
            raise ZeroDivisionError

    begun = type("Stop", (), {"on_epoch_begin": staticmethod(stop)})()
    with pytest.raises(ZeroDivisionError):  # as if the process had died
        fit(first, 5, checkpoint=file, callbacks=begun, **settings)
    resumed = fit(second, 5, checkpoint=file, **settings)
    assert second.state_dict() == whole.state_dict()
    assert lists(resumed) == lists(history)
    assert resumed.epochs == [1, 2, 3, 4, 5]
    assert resumed.compiled == history.compiled
    third = Noisy(9)
    assert lists(fit(third, 5, checkpoint=file, **settings)) == lists(history)  # all is done
    assert third.state_dict() == whole.state_dict()


def test_more_epochs_go_on_from_where_it_ended(tmp_path):
    whole, pieces, file = Noisy(1), Noisy(1), tmp_path / "run.npz"
    fit(whole, 4)
    fit(pieces, 2, checkpoint=file)
    assert fit(Noisy(3), 4, checkpoint=file).epochs == [1, 2, 3, 4]
    last = Noisy(5)
    fit(last, 4, checkpoint=str(file))
    assert last.state_dict() == whole.state_dict()


def test_after_early_stopping_the_best_parameters_are_in_it(tmp_path):
    file, stopping = tmp_path / "run.npz", nn.EarlyStopping(patience=1, min_delta=10.0)
    model = Noisy(1)
    history = fit(model, 20, checkpoint=file, callbacks=stopping, validation=0.3)
    assert history.stopped_early
    again = Noisy(2)
    assert fit(again, 20, checkpoint=file, validation=0.3).epochs == history.epochs
    assert again.state_dict() == model.state_dict()


def test_another_run_is_refused_and_nothing_changes(tmp_path):
    file, model = tmp_path / "run.npz", Noisy(1)
    fit(model, 1, checkpoint=file)
    content, before = file.read_bytes(), model.state_dict()
    for settings, said in (
        ({"lr": 0.1}, "settings"),
        ({"seed": 4}, "seed = 0"),
        ({"batch_size": 8}, "batch_size"),
        ({"optimizer": "sgd"}, "optimizer = 'Adam'"),
        ({"validation": 0.2}, "examples"),
        ({"schedule": "cosine"}, "no schedule"),
    ):
        with pytest.raises(StateError, match=said):
            fit(model, 3, checkpoint=file, **settings)
    with pytest.raises(StateError, match="has 21 parameters"):
        fit(nn.MLP(2, [1], seed=0), 3, checkpoint=file)
    assert model.state_dict() == before
    assert file.read_bytes() == content


def test_what_is_no_checkpoint(tmp_path):
    file = tmp_path / "run.npz"
    fit(Noisy(1), 1, checkpoint=file)
    content = file.read_bytes()
    for wrong in (b"", b"no archive", content[: len(content) // 2]):
        file.write_bytes(wrong)
        with pytest.raises(FileFormatError, match="nothing was loaded"):
            fit(Noisy(1), 2, checkpoint=file)
    Noisy(1).save(file)
    with pytest.raises(FileFormatError, match="not a checkpoint"):
        fit(Noisy(1), 2, checkpoint=file)


def test_what_it_needs():
    for seed in (None, np.random.default_rng(0)):
        with pytest.raises(ArgumentError, match="a seed that is an integer"):
            fit(Noisy(1), 1, checkpoint="run.npz", seed=seed)
    with pytest.raises(KindError, match="the path of a file"):
        fit(Noisy(1), 1, checkpoint=True)
    model = Noisy(1)
    own = type("Own", (), {"lr": 0.1, "params": model.parameters(), "step": lambda self: None})()
    with pytest.raises(KindError, match="an optimiser with state_dict"):
        fit(model, 1, checkpoint="run.npz", optimizer=own, lr=None)

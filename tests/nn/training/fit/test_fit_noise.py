"""Models that draw random numbers, trained: dropout, a variational autoencoder."""

from __future__ import annotations

import random

import numpy as np
import pytest

import nn
from autograd import exp, where
from nn import noise

X, Y = nn.data.moons(100, seed=0)


class Dropping(nn.Module):
    """An MLP that drops a quarter of its hidden activations while it is trained."""

    def __init__(self, p=0.25):
        self.hidden = nn.Layer(2, 12, activation="tanh", seed=1)
        self.last = nn.Layer(12, 1, nonlin=False, seed=2)
        self.p = p

    def __call__(self, x):
        h = self.hidden(x)
        if noise.is_off() or not self.p:
            return self.last(h)
        drawn = noise.uniform(len(h))
        return self.last(
            [where(u < self.p, 0.0, a / (1.0 - self.p)) for u, a in zip(drawn, h, strict=True)]
        )


class Autoencoder(nn.Module):
    """A variational autoencoder of the plane, through one number."""

    def __init__(self):
        self.encoder = nn.MLP(2, [8, 2], activation="tanh", seed=3)
        self.decoder = nn.MLP(1, [8, 2], activation="tanh", seed=4)

    def __call__(self, x):
        mean, log_variance = self.encoder(x)
        code = mean + exp(0.5 * log_variance) * noise.normal()
        return self.decoder([code]), mean, log_variance


def evidence(output, target):
    """Squared error, and the divergence of the code from N(0, 1)."""
    decoded, mean, log_variance = output
    error = sum((a - y) ** 2 for a, y in zip(decoded, target, strict=True))
    return 10.0 * error + 0.5 * (mean**2 + exp(log_variance) - 1.0 - log_variance)


def dropout_run(model, **settings):
    settings = {"epochs": 4, "validation": 0.2, "progress": False, **settings}
    history = nn.fit(model, X, Y, loss="bce_with_logits", optimizer="adam", lr=0.02, **settings)
    return history, [p.data for p in model.parameters()]


@pytest.mark.parametrize("backend", ["auto", "native", "jax"])
def test_the_same_by_a_program_and_value_by_value(backend):
    if backend != "auto":
        pytest.importorskip({"native": "llvmlite", "jax": "jax"}[backend])
    history, eager = dropout_run(Dropping(), compiled=False)
    again, compiled = dropout_run(Dropping(), compiled=True, backend=backend)
    np.testing.assert_allclose(compiled, eager, rtol=1e-9, atol=1e-12)
    for name in ("loss", "metric", "val_loss", "val_metric"):
        np.testing.assert_allclose(getattr(again, name), getattr(history, name), rtol=1e-9)


def test_a_seed_reproduces_it_and_another_does_not():
    first, second, other = (dropout_run(Dropping(), seed=s)[1] for s in (5, 5, 6))
    assert first == second
    assert first != other
    generator = [dropout_run(Dropping(), seed=np.random.default_rng(1))[1] for _ in range(2)]
    assert generator[0] == generator[1]


def test_pieces_equal_the_whole_and_global_states_are_left_alone():
    whole = Dropping()
    dropout_run(whole, epochs=4)
    random.seed(0)
    state, numpys = random.getstate(), np.random.get_state()[1].tolist()
    pieces = Dropping()
    dropout_run(pieces, epochs=1)
    dropout_run(pieces, epochs=3)
    assert pieces.state_dict() == whole.state_dict()
    assert random.getstate() == state
    assert np.random.get_state()[1].tolist() == numpys


def test_what_is_measured_or_predicted_has_no_noise():
    model = Dropping()
    dropout_run(model)
    for few in (X[:10], X):  # Value by Value, and by a program
        assert (nn.predict(model, few) == nn.predict(model, few)).all()
    model.p = 0.0
    expected = [model(x).data for x in X.tolist()]
    model.p = 0.25
    np.testing.assert_allclose(nn.predict(model, X), expected, rtol=1e-12)
    loss, accuracy = nn.evaluate(model, X, Y, loss="bce_with_logits")
    assert nn.evaluate(model, X, Y, loss="bce_with_logits") == (loss, accuracy)


def test_noise_is_drawn_anew_for_each_batch():
    settings = {"batch_size": None, "validation": None, "lr": 0.0, "epochs": 3}
    history = nn.fit(
        Dropping(), X, Y, loss="bce_with_logits", progress=False, compiled=True, **settings
    )
    assert len({*history.loss}) == 3


def test_a_callback_that_turns_it_off_is_followed():
    def quiet(state):
        state.model.p = 0.0

    history, _ = dropout_run(Dropping(), callbacks=quiet, epochs=2, compiled=True)
    eager, _ = dropout_run(Dropping(), callbacks=quiet, epochs=2, compiled=False)
    np.testing.assert_allclose(history.loss, eager.loss, rtol=1e-9)


def test_a_loss_may_draw_too():
    def jittered(output, target):
        return (output - target + 0.1 * noise.normal()) ** 2

    runs = [nn.MLP(2, [1], seed=0) for _ in range(2)]
    for model, compiled in zip(runs, (True, False), strict=True):
        nn.fit(model, X, Y, loss=jittered, epochs=2, lr=0.1, progress=False, compiled=compiled)
    found, expected = ([p.data for p in model.parameters()] for model in runs)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_draws_that_depend_on_the_example_go_value_by_value():
    def ragged(output, target):
        extra = noise.normal(2)[1] if target > 0.5 else noise.normal()
        return (output - target + extra) ** 2

    model = nn.MLP(2, [1], seed=0)
    history = nn.fit(model, X, Y, loss=ragged, epochs=1, lr=0.1, progress=False, compiled=False)
    again = nn.MLP(2, [1], seed=0)
    repeated = nn.fit(again, X, Y, loss=ragged, epochs=1, lr=0.1, progress=False, compiled=False)
    assert history.loss == repeated.loss


def test_a_variational_autoencoder_learns():
    model = Autoencoder()
    history = nn.fit(
        model, X, X, loss=evidence, optimizer="adam", lr=0.01, epochs=60, progress=False,
        compiled=True,
    )  # fmt: skip
    assert history.compiled
    assert history.loss[-1] < 0.5 * history.loss[0]
    decoded, mean, log_variance = nn.predict(model, X)
    np.testing.assert_allclose(decoded, nn.predict(model, X)[0])
    assert ((decoded - X) ** 2).sum(axis=1).mean() < 0.5
    assert mean.std() > 0.3
    assert log_variance.shape == (100,)


def test_a_dropout_network_learns():
    model = Dropping()
    history, _ = dropout_run(model, epochs=250)
    assert history.compiled
    assert nn.accuracy(model, X, Y, loss="bce_with_logits") > 0.95


def sequential():
    random.seed(4)
    return nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Dropout(0.3), nn.Linear(12, 1))


def test_the_dropout_module():
    eager, compiled = sequential(), sequential()
    history, expected = dropout_run(eager, compiled=False)
    again, found = dropout_run(compiled, compiled=True)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    np.testing.assert_allclose(again.loss, history.loss, rtol=1e-9)
    outputs = nn.predict(compiled, X)
    state = random.getstate()
    np.testing.assert_allclose([compiled.eval()(x).data for x in X.tolist()], outputs)
    assert random.getstate() == state


def test_a_model_in_eval_is_trained_without():
    quiet, none = sequential(), sequential()
    quiet.eval()
    none[2].p = 0.0
    _, found = dropout_run(quiet)
    _, expected = dropout_run(none)
    assert found == expected

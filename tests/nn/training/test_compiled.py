"""fit by a program: the same numbers as Value by Value, in every setting, to the end of the run."""

from __future__ import annotations

import functools
import json
import math
from unittest.mock import Mock

import numpy as np
import pytest

import autograd
import nn
from autograd import TeachingWarning, TraceError, Value, take, where
from autograd.program.tracing.reads import Reads
from nn import data, losses
from nn.errors import ArgumentError, KindError, TrainingError
from nn.training.fit import fit

RNG = np.random.default_rng(7)
X23 = RNG.normal(size=(23, 3))
NUMBERS = np.sin(X23.sum(axis=1))
SIGNS = np.where(NUMBERS > 0, 1, -1)
BITS = (NUMBERS > 0).astype(int)
CLASSES = RNG.integers(0, 3, 23)
SHARES = RNG.dirichlet([1.0, 1.0, 1.0], 23)
SEQUENCES = RNG.normal(size=(23, 4, 2))


def numbers(model):
    return [p.data for p in model.parameters()]


def grads(model):
    return [p.grad if p.has_grad else None for p in model.parameters()]


def network(outputs=1, **settings):
    return nn.MLP(3, [5, outputs], activation="tanh", seed=2, **settings)


def assert_close(mine, theirs, tolerance=1e-9):
    assert len(mine) == len(theirs)
    assert [m is None for m in mine] == [t is None for t in theirs]
    pairs = [(m, t) for m, t in zip(mine, theirs, strict=True) if m is not None]
    if pairs:
        np.testing.assert_allclose(*map(list, zip(*pairs, strict=True)), tolerance, tolerance)


def assert_same_run(make, X, y, *, given=lambda model: {}, **settings):
    """Both ways from the same beginnings; `given` makes settings that belong to one model."""
    settings = {"epochs": 20, "batch_size": 8, "lr": 0.05, "progress": False, **settings}
    runs = []
    for compiled in (False, True):
        model = make()
        own = given(model)
        if "optimizer" in own and not isinstance(own["optimizer"], str):
            settings.pop("lr", None)
        history = fit(model, X, y, compiled=compiled, **{**settings, **own})
        assert history.compiled is compiled
        runs.append((model, history, own.get("optimizer")))
    (scalar, told, theirs), (model, history, mine) = runs
    assert numbers(model) != numbers(make())
    assert_close(numbers(model), numbers(scalar))
    assert_close(grads(model), grads(scalar))
    for name, column in told.as_dict().items():
        if name != "seconds":
            assert_close(getattr(history, name), column)
    if hasattr(mine, "state_dict"):
        assert_same_state(mine.state_dict(), theirs.state_dict())
    return model, history


def assert_same_state(mine, theirs):
    assert_close(mine["steps"], theirs["steps"])
    for name, average in theirs["averages"].items():
        assert_close(mine["averages"][name], average)


# The same numbers


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (nn.SGD, {}),
        (nn.SGD, {"momentum": 0.9, "weight_decay": 0.01}),
        (nn.SGD, {"momentum": 0.9, "dampening": 0.2}),
        (nn.SGD, {"momentum": 0.8, "nesterov": True}),
        (nn.SGD, {"lr": 0.001, "maximize": True}),
        (nn.RMSprop, {}),
        (nn.RMSprop, {"centered": True, "momentum": 0.5, "weight_decay": 0.01, "eps": 1e-4}),
        (nn.Adam, {}),
        (nn.Adam, {"amsgrad": True, "weight_decay": 0.01, "betas": (0.8, 0.95)}),
        (nn.AdamW, {"weight_decay": 0.1}),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_every_optimiser(kind, settings, backwards):
    def given(model):
        parameters = model.parameters()
        order = reversed(parameters) if backwards else parameters
        return {"optimizer": kind(order, **{"lr": 0.01, **settings})}

    assert_same_run(network, X23, NUMBERS, given=given, loss="mse")


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam", "adamw"])
@pytest.mark.parametrize("batch_size", [1, 8, None])
def test_every_batch_size(optimizer, batch_size):
    assert_same_run(
        network, X23, NUMBERS, optimizer=optimizer, batch_size=batch_size, lr=0.01, epochs=5
    )


@pytest.mark.parametrize(
    "schedule",
    [
        lambda o: nn.StepLR(o, 3, gamma=0.5),
        lambda o: nn.CosineAnnealingLR(o, 20),
        lambda o: nn.LambdaLR(o, lambda k: 1.0 / (1 + k)),
        lambda o: nn.warmup_cosine(o, 5, 20),
    ],
)
def test_schedules(schedule):
    _, history = assert_same_run(network, X23, NUMBERS, schedule=schedule, optimizer="adam")
    assert len(set(history.lr)) > 3


@pytest.mark.parametrize(
    "settings",
    [
        {"clip_value": 0.05},
        {"clip_norm": 0.1},
        {"clip_value": 0.1, "clip_norm": 0.2, "optimizer": "adam"},
        {"l2": 0.01},
        {"regularizer": lambda m: 0.01 * autograd.sum([abs(p) for p in m.parameters()])},
        {"l2": 0.001, "regularizer": lambda m: 0.5 * m.parameters()[0] ** 2},
        {"shuffle": False},
        {"validation": 0.3},
        {"validation": (X23[:5], NUMBERS[:5]), "l2": 0.01},
        {"metric": lambda output, target: abs(output - target)},
        {"metric": lambda output, target: abs(output - target), "validation": 0.2},
    ],
)
def test_settings(settings):
    assert_same_run(network, X23, NUMBERS, **settings)


@pytest.mark.parametrize(
    ("loss", "targets", "settings"),
    [
        ("quadratic", NUMBERS, {}),
        ("mse", NUMBERS, {}),
        ("huber", 3.0 * NUMBERS, {}),
        (functools.partial(losses.huber, delta=0.3), NUMBERS, {}),
        ("hinge", SIGNS, {}),
        ("binary_cross_entropy", BITS, {"output_activation": "sigmoid"}),
        ("binary_cross_entropy", BITS * 0.5 + 0.25, {"output_activation": "sigmoid"}),
        ("binary_cross_entropy_with_logits", BITS, {}),
        ("cross_entropy", CLASSES, {"outputs": 3}),
        ("cross_entropy", CLASSES.astype(float), {"outputs": 3}),
        ("cross_entropy", SHARES, {"outputs": 3}),
        ("cross_entropy", np.eye(3)[CLASSES], {"outputs": 3}),
        ("categorical_cross_entropy", CLASSES, {"outputs": 3, "output_activation": "softmax"}),
        ("categorical_cross_entropy", SHARES, {"outputs": 3, "output_activation": "softmax"}),
        ("mse", np.eye(3)[CLASSES], {"outputs": 3}),
    ],
)
def test_every_loss(loss, targets, settings):
    _, history = assert_same_run(
        lambda: network(**settings), X23, targets, loss=loss, validation=0.2, lr=0.1
    )
    assert history.loss[-1] < history.loss[0]


class Last(nn.Module):
    def __init__(self, cell):
        self.cell = cell(2, 3, seed=0)
        self.out = nn.Neuron(3, nonlin=False, seed=0)

    def __call__(self, sequence):
        _, state = nn.unroll(self.cell, sequence)
        return self.out(state[0] if isinstance(state, tuple) else state)


@pytest.mark.parametrize("cell", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_recurrent_models(cell):
    assert_same_run(
        lambda: Last(cell), SEQUENCES, SEQUENCES.sum(axis=(1, 2)), optimizer="adam", epochs=20
    )


class Own(nn.Module):
    """Lists, tuples, branches on sizes, where, an own activation, a parameter without use."""

    def __init__(self):
        self.bend = Value(0.5)
        self.unused = Value(3.0)
        self.layers = [nn.Layer(3, 3, activation=lambda z: z * z.sigmoid(), seed=1)]
        self.out = nn.Neuron(3, nonlin=False, seed=1)

    def __call__(self, x):
        for layer in self.layers:
            x = [a + b for a, b in zip(x, layer(x), strict=True)] if len(x) == 3 else x
        z = self.out(x)
        return where(z > 0.0, z, self.bend * z), autograd.mean(x)


def own_loss(output, target):
    ahead, behind = output
    return (ahead - target) ** 2 + 0.1 * abs(behind) + losses.huber(ahead, target)


def test_models_and_losses_of_ones_own():
    with pytest.warns(TeachingWarning, match="no gradient reaches unused"):
        model, _ = assert_same_run(
            Own, X23, NUMBERS, loss=own_loss, metric=lambda output, target: output[0] - target
        )
    assert model.unused.data == 3.0
    assert not model.unused.has_grad


class Embedding(nn.Module):
    def __init__(self):
        self.rows = [[Value(0.1 * (i + j)) for j in range(2)] for i in range(4)]
        self.out = nn.Layer(4, 3, nonlin=False, seed=0)

    def __call__(self, pair):
        return self.out([*take(self.rows, pair[0]), *take(self.rows, pair[1])])


def test_tables_and_a_loss_around_cross_entropy():
    pairs = RNG.integers(0, 4, (23, 2))
    assert_same_run(
        Embedding, pairs, CLASSES, loss=lambda o, y: 2.0 * losses.cross_entropy(o, y), batch_size=23
    )


def test_an_optimiser_over_some_parameters():
    def given(model):
        return {"optimizer": nn.Adam(model.parameters()[3:9][::-1], lr=0.05)}

    model, _ = assert_same_run(network, X23, NUMBERS, given=given, clip_norm=0.2)
    assert numbers(model)[:3] == numbers(network())[:3]


def test_parameters_out_of_reach_keep_their_averages_in_place():
    def given(model):
        order = [model.unused, *reversed(model.parameters())]
        return {"optimizer": nn.Adam(dict.fromkeys(order), lr=0.05)}

    with pytest.warns(TeachingWarning, match="no gradient reaches unused"):
        model, _ = assert_same_run(
            Own, X23, NUMBERS, loss=lambda o, y: (o[0] - y) ** 2, given=given, metric=None
        )
    assert model.unused.data == 3.0


def test_an_optimiser_of_ones_own_steps_by_values():
    class Signs(nn.SGD):
        def step(self):
            for p in self.params:
                p.data -= self.lr * math.copysign(1.0, p.grad)

    class Bare:
        def __init__(self, model):
            self.model, self.lr = model, 0.05

        def step(self):
            for p in self.model.parameters():
                p.data -= self.lr * p.grad

    for make in (lambda m: Signs(m.parameters(), lr=0.001), Bare):
        assert_same_run(
            network, X23, NUMBERS, given=lambda m, make=make: {"optimizer": make(m)},
            clip_norm=1.0, validation=0.2,
        )  # fmt: skip


def test_an_optimiser_goes_on_from_run_to_run():
    runs = []
    for ways in ([False, False], [True, False], [False, True], [True, True]):
        model = network()
        optimizer = nn.Adam(reversed(model.parameters()), lr=0.02)
        for compiled in ways:
            fit(
                model, X23, NUMBERS, optimizer=optimizer, epochs=5, progress=False,
                compiled=compiled,
            )  # fmt: skip
        runs.append(numbers(model))
    for run in runs[1:]:
        assert_close(run, runs[0])


def test_leaves_that_are_no_parameters_add_up_their_gradients():
    factors = []

    def make():
        factors.append(Value(2.0))
        return network()

    def given(model):
        factor = factors[-1]
        return {"loss": lambda o, y: factor * (o - y) ** 2}

    with pytest.warns(TeachingWarning, match="the loss depends on an unnamed Value of 2, which"):
        assert_same_run(make, X23, NUMBERS, given=given, epochs=3)
    made = [f for f in factors if f.has_grad]
    assert {f.data for f in made} == {2.0}
    assert_close([made[0].grad], [made[1].grad])


def test_metrics_are_given_plain_numbers():
    seen = set()

    def metric(output, target):
        seen.add((type(output), type(output[0]), type(target)))
        return 0.0

    fit(
        network(outputs=3), X23, CLASSES, loss="cross_entropy", metric=metric, epochs=1,
        progress=False, compiled=True,
    )  # fmt: skip
    assert seen == {(list, float, int)}


def test_a_metric_may_look_at_the_parameters():
    def metric_of(model):
        return {"metric": lambda output, target: abs(model.parameters()[0].data)}

    _, history = assert_same_run(network, X23, NUMBERS, given=metric_of, epochs=4)
    assert len(set(history.metric)) == 4


# Callbacks


def test_callbacks_see_and_change_everything():
    seen = []

    class Meddling:
        def on_train_begin(self, state):
            state.model.parameters()[0].data = 0.25

        def on_epoch_end(self, state):
            seen.append((numbers(state.model), grads(state.model), state.optimizer.state_dict()))
            if state.epoch == 5:
                state.optimizer.lr = 0.2
                state.model.parameters()[1].data = -0.5
            if state.epoch == 9:
                state.optimizer.load_state_dict(seen[2][2])

    assert_same_run(
        network, X23, NUMBERS, callbacks=[Meddling()], validation=0.2,
        given=lambda m: {"optimizer": nn.Adam(reversed(m.parameters()), lr=0.01)},
    )  # fmt: skip
    assert len(seen) == 40
    for scalar, mine in zip(seen[:20], seen[20:], strict=True):
        assert_close(mine[0], scalar[0])
        assert_close(mine[1], scalar[1])
        assert_same_state(mine[2], scalar[2])


def test_what_a_callback_changes_beside_the_numbers_is_traced_anew():
    factor = {}

    class Warming:
        def on_train_begin(self, state):
            factor["l1"] = 0.0

        def on_epoch_end(self, state):
            factor["l1"] = 0.01 * state.epoch

    def penalty(model):
        return factor["l1"] * autograd.sum([abs(p) for p in model.parameters()])

    factor["l1"] = 0.0
    assert_same_run(network, X23, NUMBERS, regularizer=penalty, callbacks=[Warming()])


def test_a_model_that_cannot_be_traced_any_more_goes_on_by_values():
    class Switching(nn.Module):
        def __init__(self):
            self.a, self.careful = Value(0.5), False

        def __call__(self, x):
            z = self.a * x[0]
            return (z if z > 0.0 else 0.5 * z) if self.careful else z

    def switch(state):
        state.model.careful = state.epoch >= 2

    model = Switching()
    settings = {"epochs": 30, "callbacks": switch, "progress": False, "batch_size": None}
    with pytest.warns(TeachingWarning, match="a comparison decides a branch"):
        history = fit(model, [[-1.0]] * 10, [1.0] * 10, lr=0.1, **settings)
    assert not history.compiled
    assert "a comparison decides a branch" in history.why_not_compiled
    assert len(history) == 30
    same = Switching()
    fit(same, [[-1.0]] * 10, [1.0] * 10, lr=0.1, compiled=False, **settings)
    assert_close(numbers(model), numbers(same))


def test_early_stopping_puts_the_best_back():
    rates = [0.1, 0.1, 0.1, 2.0, 1.0, 0.1, 0.1]
    model, history = assert_same_run(
        network, X23, NUMBERS, validation=0.3, lr=1.0, batch_size=None,
        given=lambda m: {"callbacks": nn.EarlyStopping(patience=2)},
        schedule=lambda o: nn.LambdaLR(o, lambda k: (rates + [0.1] * 99)[k]),
    )  # fmt: skip
    assert history.stopped_early
    assert numbers(model) != numbers(network())


# Ends


def interrupted(at):
    """A kind of SGD that Ctrl-C hits in a step."""

    class Interrupted(nn.SGD):
        calls = 0

        def _change(self, theta, g, s, t):
            self.calls += 1
            if self.calls == at:
                raise KeyboardInterrupt
            return super()._change(theta, g, s, t)

    return Interrupted


@pytest.mark.parametrize("at", [1, 4, 6])
def test_ctrl_c_keeps_whole_batches(at, capsys):
    settings = {"lr": 0.1, "epochs": 9, "batch_size": 8, "shuffle": False, "progress": False}
    runs = []
    for compiled in (False, True):
        model = network()
        history = fit(model, X23, NUMBERS, optimizer=interrupted(at), compiled=compiled, **settings)
        assert history.interrupted
        assert history.compiled is compiled
        assert "Interrupted in epoch" in capsys.readouterr().err
        runs.append((numbers(model), history.loss))
    assert_close(runs[1][0], runs[0][0])
    assert_close(runs[1][1], runs[0][1])
    assert (runs[1][0] == numbers(network())) == (at == 1)


def test_ctrl_c_while_the_values_are_written_back(monkeypatch):
    model, same = network(), network()
    settings = {"lr": 0.1, "epochs": 3, "progress": False, "compiled": True}
    fit(same, X23, NUMBERS, **settings)
    data_of = Value.data
    writes = 0

    def interrupting(self, number):
        nonlocal writes
        writes += 1
        if writes == 7:
            raise KeyboardInterrupt
        data_of.__set__(self, number)

    monkeypatch.setattr(Value, "data", property(data_of.__get__, interrupting))
    history = fit(model, X23, NUMBERS, **settings)
    assert history.interrupted
    assert len(history) == 3
    assert numbers(model) == numbers(same)
    assert grads(model) == grads(same)


def failing(loss=None, **settings):
    """The messages of both ways, which end in the same error with the same parameters."""
    told = []
    for compiled in (False, True):
        model = network()
        with pytest.raises(TrainingError) as caught:
            fit(
                model, np.abs(X23), NUMBERS, loss=loss or "mse", batch_size=8, shuffle=False,
                progress=False, compiled=compiled, **settings,
            )  # fmt: skip
        told.append((str(caught.value), numbers(model), caught.value.history.loss))
    (scalar, before, losses_before), (mine, after, losses_after) = told
    assert_close(after, before)
    assert_close(losses_after, losses_before)
    assert all(map(math.isfinite, after))
    return scalar, mine


def test_a_nan_loss_names_the_operation():
    X, y = [[0.5, 0.5, 0.5]] * 10 + [[0.0, 0.0, 0.0]] * 3, [0.0] * 13
    told = []
    for compiled in (False, True):
        model = nn.Neuron(3, nonlin=False, init="zeros")
        model.load_state_dict({"w": [1.0, 1.0, 1.0], "b": 0.0})
        optimizer = nn.SGD(model.w, lr=0.01)
        with pytest.raises(TrainingError) as caught:
            fit(
                model, X, y, loss=lambda o, y: o.log() - y, optimizer=optimizer, batch_size=4,
                epochs=20, shuffle=False, progress=False, compiled=compiled,
            )  # fmt: skip
        told.append((str(caught.value), numbers(model)))
    assert told[1][0] == told[0][0]
    assert "in epoch 1, batch 3\nfirst bad operation: log gave -inf" in told[1][0]
    assert_close(told[1][1], told[0][1])


def test_an_infinite_gradient_names_the_operation():
    scalar, mine = failing(lambda o, y: (o - o).sqrt() + 0.0 * y, epochs=10)
    assert mine == scalar
    assert "a gradient became nan or infinite (layer1.neuron1.w[0]" in mine
    assert "first bad operation: sqrt sent a gradient of inf" in mine


def test_a_step_out_of_range_is_undone():
    scalar, mine = failing(lr=1e308, epochs=10)
    assert mine == scalar
    assert "the step made a parameter nan or infinite" in mine


def test_too_large_a_rate_ends_alike():
    scalar, mine = failing(lambda o, y: (o - y) ** 4, lr=30.0, epochs=50)
    assert mine.partition("\n")[0] == scalar.partition("\n")[0]
    assert "first bad operation" in mine


@pytest.mark.parametrize(
    ("loss", "outputs", "targets", "other"),
    [
        ("binary_cross_entropy", 1, BITS, "sigmoid"),
        ("categorical_cross_entropy", 3, CLASSES, "softmax"),
        ("categorical_cross_entropy", 3, SHARES, "softmax"),
    ],
)
def test_outputs_that_are_no_probabilities_are_found(loss, outputs, targets, other):
    class Half(nn.Module):
        """The first example's outputs are probabilities, those of others are not."""

        def __init__(self):
            self.inner = network(outputs=outputs)

        def __call__(self, x):
            found = self.inner(x)
            found = found if isinstance(found, list) else [found]
            return [0.5 + x[0] * z for z in found] if outputs > 1 else 0.5 + x[0] * found[0]

    X = np.concatenate([[[0.0, 1.0, 1.0]], 3.0 * X23[1:]])
    told = []
    for compiled in (False, True):
        with pytest.raises(ArgumentError, match=f"{loss} takes probabilities.*{other}") as caught:
            fit(
                Half(), X, targets, loss=loss, lr=1e-3, epochs=9, progress=False,
                compiled=compiled, shuffle=False, metric=None,
            )  # fmt: skip
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_validation_outputs_that_are_no_probabilities_are_found():
    model = nn.Neuron(1, nonlin=False, init="zeros")
    X, y = [[0.1]] * 20, [1] * 20
    with pytest.raises(ArgumentError, match="takes probabilities"):
        model.load_state_dict({"w": [0.5], "b": 0.5})
        fit(
            model, X, y, loss="binary_cross_entropy", validation=([[0.1], [9.0]], [1, 1]),
            lr=1e-3, epochs=20, progress=False, compiled=True,
        )  # fmt: skip


# Which way


class Branching(nn.Module):
    def __init__(self):
        self.a = Value(0.5)

    def __call__(self, x):
        z = self.a * x[0]
        return z if z > 0.0 else 0.1 * z


class Remembering(nn.Module):
    def __init__(self):
        self.inside = nn.Neuron(3, seed=0)

    def __call__(self, x):
        self.inside.last = self.inside(x)
        return self.inside.last


@pytest.mark.parametrize(
    ("model", "settings", "what"),
    [
        (Branching, {}, "a comparison decides a branch"),
        (Remembering, {}, "changes 'model.inside.last' while it runs"),
        (network, {"loss": lambda o, y: (o - y) ** 2 * float(o)}, "float"),
        (network, {"regularizer": lambda m: m.parameters()[0].data * 0.1}, "data"),
    ],
)
def test_what_cannot_be_traced_goes_value_by_value(model, settings, what, capsys):
    settings = {"epochs": 10, "lr": 0.01, **settings}
    first, second = model(), model()
    with pytest.warns(TeachingWarning, match=what) as told:
        history = fit(first, X23, NUMBERS, progress=False, **settings)
    assert [w.filename for w in told] == [__file__]
    assert not history.compiled
    assert what in history.why_not_compiled
    assert capsys.readouterr() == ("", "")
    fit(second, X23, NUMBERS, compiled=False, progress=False, **settings)
    assert numbers(first) == numbers(second)
    with pytest.raises(TraceError, match=what) as caught:
        fit(second, X23, NUMBERS, compiled=True, progress=False, **settings)
    assert "compiled=False" in caught.value.__notes__[0]
    assert numbers(first) == numbers(second)


def test_a_reason_that_is_pythons_own_says_its_kind():
    def loss(output, target):
        assert isinstance(target, float)
        return (output - target) ** 2

    model = network()
    with pytest.warns(TeachingWarning, match="traced from model and loss: AssertionError"):
        history = fit(model, X23, NUMBERS, epochs=10, lr=0.01, loss=loss, progress=False)
    assert history.why_not_compiled.startswith("AssertionError: ")


class AnswersAll:
    """An object whose attributes are made when they are asked for, without end."""

    def __getattr__(self, name):
        return AnswersAll()


class AnswersAllInSlots:
    __slots__ = ()

    def __getattr__(self, name):
        return AnswersAllInSlots()


@pytest.mark.parametrize("config", [AnswersAll(), AnswersAllInSlots(), Mock()], ids=type)
def test_an_object_that_answers_every_name_is_asked_for_none(config):
    def loss(output, target):
        return (output - target) ** 2 if config else output

    assert fit(network(), X23, NUMBERS, lr=0.01, loss=loss, compiled=True, progress=False).compiled


def test_code_of_installed_packages_is_not_looked_into():
    for thing in (Mock, X23.tolist, json.JSONEncoder, pytest.raises):
        assert len(Reads(lambda x, thing=thing: thing(x)).sources) < 10, thing


def test_the_reason_is_told_once_and_names_the_line(capsys):
    with pytest.warns(TeachingWarning) as told:
        history = fit(Branching(), X23, NUMBERS, epochs=20, lr=0.01)
    assert len(told) == 1
    assert "a comparison decides a branch" in str(told[0].message)
    assert "test_compiled.py" in history.why_not_compiled
    assert "Value by Value" not in capsys.readouterr().err
    assert fit(Branching(), X23, NUMBERS, epochs=20, compiled=False).why_not_compiled is None


def test_a_program_is_the_default_where_it_pays(capsys):
    assert fit(network(), X23, NUMBERS, epochs=20, progress=False).compiled
    assert not fit(network(), X23, NUMBERS, epochs=2, progress=False).compiled
    assert fit(network(), X23, NUMBERS, epochs=2, progress=False, compiled=True).compiled
    fit(network(), X23, NUMBERS, epochs=20)
    assert "Value by Value" not in capsys.readouterr().err


def test_one_seed_reproduces_a_run_bit_for_bit():
    runs = []
    for seed in (1, 1, 2):
        model = network()
        fit(model, X23, NUMBERS, epochs=20, batch_size=8, lr=0.1, progress=False, seed=seed)
        runs.append(numbers(model))
    assert runs[0] == runs[1] != runs[2]


def test_a_wish_is_true_false_or_none():
    with pytest.raises(KindError, match="compiled= is None, True or False, not 'yes'"):
        fit(network(), X23, NUMBERS, compiled="yes")


def test_nothing_is_learned_within_no_grad():
    with autograd.no_grad(), pytest.raises(ArgumentError, match=r"outside no_grad\(\)"):
        fit(network(), X23, NUMBERS, progress=False, compiled=True)
    constant = functools.partial(fit, network(), X23, NUMBERS, progress=False, epochs=20)
    with pytest.raises(ArgumentError, match="does not depend on any parameter"):
        constant(loss=lambda o, y: Value(2.0) * y, compiled=True)


def test_digits_are_learned_as_value_by_value():
    pytest.importorskip("sklearn")
    X, y = data.digits()
    assert_same_run(
        lambda: nn.MLP(64, [8, 10], seed=0, init="kaiming_uniform"), X[:90] / 16.0, y[:90],
        loss="cross_entropy", optimizer="adam", lr=0.01, batch_size=32, validation=0.2,
    )  # fmt: skip

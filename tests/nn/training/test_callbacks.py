"""Callbacks and early stopping."""

import math

import pytest

import nn
from autograd import TeachingWarning
from nn.errors import ArgumentError
from nn.training.callbacks import MOMENTS, EarlyStopping
from nn.training.fit import fit
from nn.training.history import History, TrainingState


class Scripted:
    """A state whose losses are given, and a model whose parameter counts the epochs."""

    def __init__(self, losses, name="val_loss"):
        self.model = nn.Neuron(1, seed=0)
        self.losses, self.name = losses, name

    def run(self, stopper):
        history = History()
        state = TrainingState(self.model, None, len(self.losses), history)
        stopper.on_train_begin(state)
        for epoch, loss in enumerate(self.losses, start=1):
            state.epoch = epoch
            self.model.b.data = float(epoch)
            getattr(history, self.name).append(loss)
            stopper.on_epoch_end(state)
            if state.stop_training:
                break
        stopper.on_train_end(state)
        return state.epoch


def test_it_stops_after_patience_epochs_and_restores_the_best():
    script = Scripted([5.0, 3.0, 4.0, 3.5, 3.0, 1.0])
    stopper = EarlyStopping(patience=3)
    assert script.run(stopper) == 5
    assert (stopper.best, stopper.best_epoch) == (3.0, 2)
    assert script.model.b.data == 2.0


def test_without_restoring_the_last_parameters_stay():
    script = Scripted([1.0, 2.0, 3.0])
    assert script.run(EarlyStopping(patience=2, restore_best=False)) == 3
    assert script.model.b.data == 3.0


def test_an_improvement_must_exceed_min_delta():
    losses = [1.0, 0.95, 0.92, 0.89, 0.5]
    assert Scripted(losses).run(EarlyStopping(patience=2)) == 5
    assert Scripted(losses).run(EarlyStopping(patience=2, min_delta=0.1)) == 3
    assert Scripted(losses).run(EarlyStopping(patience=3, min_delta=0.1)) == 5


def test_of_a_metric_more_is_better():
    script = Scripted([0.5, 0.7, 0.6, 0.6], "val_metric")
    stopper = EarlyStopping(patience=2, monitor="val_metric")
    assert script.run(stopper) == 4
    assert (stopper.best, stopper.best_epoch, script.model.b.data) == (0.7, 2, 2.0)


def test_it_can_be_used_again():
    stopper = EarlyStopping(patience=1)
    assert Scripted([1.0, 2.0, 3.0]).run(stopper) == 2
    assert Scripted([9.0, 8.0, 7.0]).run(stopper) == 3


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"patience": 0}, "patience"),
        ({"patience": 1.5}, "patience"),
        ({"patience": True}, "patience"),
        ({"min_delta": -1.0}, "min_delta"),
        ({"min_delta": "x"}, "min_delta"),
        ({"monitor": "val_accuracy"}, "monitor"),
    ],
)
def test_what_early_stopping_refuses(arguments, text):
    with pytest.raises(ArgumentError, match=text):
        EarlyStopping(**arguments)


def line_run(**settings):
    model = nn.MLP(1, [1], init="zeros")
    return model, fit(
        model,
        [[1.0], [3.0]],
        [2.0, 4.0],
        **{"lr": 0.1, "progress": False, "epochs": 50, **settings},
    )


def test_fit_stops_early_on_the_validation_loss():
    # the validation targets lie the other way, so that every step makes that loss worse
    stopper = EarlyStopping(patience=4)
    model, history = line_run(validation=([[1.0]], [-5.0]), callbacks=stopper)
    assert history.stopped_early
    assert history.epochs == [1, 2, 3, 4, 5]
    assert stopper.best_epoch == 1
    once, _ = line_run(epochs=1)
    assert model.state_dict() == once.state_dict()


@pytest.mark.parametrize(("monitor", "text"), [("val_loss", "validation="), ("metric", "metric=")])
def test_what_is_not_measured_cannot_be_watched(monitor, text):
    with pytest.raises(ArgumentError, match=text):
        line_run(callbacks=[EarlyStopping(monitor=monitor)])


def test_moments_come_in_order_with_a_state():
    told = []

    class Diary:
        def on_train_begin(self, state):
            told.append(("begin", state.epoch, state.loss))

        def on_epoch_end(self, state):
            told.append(("epoch", state.epoch, state.loss == state.history.loss[-1]))
            assert state.val_loss is None
            assert state.optimizer.lr == 0.1
            assert state.epochs == 2

        def on_train_end(self, state):
            told.append(("end", state.epoch, len(state.history)))

    line_run(epochs=2, callbacks=[Diary()])
    assert told == [("begin", 0, None), ("epoch", 1, True), ("epoch", 2, True), ("end", 2, 2)]


@pytest.mark.parametrize("compiled", [True, False])
def test_every_moment_is_told_with_the_numbers_of_that_moment(compiled):
    told, model = [], nn.MLP(1, [1], init="zeros")

    class Diary:
        def __getattr__(self, name):
            if name not in MOMENTS:
                raise AttributeError(name)
            return lambda state: told.append(
                (name, state.epoch, state.batch, model.parameters()[0].data)
            )

    history = fit(
        model, *LINE, lr=0.1, epochs=2, batch_size=1, shuffle=False, progress=False,
        callbacks=[Diary()], compiled=compiled,
    )  # fmt: skip
    assert history.compiled is compiled
    moments = [(name, epoch, batch) for name, epoch, batch, _ in told]
    assert moments == [
        ("on_train_begin", 0, 0),
        ("on_epoch_begin", 1, 0), ("on_batch_begin", 1, 1), ("on_batch_end", 1, 1),
        ("on_batch_begin", 1, 2), ("on_batch_end", 1, 2), ("on_epoch_end", 1, 2),
        ("on_epoch_begin", 2, 0), ("on_batch_begin", 2, 1), ("on_batch_end", 2, 1),
        ("on_batch_begin", 2, 2), ("on_batch_end", 2, 2), ("on_epoch_end", 2, 2),
        ("on_train_end", 2, 2),
    ]  # fmt: skip
    weights = [w for *_, w in told]
    assert weights[2] == 0.0
    assert weights[3] == weights[4] == pytest.approx(0.2)
    assert weights[5] == weights[6] == weights[7]


@pytest.mark.parametrize("compiled", [True, False])
def test_batches_have_losses_and_can_be_meddled_with(compiled):
    losses = []

    class Halving:
        def on_batch_begin(self, state):
            assert state.batch_loss is None

        def on_batch_end(self, state):
            losses.append(state.batch_loss)
            assert state.batches == 2
            state.optimizer.lr *= 0.5

    runs = []
    for callbacks in ([Halving()], []):
        model = nn.MLP(1, [1], init="zeros")
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        schedule = None if callbacks else nn.StepLR(optimizer, 1, gamma=0.25)
        fit(
            model, *LINE, optimizer=optimizer, schedule=schedule, epochs=3, batch_size=1,
            shuffle=False, progress=False, callbacks=callbacks, compiled=compiled,
        )  # fmt: skip
        runs.append(model.state_dict())
    assert losses[0] == 2.0
    assert losses[1] == pytest.approx(0.5 * (0.2 * 3 + 0.2 - 4.0) ** 2)
    assert len(losses) == 6
    assert runs[0] != runs[1]


@pytest.mark.parametrize("compiled", [True, False])
def test_parameters_that_a_batch_callback_sets_are_used(compiled):
    class Clipping:
        def on_batch_end(self, state):
            for p in state.model.parameters():
                p.data = min(p.data, 0.15)

    model = nn.MLP(1, [1], init="zeros")
    fit(
        model, *LINE, lr=0.1, epochs=3, batch_size=1, progress=False, callbacks=Clipping(),
        compiled=compiled,
    )  # fmt: skip
    assert [p.data for p in model.parameters()] == [0.15, 0.15]


def test_methods_that_nobody_would_call_are_told():
    class Keras:
        def on_epoch_end(self, state):
            pass

        def on_train_batch_end(self, state):
            raise AssertionError

        on_color = "blue"

    with pytest.warns(TeachingWarning, match="fit never calls on_train_batch_end of Keras") as told:
        line_run(epochs=1, callbacks=[Keras()])
    assert len(told) == 1
    assert "on_batch_end" in str(told[0].message)
    assert told[0].filename == __file__


def test_an_object_with_batch_moments_only_is_a_callback():
    seen = []

    class Quiet:
        def on_batch_end(self, state):
            seen.append(state.batch)

    line_run(epochs=2, callbacks=Quiet())
    assert seen == [1, 1]


def test_a_function_can_end_the_run():
    def stop(state):
        state.stop_training = state.epoch == 3

    _, history = line_run(callbacks=stop)
    assert history.epochs == [1, 2, 3]
    assert history.stopped_early


def jumping(rates):
    """A run with a rate for each epoch, and the parameters that each epoch began with."""
    model, began = nn.MLP(1, [1], init="zeros"), []

    class Begin:
        def on_train_begin(self, state):
            began.append(model.state_dict())

        def on_epoch_end(self, state):
            began.append(model.state_dict())

    optimizer = nn.SGD(model.parameters(), lr=1.0)
    schedule = nn.LambdaLR(optimizer, lambda k: rates[min(k, len(rates) - 1)])
    return model, began, {"optimizer": optimizer, "schedule": schedule}, Begin()


def test_without_validation_the_parameters_are_those_that_the_best_loss_was_measured_with():
    rates = [0.1, 0.1, 0.1, 100.0, 0.1]
    model, began, settings, begin = jumping(rates)
    stopper = EarlyStopping(patience=1)
    history = line_run_of(model, callbacks=[begin, stopper], **settings)
    assert history.stopped_early
    assert stopper.best_epoch == 4  # its loss was measured before its step went astray
    assert model.state_dict() == began[3]
    assert nn.evaluate(model, *LINE, loss="quadratic").loss == pytest.approx(stopper.best)


def test_an_error_puts_the_best_parameters_back_and_leaves_the_history():
    model, began, settings, begin = jumping([0.1, 0.1, 1e200, 1e200])
    stopper = EarlyStopping(patience=50)
    with pytest.raises(nn.TrainingError) as caught:
        line_run_of(model, callbacks=[begin, stopper], validation=LINE, **settings)
    assert caught.value.history.epochs[:2] == [1, 2]
    assert stopper.best_epoch == 2
    assert model.state_dict() == began[2]


LINE = ([[1.0], [3.0]], [2.0, 4.0])


def line_run_of(model, **settings):
    return fit(model, *LINE, epochs=50, batch_size=None, progress=False, **settings)


def test_nan_is_worse_than_every_number():
    script = Scripted([math.nan, 1.0, 0.5, math.nan, 0.7, 0.6])
    stopper = EarlyStopping(patience=3)
    assert script.run(stopper) == 6
    assert (stopper.best, stopper.best_epoch, script.model.b.data) == (0.5, 3, 3.0)


def test_the_end_is_told_whatever_the_end_is():
    told = []

    class Diary:
        def on_epoch_end(self, state):
            raise KeyError("a mistake in a callback")

        def on_train_end(self, state):
            told.append(len(state.history))

    with pytest.raises(KeyError):
        line_run(callbacks=[Diary()])
    assert told == [1]


@pytest.mark.filterwarnings("ignore:a callback has changed which parameters")
def test_early_stopping_puts_back_the_parameters_that_there_were():
    model = nn.MLP(2, [2, 1], activation="tanh", seed=0)
    old, new = model.layers[0], nn.Layer(2, 2, seed=7)
    stopping = nn.EarlyStopping(patience=1)
    numbers = [p.data for p in new.parameters()]

    def swap(state):
        if state.epoch == 1:
            model.layers[0] = new

    X = [[0.0, 1.0], [1.0, 0.0]]
    nn.fit(model, X, [0.0, 1.0], epochs=1, lr=0.1, callbacks=[stopping, swap], progress=False)
    assert [p.data for p in new.parameters()] == numbers
    assert [(p, p.data) for p in old.parameters()] == stopping._parameters[: len(numbers)]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("early_stopping", "not 'early_stopping'"),
        (["early_stopping"], "not 'early_stopping'"),
        (5, "not 5"),
        (EarlyStopping, "did you mean to call it"),
    ],
)
def test_callbacks_that_are_none(given, text):
    with pytest.raises(ArgumentError, match=text):
        nn.fit(nn.MLP(1, [1]), [[1.0]], [2.0], callbacks=given, progress=False)

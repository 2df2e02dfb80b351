"""A run in pieces equals one in a whole, bit for bit; a new run is a new one."""

from __future__ import annotations

import contextlib
import gc
import json
import weakref

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

import nn
from nn.errors import StateError
from nn.training import resuming
from nn.training.resuming import orders

X = np.random.default_rng(0).normal(size=(40, 3))
Y = np.sin(X.sum(axis=1))


def network():
    return nn.MLP(3, [5, 1], activation="tanh", seed=2)


def numbers(model):
    return [p.data for p in model.parameters()]


def fit(model, epochs, **settings):
    return nn.fit(
        model, X, Y, epochs=epochs, progress=False, **{"batch_size": 8, "seed": 3, **settings}
    )


def lists(history):
    return {name: column for name, column in history.as_dict().items() if name != "seconds"}


def in_pieces(pieces, given=lambda model: {}, **settings):
    """A model that was trained in pieces, and the history of all of them."""
    model, history = network(), nn.History()
    own = given(model)
    for epochs in pieces:
        history = history.followed_by(fit(model, epochs, **settings, **own))
    return model, history


SETTINGS = [
    {"lr": 0.1},
    {"optimizer": "adam", "lr": 0.01},
    {"optimizer": nn.RMSprop, "lr": 0.01},
    {"optimizer": "sgd", "lr": 0.1, "schedule": lambda o: nn.StepLR(o, 2, gamma=0.5)},
    {"optimizer": "adam", "schedule": lambda o: nn.warmup_cosine(o, 2, 6)},
    {"lr": 0.1, "validation": 0.25, "l2": 1e-3, "clip_norm": 1.0},
    {"lr": 0.1, "shuffle": False},
    {"lr": 0.1, "batch_size": None},
]


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("settings", SETTINGS)
def test_pieces_equal_the_whole(settings, compiled):
    model, history = in_pieces([6], compiled=compiled, **settings)
    for pieces in ([1] * 6, [2, 4], [5, 1]):
        same, told = in_pieces(pieces, compiled=compiled, **settings)
        assert numbers(same) == numbers(model)
        assert lists(told) == lists(history)


@hypothesis.settings(max_examples=8, deadline=None)
@hypothesis.given(
    cuts=st.sets(st.integers(1, 7)),
    settings=st.fixed_dictionaries(
        {
            "compiled": st.sampled_from([None, True, False]),
            "optimizer": st.sampled_from(["sgd", "adam", nn.RMSprop]),
            "batch_size": st.sampled_from([1, 7, 16, None]),
            "schedule": st.sampled_from([None, lambda o: nn.StepLR(o, 3)]),
            "clip_value": st.sampled_from([None, 0.1]),
            "lr": st.sampled_from([0.01, 0.05]),
        }
    ),
)
def test_any_cut_of_a_run_equals_the_whole(cuts, settings):
    ends = [0, *sorted(cuts), 8]
    model, history = in_pieces([8], **settings)
    same, told = in_pieces(np.diff(ends).tolist(), **settings)
    assert numbers(same) == numbers(model)
    assert lists(told) == lists(history)


def test_pieces_take_a_program_when_the_whole_does():
    """By default the first epochs of a small run go Value by Value, in pieces as in one."""
    model, history = in_pieces([9], lr=0.1)
    assert history.compiled
    same, told = in_pieces([1] * 9, lr=0.1)
    assert told.compiled
    assert numbers(same) == numbers(model)
    assert lists(told) == lists(history)
    assert not in_pieces([2, 2], lr=0.1)[1].compiled


@pytest.mark.parametrize("compiled", [True, False])
def test_pieces_with_an_optimiser_and_a_schedule_of_ones_own(compiled):
    def given(model):
        optimizer = nn.Adam(reversed(model.parameters()), lr=0.02)
        return {"optimizer": optimizer, "schedule": nn.StepLR(optimizer, 2)}

    model, history = in_pieces([6], given, compiled=compiled)
    same, told = in_pieces([1, 2, 3], given, compiled=compiled)
    assert numbers(same) == numbers(model)
    assert lists(told) == lists(history)


def test_a_run_goes_on_in_another_process():
    """From what a file holds: parameters, the optimiser's state and the schedule's."""
    model, _ = in_pieces([5], lambda m: {"optimizer": nn.Adam(m.parameters(), lr=0.02)})
    first = network()
    optimizer = nn.Adam(first.parameters(), lr=0.02)
    fit(first, 2, optimizer=optimizer)
    saved = json.loads(json.dumps([first.state_dict(), optimizer.state_dict()]))
    assert saved[1]["epochs_done"] == 2
    second = network()
    second.load_state_dict(saved[0])
    optimizer = nn.Adam(second.parameters(), lr=0.5)
    optimizer.load_state_dict(saved[1])
    fit(second, 3, optimizer=optimizer)
    assert numbers(second) == numbers(model)


def test_a_generator_travels():
    model, _ = in_pieces([4], lambda m: {"seed": np.random.default_rng(9)}, lr=0.1)
    same, _ = in_pieces([1] * 4, lambda m: {"seed": np.random.default_rng(9)}, lr=0.1)
    assert numbers(same) == numbers(model)


def test_every_epoch_of_a_loop_takes_another_order():
    seen = []

    def spy(output, target):
        seen.append(target)
        return (output - target) ** 2

    model = network()
    for _ in range(3):
        fit(model, 1, loss=spy, compiled=False, lr=0.01, metric=None)
    tried_out = len(seen) // 3 - len(X)
    rounds = [part[tried_out:].tolist() for part in np.array_split(seen, 3)]
    assert [sorted(one) for one in rounds] == [sorted(Y.tolist())] * 3
    assert len(set(map(tuple, rounds))) == 3


# New runs


def test_a_run_on_parameters_that_were_put_back_is_a_new_one():
    model = network()
    start = model.state_dict()
    fit(model, 3, optimizer="adam", lr=0.01)
    first = numbers(model)
    model.load_state_dict(start)
    fit(model, 3, optimizer="adam", lr=0.01)
    assert numbers(model) == first


@pytest.mark.parametrize(
    "other", [{"lr": 0.02}, {"seed": 4}, {"optimizer": "rmsprop"}, {"batch_size": 5}]
)
def test_a_call_that_says_something_else_is_a_new_run(other):
    settings = {"optimizer": "adam", "lr": 0.01, "seed": 3, "batch_size": 8}
    model = network()
    fit(model, 2, **settings)
    middle = model.state_dict()
    fit(model, 2, **{**settings, **other})
    fresh = network()
    fresh.load_state_dict(middle)
    fit(fresh, 2, **{**settings, **other})
    assert numbers(model) == numbers(fresh)


def test_after_early_stopping_or_an_error_the_next_run_is_a_new_one():
    def stop(state):
        state.stop_training = True

    def fail(state):
        raise KeyError("a mistake")

    for callback in (stop, fail):
        model = network()
        with contextlib.suppress(KeyError):
            fit(model, 1, optimizer="adam", lr=0.01, callbacks=callback)
        middle = model.state_dict()
        fit(model, 2, optimizer="adam", lr=0.01)
        fresh = network()
        fresh.load_state_dict(middle)
        fit(fresh, 2, optimizer="adam", lr=0.01)
        assert numbers(model) == numbers(fresh)


def test_what_a_run_leaves_goes_with_its_model():
    gc.collect()
    model = network()
    fit(model, 1, lr=0.1)
    alive, key = weakref.ref(model), id(model)
    assert key in resuming._kept
    del model
    gc.collect()
    assert alive() is None
    assert key not in resuming._kept


def test_orders_follow_the_generator():
    rng = np.random.default_rng(5)
    expected = [rng.permutation(4).tolist() for _ in range(3)]
    found = orders(np.random.default_rng(5), 4, 0)
    assert [next(found).tolist() for _ in range(3)] == expected
    assert next(orders(np.random.default_rng(5), 4, 2)).tolist() == expected[2]
    assert next(orders(None, 3, 7)).tolist() == [0, 1, 2]


@pytest.mark.parametrize("epochs", [-1, 1.5, "two"])
def test_a_state_that_counts_no_epochs_is_refused(epochs):
    optimizer = nn.Adam(network().parameters())
    with pytest.raises(StateError):
        optimizer.load_state_dict({**optimizer.state_dict(), "epochs_done": epochs})
    old = optimizer.state_dict()
    del old["epochs_done"]
    optimizer.load_state_dict(old)
    assert optimizer.epochs_done == 0


def test_an_optimiser_without_room_for_a_count_still_trains():
    class Slots:
        __slots__ = ("lr", "model")

        def __init__(self, model):
            self.model, self.lr = model, 0.05

        def step(self):
            for p in self.model.parameters():
                p.data -= self.lr * p.grad

    model = network()
    history = fit(model, 3, optimizer=Slots(model))
    assert history.loss[-1] < history.loss[0]

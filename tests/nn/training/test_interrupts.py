"""Ctrl-C at any moment of fit: whole batches, an optimiser that fits them, a history."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import TeachingWarning, Value
from nn.training.interrupts import uninterrupted

X = np.random.default_rng(0).normal(size=(12, 2))
Y = np.sin(X.sum(axis=1))
NN = str(Path(nn.__file__).parent)


def network():
    return nn.MLP(2, [2, 1], activation="tanh", seed=2)


def state_of(model, optimizer):
    state = optimizer.state_dict()
    return [p.data for p in model.parameters()], state["steps"], state["averages"]


def run(model, optimizer, compiled, callbacks=()):
    return nn.fit(
        model, X, Y, optimizer=optimizer, epochs=3, batch_size=5, compiled=compiled,
        progress=False, validation=0.2, callbacks=callbacks,
        schedule=nn.StepLR(optimizer, 1, gamma=0.9),
    )  # fmt: skip


FILES = [f"training/{name}" for name in ("run", "parameters", "steps", "history")]
FILES += ["optim/base", "optim/optimizers"]


def pressing(at, files=FILES):
    """A trace function that presses Ctrl-C at that line of these files; and what it counts."""
    seen = [0]
    names = {f"{NN}/{name}.py" for name in files}

    def trace(frame, event, arg):
        code = frame.f_code
        # of its lines, `try:` has no instruction at which Python looks for signals
        if code.co_filename not in names or code.co_name == "to_the_end":
            return None
        if event == "line":
            seen[0] += 1
            if seen[0] == at:
                signal.raise_signal(signal.SIGINT)
        return trace

    return trace, seen


def traced(at, model, optimizer, compiled):
    trace, seen = pressing(at)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return run(model, optimizer, compiled), seen[0]
    except KeyboardInterrupt:
        return None, seen[0]
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("compiled", [True, False])
def test_ctrl_c_anywhere_leaves_whole_batches(compiled, capsys):
    model = network()
    optimizer = nn.Adam(reversed(model.parameters()), lr=0.05)
    wholes = [state_of(model, optimizer)]

    class Noting:
        def on_batch_end(self, state):
            wholes.append(state_of(model, optimizer))

    run(model, optimizer, compiled, Noting())
    twin = network()
    _, lines = traced(0, twin, nn.Adam(reversed(twin.parameters()), lr=0.05), compiled)
    returned = 0
    for at in np.linspace(1, lines, 50).astype(int).tolist():
        model = network()
        optimizer = nn.Adam(reversed(model.parameters()), lr=0.05)
        history, _ = traced(at, model, optimizer, compiled)
        assert state_of(model, optimizer) in wholes, f"at line {at} of {lines}"
        if history is not None:
            returned += 1
            columns = history.as_dict().values()
            assert len({len(column) for column in columns}) <= 1
            assert len(history) == optimizer.epochs_done
            rates = [0.05, 0.045, 0.0405, 0.03645]
            np.testing.assert_allclose(optimizer.lr, rates[len(history)], rtol=1e-12)
            assert history.interrupted
    assert returned > 40
    capsys.readouterr()


@pytest.mark.parametrize("compiled", [True, False])
def test_ctrl_c_in_a_step_of_ones_own_leaves_whole_batches(compiled, capsys):
    class Own(nn.Adam):
        calls = 0

        def step(self):
            self.calls += 1
            super().step()
            if self.calls == 5:
                self.params[1].data = 1e9
                raise KeyboardInterrupt

    wholes = []

    class Noting:
        def on_batch_end(self, state):
            wholes.append(state_of(state.model, state.optimizer))

    model = network()
    model.unused = Value(1.0)
    optimizer = Own([model.unused, *model.layers[0].parameters()], lr=0.05)
    with pytest.warns(TeachingWarning, match="no gradient reaches unused"):
        history = run(model, optimizer, compiled, Noting())
    assert history.interrupted
    assert history.compiled is compiled
    assert len(wholes) == 4
    assert state_of(model, optimizer) == wholes[-1]


def test_an_interrupted_run_goes_on(capsys):
    model, same = network(), network()

    def press(state):
        if state.epoch == 2:
            signal.raise_signal(signal.SIGINT)

    settings = {"lr": 0.1, "batch_size": 5, "progress": False, "optimizer": "adam"}
    history = nn.fit(model, X, Y, epochs=5, callbacks=press, **settings)
    assert history.interrupted
    nn.fit(model, X, Y, epochs=3, **settings)
    nn.fit(same, X, Y, epochs=5, **settings)
    assert [p.data for p in model.parameters()] == [p.data for p in same.parameters()]
    capsys.readouterr()


def test_ctrl_c_is_held_back_and_not_lost():
    done = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        signal.raise_signal(signal.SIGINT)
        done.append(1)
    assert done == [1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_users_stays_in_place():
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(1))
    try:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            assert pressed == [1]
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_train_without_handlers():
    found = []
    thread = threading.Thread(
        target=lambda: found.append(nn.fit(network(), X, Y, epochs=3, progress=False))
    )
    thread.start()
    thread.join()
    assert len(found[0]) == 3


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])
def test_a_step_is_made_as_a_whole_or_not_at_all(kind, monkeypatch):
    model = network()
    optimizer = kind(model.parameters(), lr=0.1)
    model([1.0, 2.0]).backward()
    before = state_of(model, optimizer)
    data_of, writes = Value.data, [0]

    def interrupting(self, number):
        writes[0] += 1
        if writes[0] == 3:
            raise KeyboardInterrupt
        data_of.__set__(self, number)

    monkeypatch.setattr(Value, "data", property(data_of.__get__, interrupting))
    with pytest.raises(KeyboardInterrupt):
        optimizer.step()
    assert state_of(model, optimizer) == before
    optimizer.step()
    assert state_of(model, optimizer) != before

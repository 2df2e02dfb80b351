"""How a run of fit ends before its end: Ctrl-C, nan, infinity."""

import math

import pytest

import autograd
import nn
from autograd import Value
from nn.errors import TrainingError
from nn.training.fit import fit

X2, Y2 = [[1.0], [3.0]], [2.0, 4.0]


def line(w=0.0, b=0.0):
    """ŷ = wx + b."""
    model = nn.MLP(1, [1], init="zeros")
    model.load_state_dict({"layer1.neuron1.w[0]": w, "layer1.neuron1.b": b})
    return model


def numbers(model):
    return [p.data for p in model.parameters()]


def quiet(model, X, y, **settings):
    return fit(model, X, y, **{"progress": False, **settings})


def test_ctrl_c_keeps_what_was_learned(capsys):
    model = line()
    kept = []

    def interrupt(state):
        if state.epoch == 3:
            kept.extend(numbers(model))
            raise KeyboardInterrupt

    history = quiet(model, X2, Y2, lr=0.1, epochs=100, callbacks=[interrupt])
    assert history.interrupted
    assert history.epochs == [1, 2, 3]
    assert numbers(model) == kept != [0.0, 0.0]
    message = capsys.readouterr().err.strip()
    assert "\n" not in message
    assert "Interrupted in epoch 3 of 100" in message


def test_ctrl_c_within_a_step_leaves_no_half_made_step():
    class Interrupted(nn.SGD):
        steps = 0

        def step(self):
            self.steps += 1
            if self.steps == 4:
                self.params[0].data = 1e9
                raise KeyboardInterrupt
            super().step()

    model, same = line(), line()
    optimizer = Interrupted(model.parameters(), lr=0.1)
    history = quiet(model, X2, Y2, optimizer=optimizer, epochs=9, batch_size=1, shuffle=False)
    assert history.epochs == [1]
    # three steps were whole: the first epoch's two, and the first of the second
    quiet(same, X2, Y2, lr=0.1, epochs=1, batch_size=1, shuffle=False)
    quiet(same, X2[:1], Y2[:1], lr=0.1, epochs=1, batch_size=1)
    assert numbers(model) == numbers(same)


def test_a_nan_loss_names_epoch_batch_and_operation():
    model, same = line(w=1.0, b=0.0), line(w=1.0, b=0.0)
    weight, _ = model.parameters()
    frozen = nn.SGD([weight], lr=0.01)

    def loss(output, target):
        return output.log() - target

    X, y = [[1.0], [2.0], [0.0], [3.0]], [0.0] * 4
    with pytest.raises(TrainingError) as caught:
        quiet(model, X, y, loss=loss, optimizer=frozen, epochs=5, batch_size=2, shuffle=False)
    message = str(caught.value)
    assert "the loss became -inf in epoch 1, batch 2" in message
    assert "first bad operation: log gave -inf" in message
    assert "output.log() - target" in message  # the user's line
    assert "smaller learning rate" in message
    same_frozen = nn.SGD([same.parameters()[0]], lr=0.01)
    quiet(
        same, X[:2], y[:2], loss=loss, optimizer=same_frozen, epochs=1, shuffle=False, batch_size=2
    )
    assert numbers(model) == numbers(same)
    assert isinstance(caught.value, ArithmeticError)


def test_an_infinite_gradient_names_the_operation():
    model = line(w=0.0)
    with pytest.raises(TrainingError, match="a gradient became nan or infinite") as caught:
        quiet(model, [[1.0]], [0.0], loss=lambda o, y: o.sqrt(), epochs=1, batch_size=None)
    assert "first bad operation: sqrt sent a gradient of inf" in str(caught.value)
    assert numbers(model) == [0.0, 0.0]


def test_a_step_out_of_range_is_undone():
    model = line()
    with pytest.raises(TrainingError, match="the step made a parameter nan or infinite"):
        quiet(model, X2, Y2, lr=1e308, epochs=1, batch_size=None)
    assert numbers(model) == [0.0, 0.0]


def test_too_large_a_rate_ends_in_a_clear_error():
    model = nn.MLP(1, [4, 1], activation="linear", seed=0)
    with pytest.raises(TrainingError, match=r"epoch \d+, batch 1") as caught:
        quiet(model, X2, Y2, lr=10.0, epochs=1000, batch_size=None)
    assert all(map(math.isfinite, numbers(model)))
    assert "nan" in str(caught.value) or "inf" in str(caught.value)


def test_the_message_about_a_node_of_many_operands_stays_short():
    model = nn.MLP(200, [1], seed=0)
    with pytest.raises(TrainingError, match="first bad operation: dot gave") as caught:
        quiet(model, [[1e308] * 200], [0.0], epochs=1)
    assert " …\n" in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_fit_leaves_no_graph_and_no_anomaly_mode():
    model = line()
    quiet(model, X2, Y2, epochs=1)
    assert all(p.is_leaf for p in model.parameters())
    assert (Value(0.0).log()).data == -math.inf
    with autograd.no_grad():
        assert model([1.0]).parents == ()

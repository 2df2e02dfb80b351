"""fit: what a step does, by hand; what a run reports; how it ends."""

import json
import math
import random

import numpy as np
import pytest

import nn
from nn import data, matrix
from nn.training.fit import fit
from nn.training.prediction import accuracy, evaluate

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


# One step, by hand


def test_a_full_batch_step_follows_the_average_gradient():
    model = line()
    history = quiet(model, X2, Y2, lr=0.1, epochs=1, batch_size=None)
    # ∂C/∂w = mean(−2·1, −4·3) = −7 and ∂C/∂b = mean(−2, −4) = −3; C = mean(½·4, ½·16) = 5
    np.testing.assert_allclose(numbers(model), [0.7, 0.3], rtol=1e-15)
    assert history.loss == [5.0]
    assert history.epochs == [1]


def test_stochastic_steps_follow_one_example_each():
    model = line()
    quiet(model, X2, Y2, lr=0.1, epochs=1, batch_size=1, shuffle=False)
    # example 1: w, b = 0.2, 0.2; example 2: a = 0.8, a − y = −3.2, so w += 0.96 and b += 0.32
    np.testing.assert_allclose(numbers(model), [1.16, 0.52], rtol=1e-14)


def test_a_smaller_last_batch_is_averaged_over_its_own_size():
    model = line()
    history = quiet(
        model, [[1.0], [1.0], [2.0]], [1.0, 3.0, 0.0], lr=0.5, epochs=1, batch_size=2, shuffle=False
    )
    # batch 1: mean gradient −2 for both: w = b = 1. batch 2: a = 3: w −= ½·6, b −= ½·3
    np.testing.assert_allclose(numbers(model), [-2.0, -0.5], rtol=1e-15)
    # ½·1 and ½·9, then ½·9: each example counts once
    np.testing.assert_allclose(history.loss, [(0.5 + 4.5 + 4.5) / 3], rtol=1e-15)


@pytest.mark.parametrize(("batch_size", "steps"), [(1, 10), (3, 4), (5, 2), (10, 1), (None, 1)])
def test_every_batch_size_makes_its_number_of_steps(batch_size, steps):
    class Counting(nn.SGD):
        count = 0

        def step(self):
            self.count += 1
            super().step()

    model = line()
    optimizer = Counting(model.parameters(), lr=0.01)
    X, y = data.sine(10)
    quiet(model, X, y, optimizer=optimizer, epochs=3, batch_size=batch_size)
    assert optimizer.count == 3 * steps


def test_steps_of_a_network_are_those_of_the_matrix_form():
    rng = np.random.default_rng(5)
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    model = nn.MLP(3, [4, 2], activation="tanh", seed=1)
    W, b, σ = matrix.matrices(model)
    for start in (0, 4):
        batch = matrix.minibatch(X[start : start + 4], Y[start : start + 4], W, b, σ)
        W, b = matrix.gradient_descent_step(W, b, batch, eta=0.3)
    quiet(model, X, Y, lr=0.3, epochs=1, batch_size=4, shuffle=False)
    trained = matrix.matrices(model)
    for mine, theirs in zip([*W, *b], [*trained.weights, *trained.biases], strict=True):
        np.testing.assert_allclose(theirs, mine, rtol=1e-12, atol=1e-12)


def test_l2_adds_its_gradient_and_its_loss():
    model = line(w=2.0, b=-1.0)
    history = quiet(model, [[0.0]], [-1.0], lr=0.1, epochs=1, l2=0.5, batch_size=None)
    # the example costs nothing; 0.5·(2² + 1²) = 2.5, with gradient 2·0.5·p
    assert history.loss == [2.5]
    np.testing.assert_allclose(numbers(model), [1.8, -0.9], rtol=1e-15)


def test_a_regularizer_is_a_function_of_the_model():
    model = line(w=2.0)
    weight = model.layers[0].neurons[0].w[0]
    settings = {"lr": 0.1, "epochs": 1, "batch_size": None}
    history = quiet(model, [[0.0]], [0.0], regularizer=lambda m: 3.0 * abs(weight), **settings)
    assert history.loss == [6.0]
    np.testing.assert_allclose(weight.data, 1.7, rtol=1e-15)


def test_gradients_are_clipped_by_value_and_by_norm():
    model = line()
    quiet(model, X2, Y2, lr=0.1, epochs=1, batch_size=None, clip_value=5.0)
    np.testing.assert_allclose(numbers(model), [0.5, 0.3], rtol=1e-15)
    model = line()
    quiet(model, X2, Y2, lr=0.1, epochs=1, batch_size=None, clip_norm=1.0)
    np.testing.assert_allclose(numbers(model), np.array([0.7, 0.3]) / math.sqrt(58.0), rtol=1e-6)


def test_a_schedule_sets_the_rate_of_each_epoch():
    for schedule in (lambda o: nn.StepLR(o, step_size=2, gamma=0.1), None):
        history = quiet(line(), X2, Y2, lr=0.1, epochs=4, schedule=schedule)
        expected = [0.1, 0.1, 0.01, 0.01] if schedule else [0.1] * 4
        np.testing.assert_allclose(history.lr, expected, rtol=1e-12)


def test_an_optimiser_over_some_parameters_leaves_the_others():
    model = line()
    bias = model.layers[0].neurons[0].b
    optimizer = nn.SGD([bias], lr=0.1)
    quiet(model, X2, Y2, optimizer=optimizer, epochs=1, batch_size=None)
    np.testing.assert_allclose(numbers(model), [0.0, 0.3], rtol=1e-15)


def test_the_model_is_fed_plain_floats():
    seen = []
    neuron = nn.Neuron(2, seed=0)

    class Watching(nn.Module):
        def __init__(self):
            self.neuron = neuron

        def __call__(self, x):
            seen.extend(x)
            return self.neuron(x)

    quiet(Watching(), np.array([[1, 2]]), np.array([1]), epochs=1, batch_size=None)
    assert {type(number) for number in seen} == {float}


# Whole runs


@pytest.mark.parametrize("seed", [0, 1, 1337])
def test_moons_are_told_apart(seed):
    X, y = data.moons(100, noise=0.1, seed=seed, labels=(-1, 1))
    model = nn.MLP(2, [16, 16, 1], seed=seed)
    history = quiet(
        model, X, y, loss="hinge", l2=1e-4, lr=1.0, epochs=100, batch_size=None,
        schedule=lambda o: nn.LambdaLR(o, lambda k: 1.0 - 0.9 * k / 100),
    )  # fmt: skip
    assert accuracy(model, X, y) == 1.0
    assert history.metric[-1] == 1.0
    assert history.loss[-1] < 0.1 * history.loss[0]


def test_iris_is_learned_from_class_numbers():
    pytest.importorskip("sklearn")
    X, y = data.iris()
    X_train, X_test, y_train, y_test = data.train_test_split(X, y, seed=1)
    scaler = data.standardise(X_train)
    model = nn.MLP(4, [8, 3], seed=0)
    history = quiet(
        model, scaler(X_train), y_train, loss="cross_entropy", optimizer="adam", lr=0.03,
        epochs=20, validation=(scaler(X_test), y_test),
    )  # fmt: skip
    assert history.val_metric[-1] >= 0.9
    assert history.val_metric[-1] == accuracy(model, scaler(X_test), y_test)


def run(seed):
    model = nn.MLP(2, [4, 1], activation="tanh", seed=3)
    X, y = data.circles(30, seed=5)
    history = quiet(model, X, y, lr=0.1, epochs=3, batch_size=7, seed=seed, validation=0.2)
    return numbers(model), history.loss, history.val_loss


def test_one_seed_reproduces_a_run_bit_for_bit():
    assert run(4) == run(4)
    assert run(4) != run(5)


def test_global_random_states_are_neither_read_nor_changed():
    before = random.getstate(), np.random.get_state()[1].tolist()
    first = run(4)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    random.seed(99)
    assert run(4) == first


def test_without_shuffling_every_epoch_takes_the_given_order():
    runs = []
    for seed in (1, 2):
        model = line()
        quiet(model, *data.sine(10), lr=0.1, epochs=2, batch_size=3, shuffle=False, seed=seed)
        runs.append(numbers(model))
    assert runs[0] == runs[1]


def test_the_history_is_plain_lists():
    model = nn.MLP(2, [3, 1], activation="tanh", seed=0)
    X, y = data.moons(20, labels=(-1, 1))
    history = quiet(model, X, y, loss="hinge", lr=0.1, epochs=3, validation=(X, y))
    lists = history.as_dict()
    assert set(lists) == {
        "epochs", "loss", "metric", "val_loss", "val_metric", "lr", "seconds",
    }  # fmt: skip
    assert all(
        type(column) is list and len(column) == len(history) == 3 for column in lists.values()
    )
    assert json.loads(json.dumps(lists)) == lists
    assert history.metric_name == "accuracy"
    assert not history.interrupted
    assert history.val_loss[-1] == evaluate(model, X, y, loss="hinge").loss
    assert repr(history).startswith("History(3 epochs, loss=")
    assert repr(nn.training.fit.History()) == "History(no epochs)"


def test_a_share_of_the_examples_is_held_out():
    seen = set()

    def spy(output, target):
        seen.add(target)
        return (output - target) ** 2

    model = line()
    history = quiet(
        model, [[float(i)] for i in range(10)], list(range(10)), loss=spy, epochs=1,
        batch_size=None, validation=0.3, lr=0.0,
    )  # fmt: skip
    assert seen == set(range(10))
    # w = b = 0: the training mean is over 7 squares and the validation mean over the other 3
    assert math.isclose(
        7 * history.loss[0] + 3 * history.val_loss[0], sum(i * i for i in range(10))
    )


def test_metrics_of_ones_own_and_none():
    def distance(output, target):
        return abs(output - target)

    history = quiet(line(), X2, Y2, epochs=1, metric=distance)
    assert history.metric == [3.0]
    assert history.metric_name == "distance"
    history = quiet(line(), X2, Y2, epochs=1)
    assert history.metric_name is None
    assert history.metric == []


def test_a_recurrent_model_learns_from_sequences():
    class Last(nn.Module):
        def __init__(self):
            self.cell = nn.RNNCell(1, 2, seed=0)
            self.out = nn.Neuron(2, nonlin=False, seed=0)

        def __call__(self, sequence):
            hidden = None
            for x in sequence:
                hidden = self.cell(x, hidden)
            return self.out(hidden)

    X = np.random.default_rng(0).normal(size=(8, 3, 1))
    history = quiet(Last(), X, X.sum(axis=(1, 2)), lr=0.1, epochs=5, batch_size=4)
    assert history.loss[-1] < history.loss[0]


# The bar


def test_the_bar_shows_loss_and_metric_and_can_be_switched_off(capsys):
    X, y = data.xor(labels=(-1, 1))
    model = nn.MLP(2, [2, 1], seed=0)
    fit(model, X, y, loss="hinge", epochs=2, validation=(X, y), batch_size=2)
    shown = capsys.readouterr().err
    for text in ("epoch 2/2", "4/4", "loss=", "accuracy=", "%", "val_loss=", "val_accuracy="):
        assert text in shown
    quiet(model, X, y, loss="hinge", epochs=2, batch_size=2)
    assert capsys.readouterr() == ("", "")


def test_every_example_counts_once_in_the_metric():
    # outputs are 0: the errors are 1, 1 and, in the smaller last batch, 4
    history = quiet(
        line(), [[1.0], [1.0], [1.0]], [1.0, -1.0, 4.0], lr=1e-12, epochs=1, batch_size=2,
        shuffle=False, metric=lambda output, target: abs(output - target),
    )  # fmt: skip
    assert history.metric == pytest.approx([2.0], rel=1e-9)
    assert repr(history).startswith("History(1 epoch, ")


def test_both_penalties_are_added():
    model = line(w=2.0, b=0.0)
    history = quiet(
        model,
        [[1.0]],
        [2.0],
        lr=0.1,
        epochs=1,
        l2=0.5,
        regularizer=lambda m: 3.0 * m.parameters()[0],
    )
    assert history.loss == [0.5 * 4.0 + 3.0 * 2.0]
    np.testing.assert_allclose(numbers(model), [2.0 - 0.1 * (2.0 + 3.0), 0.0])

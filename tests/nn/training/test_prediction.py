"""Outputs, classes, accuracy, evaluation, and what metric a task gets."""

import math

import numpy as np
import pytest

import nn
from nn.errors import ArgumentError, DataError, KindError, ShapeError
from nn.objective.metrics import Accuracy, chosen_metric
from nn.training.prediction import accuracy, evaluate, predict, predict_classes


def first_input(outputs=1, activation="linear"):
    """A network whose output j is (−1)ʲ times the first input (then the activation)."""
    model = nn.MLP(2, [outputs], activation=[activation], init="zeros")
    for j, neuron in enumerate(model.layers[0].neurons):
        neuron.w[0].data = (-1.0) ** j
    return model


X = np.array([[2.0, 9.0], [-1.0, 9.0], [0.25, 9.0]])


def test_outputs_of_one_and_of_several():
    np.testing.assert_array_equal(predict(first_input(), X), [2.0, -1.0, 0.25])
    np.testing.assert_array_equal(predict(first_input(2), X), [[2, -2], [-1, 1], [0.25, -0.25]])
    assert predict(first_input(), X).dtype == np.float64


def test_predicting_leaves_gradients_alone():
    model = first_input()
    model([1.0, 2.0]).backward()
    before = [p.grad for p in model.parameters()]
    predict(model, X)
    assert [p.grad for p in model.parameters()] == before == [1.0, 2.0, 1.0]


def test_classes_are_the_largest_output_or_above_a_threshold():
    assert predict_classes(first_input(2), X).tolist() == [0, 1, 0]
    assert predict_classes(first_input(), X, threshold=0.0).tolist() == [1, 0, 1]
    assert predict_classes(first_input(), X, threshold=0.5).tolist() == [1, 0, 0]
    assert predict_classes(first_input(1, "sigmoid"), X).tolist() == [1, 0, 1]
    tanh = first_input(1, "tanh")
    assert predict_classes(tanh, X, labels=(-1, 1)).tolist() == [1, -1, 1]
    assert predict_classes(tanh, X, labels=(0, 1)).tolist() == [1, 0, 0]
    assert predict_classes(first_input(), X, loss="hinge", labels=(-1, 1)).tolist() == [1, -1, 1]
    assert predict_classes(first_input(), X, loss="bce_with_logits").tolist() == [1, 0, 1]


def test_accuracy_in_every_form_of_label():
    assert accuracy(first_input(2), X, [0, 1, 1]) == 2 / 3
    assert accuracy(first_input(2), X, [[1, 0], [0, 1], [1, 0]]) == 1.0
    assert accuracy(first_input(), X, [1, -1, -1]) == 2 / 3
    assert accuracy(first_input(), X, [[1.0], [-1.0], [1.0]]) == 1.0
    assert accuracy(first_input(1, "sigmoid"), X, [1, 0, 0]) == 2 / 3
    assert accuracy(first_input(), X, [1, 0, 0], threshold=0.5) == 1.0
    assert accuracy(first_input(), X, [1, 0, 0]) == 1.0
    assert accuracy(first_input(), X, [1, 0, 0], loss="bce_with_logits") == 2 / 3
    assert accuracy(first_input(), X, [1, 1, 1], loss="hinge") == 2 / 3
    assert accuracy(first_input(), X, [1, 0, 0], threshold=0) == 2 / 3


def test_a_nan_is_no_class():
    assert Accuracy(0.0)(math.nan, 1) == Accuracy(0.0)(math.nan, -1) == 0.0
    assert Accuracy(None)([0.0, math.nan], 0) == Accuracy(None)([0.0, math.nan], 1) == 0.0
    model = first_input()
    model.layers[0].neurons[0].b.data = math.nan
    assert accuracy(model, X, [1, -1, 1]) == 0.0
    with pytest.raises(ArgumentError, match=r"X\[0\] is nan"):
        predict_classes(model, X, threshold=0.0)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: predict_classes(first_input(), X), ArgumentError, "threshold=0 for logits"),
        (lambda: accuracy(first_input(), X, [1, 1, 1]), ArgumentError, "all labels are 1"),
        (lambda: accuracy(first_input(), X, [0, 1, 1], threshold="a"), KindError, "threshold"),
        (lambda: accuracy(first_input(2), X, [0, 1, 2]), ShapeError, "class number from 0 to 1"),
        (lambda: accuracy(first_input(2), X, [0, 1, 0.5]), ShapeError, "class number"),
        (lambda: accuracy(first_input(2), X, [[1, 0, 0]] * 3), ShapeError, "row of 2"),
        (lambda: accuracy(first_input(2), X, [[1, 1]] * 3), ShapeError, "one class per example"),
        (lambda: accuracy(first_input(), X, [0, 1, 2]), ShapeError, "each target is"),
        (lambda: accuracy(first_input(), X, [0, 1]), DataError, "X has 3 examples and y has 2"),
        (lambda: predict(first_input(), [[1.0]]), ShapeError, "expects 2 inputs"),
        (lambda: predict(first_input(), [1.0, 2.0]), DataError, r"\[X\]"),
        (lambda: predict(first_input(), []), DataError, "X is empty"),
    ],
)
def test_what_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_evaluate_gives_mean_loss_and_metric():
    found = evaluate(first_input(), X, [1, -1, -1], loss="hinge")
    assert found.loss == pytest.approx((0.0 + 0.0 + 1.25) / 3, rel=1e-15)
    assert found.metric == 2 / 3
    loss, metric = evaluate(first_input(), X, [2.0, 0.0, 0.25], loss="quadratic")
    assert loss == pytest.approx(0.5 / 3, rel=1e-15)
    assert math.isnan(metric)


@pytest.mark.parametrize(
    ("loss", "targets", "name"),
    [
        ("hinge", [1, -1], "accuracy"),
        ("cross_entropy", [0, 2, 1], "accuracy"),
        ("cross_entropy", [[0.0, 1.0], [1.0, 0.0]], "accuracy"),
        ("cross_entropy", [[0.3, 0.7], [1.0, 0.0]], None),
        ("binary_cross_entropy", [1, 0], "accuracy"),
        ("binary_cross_entropy", [[1.0, 1.0], [0.0, 1.0]], None),
        ("quadratic", [0, 1, 1], "accuracy"),
        ("quadratic", [1.0, -1.0], "accuracy"),
        ("mse", [[0, 1, 0], [1, 0, 0]], "accuracy"),
        ("mse", [0, 1, 2], None),
        ("huber", [0.5, -1.2], None),
        (abs, [0.5, -1.2], None),
    ],
)
def test_the_metric_that_a_task_gets(loss, targets, name):
    assert chosen_metric("auto", loss, targets)[0] == name
    assert chosen_metric(None, loss, targets) == (None, None)


@pytest.mark.parametrize(
    ("loss", "output", "target", "right"),
    [
        ("binary_cross_entropy", 0.4, 0, 1.0),
        ("binary_cross_entropy_with_logits", 0.4, 0, 0.0),
        ("binary_cross_entropy_with_logits", 0.4, 1, 1.0),
        ("hinge", -0.1, -1, 1.0),
        ("quadratic", 0.4, 0, 1.0),
    ],
)
def test_the_loss_says_what_an_output_means(loss, output, target, right):
    _, metric = chosen_metric("accuracy", loss, [0, 1] if target >= 0 else [-1, 1])
    assert metric(output, target) == right


def test_fit_evaluate_and_accuracy_say_the_same():
    model = nn.MLP(2, [3, 1], output_activation="tanh", seed=0)
    X, y = nn.data.moons(30)
    history = nn.fit(model, X, y, lr=1e-9, epochs=1, batch_size=None, progress=False)
    assert history.metric[0] == evaluate(model, X, y, loss="quadratic").metric
    assert history.metric[0] == accuracy(model, X, y)


@pytest.mark.parametrize(
    ("outputs", "activation", "loss", "instead"),
    [
        (2, "softmax", "cross_entropy", "categorical_cross_entropy"),
        (1, "sigmoid", "binary_cross_entropy_with_logits", "binary_cross_entropy"),
    ],
)
def test_a_loss_on_logits_refuses_an_output_that_is_none(outputs, activation, loss, instead):
    model = first_input(outputs, activation)
    with pytest.raises(ArgumentError, match=f"drop .*'{activation}', or write loss='{instead}'"):
        evaluate(model, X, [0, 1, 1], loss=loss)
    assert evaluate(model, X, [0, 1, 1], loss=instead).loss > 0.0


def test_many_inputs_go_through_a_program_if_the_model_lets_them():
    class Branching(nn.Module):
        def __init__(self):
            self.a = nn.Neuron(2, nonlin=False, seed=0)

        def __call__(self, x):
            z = self.a(x)
            return z if z > 0.0 else 0.1 * z

    class Pair(nn.Module):
        def __init__(self):
            self.a = nn.Layer(2, 2, seed=0)

        def __call__(self, x):
            return tuple(self.a(x))

    X = np.random.default_rng(0).normal(size=(1000, 2))
    for model in (Branching(), Pair(), nn.MLP(2, [3, 1], seed=0), nn.MLP(2, [3, 2], seed=0)):
        few = np.concatenate([predict(model, X[i : i + 100]) for i in range(0, 1000, 100)])
        np.testing.assert_allclose(predict(model, X), few, rtol=1e-12, atol=1e-15)
    with pytest.raises(ShapeError, match="expects 2 inputs, got 3"):
        predict(nn.MLP(2, [1]), np.zeros((1000, 3)))

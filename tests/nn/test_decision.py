"""What a single output means: one rule for `fit`, `accuracy`, `predict_classes` and pictures."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import Value
from nn.decision import Decision, decision_of, labels_in
from nn.errors import ArgumentError

X, Y = nn.data.moons(80)


def trained(loss="bce_with_logits", y=Y, **settings):
    model = nn.MLP(2, [6, 1], activation="tanh", seed=1, **settings)
    nn.fit(model, X, y, loss=loss, lr=0.3, epochs=12, progress=False)
    return model


def share(model, above, positive=Y):
    return np.mean((nn.predict(model, X) > above) == positive)


def test_logits_are_told_from_probabilities_by_how_the_model_was_trained() -> None:
    model = trained()
    expected = share(model, 0.0)
    assert expected != share(model, 0.5)
    assert nn.accuracy(model, X, Y) == expected
    assert nn.evaluate(model, X, Y, loss="bce_with_logits").metric == expected
    assert np.mean(nn.predict_classes(model, X) == Y) == expected
    assert model.decision_threshold == 0.0


@pytest.mark.parametrize(
    ("loss", "y", "threshold", "labels"),
    [
        ("hinge", 2 * Y - 1, 0.0, (-1, 1)),
        ("quadratic", Y, 0.5, (0, 1)),
        ("quadratic", 2 * Y - 1, 0.0, (-1, 1)),
        (nn.losses.binary_cross_entropy_with_logits, Y, 0.0, (0, 1)),
        (lambda o, y: (o - y) ** 2, Y, 0.5, (0, 1)),
    ],
)
def test_what_a_model_remembers(loss, y, threshold, labels) -> None:
    model = trained(loss, y)
    assert decision_of(model) == Decision(threshold, labels)
    right = np.mean(nn.predict_classes(model, X) == y)
    assert right == share(model, threshold) == nn.accuracy(model, X, y)
    assert nn.evaluate(model, X, y, loss=loss).metric == right


def test_the_last_fit_counts_and_is_kept_in_copies() -> None:
    model = trained()
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin.decision_threshold == 0.0
    nn.fit(model, X, Y, loss="quadratic", lr=0.1, epochs=1, progress=False)
    assert model.decision_threshold == 0.5
    nn.fit(model, X, X[:, 0], loss="quadratic", lr=0.1, epochs=1, progress=False)
    assert model.decision_threshold is None


def test_a_fit_that_was_refused_teaches_nothing() -> None:
    model = trained()
    with pytest.raises(ArgumentError):
        nn.fit(model, X, Y, loss="hinge", progress=False)
    assert decision_of(model) == Decision(0.0, (0, 1))


def test_what_the_user_says_counts_more() -> None:
    model = trained()
    assert nn.accuracy(model, X, Y, threshold=0.5) == share(model, 0.5)
    assert nn.accuracy(model, X, Y, loss="quadratic") == share(model, 0.5)
    assert np.mean(nn.predict_classes(model, X, threshold=0.5) == Y) == share(model, 0.5)
    assert set(nn.predict_classes(model, X, labels=(-1, 1))) == {-1, 1}
    assert share(model, 0.0) == np.mean(nn.predict_classes(model, X, labels=(-1, 1)) == 2 * Y - 1)


def test_a_model_that_is_no_module_remembers_too() -> None:
    class Line:
        def __init__(self):
            self.w = [Value(0.1), Value(0.2), Value(1.4)]

        def parameters(self):
            return self.w

        def __call__(self, x):
            return self.w[0] * x[0] + self.w[1] * x[1] + self.w[2]

    class Slots(Line):
        __slots__ = ("w",)

    model = Line()
    nn.fit(model, X, Y, loss="bce_with_logits", lr=0.5, epochs=3, progress=False)
    assert nn.accuracy(model, X, Y) == share(model, 0.0)
    nn.fit(Slots(), X, Y, loss="bce_with_logits", lr=0.5, epochs=1, progress=False)


def test_an_untrained_sigmoid_says_it_and_a_linear_output_does_not() -> None:
    assert nn.MLP(2, [1], output_activation="sigmoid").decision_threshold == 0.5
    linear = nn.MLP(2, [1])
    assert linear.decision_threshold is None
    with pytest.raises(ArgumentError, match="a single output does not say what it means: give"):
        nn.predict_classes(linear, X)
    with pytest.raises(ArgumentError, match="a single output does not say"):
        nn.predict_classes(linear, X, labels=("cat", "dog"))


class Column:
    """Names as pandas keeps them, in a Series or an Index."""

    def __init__(self, names):
        self.names = names

    def __array__(self, dtype=None, copy=None):
        return np.array(self.names, dtype=dtype)


def test_names_of_classes() -> None:
    model = nn.MLP(2, [6, 3], seed=0)
    names = np.array(["cat", "dog", "cow"])
    numbers = nn.predict_classes(model, X)
    assert set(numbers) <= {0, 1, 2}
    for labels in (("cat", "dog", "cow"), list(names), names, Column(names)):
        np.testing.assert_array_equal(nn.predict_classes(model, X, labels=labels), names[numbers])
    assert set(nn.predict_classes(model, X, labels=(10, 20, 30))) <= {10, 20, 30}
    binary = trained()
    expected = np.where(nn.predict(binary, X) > 0.0, "yes", "no")
    np.testing.assert_array_equal(nn.predict_classes(binary, X, labels=("no", "yes")), expected)
    half = nn.predict(binary, X) > 1.5
    found = nn.predict_classes(binary, X, labels=(1, 2), threshold=1.5)
    np.testing.assert_array_equal(found == 2, half)


@pytest.mark.parametrize(
    ("outputs", "labels"),
    [
        (3, ("cat", "dog")),
        (3, ("cat", "dog", "cow", "ape")),
        (1, ("cat", "dog", "cow")),
        (1, ()),
        (3, "cat"),
        (3, {"cat": 0, "dog": 1, "cow": 2}),
        (3, [["cat", "dog", "cow"]]),
        (2, 1),
    ],
)
def test_labels_that_do_not_fit(outputs, labels) -> None:
    model = nn.MLP(2, [outputs], seed=0)
    classes = max(outputs, 2)
    with pytest.raises(ArgumentError, match=f"names each class, {classes} of them in a tuple, not"):
        nn.predict_classes(model, X, labels=labels, threshold=0.5 if outputs == 1 else None)


def test_a_threshold_is_for_one_output() -> None:
    model = nn.MLP(2, [2], seed=0)
    for call in (
        lambda: nn.predict_classes(model, X, threshold=0.5),
        lambda: nn.accuracy(model, X, Y, threshold=0.5),
    ):
        with pytest.raises(ArgumentError, match="threshold= is for a model with one output"):
            call()


def test_labels_or_a_loss_say_it_without_a_model() -> None:
    assert decision_of(None, labels=(-1, 1)).threshold == 0.0
    assert decision_of(None, loss="hinge").threshold == 0.0


def test_half_way_between_two_numbers() -> None:
    model = nn.Neuron(1, nonlin=False, init="zeros")
    model.w[0].data = 1.0
    found = nn.predict_classes(model, [[1.4], [1.6]], labels=(1, 2))
    assert found.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("targets", "labels"),
    [
        ([0, 1, 1], (0, 1)),
        ([-1.0, 1.0], (-1, 1)),
        ([0, 0], (0, 1)),
        ([-1], (-1, 1)),
        ([1, 1], None),
        ([0, 1, 2], None),
        ([-1, 0, 1], None),
        ([[0, 1], [1, 0]], None),
        ([True, False], (0, 1)),
        (["a", "b"], None),
        ([0.5], None),
    ],
)
def test_labels_in_targets(targets, labels) -> None:
    assert labels_in(targets) == labels


def test_a_single_output_that_learned_from_all_ones() -> None:
    model = nn.MLP(2, [1], seed=0)
    settings = {"loss": "quadratic", "epochs": 1, "progress": False}
    assert nn.fit(model, X, np.ones(80), **settings).metric_name is None
    with pytest.raises(ArgumentError, match="all labels are 1, which may stand beside 0 or −1"):
        nn.fit(model, X, np.ones(80), metric="accuracy", **settings)
    assert nn.fit(model, X, np.ones(80), metric="accuracy", **settings | {"loss": "hinge"}).metric


def test_a_model_with_slots_only_is_fitted_and_remembers_nothing() -> None:
    class Slots:
        __slots__ = ("__weakref__", "w")

        def __init__(self):
            self.w = [Value(0.1), Value(0.2)]

        def parameters(self):
            return self.w

        def __call__(self, x):
            return self.w[0] * x[0] + self.w[1] * x[1]

    model = Slots()
    nn.fit(model, X, Y, loss="bce_with_logits", lr=0.5, epochs=1, progress=False)
    assert decision_of(model) == Decision()
    assert nn.accuracy(model, X, Y, loss="bce_with_logits") == share(model, 0.0)

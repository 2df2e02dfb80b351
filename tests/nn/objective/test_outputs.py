"""What a model returns, in every form, and all who read it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value, log, tanh
from nn.errors import ArgumentError, KindError, ShapeError
from nn.objective.metrics import Accuracy
from nn.objective.outputs import of_heads, plain, rows_of, stacked, table_of


class Single(NamedTuple):
    v: Any


class Gaussian(NamedTuple):
    mean: Any
    variance: Any


class Wrapped(nn.Module):
    """A network whose output a function puts into another form."""

    def __init__(self, form, outputs=1, **settings):
        self.inner = nn.MLP(2, [4, outputs], activation="tanh", seed=1, **settings)
        self.form = form

    def __call__(self, x):
        return self.form(self.inner(x))


X, Y = nn.data.moons(60)
WAYS = pytest.mark.parametrize("compiled", [True, False])

ONE_NUMBER = {
    "a number": lambda v: v,
    "a list": lambda v: [v],
    "a tuple": lambda v: (v,),
    "a list in a tuple": lambda v: ([v],),
    "an array": lambda v: np.array([v]),
    "an array of no axes": lambda v: np.array(v, dtype=object),
    "a table of one": lambda v: np.array([[v]]),
    "a named tuple": Single,
}


def trained(form, compiled, loss="quadratic", outputs=1, y=Y, **settings):
    model = Wrapped(form, outputs)
    history = nn.fit(
        model, X, y, loss=loss, lr=0.3, epochs=10, progress=False, compiled=compiled, **settings
    )
    return model, history


@WAYS
@pytest.mark.parametrize("form", ONE_NUMBER.values(), ids=list(ONE_NUMBER))
def test_brackets_around_one_number_say_nothing(form, compiled) -> None:
    bare, expected = trained(lambda v: v, compiled)
    model, history = trained(form, compiled)
    assert history.metric_name == "accuracy"
    assert history.metric == expected.metric
    assert history.metric[-1] > 0.8
    np.testing.assert_array_equal(nn.predict(model, X), nn.predict(bare, X))
    assert nn.predict(model, X).shape == (60,)
    right = np.mean(nn.predict_classes(model, X) == Y)
    assert nn.accuracy(model, X, Y) == right == nn.accuracy(bare, X, Y)
    assert nn.evaluate(model, X, Y, loss="quadratic").metric == right


def numbers_in(output):
    """Every Value in an output."""
    if isinstance(output, Value):
        return [output]
    parts = output.values() if isinstance(output, dict) else output
    return [v for part in parts for v in numbers_in(part)]


HEADS = {
    "a dict": (lambda v: {"a": v[0], "b": v[1:]}, lambda o: o["a"]),
    "two vectors": (lambda v: (v[:2], v[2:]), lambda o: o[0][0]),
    "vectors of two lengths": (lambda v: (v[:1], v[1:]), lambda o: o[0][0]),
    "a named pair": (lambda v: Gaussian(v[0], sum(v[1:])), lambda o: o.mean),
    "lists in a list": (lambda v: [v[:1], v[1:]], lambda o: o[0][0]),
    "a matrix": (lambda v: np.array([v[:2], v[2:]]), lambda o: o[0, 0]),
}


@WAYS
@pytest.mark.parametrize(("form", "first"), HEADS.values(), ids=list(HEADS))
def test_a_run_that_asks_for_no_metric_gets_none_where_none_makes_sense(
    form, first, compiled
) -> None:
    def loss(output, target):
        rest = 0.1 * sum(v * v for v in numbers_in(output))
        return (first(output) - target) ** 2 + rest

    model, history = trained(form, compiled, loss, outputs=4)
    assert history.metric_name is None
    assert history.metric == []
    assert history.loss[-1] < history.loss[0]
    assert np.isnan(nn.evaluate(model, X, Y, loss=loss).metric)
    with pytest.raises(ShapeError, match="one number, or one for each class; for one that"):
        trained(form, compiled, loss, outputs=4, metric="accuracy")
    with pytest.raises(ShapeError, match="take the part that is meant"):
        nn.accuracy(model, X, Y)


@WAYS
@pytest.mark.parametrize("y", [Y, 2 * Y - 1, X[:, 0]])
def test_mean_and_variance(y, compiled) -> None:
    def likelihood(output, target):
        mean, log_variance = output
        return log_variance + (mean - target) ** 2 * (-log_variance).exp()

    model, history = trained(tuple, compiled, likelihood, outputs=2, y=y)
    assert history.metric_name is None
    assert nn.predict(model, X).shape == (60, 2)
    assert trained(tuple, compiled, likelihood, outputs=2, metric="accuracy")[1].metric


def test_a_tuple_of_logits_is_measured_where_the_loss_knows_classes() -> None:
    _, history = trained(tuple, None, "cross_entropy", outputs=2)
    assert history.metric_name == "accuracy"


def shapes(outputs):
    if isinstance(outputs, dict):
        return {key: part.shape for key, part in outputs.items()}
    if isinstance(outputs, np.ndarray):
        return outputs.shape
    return type(outputs)(*map(shapes, outputs)) if isinstance(outputs, Gaussian) else (
        type(outputs)(map(shapes, outputs))
    )  # fmt: skip


@pytest.mark.parametrize("n", [60, 600])
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (lambda v: {"a": v[0], "b": v[1:]}, lambda n: {"a": (n,), "b": (n, 3)}),
        (lambda v: (v[:2], v[2:]), lambda n: ((n, 2), (n, 2))),
        (lambda v: (v[:1], v[1:]), lambda n: ((n,), (n, 3))),
        (lambda v: Gaussian(v[0], v[1]), lambda n: Gaussian((n,), (n,))),
        (lambda v: [v[:1], v[1:]], lambda n: [(n,), (n, 3)]),
        (lambda v: [v[:2], v[2:]], lambda n: (n, 2, 2)),
        (lambda v: np.array([v[:2], v[2:]]), lambda n: (n, 2, 2)),
        (lambda v: np.array(v).reshape(-1, 1), lambda n: (n, 4)),
        (tuple, lambda n: (n, 4)),
        (np.array, lambda n: (n, 4)),
    ],
)
def test_predict_gives_an_array_for_each_head(form, expected, n) -> None:
    model = Wrapped(form, 4)
    inputs = np.resize(X, (n, 2))
    assert shapes(nn.predict(model, inputs)) == expected(n)


@WAYS
@pytest.mark.parametrize("n", [60, 600])
def test_a_network_of_object_arrays(compiled, n) -> None:
    class Matrices:
        def __init__(self):
            rng = np.random.default_rng(0)
            make = np.vectorize(Value, otypes=[object])
            self.W1, self.W2 = make(rng.normal(size=(5, 2))), make(rng.normal(size=(3, 5)))

        def parameters(self):
            return [*self.W1.flat, *self.W2.flat]

        def __call__(self, x):
            return self.W2 @ np.tanh(self.W1 @ x)

    model, inputs = Matrices(), np.resize(X, (n, 2))
    y = np.resize([0, 1, 2], n)
    history = nn.fit(
        model, inputs, y, loss="cross_entropy", lr=0.1, epochs=2, progress=False, compiled=compiled
    )
    assert history.metric_name == "accuracy"
    outputs = nn.predict(model, inputs)
    W1, W2 = (np.vectorize(float)(W) for W in (model.W1, model.W2))
    np.testing.assert_allclose(outputs, np.tanh(inputs @ W1.T) @ W2.T, rtol=1e-12)
    assert nn.accuracy(model, inputs, y) == np.mean(outputs.argmax(axis=1) == y)
    assert nn.predict_classes(model, inputs).tolist() == outputs.argmax(axis=1).tolist()


@WAYS
def test_a_metric_of_ones_own_sees_the_models_structure(compiled) -> None:
    seen = []

    def error(output, target):
        seen.append(output)
        return abs(output.mean - target)

    _, history = trained(
        lambda v: Gaussian(v[0], v[1:]),
        compiled,
        lambda o, y: (o.mean - y) ** 2 + 0.1 * o.variance[0] ** 2 + 0.1 * o.variance[1] ** 2,
        outputs=3,
        metric=error,
    )
    assert history.metric_name == "error"
    assert history.metric[-1] < history.metric[0]
    assert {type(o) for o in seen} == {Gaussian}
    assert type(seen[-1].mean) is float
    assert type(seen[-1].variance) is list


leaves = st.floats(-10, 10)
outputs = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
        st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3),
        st.tuples(inner, inner).map(lambda pair: Gaussian(*pair)),
    ),
    max_leaves=8,
)


@given(outputs, st.integers(1, 3))
def test_stacking_and_taking_apart_give_back_what_was(output, n) -> None:
    rows = rows_of(stacked([output] * n))
    assert rows == [output] * n
    assert type(rows[0]) is type(output)


@given(outputs)
def test_every_output_is_predicted_with_a_leading_axis(output) -> None:
    todo, arrays = [of_heads(stacked([output] * 2))], 0
    while todo:
        part = todo.pop()
        if isinstance(part, np.ndarray):
            arrays += 1
            assert len(part) == 2
            assert part.dtype == np.float64
        else:
            todo += part.values() if isinstance(part, dict) else part
    assert arrays > 0


@given(outputs)
def test_values_are_read_as_their_numbers(output) -> None:
    def with_values(part):
        if isinstance(part, dict):
            return {key: with_values(entry) for key, entry in part.items()}
        if isinstance(part, Gaussian):
            return Gaussian(*map(with_values, part))
        if isinstance(part, (list, tuple)):
            return type(part)(map(with_values, part))
        return Value(part)

    assert plain(with_values(output)) == output


@pytest.mark.parametrize(
    ("output", "given_as"),
    [
        (None, r"NoneType \(None\); is a return missing"),
        ("a", "str"),
        ([], r"list \(\[\]\)"),
        ({}, "dict"),
        ({"a": [None]}, "NoneType"),
        (1j, "complex"),
        ({1.0}, "set"),
        (iter([1.0]), "list_iterator"),
    ],
)
def test_what_is_no_output(output, given_as) -> None:
    with pytest.raises(KindError, match=f"a model returns a number or a Value.*not {given_as}"):
        nn.predict(lambda x: output, X)


def test_outputs_that_differ_from_example_to_example() -> None:
    def growing(x):
        return [x[0]] * (1 + (x[0] > 0.5))

    for model in (growing, lambda x: [x[0]] if x[0] > 0.5 else x[0]):
        with pytest.raises(ShapeError, match="differ in structure from example to example"):
            nn.predict(model, X)


def test_tables() -> None:
    a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert table_of(a) is not None
    for outputs in ([a], ([a],), a[:, None, None]):
        np.testing.assert_array_equal(table_of(outputs), a)
    for outputs in ([a, b], (a, b), ([a, b],), [[a], [b]], np.stack([a, b], axis=1)[:, :, None]):
        np.testing.assert_array_equal(table_of(outputs), [[1.0, 3.0], [2.0, 4.0]])
    for outputs in ({"a": a}, Gaussian(a, b), ([a, b], a), [[a, b], [a, b]], np.zeros((2, 2, 2))):
        assert table_of(outputs) is None


@WAYS
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda v: [[v[0]], [v[1]]], "one list of numbers, not .*give loss= a function"),
        (lambda v: np.array([v, v]), r"one example, not an array of shape \(2, 4\).*ravel"),
        (lambda v: {"a": v[0]}, "sequence of numbers and Values, not dict"),
        (lambda v: None, "not NoneType"),
    ],
)
def test_a_loss_of_ours_of_several_parts(wrong, message, compiled) -> None:
    with pytest.raises((ShapeError, KindError), match=message):
        trained(wrong, compiled, outputs=4)


def test_a_loss_and_a_metric_that_read_the_brackets() -> None:
    model, history = trained(
        lambda v: [v], None, lambda o, y: (o[0] - y) ** 2, metric=lambda o, y: abs(o[0] - y)
    )
    assert history.metric[-1] < history.metric[0]
    assert nn.predict(model, X).shape == (60,)


def test_accuracy_of_one_example() -> None:
    assert Accuracy(0.5)([0.7], 1) == Accuracy(0.5)(Single(0.7), 1) == 1.0
    assert Accuracy(0.0)(2.5, -1) == 0.0
    assert Accuracy(0.0)([0.0, 3.0], [0.0, 1.0]) == 1.0
    assert Accuracy(0.0).over(np.array([2.5, -2.5]), np.array([1, 1])) == 0.5
    with pytest.raises(ArgumentError, match=r"X\[2\] is nan, which is no class"):
        nn.predict_classes(lambda x: [x[0] / x[0] if x[0] else float("nan")], [[1.0], [2.0], [0.0]],
                           threshold=0.5)  # fmt: skip


def test_functions_are_models_too() -> None:
    w = Value(2.0)
    assert nn.predict(lambda x: tanh(w * x[0]), [[0.0], [1.0]]).tolist() == [0.0, np.tanh(2.0)]
    assert nn.predict(lambda x: (log(x[0]), {"w": w}), [[1.0]])[1]["w"].tolist() == [2.0]


@WAYS
def test_an_output_that_only_the_loss_can_read(compiled) -> None:
    class Prediction:
        def __init__(self, v):
            self.mean = v

    model, history = trained(Prediction, compiled, lambda o, y: (o.mean - y) ** 2)
    assert history.metric_name is None
    assert history.loss[-1] < history.loss[0]
    with pytest.raises(KindError, match="not Prediction"):
        nn.predict(model, X)
    with pytest.raises(KindError, match="not Prediction"):
        trained(Prediction, compiled, lambda o, y: (o.mean - y) ** 2, metric="accuracy")


@pytest.mark.parametrize("form", [lambda v: v, np.array, tuple])
def test_predictions_stay_when_others_are_made(form) -> None:
    model = Wrapped(form, 2)
    inputs = np.random.default_rng(0).normal(size=(600, 2))
    first = nn.predict(model, inputs)
    kept = first.copy()
    nn.predict(model, inputs + 1.0)
    np.testing.assert_array_equal(first, kept)
    first[:] = 0.0
    np.testing.assert_array_equal(nn.predict(model, inputs), kept)

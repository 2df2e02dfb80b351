"""Decision boundaries."""

import numpy as np
import pytest

import autograd as ag
from viz.errors import DrawingError
from viz.plots.decision import plot_decision

pyplot = pytest.importorskip("matplotlib.pyplot")


def test_decision_of_one_output() -> None:
    X = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]
    axes = plot_decision(lambda x: x[0] - 0.5, X, [-1, 1, 1], points=12)
    texts = [t.get_text() for t in axes.get_legend().get_texts()]
    assert texts == ["y = −1", "y = 1"]
    bar = axes.child_axes[0]
    assert bar.get_ylabel() == "output (line: 0)"


def test_decision_colour_bar_has_round_numbers() -> None:
    X = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]
    axes = plot_decision(lambda x: 3.0488 * (2 * x[0] - 1), X, [-1, 1, 1], points=12)
    ticks = axes.child_axes[0].get_yticks().tolist()
    assert ticks == [-2 * ticks[3], -ticks[3], 0.0, ticks[3], 2 * ticks[3]]
    assert ticks[3] in (1.0, 2.0)


def test_decision_threshold_is_midway_between_the_labels() -> None:
    axes = plot_decision(lambda x: ag.Value(x[0]), [[0.0, 0.0], [1.0, 1.0]], [0, 1], points=5)
    assert axes.child_axes[0].get_ylabel() == "output (line: 0.5)"


def test_decision_of_several_outputs_and_of_a_constant_one() -> None:
    X, y = [[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]], [0, 1, 2]
    _, axes = pyplot.subplots()
    assert plot_decision(lambda x: [x[0], x[1], 1.0], X, y, axes, points=9) is axes
    plot_decision(lambda x: [1.0, 0.0], X, y, points=5)
    plot_decision(lambda x: 1.0, X, y, points=5)


def test_a_batched_model_is_called_once() -> None:
    calls = []

    def model(X):
        calls.append(X.shape)
        return X[:, 0] - X[:, 1]

    plot_decision(model, [[0.0, 0.0], [1.0, 1.0]], [-1, 1], batched=True, points=6)
    assert calls == [(36, 2)]
    with pytest.raises(DrawingError, match="a row for each of the 36 points"):
        plot_decision(sum, [[0.0, 0.0], [1.0, 1.0]], [-1, 1], batched=True, points=6)


def test_decision_errors() -> None:
    with pytest.raises(DrawingError, match=r"2 numbers each, not \(1, 3\)"):
        plot_decision(len, [[1, 2, 3]], [0])
    with pytest.raises(DrawingError, match="1 examples need as many classes, not 2"):
        plot_decision(len, [[1, 2]], [0, 1])


def test_decision_of_a_model_that_knows_its_threshold() -> None:
    class Logits:
        decision_threshold = -0.25

        def __call__(self, x):
            return [ag.Value(x[0])]

    def line(**settings):
        axes = plot_decision(Logits(), [[-1.0, 0.0], [1.0, 1.0]], [0, 1], points=5, **settings)
        return axes.child_axes[0].get_ylabel()

    assert line() == "output (line: −0.25)"
    assert line(threshold=0.5) == "output (line: 0.5)"


@pytest.mark.parametrize(
    "form", [lambda v: v, lambda v: [v], lambda v: (v,), lambda v: np.array([[v]])]
)
def test_brackets_around_one_output_say_nothing(form) -> None:
    X = [[-1.0, 0.0], [1.0, 1.0]]
    axes = plot_decision(lambda x: form(ag.Value(x[0])), X, [0, 1], points=5)
    assert axes.child_axes[0].get_ylabel() == "output (line: 0.5)"


@pytest.mark.parametrize("output", [None, "a", {"a": 1.0}, [None, 1.0]])
def test_an_output_that_is_no_number(output) -> None:
    with pytest.raises(DrawingError, match="returns a number, or one for each class, not"):
        plot_decision(lambda x: output, [[-1.0, 0.0], [1.0, 1.0]], [0, 1], points=5)

"""Curves: their points, what tells them apart, and what is refused."""

import numpy as np
import pytest

from viz.errors import DrawingError
from viz.plots.curves import plot_curves

pyplot = pytest.importorskip("matplotlib.pyplot")


def test_numbers_stand_over_their_places_and_pairs_over_their_first() -> None:
    axes = plot_curves({"a": [3.0, 1.0, 2.0], "b": ([0.5, 1.5], [4, 5])}, xlabel="step")
    a, b = axes.get_lines()
    assert a.get_xydata().tolist() == [[0, 3], [1, 1], [2, 2]]
    assert b.get_xydata().tolist() == [[0.5, 4], [1.5, 5]]
    assert axes.get_xlabel() == "step"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]


def test_a_curve_of_two_numbers_is_no_pair() -> None:
    (line,) = plot_curves({"loss": [0.7, 0.4]}).get_lines()
    assert line.get_xydata().tolist() == [[0, 0.7], [1, 0.4]]


def test_no_two_curves_look_alike_even_without_colours() -> None:
    lines = plot_curves({str(k): np.arange(100.0) for k in range(8)}).get_lines()
    assert len({(line.get_linestyle(), line.get_marker()) for line in lines}) == 8
    assert len({line.get_color() for line in lines}) == 8


def test_a_single_curve_has_no_legend() -> None:
    axes = plot_curves({"C": [1.0, 0.1]}, log=True, title="A course")
    assert axes.get_legend() is None
    assert axes.get_yscale() == "log"
    assert axes.get_title("left") == "A course"


def test_a_level_is_a_line_with_its_label() -> None:
    axes = plot_curves({"C": [1.0, 0.1]}, levels={"ln 2: guessing": 0.693})
    assert list(axes.get_lines()[1].get_ydata()) == [0.693, 0.693]
    assert [text.get_text() for text in axes.texts] == ["ln 2: guessing"]
    assert axes.get_legend() is None


def test_on_given_axes() -> None:
    _, axes = pyplot.subplots()
    assert plot_curves({"C": [1.0]}, axes) is axes


@pytest.mark.parametrize("given", [{}, [1.0, 2.0], None])
def test_no_curves(given) -> None:
    with pytest.raises(DrawingError, match="curves are numbers by their labels"):
        plot_curves(given)


@pytest.mark.parametrize("given", [0.5, [], "abc", [[1, 2], [3]], [[1], [2], [3]], [[], []]])
def test_no_curve(given) -> None:
    with pytest.raises(DrawingError, match="the curve 'a' is a list of numbers, or a pair"):
        plot_curves({"a": given})

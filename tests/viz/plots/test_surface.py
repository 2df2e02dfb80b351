"""Loss surfaces: of functions, and of graphs, which are computed again beside themselves."""

import numpy as np
import pytest

import autograd as ag
from autograd import GraphError, TeachingWarning, Value
from viz.errors import DrawingError
from viz.plots.surface import plot_loss_surface


def heights(monkeypatch: pytest.MonkeyPatch, *args, **options) -> np.ndarray:
    """The losses that are drawn."""
    seen = []
    monkeypatch.setattr("viz.plots.surface._draw_heights", lambda *given: seen.append(given[3]))
    plot_loss_surface(*args, **options)
    return seen[0]


def test_path() -> None:
    path = [(1.0, 1.0), (0.5, 0.5), (0.1, 0.1)]
    axes = plot_loss_surface(
        lambda a, b: a * a + b * b, (-2, 2), (-1, 1), path=path, points=9, names=("w", "b")
    )
    assert axes.get_title("left") == "Loss, and 2 steps down it"
    assert axes.get_lines()[0].get_xydata().tolist() == [list(step) for step in path]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("w", "b")


def test_ranges_by_name() -> None:
    axes = plot_loss_surface(lambda a, b: a + b, x_range=(0, 1), y_range=(2, 3), points=3)
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 1), (2, 3))


def test_infinities_and_flat_ones() -> None:
    plot_loss_surface(lambda a, b: ag.log(ag.Value(a)) if a > 0 else float("inf"), (-1, 1), (0, 1))
    plot_loss_surface(lambda a, b: 1.0, (-1, 1), (0, 1), points=4)


def test_a_graph_over_two_of_its_parameters(build, monkeypatch: pytest.MonkeyPatch) -> None:
    J = build.regression()  # (w·x + b − y)² at w = 5, x = 1, b = 1, y = 2
    order = ag.topological_order(J)
    before = [(value.data, value.has_grad) for value in order]
    shown = heights(monkeypatch, J, "w", "b", x_range=(0, 2), y_range=(0, 4), points=3)
    assert shown.tolist() == [[(w + b - 2) ** 2 for w in (0, 1, 2)] for b in (0, 2, 4)]
    assert [(value.data, value.has_grad) for value in order] == before


def test_a_graph_gives_names_and_ranges(build) -> None:
    J = build.regression()
    w = next(v for v in ag.topological_order(J) if v.label == "w")
    axes = plot_loss_surface(J, w, "b", points=5)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("w", "b")
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 10), (0, 2))
    axes = plot_loss_surface(J, w, "b", path=[(-5.0, 1.0), (5.0, 1.0)], points=5)
    assert axes.get_xlim() == (-6.5, 10)
    assert axes.get_title("left") == "Loss, and 1 step down it"


def test_errors() -> None:
    with pytest.raises(DrawingError, match="y_range= goes from"):
        plot_loss_surface(lambda a, b: a, (0, 1), (1, 0))
    with pytest.raises(DrawingError, match="a list of pairs"):
        plot_loss_surface(lambda a, b: a, (0, 1), (0, 1), path=[1.0, 2.0])
    with pytest.raises(DrawingError, match="not finite anywhere"):
        plot_loss_surface(lambda a, b: float("nan"), (0, 1), (0, 1), points=3)
    with pytest.raises(DrawingError, match=r"a function of two numbers, or a Value .* not float"):
        plot_loss_surface(1.0, (0, 1), (0, 1))
    with pytest.raises(DrawingError, match="with a function, give two ranges"):
        plot_loss_surface(lambda a, b: a, Value(1.0), Value(2.0))
    with pytest.raises(DrawingError, match="x_range= is a pair of numbers"):
        plot_loss_surface(lambda a, b: a, 3, (0, 1))


def test_errors_of_graphs(build) -> None:
    J, a = build.regression(), Value(2.0, label="a")
    for given in (((0, 1), (0, 1)), ("w",)):
        with pytest.raises(DrawingError, match="give two parameters of it: plot_loss_surface"):
            plot_loss_surface(J, *given)
    with pytest.raises(DrawingError, match="not in this graph"):
        plot_loss_surface(J, "w", a)
    with pytest.raises(DrawingError, match="must not be the same"):
        plot_loss_surface(J, "w", "w")
    with pytest.raises(DrawingError, match="b is not finite; give the range"):
        plot_loss_surface(a * Value(float("nan"), label="b"), "a", "b")
    with pytest.raises(GraphError, match="made by hand cannot be computed again"):
        plot_loss_surface(Value(4.0, (a, b := Value(1.0)), (2.0, 1.0)), a, b)


def test_a_graph_with_where_shows_one_branch_and_says_so() -> None:
    w, b = Value(1.0, label="w"), Value(2.0, label="b")
    loss = ag.where(w > 0.0, w * w, b) + b
    with pytest.warns(
        TeachingWarning, match="where, which keeps the branch.* as a function of two"
    ):
        plot_loss_surface(loss, w, b, points=5)


def test_the_parameters_and_the_way_down_are_marked() -> None:
    w, b = Value(2.0, label="w"), Value(-0.5, label="b")
    shown = plot_loss_surface((w - 1.0) ** 2 + 3.0 * (b + 1.0) ** 2, w, b)
    points = {c.get_label(): c.get_offsets().tolist() for c in shown.collections if c.get_label()}
    assert points["here"] == [[2.0, -0.5]]
    (arrow,) = [text for text in shown.texts if text.arrow_patch is not None]
    dx, dy = arrow.xy[0] - 2.0, arrow.xy[1] + 0.5
    assert dx < 0
    assert dy / dx == pytest.approx(3.0 / 2.0)  # the gradient is (2, 3)
    assert "−∇" in shown.get_title(loc="left")


def test_at_a_minimum_there_is_no_way_down() -> None:
    w, b = Value(1.0, label="w"), Value(-1.0, label="b")
    shown = plot_loss_surface((w - 1.0) ** 2 + (b + 1.0) ** 2, w, b)
    assert not [text for text in shown.texts if text.arrow_patch is not None]


def test_the_colour_bar_has_round_numbers() -> None:
    shown = plot_loss_surface(lambda x, y: 0.37 * x * x + y**4, (-2.0, 2.0), (-1.5, 1.5))
    bar = shown.child_axes[0]
    ticks = [float(tick) for tick in bar.get_yticks()]
    assert len(ticks) >= 4
    assert all(float(f"{tick:.1e}") == pytest.approx(tick) for tick in ticks)
    assert ticks == sorted(set(ticks))

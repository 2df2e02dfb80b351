"""Activations, each with its derivative."""

import numpy as np
import pytest

import autograd as ag
from viz.errors import DrawingError
from viz.plots.activation import plot_activation

pyplot = pytest.importorskip("matplotlib.pyplot")


def lines(axes) -> dict[str, np.ndarray]:
    return {line.get_label(): np.asarray(line.get_ydata()) for line in axes.get_lines()}


def line_xs(axes, label: str) -> np.ndarray:
    return next(np.asarray(x.get_xdata()) for x in axes.get_lines() if x.get_label() == label)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu"])
def test_activation_and_derivative(name: str) -> None:
    axes = plot_activation(name)
    xs, slopes = line_xs(axes, "φ′(z)"), lines(axes)["φ′(z)"]
    at = np.isfinite(xs)
    expected = [ag.grad(getattr(ag, name))(float(x)) for x in xs[at]]
    assert slopes[at].tolist() == expected
    curve = lines(axes)["φ(z)"]
    assert curve.tolist() == [getattr(ag, name)(float(x)) for x in line_xs(axes, "φ(z)")]
    assert axes.get_title("left").startswith(name.replace("_", " "))


@pytest.mark.parametrize("name", sorted(n for n, p in ag.PRIMITIVES.items() if p.arity == 1))
def test_every_function_of_one_operand_can_be_plotted(name: str) -> None:
    plot_activation(name)


def test_a_derivative_jumps_at_a_kink() -> None:
    axes = plot_activation("relu")
    assert np.isnan(line_xs(axes, "φ′(z)")).sum() == 1
    assert set(lines(axes)["φ′(z)"][np.isfinite(line_xs(axes, "φ′(z)"))]) == {0.0, 1.0}


def test_flat_ends_are_hatched_and_crossings_are_not() -> None:
    assert len(plot_activation("sigmoid").collections) == 1
    assert len(plot_activation("sin").collections) == 0
    assert len(plot_activation(ag.leaky_relu.bind(slope=0.2)).collections) == 0


def test_any_function_and_given_axes() -> None:
    _, axes = pyplot.subplots()
    assert plot_activation(lambda z: z * ag.sigmoid(z), axes, x_range=(-1, 1)) is axes
    assert axes.get_xlim() == (-1, 1)


def test_several_activations_have_a_panel_each() -> None:
    axes = plot_activation(["sigmoid", "tanh", "relu", "leaky_relu"])
    titles = [one.get_title("left").partition(":")[0] for one in axes.figure.axes]
    assert titles == ["sigmoid", "tanh", "relu", "leaky relu"]
    assert axes is axes.figure.axes[0]
    axes.figure.canvas.draw()
    assert min(one.get_position().width for one in axes.figure.axes) > 0.4
    assert len(plot_activation(("sin", ag.tanh, "relu")).figure.axes) == 3
    assert len(plot_activation(["sin"]).figure.axes) == 1


def test_activation_errors() -> None:
    with pytest.raises(DrawingError, match=r"ax= is for a single .*plot_activation\(one, ax=axes"):
        plot_activation(["tanh", "relu"], pyplot.subplots()[1])
    with pytest.raises(DrawingError, match="at least one activation"):
        plot_activation([])
    with pytest.raises(DrawingError, match="x_range= is a pair of numbers"):
        plot_activation("tanh", x_range=3)
    with pytest.raises(DrawingError, match=r"no activation 'swoosh'.*sigmoid"):
        plot_activation("swoosh")
    with pytest.raises(DrawingError, match="a name or a function, not 3"):
        plot_activation(3)
    with pytest.raises(DrawingError, match="x_range= goes from"):
        plot_activation("tanh", x_range=(1, 1))

"""Plots: they return Axes that hold the data, leave settings alone, and say what is wrong."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

import autograd as ag
import nn
from viz.errors import DrawingError
from viz.extras import MissingExtraError
from viz.plots.activation import plot_activation
from viz.plots.decision import plot_decision
from viz.plots.surface import plot_loss_surface
from viz.plots.training import plot_gradient_norms, plot_history, plot_saturation

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Every plot can be drawn, and no setting of the user's is changed by any of them."""
    before = dict(matplotlib.rcParams)
    yield
    for number in pyplot.get_fignums():
        pyplot.figure(number).canvas.draw()
    pyplot.close("all")
    assert dict(matplotlib.rcParams) == before


def history(**changes) -> SimpleNamespace:
    lists = {
        "epochs": [1, 2, 3],
        "loss": [1.0, 0.1, 0.01],
        "metric": [0.5, 0.75, 1.0],
        "val_loss": [1.1, 0.2, 0.1],
        "val_metric": [],
        "metric_name": "accuracy",
    }
    return SimpleNamespace(**(lists | changes))


def report(*norms: float, dead: float | None = None, saturated: float | None = 0.25):
    layers = [
        SimpleNamespace(name=f"layer{i}", gradient_norm=n, saturated=saturated, dead=dead)
        for i, n in enumerate(norms, start=1)
    ]
    return SimpleNamespace(layers=layers)


def lines(axes) -> dict[str, np.ndarray]:
    return {line.get_label(): np.asarray(line.get_ydata()) for line in axes.get_lines()}


def line_xs(axes, label: str) -> np.ndarray:
    return next(np.asarray(x.get_xdata()) for x in axes.get_lines() if x.get_label() == label)


# Activations


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


# History


def test_history_has_a_panel_for_each_measure() -> None:
    axes = plot_history(history())
    assert len(axes.figure.axes) == 2
    assert lines(axes)["training"].tolist() == [1.0, 0.1, 0.01]
    assert lines(axes)["validation"].tolist() == [1.1, 0.2, 0.1]
    assert axes.get_yscale() == "log"
    other = axes.figure.axes[1]
    assert other.get_title("left") == "Accuracy"
    assert lines(other)["training"].tolist() == [0.5, 0.75, 1.0]


def test_history_on_given_axes_and_single_panels() -> None:
    _, axes = pyplot.subplots()
    assert plot_history(history(), ax=axes) is axes
    assert plot_history(history(), "metric").get_title("left") == "Accuracy"
    assert len(plot_history(history(metric=[])).figure.axes) == 1
    assert plot_history(SimpleNamespace(loss=[2.0, 1.0])).get_yscale() == "linear"


def test_history_errors() -> None:
    with pytest.raises(DrawingError, match="no epochs"):
        plot_history(history(loss=[], metric=[]))
    with pytest.raises(DrawingError, match="what= is 'loss' here, not 'metric'"):
        plot_history(history(metric=[]), "metric")


# Layers


def test_gradient_norms_over_depth() -> None:
    for norms in (report(0.001, 0.1), {"layer1": 0.001, "layer2": 0.1}):
        axes = plot_gradient_norms(norms)
        assert axes.get_yscale() == "log"
        assert axes.get_lines()[0].get_ydata().tolist() == [0.001, 0.1]
        assert [t.get_text() for t in axes.get_xticklabels()] == ["layer1", "layer2"]


def test_gradient_norms_over_training() -> None:
    for norms in (
        [report(0.1, 1.0), report(0.2, 2.0)],
        {"layer1": [0.1, 0.2], "layer2": [1.0, 2.0]},
    ):
        axes = plot_gradient_norms(norms)
        assert {k: v.tolist() for k, v in lines(axes).items()} == {
            "layer1": [0.1, 0.2],
            "layer2": [1.0, 2.0],
        }
        assert [t.get_text() for t in axes.get_legend().get_texts()] == ["layer2", "layer1"]


def test_gradient_norms_that_are_zero_or_infinite() -> None:
    assert plot_gradient_norms({"a": 0.0, "b": 0.0}).get_yscale() == "linear"
    plot_gradient_norms({"a": float("inf"), "b": 0.5, "c": 0.0, "d": float("nan")})


def test_saturation_bars() -> None:
    axes = plot_saturation(report(1.0, 1.0, dead=0.5, saturated=None))
    assert [bar.get_width() for bar in axes.patches] == [0.5, 0.5]
    assert "50%" in [text.get_text() for text in axes.texts]


def test_saturation_maps() -> None:
    axes = plot_saturation({"layer1": [0.0, 1.0, 0.5], "layer2": [0.25]})
    assert axes.get_xlabel() == "unit"
    cells = [mesh.get_array().ravel().tolist() for mesh in axes.collections[:2]]
    assert cells == [[0.0, 1.0, 0.5], [0.25]]
    assert axes.collections[2].get_offsets().tolist() == [[2.0, 0.0]]
    assert plot_saturation([report(1.0), report(2.0)]).get_xlabel() == "training →"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3.0, "give a mapping from layer to a norm.*not float"),
        ({}, "not something empty"),
        ([], "not something empty"),
        ({"a": []}, "flat and not empty"),
        ({"a": "b"}, "give a mapping"),
        ([report(1.0), report(1.0, 2.0)], "same layers"),
    ],
)
def test_layer_data_errors(given: object, message: str) -> None:
    with pytest.raises(DrawingError, match=message):
        plot_gradient_norms(given)


def test_models_and_histories_are_told_what_to_give_instead() -> None:
    for model in (nn.MLP(2, [3, 1]), nn.MLP(2, [3, 1]).layers[0]):
        with pytest.raises(DrawingError, match=r"give its report, nn.diagnose\(model, X, y\)"):
            plot_gradient_norms(model)
        with pytest.raises(DrawingError, match=r"nn.diagnose\(model, X, y\)"):
            plot_saturation(model, [[1.0, 2.0]])
    for given in (history(), nn.History()):
        with pytest.raises(DrawingError, match=r"a history has no .* collect reports while"):
            plot_gradient_norms(given)


def test_saturation_errors() -> None:
    with pytest.raises(DrawingError, match="shares go from 0 to 1"):
        plot_saturation({"layer1": 12})
    with pytest.raises(DrawingError, match="nothing to plot"):
        plot_saturation(report(1.0, saturated=None))


# Without matplotlib


@pytest.mark.parametrize(
    "plot",
    [
        lambda: plot_activation("tanh"),
        lambda: plot_history(history()),
        lambda: plot_history(history(), "loss"),
        lambda: plot_gradient_norms({"a": 1.0}),
        lambda: plot_saturation({"a": 1.0}),
        lambda: plot_decision(lambda x: x[0], [[0, 0], [1, 1]], [0, 1], points=3),
        lambda: plot_loss_surface(lambda a, b: a, (0, 1), (0, 1), points=3),
    ],
)
def test_a_missing_extra_is_one_line(plot, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "matplotlib", None)
        with pytest.raises(MissingExtraError) as raised:
            plot()
    assert str(raised.value) == (
        'plotting needs matplotlib, which is not installed: pip install "chainrule[plot]"'
    )

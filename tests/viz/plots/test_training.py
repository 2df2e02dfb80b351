"""A training run: its course, the gradient in each layer, units that do not learn."""

from types import SimpleNamespace

import numpy as np
import pytest

import nn
from viz.errors import DrawingError
from viz.plots.training import plot_gradient_norms, plot_history, plot_saturation

pyplot = pytest.importorskip("matplotlib.pyplot")


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

"""Axes for every plot, and what is said where matplotlib is missing."""

import sys
from types import SimpleNamespace

import pytest

from viz.extras import MissingExtraError
from viz.plots.activation import plot_activation
from viz.plots.curves import plot_curves
from viz.plots.decision import plot_decision
from viz.plots.surface import plot_loss_surface
from viz.plots.training import plot_gradient_norms, plot_history, plot_saturation


@pytest.mark.parametrize(
    "plot",
    [
        lambda: plot_activation("tanh"),
        lambda: plot_curves({"a": [1.0]}),
        lambda: plot_history(SimpleNamespace(loss=[1.0])),
        lambda: plot_history(SimpleNamespace(loss=[1.0], metric=[0.5])),
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

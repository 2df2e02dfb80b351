"""Plots can be drawn, and leave nothing behind."""

import pytest


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Every plot can be drawn, and no setting of the user's is changed by any of them."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    before = dict(matplotlib.rcParams)
    yield
    for number in pyplot.get_fignums():
        pyplot.figure(number).canvas.draw()
    pyplot.close("all")
    assert dict(matplotlib.rcParams) == before

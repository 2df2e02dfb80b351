"""The lift: a program's scalars, the rows that are left, and its statements as grids."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, log, mean, scan, tanh, where
from viz import DrawingError, plot_lift
from viz.plots.lift.reading import Lift

pyplot = pytest.importorskip("matplotlib.pyplot")
BATCH = np.arange(12.0).reshape(4, 3)


def traced(function, *args):
    program = autograd.compile(function)
    program(*args)
    return program


@pytest.fixture
def network():
    model = nn.MLP(3, [2, 1], activation="tanh", seed=1)

    def cost(x):
        a = list(x)
        for layer in model.layers:
            a = [
                tanh(sum(w * a_k for w, a_k in zip(unit.w, a, strict=True)) + unit.b)
                for unit in layer.neurons
            ]
        return a[0] ** 2

    return traced(cost, BATCH)


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def titles(program, *parts) -> list[str]:
    return [axes.get_title(loc="left") for axes in plot_lift(program, *parts)]


def test_every_operation_is_drawn_once(network) -> None:
    scalars, rows = plot_lift(network, "scalars", "rows")
    assert sorted(texts(scalars)) == sorted(step.primitive.symbol for step in network.graph.steps)
    assert texts(rows) == ["Σ", "Σ", "tanh", "tanh", "Σ", "tanh", "( )²"]
    assert titles(network, "scalars", "rows") == [
        "20 operations in 10 levels",
        "7 rows: sums have swallowed 13 operations",
    ]


def test_wires_are_those_of_the_graph(network) -> None:
    scalars = plot_lift(network, "scalars")[0]
    graph = network.graph
    wires = [(v, i) for i in graph.computed for v in graph.parents[i] if v in graph.computed]
    assert sum(line.get_marker() == "None" for line in scalars.lines) == len(wires)


def test_rows_take_what_their_sums_have_swallowed(network) -> None:
    lift, grids = Lift(network), network.source.grids
    assert [*lift.taken(int(grids["Z2"][0]))] == grids["A1"].tolist()
    assert [*lift.taken(int(grids["Z1"][0]))] == []
    assert {lift.home[v] for v in network.graph.computed} == {"Z1", "A1", "Z2", "A2", "A3"}


def test_columns_are_named_by_the_arrays_they_end_in(network) -> None:
    scalars, rows = plot_lift(network, "scalars", "rows")
    assert [t.get_text() for t in scalars.get_xticklabels()] == [
        *["Z1"] * 4, "A1", *["Z2"] * 3, "A2", "A3",
    ]  # fmt: skip
    assert [t.get_text() for t in rows.get_xticklabels()] == ["Z1", "A1", "Z2", "A2", "A3"]


def test_statements_hold_the_scalars_of_their_arrays(network) -> None:
    forward, backward = plot_lift(network, "forward", "backward")
    shown = " ".join(texts(forward))
    assert shown.startswith("Z1 v19 v26 = W1 p0 p1 p2 p3 p4 p5 @ X1 x0[0] x0[1] x0[2] + b1 p6 p7")
    assert len(network.source.forward) == 5
    shown = " ".join(texts(backward))
    assert "dW2 ∂p8 ∂p9 = dZ2 ∂v" in shown
    assert "W2.T p8 p9 @ dZ2" in shown  # a column, which is what a row is transposed
    assert "dP" not in shown
    assert "#" not in shown


def test_all_parts_are_shown_unless_some_are_named(network) -> None:
    assert [title.partition(":")[0] for title in titles(network)[2:]] == ["Forward", "Backward"]
    several = traced(lambda x: [x[0] * x[1], x[1] * x[2]], BATCH)
    assert titles(several) == ["2 operations in 1 level", "2 rows", "Forward: 1 statement"]


PARAMETERS = [Value(1.0), Value(2.0)]
CLASSES = nn.MLP(3, [2], output_activation="softmax", seed=1)


@pytest.mark.parametrize(
    ("function", "rows"),
    [
        (lambda x: mean([PARAMETERS[0] * x[0], PARAMETERS[1] * x[1], x[2]]), 2),
        (lambda x: mean([(PARAMETERS[0] * x_i - PARAMETERS[1]) ** 2 for x_i in x]), 8),
        (lambda x: where(x[0] > 0, PARAMETERS[0] * x[1], PARAMETERS[1] * x[2]), 4),
        (lambda x: x[0] * x[0] + x[0] * x[0], 2),
        (lambda x: -log(CLASSES(x)[0]), 10),
    ],
)
def test_other_graphs(function, rows: int) -> None:
    program = traced(function, BATCH)
    axes = plot_lift(program)
    assert len(texts(axes[0])) == len(program.graph.steps)
    assert len(texts(axes[1])) == rows


def test_what_cannot_be_drawn_is_refused(network) -> None:
    w = PARAMETERS[0]
    with pytest.raises(DrawingError, match="'scalars', 'rows', 'forward', 'backward', not 'row'"):
        plot_lift(network, "row")
    with pytest.raises(DrawingError, match="takes a program, not function"):
        plot_lift(lambda x: x)
    with pytest.raises(autograd.GraphError, match="nothing has been traced yet"):
        plot_lift(autograd.compile(lambda x: w * x))
    with pytest.raises(DrawingError, match="no array statements: it ran for one example"):
        plot_lift(traced(lambda x: w * x, 2.0))
    with pytest.raises(DrawingError, match="1 to 150 operations, and this graph has 0"):
        plot_lift(traced(lambda x: x[0], BATCH))
    with pytest.raises(DrawingError, match="this graph has 199"):
        plot_lift(traced(lambda x: sum(x_i * x_i for x_i in x), np.ones((2, 100))))
    with pytest.raises(DrawingError, match=r"a loop \(scan\) is one operation"):
        plot_lift(traced(lambda x: scan(lambda c, t: (tanh(w * c + t), c), 0.0, x)[0], BATCH))

"""A box for a neuron shows the value of that neuron, and nothing computed from it later."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, dot, mean, relu, sigmoid, tanh
from autograd import sum as total
from viz import draw
from viz.figure.folded_texts import caption, neuron_title
from viz.graph.folding import view
from viz.graph.given import graph_of
from viz.graph.scene import read
from viz.text import number

ACTIVATIONS = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu}
AFTERWARDS = {
    "nothing": lambda a, x: a,
    "a constant 0": lambda a, x: a * 0.0,
    "a scale": lambda a, x: 1.7 * a,
    "one less": lambda a, x: 1.0 - a,
    "a chain": lambda a, x: -(a / 2.0 - 1.0),
    "a residual": lambda a, x: a + x,
}


def shown_and_meant(root: Value, **options) -> list[tuple[str, str]]:
    """For each neuron's box: the value on it, and that of the activation of its weighted sum."""
    graph = graph_of(root)
    found = view(graph, **options)
    scene = read(graph)
    pairs = []
    for box in found.boxes:
        if box.kind != "neuron":
            continue
        sums = {i for i in box.members if graph.made[i] == "dot"}
        acts = [i for i in box.members if graph.made[i] in ACTIVATIONS]
        meant = [i for i in acts if set(graph.parents[i]) & sums] or sorted(sums)
        assert len(meant) == 1
        shown = [line.text for line in caption(box, found, scene) if line.role == "forward"]
        pairs.append((shown[0].partition(" = ")[2], number(graph.values[meant[0]].data)))
    return pairs


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
@pytest.mark.parametrize("steps", [1, 2, 4])
def test_cells_whose_first_state_is_zero(build, kind: type, steps: int) -> None:
    root = build.unrolled(steps, 2, kind)
    root.backward()
    pairs = shown_and_meant(root, max_nodes=30)
    assert all(shown == meant for shown, meant in pairs)


def test_the_product_with_the_first_state_of_an_lstm_is_drawn_by_itself(build) -> None:
    root = build.unrolled(2, 1, nn.LSTMCell)
    text = str(draw(root, max_nodes=30))
    assert "a = 0 " not in text
    assert all(shown == meant for shown, meant in shown_and_meant(root, max_nodes=30))
    assert len(shown_and_meant(root, max_nodes=30)) == 8


@pytest.mark.parametrize(
    ("kind", "part", "titles"),
    [
        (nn.LSTMCell, "output", ["gate f", "gate g", "gate i", "gate o"]),
        (nn.LSTMCell, "state", ["row [0]", "row [1]", "row [2]"]),
        (nn.GRUCell, "output", ["gate n", "gate r", "gate z"]),
    ],
)
def test_gates_have_the_names_of_their_cell(kind: type, part: str, titles: list[str]) -> None:
    outputs, state = nn.unroll(kind(2, 1, seed=0), [[Value(1.0), Value(0.5)]])
    seen = view(graph_of(outputs[-1][0] if part == "output" else state[1][0]), max_nodes=12)
    assert sorted(neuron_title(seen, box.path) for box in seen.boxes if box.path) == titles


class Net(nn.Module):
    """Layers whose results are changed in some way before they go on."""

    def __init__(self, sizes: list[int], seed: int) -> None:
        rng = random.Random(seed)
        self.rows = [
            [[Value(rng.uniform(-1, 1)) for _ in range(n + 1)] for _ in range(m)]
            for n, m in pairwise(sizes)
        ]

    def __call__(self, x: list, kinds: list[str], afterwards: list[str]) -> list:
        for rows, kind, after in zip(self.rows, kinds, afterwards, strict=True):
            act, then = ACTIVATIONS[kind], AFTERWARDS[after]
            x = [then(act(dot(row[:-1], x, row[-1])), x[0]) for row in rows]
        return x


nets = st.lists(
    st.tuples(
        st.integers(1, 3), st.sampled_from(sorted(ACTIVATIONS)), st.sampled_from(sorted(AFTERWARDS))
    ),
    min_size=2,
    max_size=4,
)


@given(nets, st.integers(0, 99), st.booleans())
@settings(max_examples=40, deadline=None)
def test_whatever_follows_a_neuron_is_not_its_value(parts: list, seed: int, twice: bool) -> None:
    sizes = [2, *(size for size, _, _ in parts)]
    net = Net(sizes, seed)
    kinds, afterwards = [p[1] for p in parts], [p[2] for p in parts]
    inputs = [[Value(0.3 * k + 0.1), Value(-0.4)] for k in range(1 + twice)]
    root = mean([(total(net(x, kinds, afterwards)) - 1.0) ** 2 for x in inputs])
    root.backward()
    for most in (12, 24, 39):
        pairs = shown_and_meant(root, max_nodes=most)
        assert [shown for shown, _ in pairs] == [meant for _, meant in pairs]


def test_what_comes_after_is_counted_where_it_stays() -> None:
    neuron = nn.Neuron(2, activation="tanh", seed=0)
    scaled = tanh(0.5 * dot(neuron.w, [1.0, 2.0], neuron.b))
    neuron2 = nn.Neuron(1, activation="tanh", seed=1)

    class Both(nn.Module):
        def __init__(self) -> None:
            self.first, self.second = neuron, neuron2

    Both()
    text = str(draw(neuron2([scaled]), max_nodes=5))
    assert "first: Σ w·x + b → 2 operations" in text
    assert f"a = {number(scaled.data)}" in text


def test_sums_over_the_steps_are_no_neurons_value() -> None:
    """An average of states is drawn by itself, not as the last step's state."""
    cell, head = nn.RNNCell(1, 2, seed=0), nn.Neuron(2, activation="sigmoid", seed=0)

    class Both(nn.Module):
        def __init__(self) -> None:
            self.cell, self.head = cell, head

    Both()
    outputs, _ = nn.unroll(cell, [[0.1], [0.7], [-0.2]])
    root = head([mean(states) for states in zip(*outputs, strict=True)])
    pairs = shown_and_meant(root, max_nodes=24)
    assert pairs and all(shown == meant for shown, meant in pairs)

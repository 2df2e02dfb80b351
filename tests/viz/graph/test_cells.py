"""The neuron that each value belongs to."""

from collections import Counter

import pytest

import nn
from autograd import Graph, Value, mean
from autograd import sum as total
from viz.graph.cells import Cell, cells, places
from viz.graph.given import graph_of


def of(root: Value) -> tuple[Graph, dict[int, Cell]]:
    graph = graph_of(root)
    return graph, cells(graph, places(graph))


def outside(root: Value) -> Counter:
    graph, found = of(root)
    inner = (i for i in range(1, len(graph) + 1) if graph.parents[i] and i not in found)
    return Counter(graph.made[i] for i in inner)


def sizes(root: Value) -> dict[tuple[str, int], int]:
    """The number of values in each application of each layer."""
    return Counter((cell.layer, cell.application) for cell in of(root)[1].values())


def test_an_mlp_of_dot_nodes(build) -> None:
    assert sizes(build.mlp()) == {("layer1", 0): 8, ("layer2", 0): 8, ("layer3", 0): 1}
    assert outside(build.mlp()) == {"sub": 1, "power": 1}


def test_an_mlp_one_operation_at_a_time(build) -> None:
    root = build.by_hand(3)
    assert sizes(root) == {
        (layer, k): n for k in range(3) for layer, n in (("layer1", 15), ("layer2", 6))
    }
    assert outside(root) == {"sub": 3, "power": 3, "add": 3, "mul": 1}


def test_sums_that_start_at_zero_and_n_ary_sums() -> None:
    neuron = nn.Neuron(3, activation="tanh", seed=0)
    for add in (sum, total):
        z = add([w * x for w, x in zip(neuron.w, (1.0, 2.0, 3.0), strict=True)]) + neuron.b
        assert outside((z.tanh() - 1.0) ** 2) == {"sub": 1, "power": 1}


def test_a_batch_is_as_many_examples(build) -> None:
    assert Counter(application for _, application in sizes(build.moons(10))) == dict.fromkeys(
        range(10), 3
    )


def test_penalties_belong_to_no_neuron() -> None:
    model = nn.MLP(2, [3, 1], seed=0)
    loss = model([1.0, 2.0]) + 0.01 * total([p * p for p in model.parameters()])
    assert sizes(loss) == {("layer1", 0): 6, ("layer2", 0): 1}
    assert outside(loss)["mul"] == 1 + len(model.parameters())


@pytest.mark.parametrize(("kind", "each"), [(nn.RNNCell, 4), (nn.LSTMCell, 26), (nn.GRUCell, 22)])
def test_every_step_of_a_recurrent_cell_is_alike(build, kind: type, each: int) -> None:
    root = build.unrolled(3, 2, kind)
    assert sizes(root) == {("", step): each for step in range(3)}
    assert outside(root) == {"sum": 1, "sub": 1, "power": 1}


def test_steps_over_several_sequences_and_a_head() -> None:
    cell, head = nn.RNNCell(1, 2, seed=0), nn.Neuron(2, activation="sigmoid", seed=0)

    class Both(nn.Module):
        def __init__(self) -> None:
            self.cell, self.head = cell, head

    Both()
    ends = [nn.unroll(cell, [[0.1], [k]])[1] for k in (1.0, 2.0)]
    loss = mean([head(h) for h in ends])
    steps = {("cell", step): 4 for step in range(4)}
    assert sizes(loss) == steps | {("head", k): 2 for k in range(2)}
    assert outside(loss) == {"mean": 1}


def test_the_loss_is_not_the_last_layers() -> None:
    model = nn.MLP(2, [1], output_activation="sigmoid", seed=0)
    assert outside(-(model([1.0, 2.0]).log())) == {"log": 1, "neg": 1}


def test_a_residual_belongs_to_no_layer_but_the_next_ones_neurons_do() -> None:
    first, second = nn.Layer(2, 2, seed=0), nn.Layer(2, 2, seed=1)

    class Net(nn.Module):
        def __init__(self) -> None:
            self.first, self.second = first, second

    Net()
    a = first([1.0, 2.0])
    b = second(a)
    root = total([x + y for x, y in zip(a, b, strict=True)])
    assert outside(root) == {"add": 2, "sum": 1}


def test_a_graph_without_parameters_has_no_cells(build) -> None:
    assert of(build.regression())[1] == {}


def test_a_long_chain_of_neurons() -> None:
    neuron = nn.Neuron(1, activation="tanh", seed=0)
    x = 1.0
    for _ in range(5_000):
        x = neuron([x])
    assert max(cell.application for cell in of(x)[1].values()) == 4_999


def test_an_embedding_is_an_input() -> None:
    rows = [[Value(0.1 * k + i, label=f"wte.weight[{i}][{k}]") for k in range(2)] for i in range(3)]
    layer = nn.Layer(2, 2, seed=0)

    class Net(nn.Module):
        def __init__(self) -> None:
            self.head = layer

    Net()
    assert sizes(total(layer(rows[1]))) == {("head", 0): 4}
    by_hand = sum(w * x for w, x in zip(layer.neurons[0].w, rows[2], strict=True))
    assert set(sizes(by_hand + layer.neurons[0].b)) == {("head", 0)}

"""Pictures: DOT text and SVG of every value of a graph, and the folded form of a large one."""

from __future__ import annotations

from collections.abc import Callable

from autograd import Value, topological_order
from benchmarks.measure import Rival, in_turns, milliseconds
from benchmarks.scaling import chain
from nn import MLP
from viz import draw
from viz.layout.engine import render

ROUNDS = 5
WIDTHS, EXAMPLES = (2, 16, 16, 1), 100


def ladder(n: int) -> Value:
    """n values: n / 2 leaves, multiplied one after the other."""
    y = Value(1.0)
    for _ in range((n - 1) // 2):
        y = y * Value(2.0)
    return y


def batch(examples: int = EXAMPLES) -> Value:
    """The moons network on so many examples, of + and × alone: 650 to 850 values each."""
    model = MLP(WIDTHS[0], WIDTHS[1:], seed=0)
    total = Value(0.0)
    for example in range(examples):
        x = [0.01 * example, 1.0]
        for layer in model.layers:
            x = [sum((w * v for w, v in zip(u.w, x, strict=True)), u.b) for u in layer.neurons]
            x = [v.relu() for v in x] if layer is not model.layers[-1] else x
        total = total + (x[0] - 1.0) ** 2
    return total


def dot_text() -> Callable[[], object]:
    """A task: the DOT text of 1,001 values, all drawn."""
    root = differentiated(ladder(1001))
    return lambda: draw(root, max_nodes=None).source


def layout() -> Callable[[], object]:
    """A task: an SVG of that DOT text."""
    source = draw(differentiated(ladder(1001)), max_nodes=None).source
    return lambda: render(source, "svg")


def network() -> Value:
    """The moons network on two examples, of + and × alone: some 1,600 values."""
    return batch(2)


def dense_dot_text() -> Callable[[], object]:
    """A task: the DOT text of the network, all drawn."""
    root = differentiated(network())
    return lambda: draw(root, max_nodes=None).source


def dense_layout() -> Callable[[], object]:
    """A task: an SVG of that DOT text; many lines cross, so it is slower than a ladder's."""
    source = draw(differentiated(network()), max_nodes=None).source
    return lambda: render(source, "svg")


def folded_batch() -> Callable[[], object]:
    """A task: the folded figure of the batch, laid out."""
    root = differentiated(batch())
    return lambda: draw(root).svg


def folded_chain() -> Callable[[], object]:
    """A task: the folded figure of a chain of 100,001 values, laid out."""
    root = differentiated(chain(100_000)[0])
    return lambda: draw(root).svg


def differentiated(root: Value) -> Value:
    """The same graph after `backward()`."""
    root.backward()
    return root


def report() -> None:
    """Print the table."""
    nodes = len(topological_order(batch()))
    dense = len(topological_order(network()))
    rivals = {
        "1,001 values: DOT text": Rival("benchmarks.pictures:dot_text", 10),
        "1,001 values: from DOT to SVG": Rival("benchmarks.pictures:layout", 3),
        f"a network of {dense:,}: DOT text": Rival("benchmarks.pictures:dense_dot_text", 5),
        f"a network of {dense:,}: DOT to SVG": Rival("benchmarks.pictures:dense_layout", 1),
        f"moons, {nodes:,} values, folded": Rival("benchmarks.pictures:folded_batch", 2),
        "a chain of 100,001, folded": Rival("benchmarks.pictures:folded_chain", 2),
    }
    seconds = in_turns(rivals, ROUNDS)
    print("\nPictures: every value drawn, and large graphs folded, laid out as SVG")
    for name in rivals:
        print(f"  {name:33}{milliseconds(seconds, name)}")

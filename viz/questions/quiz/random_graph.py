"""Random graphs for pencil and paper: every value and every gradient is a small whole number."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

from autograd import Graph, Value, maximum, relu
from viz.errors import DrawingError

LEAST, MOST = 2, 12
"""Operations that a graph may have."""

INPUTS, NAMES, OUTPUT = "abcde", "uvwxyzpqrst", "f"
LARGEST = 30.0
"""Values and gradients stay below this, and grow slowly where too many tries fail."""
TRIES = 100

_UNARY: Sequence[Callable[..., Value]] = (lambda x: x**2, relu)
_BINARY: Sequence[Callable[..., Value]] = (
    lambda x, y: x + y,
    lambda x, y: x * y,
    lambda x, y: x - y,
    maximum,
)
"""The operations, which are drawn with the weights below."""
_UNARY_WEIGHTS, _BINARY_WEIGHTS, _UNARY_SHARE = (3, 2), (6, 8, 4, 1), 0.35


def random_graph(seed: int, size: int) -> Value:
    """The output f of a random graph of `size` operations, after `backward()`.

    Its inputs are a, b, …, and at least one value is used more than once. The same seed and size
    give the same graph in every process.

    Raises:
        DrawingError: seed or size is no whole number, or size is not from 2 to 12.

    >>> f = random_graph(seed=1, size=3)
    >>> print(Graph.of(f))
    graph of 3 operations on 3 inputs and 0 parameters: 1 sub, 1 add, 1 mul
    u = c - b
    v = c + u
    f = v * a
    return f
    """
    check_whole("seed", seed)
    check_whole("size", size)
    if not LEAST <= size <= MOST:
        raise DrawingError(f"size= is from {LEAST} to {MOST} operations, not {size}")
    rng = random.Random(f"{seed} {size}")
    largest, tries = LARGEST, 0
    while True:
        root = _drawn(rng, size)
        if _fits(root, largest):
            return root
        tries += 1
        if tries % TRIES == 0:
            largest *= 1.5


def check_whole(name: str, given: object) -> None:
    """An error unless an argument is a whole number."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise DrawingError(f"{name}= is a whole number such as {name}=3, not {given!r}")


def _drawn(rng: random.Random, size: int) -> Value:
    """The output of a graph in which everything is used: in the end, operations join the rest."""
    inputs = INPUTS[: min(len(INPUTS), 2 + size // 3)]
    known = [Value(float(rng.choice((-3, -2, -1, 1, 2, 3, 4, 5))), label=name) for name in inputs]
    unused = list(known)
    for left in range(size, 0, -1):
        joins = len(unused) > left
        first = rng.choice(unused)
        operands = [first]
        if not joins and rng.random() < _UNARY_SHARE:
            (operation,) = rng.choices(_UNARY, _UNARY_WEIGHTS)
        else:
            operands.append(rng.choice([v for v in (unused if joins else known) if v is not first]))
            rng.shuffle(operands)
            (operation,) = rng.choices(_BINARY, _BINARY_WEIGHTS)
        known.append(operation(*operands))
        unused = [v for v in unused if all(v is not one for one in operands)] + known[-1:]
    root = known[-1]
    graph = Graph.of(root)
    for i, name in zip(graph.computed, NAMES, strict=False):
        graph.values[i].label = name
    root.label = OUTPUT
    root.backward()
    return root


def _fits(root: Value, largest: float) -> bool:
    """True for a graph that is worth an exercise: small numbers, a fan-out, and nothing at a kink.

    Of the inputs at most one has the gradient 0, and one alone the largest.
    """
    graph = Graph.of(root)
    data = {i: value.data for i, value in graph.values.items()}
    slopes = sorted(abs(graph.values[i].grad) for i in graph.leaves)
    uses = Counter(p for parents in graph.parents.values() for p in parents)
    off = [i for i in data if graph.made[i] == "relu" and data[graph.parents[i][0]] < 0.0]
    ties = [i for i in data if len({data[p] for p in graph.parents[i]}) < len(graph.parents[i])]
    numbers = [abs(n) for value in graph.values.values() for n in (value.data, value.grad)]
    return bool(
        max(uses.values()) > 1
        and max(numbers) <= largest
        and {"mul", "power"} & {*graph.made.values()}
        and slopes[1] > 0.0
        and slopes[-1] > slopes[-2]
        and [i for i in data if data[i] == 0.0] == off
        and not any(graph.made[i] == "maximum" for i in ties)
    )

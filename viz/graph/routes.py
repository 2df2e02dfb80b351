"""The paths from one value to another: how many, which, and what their local gradients give.

The derivative ∂L/∂w is the sum, over the paths from w to L, of the products of the local
gradients along each (document 003, section 1.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd import Value
from viz.errors import DrawingError
from viz.graph.flow import bypassed, places, sends
from viz.graph.outline import Outline, chosen
from viz.operation_text import DIRECT, derivative
from viz.text import number, shorten

MOST_PATHS = 6
MOST_FACTORS = 12
"""Paths, and factors of one, that are written out."""


@dataclass(frozen=True)
class Route:
    """All paths from one value to another.

    Attributes:
        start, stop: the names of the two.
        on: the numbers of the values on some path, in order.
        count: how many paths there are, exactly.
        total: the sum over the paths of the products of local gradients, ∂stop/∂start.
        products: for few paths, each as (the derivatives from stop to start, their numbers).
        ends: the numbers of the two.
    """

    start: str
    stop: str
    on: tuple[int, ...]
    count: int
    total: float
    products: tuple[tuple[tuple[str, ...], tuple[float, ...]], ...]
    ends: tuple[int, int]

    def notes(self, *, symbols: bool = True) -> list[str]:
        """The caption: the product on each path, with `symbols` if asked, and their sum."""
        target = derivative(shorten(self.stop), shorten(self.start))
        if not self.products:
            return [
                f"{_count(self.count)} paths from {shorten(self.start)} to {shorten(self.stop)}: "
                f"the products of the local gradients on them add up to {target} = "
                f"{number(self.total)}"
            ]
        lines = [_product(names if symbols else (), factors) for names, factors in self.products]
        direct = [f"∂⁺: {DIRECT}"] * any("∂⁺" in line for line in lines)
        if len(lines) == 1:
            return [f"{target} = {lines[0]}"]
        parts = [number(math.prod(factors)) for _, factors in self.products]
        added = " + ".join(f"({part})" if part.startswith("−") else part for part in parts)
        total = f"{target} = {added} = {number(self.total)}, the sum over {self.count} paths"
        return [*(f"path {k}: {line}" for k, line in enumerate(lines, start=1)), total, *direct]


def _count(count: int) -> str:
    """`count` in full, or its size where it has too many digits to be read."""
    digits = int(count.bit_length() * math.log10(2))
    return f"{count:,}" if digits < 30 else f"about 10^{digits}"


def _product(symbols: tuple[str, ...], factors: tuple[float, ...]) -> str:
    if not factors:
        return "1"
    texts = [number(x) for x in factors]
    numbers = " · ".join(f"({t})" if t.startswith("−") else t for t in _shortened(texts))
    written = f"{' · '.join(symbols)} = " if 1 < len(symbols) <= MOST_FACTORS else ""
    result = f" = {number(math.prod(factors))}" if len(factors) > 1 else ""
    return f"{written}{numbers}{result}"


def _shortened(texts: list[str]) -> list[str]:
    if len(texts) <= MOST_FACTORS:
        return texts
    half = MOST_FACTORS // 2
    return [*texts[:half], f"… {len(texts) - 2 * half:,} more …", *texts[-half:]]


def find_route(graph: Outline, path: tuple[Value | str, Value | str]) -> Route:
    """The paths from `path[0]` to `path[1]`.

    Raises:
        DrawingError: these are no two values of the graph, or there is no path.

    >>> from viz.graph.outline import outline
    >>> x = Value(3.0, label="x")
    >>> find_route(outline(x * x + x), ("x", "x")).count
    1
    >>> root = x * x + x
    >>> route = find_route(outline(root), (x, root))
    >>> route.count, route.total
    (3, 7.0)
    """
    start, stop = _ends(graph, path)
    operands = _between(graph, start, stop)
    if not operands:
        raise DrawingError(
            f"path= goes from a value to one computed from it; {graph.names[stop]} does not "
            f"depend on {graph.names[start]}"
        )
    counts = {start: 1}
    for i in list(operands)[1:]:
        counts[i] = sum(counts[use.parent] for use in operands[i])
    few = counts[stop] <= MOST_PATHS
    return Route(
        start=graph.names[start],
        stop=graph.names[stop],
        on=tuple(operands),
        count=counts[stop],
        total=_total(operands, stop),
        products=tuple(_products(graph, operands, start, stop)) if few else (),
        ends=(start, stop),
    )


def _ends(graph: Outline, path: tuple[Value | str, Value | str]) -> tuple[int, int]:
    if not isinstance(path, (tuple, list)) or len(path) != 2:
        raise DrawingError(f"path= is a pair (w, L) of Values or labels, not {path!r:.60}")
    found = []
    for one in path:
        hits = chosen(graph.order, [one], "path")
        if len(hits) > 1:
            raise DrawingError(
                f"path= {one!r} is the label of {len(hits)} values; give the Value itself"
            )
        found.append(next(i for i, v in enumerate(graph.order, start=1) if v is hits[0]))
    return found[0], found[1]


class Use(NamedTuple):
    """An operand on a path: its value, the local gradient there, and which use of it that is."""

    parent: int
    local: float
    place: int


Operands = dict[int, tuple[Use, ...]]


def _operands(graph: Outline, i: int) -> tuple[Use, ...]:
    """The parents of value i that it takes messages to."""
    value, parents = graph.value(i), graph.parents[i]
    found = map(Use, parents, value.local_gradients, places(parents))
    return tuple(use for use in found if sends(value, use.local))


def _between(graph: Outline, start: int, stop: int) -> Operands:
    """The values on paths from `start` to `stop` in order, each with its operands on them."""
    below = {start}
    for i in range(start + 1, stop + 1):
        if any(p in below for p in graph.parents[i]):
            below.add(i)
    above: Operands = {stop: ()} if stop in below else {}
    for i in range(stop, start, -1):
        if i in above:
            above[i] = tuple(use for use in _operands(graph, i) if use.parent in below)
            above.update((use.parent, ()) for use in above[i])
    return dict(sorted(above.items())) if start in above else {}


def _total(operands: Operands, stop: int) -> float:
    """∂stop/∂start, backwards through the values between them."""
    grad = dict.fromkeys(operands, 0.0)
    grad[stop] = 1.0
    for i in reversed(operands):
        for parent, local, _ in operands[i]:
            grad[parent] += grad[i] * local
    return next(iter(grad.values()))


def _products(
    graph: Outline, operands: Operands, start: int, stop: int
) -> list[tuple[tuple[str, ...], tuple[float, ...]]]:
    """Every path, from `stop` back to `start`, with the derivatives along it.

    A path is linked to the one that it continues, so that long ones are not copied at each step.
    """
    below = {i: [use.parent for use in uses] for i, uses in operands.items()}
    direct = bypassed(below, ((i, p) for i, several in below.items() for p in several))
    found = []
    waiting: list[tuple[int, str, float, Any]] = [(stop, "", 0.0, None)]
    while waiting:
        link = waiting.pop()
        i = link[0]
        if i == start:
            steps = [*_unlinked(link)][-2::-1]
            found.append((tuple(name for name, _ in steps), tuple(local for _, local in steps)))
        for parent, local, place in reversed(operands[i]):
            ends = shorten(graph.names[i]), shorten(graph.names[parent])
            symbol = derivative(*ends, use=place, direct=(i, parent) in direct)
            waiting.append((parent, symbol, local, link))
    return found


def _unlinked(link: Any) -> Iterator[tuple[str, float]]:
    while link is not None:
        _, symbol, local, link = link
        yield symbol, local

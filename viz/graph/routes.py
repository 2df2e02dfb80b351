"""The paths from one value to another: how many, which, and what their local gradients give.

The derivative ∂L/∂w is the sum, over the paths from w to L, of the products of the local
gradients along each (Lei's notes, section 1.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograd import Graph, Value, Wire
from viz.errors import DrawingError
from viz.graph.direct import bypassed
from viz.graph.given import chosen, names_in_figures
from viz.text import DIRECT, derivative, number, shorten

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
        named: whether every value on these paths has a name, not just `v25`.
    """

    start: str
    stop: str
    on: tuple[int, ...]
    count: int
    total: float
    products: tuple[tuple[tuple[str, ...], tuple[float, ...]], ...]
    ends: tuple[int, int]
    named: bool

    def notes(self, *, symbols: bool = True) -> list[str]:
        """The caption: the product on each path, with `symbols` if asked, and their sum.

        Symbols are left out where a value has no name: ∂v25/∂v24 would say nothing.
        """
        symbols = symbols and self.named
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


def find_route(graph: Graph, path: tuple[Value | str, Value | str]) -> Route:
    """The paths from `path[0]` to `path[1]`.

    Raises:
        DrawingError: these are no two values of the graph, or there is no path.

    >>> x = Value(3.0, label="x")
    >>> root = x * x + x
    >>> route = find_route(Graph.of(root), (x, root))
    >>> route.count, route.total
    (3, 7.0)
    """
    start, stop = _ends(graph, path)
    names, wires = names_in_figures(graph), _between(graph, start, stop)
    if not wires:
        raise DrawingError(
            f"path= goes from a value to one computed from it; {names[stop]} does not "
            f"depend on {names[start]}"
        )
    counts = {start: 1}
    for i in [*wires][1:]:
        counts[i] = sum(counts[wire.source] for wire in wires[i])
    few = counts[stop] <= MOST_PATHS
    return Route(
        start=names[start],
        stop=names[stop],
        on=tuple(wires),
        count=counts[stop],
        total=_total(wires, stop),
        products=tuple(_products(names, wires, start, stop)) if few else (),
        ends=(start, stop),
        named=all(names[i] != f"v{i}" for i in wires),
    )


def _ends(graph: Graph, path: tuple[Value | str, Value | str]) -> tuple[int, int]:
    if not isinstance(path, (tuple, list)) or len(path) != 2:
        raise DrawingError(f"path= is a pair (w, L) of Values or labels, not {path!r:.60}")
    found = []
    for one in path:
        hits = chosen([one], graph, "path")
        if len(hits) > 1:
            raise DrawingError(
                f"path= {one!r} is the label of {len(hits)} values; give the Value itself"
            )
        found += hits
    return found[0], found[1]


Wires = dict[int, list[Wire]]
"""Values in order, with the wires into them."""


def _between(graph: Graph, start: int, stop: int) -> Wires:
    """The values on paths from `start` to `stop`, with the wires of these paths."""
    below = {start}
    for i in range(start + 1, stop + 1):
        if not below.isdisjoint(graph.parents[i]):
            below.add(i)
    found: Wires = {stop: []} if stop in below else {}
    for i in range(stop, start, -1):
        if i in found:
            wires = graph.wires(i, known=True)
            found[i] = [wire for wire in wires if wire.taken and wire.source in below]
            found.update((wire.source, []) for wire in found[i])
    return dict(sorted(found.items())) if start in found else {}


def _total(wires: Wires, stop: int) -> float:
    """∂stop/∂start, backwards through the values between them."""
    grad = dict.fromkeys(wires, 0.0)
    grad[stop] = 1.0
    for i in reversed(wires):
        for wire in wires[i]:
            grad[wire.source] += grad[i] * wire.local
    return next(iter(grad.values()))


def _products(
    names: dict[int, str], wires: Wires, start: int, stop: int
) -> Iterator[tuple[tuple[str, ...], tuple[float, ...]]]:
    """Every path, from `stop` back to `start`, with the derivatives along it.

    A path is linked to the one that it continues, so that long ones are not copied at each step.
    """
    below = {i: [wire.source for wire in into] for i, into in wires.items()}
    direct = bypassed(below, ((i, p) for i, several in below.items() for p in several))
    waiting: list[tuple[int, str, float, Any]] = [(stop, "", 0.0, None)]
    while waiting:
        link = waiting.pop()
        i = link[0]
        if i == start:
            steps = [*_unlinked(link)][-2::-1]
            yield tuple(name for name, _ in steps), tuple(local for _, local in steps)
        for wire in reversed(wires[i]):
            ends = shorten(names[i]), shorten(names[wire.source])
            symbol = derivative(*ends, use=wire.use, direct=(i, wire.source) in direct)
            waiting.append((wire.source, symbol, wire.local, link))


def _unlinked(link: Any) -> Iterator[tuple[str, float]]:
    while link is not None:
        _, symbol, local, link = link
        yield symbol, local

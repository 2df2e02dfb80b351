"""Parts of a file: a program's lines for its value, its gradient and its Jacobian."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from autograd.program.loops.gradients import gradient_graph, has_loops
from autograd.program.loops.needed import needed
from autograd.program.standalone.layout import Layout, span
from autograd.program.straight.lines import Straight, Sweep, straight
from autograd.program.tracing.graph import TracedGraph


class Parts(NamedTuple):
    """The lines of a program, for each of its functions that a file has.

    Attributes:
        gradient: None for several outputs, and where there is nothing to differentiate by.
        jacobian, everything: None unless they are asked for.
    """

    layout: Layout
    value: Straight
    gradient: Straight | None
    jacobian: Straight | None
    everything: Straight | None

    @property
    def outputs(self) -> int:
        """The count of numbers that the function gives."""
        return len(self.value.outputs)

    def comment(self) -> Iterator[str]:
        """Lines for the head of a file: what it holds, and the layout of its arrays."""
        layout, wanted = self.layout, ""
        if self.gradient or self.jacobian:
            names = [layout.named(*place) for place in layout.wanted]
            wanted = f", differentiated by {span(names)}: {len(names)} in this order"
        yield f"{layout.name}: {_count(self.outputs, 'number')}{wanted}."
        yield from layout.lines()


def parts_of(
    graph: TracedGraph,
    layout: Layout,
    wanted: Callable[[int], bool],
    *,
    jacobian: bool,
    everything: bool,
) -> Parts:
    """The parts of a file for a graph, with gradients for the `wanted` blocks."""
    values = straight(needed(graph), wanted)
    every = range(len(values.outputs))
    return Parts(
        layout,
        values,
        _differentiated(graph, wanted, [0]) if layout.wanted and len(every) == 1 else None,
        _differentiated(graph, wanted, every) if jacobian else None,
        straight(graph, lambda _: True, [0], everything=True) if everything else None,
    )


def _differentiated(
    graph: TracedGraph, wanted: Callable[[int], bool], places: Sequence[int]
) -> Straight:
    """The lines of values and gradients; those of a graph with loops all go forward."""
    if not has_loops(graph):
        return straight(graph, wanted, places)
    blocks = [*dict.fromkeys(o.block for o in graph.origins if wanted(o.block))]
    lines = straight(gradient_graph(graph, blocks, places), wanted)
    values, size, origins = len(graph.outputs), len(lines.wanted), graph.origins
    in_order = sorted(lines.wanted, key=lambda v: (blocks.index(origins[v].block), origins[v]))
    rows = {leaf: row for row, leaf in enumerate(in_order)}
    sweeps = []
    for start in range(values, values + size * len(places), size or 1):
        found = tuple(lines.outputs[start + rows[leaf]] for leaf in lines.wanted)
        sweeps.append(Sweep(0.0, [], found))
    return lines._replace(outputs=lines.outputs[:values], sweeps=sweeps)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def wrapped(texts: Iterable[str], indent: str = "    ") -> list[str]:
    """Texts one after the other with commas, in lines of a page's width."""
    return textwrap.wrap(
        ", ".join(texts), 99, initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip

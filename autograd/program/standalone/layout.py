"""Layout: the order, names and sizes of a file's inputs and parameters."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from autograd.program.standalone.names import identifiers
from autograd.program.tracing.arguments import Block
from autograd.program.tracing.graph import TracedGraph
from autograd.value import Value

Place = tuple[str, int]
"""A number in "inputs" or in "parameters"."""


class Layout(NamedTuple):
    """The numbers that the functions of a file are given.

    Attributes:
        name: of the function.
        inputs: names of the numbers of all arguments, one argument after the other.
        parameters: names of the parameters.
        numbers: those that the parameters had when the file was written.
        leaves: for each leaf of the graph the array it is in, and its place there.
        indices: the inputs that are indices of `take`.
        wanted: the arrays and places that gradients are for, in order.
    """

    name: str
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    numbers: tuple[float, ...]
    leaves: tuple[Place, ...]
    indices: frozenset[int]
    wanted: tuple[Place, ...]

    def named(self, array: str, place: int) -> str:
        """The name of a number in one of the two arrays."""
        return (self.inputs if array == "inputs" else self.parameters)[place]

    def lines(self) -> Iterator[str]:
        """The layout of inputs and parameters, line by line, in ASCII."""
        yield from _table("inputs", self.inputs, self.indices)
        yield from _table("parameters", self.parameters, frozenset())


def layout_of(
    graph: TracedGraph,
    function: Callable[..., Any],
    parameters: Sequence[Value],
    wanted: Callable[[int], bool],
    name: str,
) -> Layout:
    """The layout of a traced function.

    Args:
        wanted: True for the blocks that gradients are for (−1: the parameters).
        name: of the function, an identifier.
    """
    texts = _texts(graph.blocks, _names_of_arguments(function))
    labels = [(text, f"x{i}") for i, text in enumerate(texts)]
    count = len(labels)
    labels += [(p.label, f"p{i}") for i, p in enumerate(parameters)]
    found = tuple(identifiers(labels, [name]))
    starts = np.cumsum([0, *(block.size for block in graph.blocks)]).tolist()
    places = [
        [("inputs", i) for i in range(start, start + block.size)]
        for start, block in zip(starts, graph.blocks, strict=False)
    ]
    places.append([("parameters", i) for i in range(len(parameters))])  # which is block −1
    differentiated = [*range(len(graph.blocks)), -1]
    return Layout(
        name,
        found[:count],
        found[count:],
        tuple(float(p.data) for p in parameters),
        tuple(places[leaf.block][leaf.element] for leaf in graph.origins),
        frozenset(i for b in graph.indices for _, i in places[b]),
        tuple(
            place
            for b in differentiated
            if wanted(b) and b not in graph.indices
            for place in places[b]
        ),
    )


def _names_of_arguments(function: Callable[..., Any]) -> list[str]:
    """The names of the arguments that can be given by position."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of a function that is written in C
        return []
    return [p.name for p in parameters if p.kind in kinds]


def _texts(blocks: Sequence[Block], names: Sequence[str]) -> Iterator[str]:
    """A text for every number of the arguments, such as x[2][0]."""
    for block in blocks:
        i = block.argument
        start = block.path.removeprefix("argument ")
        if start.startswith(str(i)):
            start = (names[i] if i < len(names) else f"x{i}") + start.removeprefix(str(i))
        for place in np.ndindex(block.shape or ()):
            yield start + "".join(f"[{i}]" for i in place)


def _table(array: str, names: Sequence[str], indices: frozenset[int]) -> Iterator[str]:
    """A line for each group of names that differ in their numbers alone."""
    if not names:
        yield f"{array}: none"

    def kind(item: tuple[int, str]) -> tuple[str, bool]:
        return re.sub(r"[_\d]+$", "", item[1]), item[0] in indices

    for (_, is_index), group in groupby(enumerate(names), key=kind):
        places, found = zip(*group, strict=True)
        place = str(places[0]) if len(places) == 1 else f"{places[0]}..{places[-1]}"
        note = " (a whole number from 0; any other gives nan)" if is_index else ""
        yield f"{array}[{place}]: {span(found)}{note}"


def span(names: Sequence[str]) -> str:
    """A few names; of many, the first and the last."""
    return ", ".join(names) if len(names) < 4 else f"{names[0]}, {names[1]}, ..., {names[-1]}"

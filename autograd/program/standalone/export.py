"""Export: a traced program written to a file that stands alone, in the language of its suffix."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograd.errors import ArgumentError
from autograd.files import write_file
from autograd.program.loops.gradients import has_loops
from autograd.program.standalone.arrays import Arrays, write_arrays
from autograd.program.standalone.c import write_c
from autograd.program.standalone.javascript import write_javascript
from autograd.program.standalone.layout import layout_of
from autograd.program.standalone.names import identifier
from autograd.program.standalone.parts import parts_of
from autograd.program.standalone.python import write_python
from autograd.program.tracing.graph import TracedGraph
from autograd.program.tracing.options import ByDefault
from autograd.value import Value

SUFFIXES = (".c", ".py", ".js")


def export(
    path: str | os.PathLike[str],
    graph: TracedGraph,
    function: Callable[..., Any],
    parameters: Sequence[Value],
    chosen: Sequence[int] | None,
    *,
    name: str | None,
    jacobian: bool,
    straight: bool,
    everything: bool,
    reduce: str | None,
) -> Path:
    """Write a traced function to a file; see `Program.export`.

    Args:
        chosen: the arguments that gradients are for; None for the parameters.
        reduce: how array statements put the examples of a batch together; see `compile`.
    """
    suffix = _suffix(path)
    if everything and (suffix != ".js" or len(graph.outputs) != 1):
        raise ArgumentError(
            "everything=True is for JavaScript (.js), of a function that returns one number"
        )
    if everything and has_loops(graph):
        raise ArgumentError(
            "everything=True gives a number to every value, and the values of a loop (scan) are "
            "others in every step; write the steps with for"
        )
    for block in graph.indices:
        if graph.blocks[block].argument in (chosen or ()):
            raise ArgumentError(
                f"{graph.blocks[block].path} is an index of take, which has no gradient; choose "
                "other argnums"
            )

    def wanted(block: int) -> bool:
        if block < 0 or chosen is None:
            return block < 0 and chosen is None
        return graph.blocks[block].argument in chosen

    layout = layout_of(graph, function, parameters, wanted, _name(name, function))
    if jacobian and not layout.wanted:
        raise ArgumentError(
            "a Jacobian needs something to differentiate by, and the function closes over no "
            "Values; for that by its arguments, write compile(f, argnums=0)"
        )
    parts = parts_of(graph, layout, wanted, jacobian=jacobian, everything=everything)
    if suffix == ".c":
        text = write_c(parts)
    elif suffix == ".js":
        text = write_javascript(parts)
    elif straight or has_loops(graph):
        text = write_python(parts)
    else:
        text = write_arrays(parts, Arrays(graph, wanted, _reduction(reduce, chosen)))
    return write_file(path, text.encode())


def _reduction(reduce: str | None, chosen: Sequence[int] | None) -> str | None:
    """The way examples are put together; unless it was said, not for gradients by arguments."""
    return None if chosen is not None and isinstance(reduce, ByDefault) else reduce


def _suffix(path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        given = f"{suffix!a:.40}" if suffix else "no suffix"
        raise ArgumentError(
            "a program is exported to a file of C (.c), Python (.py) or JavaScript (.js), by the "
            f"suffix of its path; this one has {given}: write program.export('f.c')"
        )
    return suffix


def _name(name: str | None, function: Callable[..., Any]) -> str:
    """The name of the function: what is given, or an identifier like its own."""
    if name is None:
        own = str(getattr(function, "__name__", ""))
        return (identifier(own) if own.isidentifier() else "") or "f"
    if not (isinstance(name, str) and name.isascii() and name.isidentifier()):
        raise ArgumentError(
            f"name= is what the functions of C begin with, such as 'loss'; {name!a:.60} is none"
        )
    return name

"""A module: the LLVM text of a program, and the sizes of what it works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograd.program.native.driver import NO_PIECES, WHOLE, BatchText, after, before
from autograd.program.native.instructions import Instructions
from autograd.program.native.mathematics import Functions, Lanes
from autograd.program.native.text import SegmentText


class Row(NamedTuple):
    """An input that each example has: an element of a block of so many."""

    block: int
    element: int
    size: int


class Module(NamedTuple):
    """LLVM text, and the count of numbers in its frames."""

    text: str
    work: int
    operations: int


def module(
    found: Instructions, rows: Sequence[Row], kind: str, lanes: Lanes,
    is_offered: Callable[[str], bool],
) -> Module:  # fmt: skip
    """The module of some instructions, for numbers of a kind (float or double)."""
    functions = Functions(kind, lanes, is_offered)
    width = lanes.width if rows else 1
    first = SegmentText("before", found.before.code, 1, functions, loops=found.before.loops)
    each = SegmentText(
        "each", found.each.code if rows else (), width, functions,
        len(rows) + found.results, found.results, found.each.loops if rows else (),
    )  # fmt: skip
    last = SegmentText("after", found.after.code if rows else (), 1, functions)
    batch = BatchText(each, kind, len(rows), found.results, found.added)
    segments = (first, each, last)
    chunks = [text for segment in segments for text in segment.functions_text]
    text = "\n".join(
        [
            *_constants(rows),
            *chunks,
            *(batch.functions if rows else [NO_PIECES]),
            before(first, kind),
            after(last, kind, found.added),
            WHOLE,
            *functions.declared.values(),
            _ATTRIBUTES,
        ]
    )
    work = width * (each.slots + 2 * found.added) + max(first.slots, last.slots)
    return Module(text, work, sum(len(segment.code) for segment in segments))


_ATTRIBUTES = """attributes #0 = { nounwind "min-legal-vector-width"="512" }
attributes #1 = { nounwind willreturn memory(none) }
attributes #2 = { nounwind noinline optnone "min-legal-vector-width"="512" }"""
"""Of chunks, of functions that are called, and of the driver: it takes 6 ms less to compile when
it is left as it stands, and runs as fast."""


def _constants(rows: Sequence[Row]) -> list[str]:
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    return [
        f"@row_{name} = internal constant [{len(rows)} x i64] "
        f"[{', '.join(f'i64 {x}' for x in column)}]"
        for name, column in zip(Row._fields, columns, strict=True)
    ]

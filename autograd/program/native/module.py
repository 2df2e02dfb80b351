"""A module: the LLVM text of a program, and the sizes of what it works on.

`before(ctx, work)` computes what the examples share, `pieces(ctx, first, last, work)` runs pieces
of the batch, each with sums of its own, and `after(ctx, pieces, work)` adds those up in their order
and finishes the gradient. So the result is the same for any number of threads. `whole` is the three
in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import Template
from typing import NamedTuple

from autograd.program.native.batch import batch
from autograd.program.native.instructions import Instructions
from autograd.program.native.mathematics import Functions, Lanes
from autograd.program.native.text import SegmentText, literal

FIELDS = ("n", "in", "theta", "kept", "res", "stride", "partials", "piece", "sums", "grad")
"""The fields of a context, 64 bits each: counts, and addresses. Two more hold the seeds."""


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
    before = SegmentText("before", found.before.code, 1, functions)
    each = SegmentText(
        "each", found.each.code if rows else (), width, functions,
        len(rows) + found.results, found.results,
    )  # fmt: skip
    after = SegmentText("after", found.after.code if rows else (), 1, functions)
    segments = (before, each, after)
    chunks = [text for segment in segments for text in segment.functions_text]
    text = "\n".join(
        [
            *_constants(rows),
            *chunks,
            *batch(
                width,
                kind,
                "\n".join(_fields(kind)),
                each.calls,
                rows=len(rows),
                results=found.results,
                added=found.added,
                slots=each.slots,
            ),
            _around("before", before, kind),
            _after(after, kind, found.added),
            _WHOLE,
            *functions.declared.values(),
            _ATTRIBUTES,
        ]
    )
    work = width * (each.slots + 2 * found.added) + max(before.slots, after.slots)
    return Module(text, work, sum(len(segment.code) for segment in segments))


_ATTRIBUTES = """attributes #0 = { nounwind "min-legal-vector-width"="512" }
attributes #1 = { nounwind willreturn memory(none) }"""

_AFTER = Template("""define void @after(ptr %ctx, i64 %pieces, ptr %frame) {
$fields
  br label %sums_head
sums_head:
  %a = phi i64 [0, %0], [%a_next, %sum_done]
  %more = icmp ult i64 %a, $added
  br i1 %more, label %sum, label %out
sum:
  %p = phi i64 [0, %sums_head], [%p_next, %sum_next]
  %s = phi $kind [$zero, %sums_head], [%s_next, %sum_next]
  %going = icmp ult i64 %p, %pieces
  br i1 %going, label %sum_next, label %sum_done
sum_next:
  %row = mul i64 %p, $added
  %place = add i64 %row, %a
  %from = getelementptr $kind, ptr %partials, i64 %place
  %x = load $kind, ptr %from
  %s_next = fadd $kind %s, %x
  %p_next = add i64 %p, 1
  br label %sum
sum_done:
  %to = getelementptr $kind, ptr %sums, i64 %a
  store $kind %s, ptr %to
  %a_next = add i64 %a, 1
  br label %sums_head
out:
$calls
  ret void
}""")

_WHOLE = """define void @whole(ptr %ctx, i64 %pieces, ptr %work) {
  call void @before(ptr %ctx, ptr %work)
  call void @pieces(ptr %ctx, i64 0, i64 %pieces, ptr %work)
  call void @after(ptr %ctx, i64 %pieces, ptr %work)
  ret void
}"""


def _constants(rows: Sequence[Row]) -> list[str]:
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    return [
        f"@row_{name} = internal constant [{len(rows)} x i64] "
        f"[{', '.join(f'i64 {x}' for x in column)}]"
        for name, column in zip(Row._fields, columns, strict=True)
    ]


def _fields(kind: str) -> list[str]:
    """Lines that load a context."""
    lines = []
    for i, name in enumerate(FIELDS):
        is_count = name in ("n", "stride", "piece")
        lines += [
            f"  %at_{name} = getelementptr i64, ptr %ctx, i64 {i}",
            f"  %{name} = load {'i64' if is_count else 'ptr'}, ptr %at_{name}",
        ]
    for i, name in enumerate(("seed", "all"), start=len(FIELDS)):
        lines += [
            f"  %at_{name} = getelementptr double, ptr %ctx, i64 {i}",
            f"  %double_{name} = load double, ptr %at_{name}",
            f"  %{name} = fptrunc double %double_{name} to float" if kind == "float"
            else f"  %{name} = fadd double %double_{name}, {literal(-0.0, kind)}",
        ]  # fmt: skip
    return lines


def _around(name: str, segment: SegmentText, kind: str) -> str:
    """A function that calls the chunks of a segment that runs once."""
    lines = [f"define void @{name}(ptr %ctx, ptr %frame) {{", *_fields(kind), segment.calls]
    return "\n".join([*lines, "  ret void", "}"])


def _after(segment: SegmentText, kind: str, added: int) -> str:
    return _AFTER.substitute(
        fields="\n".join(_fields(kind)), added=added, kind=kind, zero=literal(-0.0, kind),
        calls=segment.calls,
    )  # fmt: skip

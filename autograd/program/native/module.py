"""A module: the LLVM text of a program, and the sizes of what it works on.

`before(ctx, work)` computes what the examples share, `pieces(ctx, first, last, work)` runs pieces
of the batch, each with sums of its own, and `after(ctx, pieces, work)` adds those up in their order
and finishes the gradient. So the result is the same for any number of threads. `whole` is the three
in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograd.program.native.instructions import Instructions
from autograd.program.native.mathematics import Functions, Lanes, vector_type
from autograd.program.native.text import GIVEN, SegmentText, literal

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
            *_batch(width, kind, len(rows), found, each),
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
    return "\n".join(
        [
            "define void @after(ptr %ctx, i64 %pieces, ptr %frame) {",
            *_fields(kind),
            f"""  br label %sums_head
sums_head:
  %a = phi i64 [0, %0], [%a_next, %sum_done]
  %more = icmp ult i64 %a, {added}
  br i1 %more, label %sum, label %out
sum:
  %p = phi i64 [0, %sums_head], [%p_next, %sum_next]
  %s = phi {kind} [{literal(-0.0, kind)}, %sums_head], [%s_next, %sum_next]
  %going = icmp ult i64 %p, %pieces
  br i1 %going, label %sum_next, label %sum_done
sum_next:
  %row = mul i64 %p, {added}
  %place = add i64 %row, %a
  %from = getelementptr {kind}, ptr %partials, i64 %place
  %x = load {kind}, ptr %from
  %s_next = fadd {kind} %s, %x
  %p_next = add i64 %p, 1
  br label %sum
sum_done:
  %to = getelementptr {kind}, ptr %sums, i64 %a
  store {kind} %s, ptr %to
  %a_next = add i64 %a, 1
  br label %sums_head
out:""",
            segment.calls,
            "  ret void",
            "}",
        ]
    )


def _batch(width: int, kind: str, rows: int, found: Instructions, each: SegmentText) -> list[str]:
    if not rows:
        return ["define void @pieces(ptr %ctx, i64 %first, i64 %last, ptr %work) {\n  ret void\n}"]
    v = vector_type(kind, width)
    seeds = f"{kind} %seed, {kind} %all"
    lanes = range(width)
    clamped = "\n".join(
        f"  %a{j} = add i64 %i, {j}\n  %c{j} = icmp ult i64 %a{j}, %top\n"
        f"  %x{j} = select i1 %c{j}, i64 %a{j}, i64 %top"
        for j in lanes
    )
    gathered = "\n".join(
        f"  %m{j} = mul i64 %x{j}, %size\n  %o{j} = add i64 %m{j}, %element\n"
        f"  %g{j} = getelementptr {kind}, ptr %block, i64 %o{j}\n  %z{j} = load {kind}, ptr %g{j}\n"
        f"  %w{j} = insertelement {v} {f'%w{j - 1}' if j else 'poison'}, {kind} %z{j}, i32 {j}"
        for j in lanes
    )
    load = f"""define internal void @load(ptr %frame, ptr %in, i64 %i, i64 %n) {{
entry:
  %end = add i64 %i, {width}
  %full = icmp ule i64 %end, %n
  %top = sub i64 %n, 1
{clamped}
  br label %row
row:
  %r = phi i64 [0, %entry], [%next, %done]
  %at_b = getelementptr i64, ptr @row_block, i64 %r
  %b = load i64, ptr %at_b
  %at_e = getelementptr i64, ptr @row_element, i64 %r
  %element = load i64, ptr %at_e
  %at_s = getelementptr i64, ptr @row_size, i64 %r
  %size = load i64, ptr %at_s
  %at_block = getelementptr ptr, ptr %in, i64 %b
  %block = load ptr, ptr %at_block
  %to = getelementptr {v}, ptr %frame, i64 %r
  %single = icmp eq i64 %size, 1
  %quick = and i1 %single, %full
  br i1 %quick, label %vector, label %lanes
vector:
  %q = getelementptr {kind}, ptr %block, i64 %i
  %v = load {v}, ptr %q, align 8
  store {v} %v, ptr %to, align 8
  br label %done
lanes:
{gathered}
  store {v} %w{width - 1}, ptr %to, align 8
  br label %done
done:
  %next = add i64 %r, 1
  %more = icmp ult i64 %next, {rows}
  br i1 %more, label %row, label %out
out:
  ret void
}}"""
    examples = f"""define internal void @examples({GIVEN}, {seeds}, i64 %i, i64 %n, i64 %stride) {{
entry:
  call void @load(ptr %frame, ptr %in, i64 %i, i64 %n)
{each.calls}
  br label %head
head:
  %k = phi i64 [0, %entry], [%next, %copy]
  %more = icmp ult i64 %k, {found.results}
  br i1 %more, label %copy, label %out
copy:
  %slot = add i64 %k, {rows}
  %from = getelementptr {v}, ptr %frame, i64 %slot
  %x = load {v}, ptr %from, align 8
  %row = mul i64 %k, %stride
  %place = add i64 %row, %i
  %to = getelementptr {kind}, ptr %res, i64 %place
  store {v} %x, ptr %to, align 8
  %next = add i64 %k, 1
  br label %head
out:
  ret void
}}"""
    tree, last, half = [], "%total", width
    while half > 1:
        half //= 2
        inner = vector_type(kind, 2 * half)
        low = ", ".join(f"i32 {j}" for j in range(half))
        high = ", ".join(f"i32 {j}" for j in range(half, 2 * half))
        mask = f"<{half} x i32>"
        part = f"<{half} x {kind}>"
        tree += [
            f"  %low{half} = shufflevector {inner} {last}, {inner} poison, {mask} <{low}>",
            f"  %high{half} = shufflevector {inner} {last}, {inner} poison, {mask} <{high}>",
            f"  %s{half} = fadd {part} %low{half}, %high{half}",
        ]
        last = f"%s{half}"
    nothing = f"splat ({kind} {literal(-0.0, kind)})"
    numbers = ", ".join(f"i64 {j}" for j in lanes)
    size = 8 if kind == "double" else 4
    pieces = f"""define void @pieces(ptr %ctx, i64 %first, i64 %last, ptr %frame) {{
entry:
{chr(10).join(_fields(kind))}
  %main = getelementptr i8, ptr %frame, i64 {each.slots * width * size}
  %tail = getelementptr i8, ptr %frame, i64 {(each.slots + found.added) * width * size}
  br label %pieces_head
pieces_head:
  %p = phi i64 [%first, %entry], [%p_next, %piece_done]
  %has_piece = icmp ult i64 %p, %last
  br i1 %has_piece, label %piece_begin, label %out
piece_begin:
  %start = mul i64 %p, %piece
  %full_end = add i64 %start, %piece
  %is_short = icmp ult i64 %n, %full_end
  %end = select i1 %is_short, i64 %n, i64 %full_end
  br label %clear_head
clear_head:
  %z = phi i64 [0, %piece_begin], [%z_next, %clear]
  %clears = icmp ult i64 %z, {2 * found.added}
  br i1 %clears, label %clear, label %examples_head
clear:
  %at_z = getelementptr {v}, ptr %main, i64 %z
  store {v} {nothing}, ptr %at_z, align 8
  %z_next = add i64 %z, 1
  br label %clear_head
examples_head:
  %i = phi i64 [%start, %clear_head], [%i_next, %full]
  %i_next = add i64 %i, {width}
  %fits = icmp ule i64 %i_next, %end
  br i1 %fits, label %full, label %rest_head
full:
  call void @examples(ptr %frame, ptr %in, ptr %theta, ptr %kept, ptr %main, ptr %res, ptr %grad, {seeds}, i64 %i, i64 %n, i64 %stride)
  br label %examples_head
rest_head:
  %rest = sub i64 %end, %i
  %has_rest = icmp ugt i64 %rest, 0
  br i1 %has_rest, label %few, label %reduce
few:
  call void @examples(ptr %frame, ptr %in, ptr %theta, ptr %kept, ptr %tail, ptr %res, ptr %grad, {seeds}, i64 %i, i64 %n, i64 %stride)
  br label %reduce
reduce:
  %rest_one = insertelement <{width} x i64> poison, i64 %rest, i32 0
  %rest_all = shufflevector <{width} x i64> %rest_one, <{width} x i64> poison, <{width} x i32> zeroinitializer
  %counts = icmp ult <{width} x i64> <{numbers}>, %rest_all
  %sums_row = mul i64 %p, {found.added}
  br label %sum_head
sum_head:
  %a = phi i64 [0, %reduce], [%a_next, %sum]
  %has_sum = icmp ult i64 %a, {found.added}
  br i1 %has_sum, label %sum, label %piece_done
sum:
  %at_main = getelementptr {v}, ptr %main, i64 %a
  %of_main = load {v}, ptr %at_main, align 8
  %at_tail = getelementptr {v}, ptr %tail, i64 %a
  %of_tail = load {v}, ptr %at_tail, align 8
  %counted = select <{width} x i1> %counts, {v} %of_tail, {v} {nothing}
  %total = fadd {v} %of_main, %counted
{chr(10).join(tree)}
  %lane = extractelement <1 x {kind}> {last}, i32 0
  %sum_place = add i64 %sums_row, %a
  %to_partial = getelementptr {kind}, ptr %partials, i64 %sum_place
  store {kind} %lane, ptr %to_partial
  %a_next = add i64 %a, 1
  br label %sum_head
piece_done:
  %p_next = add i64 %p, 1
  br label %pieces_head
out:
  ret void
}}"""  # noqa: E501
    return [load, examples, pieces]

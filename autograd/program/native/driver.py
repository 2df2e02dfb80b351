"""The functions that run chunks over a batch, as LLVM text.

`before(ctx, work)` computes what the examples share, `pieces(ctx, first, last, work)` runs pieces
of the batch, each with sums of its own, and `after(ctx, pieces, work)` adds those up in their order
and finishes the gradient. So the result is the same for any number of threads. `whole` is the three
in turn. What is left of a batch runs on whole vectors, too: its last example fills them up, and
does not count in the sums.
"""

from __future__ import annotations

from autograd.program.native.mathematics import vector_type
from autograd.program.native.text import GIVEN, SegmentText, literal

FIELDS = ("n", "in", "theta", "kept", "res", "stride", "partials", "piece", "totals", "grad")
"""The fields of a context, 64 bits each: counts, and addresses. Two more hold the seeds."""
_COUNTS = {"n", "stride", "piece"}

WHOLE = """define void @whole(ptr %ctx, i64 %pieces, ptr %work) #2 {
  call void @before(ptr %ctx, ptr %work)
  call void @pieces(ptr %ctx, i64 0, i64 %pieces, ptr %work)
  call void @after(ptr %ctx, i64 %pieces, ptr %work)
  ret void
}"""
NO_PIECES = "define void @pieces(ptr %ctx, i64 %first, i64 %last, ptr %work) #2 {\n  ret void\n}"


def fields(kind: str) -> str:
    """Lines that load a context."""
    lines = []
    for i, name in enumerate(FIELDS):
        lines += [
            f"  %at_{name} = getelementptr i64, ptr %ctx, i64 {i}",
            f"  %{name} = load {'i64' if name in _COUNTS else 'ptr'}, ptr %at_{name}",
        ]
    for i, name in enumerate(("seed", "all"), start=len(FIELDS)):
        lines += [
            f"  %at_{name} = getelementptr double, ptr %ctx, i64 {i}",
            f"  %double_{name} = load double, ptr %at_{name}",
            f"  %{name} = fptrunc double %double_{name} to float" if kind == "float"
            else f"  %{name} = fadd double %double_{name}, {literal(-0.0, kind)}",
        ]  # fmt: skip
    return "\n".join(lines)


def before(segment: SegmentText, kind: str) -> str:
    """The function that computes what the examples share."""
    return f"""define void @before(ptr %ctx, ptr %frame) #2 {{
{fields(kind)}
{segment.calls("%totals")}
  ret void
}}"""


def after(segment: SegmentText, kind: str, added: int) -> str:
    """The function that adds up the sums of all pieces, and finishes the gradient."""
    return f"""define void @after(ptr %ctx, i64 %pieces, ptr %frame) #2 {{
{fields(kind)}
  %only = icmp eq i64 %pieces, 1
  %count = select i1 %only, i64 0, i64 {added}
  %sums = select i1 %only, ptr %partials, ptr %totals
  br label %sums_head
sums_head:
  %a = phi i64 [0, %0], [%a_next, %sum_done]
  %more = icmp ult i64 %a, %count
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
out:
{segment.calls()}
  ret void
}}"""


class BatchText:
    """The functions that run the examples of a batch: so many rows of inputs, on vectors."""

    def __init__(self, each: SegmentText, kind: str, rows: int, results: int, added: int) -> None:
        self._each, self._kind, self._width = each, kind, each.width
        self._rows, self._results, self._added = rows, results, added
        self._vector = vector_type(kind, each.width)
        self._seeds = f"{kind} %seed, {kind} %all"

    @property
    def functions(self) -> list[str]:
        """Their definitions."""
        return [self._load(), self._examples(), self._reduce(), self._pieces()]

    def _load(self) -> str:
        """Put the inputs of some examples into the frame, beyond the last its own again."""
        kind, v = self._kind, self._vector
        clamped, gathered = [], []
        for j in range(self._width):
            clamped += [
                f"  %a{j} = add i64 %i, {j}",
                f"  %c{j} = icmp ult i64 %a{j}, %top",
                f"  %x{j} = select i1 %c{j}, i64 %a{j}, i64 %top",
            ]
            before = f"%w{j - 1}" if j else "poison"
            gathered += [
                f"  %m{j} = mul i64 %x{j}, %size",
                f"  %o{j} = add i64 %m{j}, %element",
                f"  %g{j} = getelementptr {kind}, ptr %block, i64 %o{j}",
                f"  %z{j} = load {kind}, ptr %g{j}",
                f"  %w{j} = insertelement {v} {before}, {kind} %z{j}, i32 {j}",
            ]
        return "\n".join(
            [
                "define internal void @load(ptr %frame, ptr %in, i64 %i, i64 %n) #2 {",
                "entry:",
                f"  %end = add i64 %i, {self._width}",
                "  %full = icmp ule i64 %end, %n",
                "  %top = sub i64 %n, 1",
                *clamped,
                "  br label %row",
                self._row(),
                *gathered,
                f"  store {v} %w{self._width - 1}, ptr %to, align 8",
                "  br label %done",
                "done:",
                "  %next = add i64 %r, 1",
                f"  %more = icmp ult i64 %next, {self._rows}",
                "  br i1 %more, label %row, label %out",
                "out:",
                "  ret void",
                "}",
            ]
        )

    def _row(self) -> str:
        """The place of one row; as a vector, if its examples lie side by side."""
        v = self._vector
        return f"""row:
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
  %q = getelementptr {self._kind}, ptr %block, i64 %i
  %v = load {v}, ptr %q, align 8
  store {v} %v, ptr %to, align 8
  br label %done
lanes:"""

    def _examples(self) -> str:
        """Run the chunks for some examples, and put their results into the table."""
        v = self._vector
        which = f"{self._seeds}, i64 %i, i64 %n, i64 %stride"
        return f"""define internal void @examples({GIVEN}, {which}) #2 {{
entry:
  call void @load(ptr %frame, ptr %in, i64 %i, i64 %n)
{self._each.calls()}
  br label %head
head:
  %k = phi i64 [0, %entry], [%next, %copy]
  %more = icmp ult i64 %k, {self._results}
  br i1 %more, label %copy, label %out
copy:
  %slot = add i64 %k, {self._rows}
  %from = getelementptr {v}, ptr %frame, i64 %slot
  %x = load {v}, ptr %from, align 8
  %row = mul i64 %k, %stride
  %place = add i64 %row, %i
  %to = getelementptr {self._kind}, ptr %res, i64 %place
  store {v} %x, ptr %to, align 8
  %next = add i64 %k, 1
  br label %head
out:
  ret void
}}"""

    def _reduce(self) -> str:
        """Add up the lanes of all sums: those of whole vectors, and so many of the last one."""
        kind, v, width = self._kind, self._vector, self._width
        numbers = ", ".join(f"i64 {j}" for j in range(width))
        same = f"<{width} x i64> poison, <{width} x i32> zeroinitializer"
        tree, last = self._tree("%total")
        given = "ptr %main, ptr %tail, ptr %partials, i64 %rest"
        return f"""define internal void @reduce({given}) #2 {{
entry:
  %one = insertelement <{width} x i64> poison, i64 %rest, i32 0
  %all = shufflevector <{width} x i64> %one, {same}
  %counts = icmp ult <{width} x i64> <{numbers}>, %all
  br label %head
head:
  %a = phi i64 [0, %entry], [%next, %sum]
  %more = icmp ult i64 %a, {self._added}
  br i1 %more, label %sum, label %out
sum:
  %at_main = getelementptr {v}, ptr %main, i64 %a
  %of_main = load {v}, ptr %at_main, align 8
  %at_tail = getelementptr {v}, ptr %tail, i64 %a
  %of_tail = load {v}, ptr %at_tail, align 8
  %counted = select <{width} x i1> %counts, {v} %of_tail, {v} {self._nothing}
  %total = fadd {v} %of_main, %counted
{tree}
  %lane = extractelement <1 x {kind}> {last}, i32 0
  %to = getelementptr {kind}, ptr %partials, i64 %a
  store {kind} %lane, ptr %to
  %next = add i64 %a, 1
  br label %head
out:
  ret void
}}"""

    @property
    def _nothing(self) -> str:
        """−0 in every lane, to which −0 can be added."""
        return f"splat ({self._kind} {literal(-0.0, self._kind)})"

    def _tree(self, last: str) -> tuple[str, str]:
        """Lines that add up the lanes of a vector, halves first; the name of the sum."""
        lines, half = [], self._width
        while half > 1:
            half //= 2
            inner, part = vector_type(self._kind, 2 * half), f"<{half} x {self._kind}>"
            for name, start in (("low", 0), ("high", half)):
                places = ", ".join(f"i32 {j}" for j in range(start, start + half))
                operands = f"{inner} {last}, {inner} poison, <{half} x i32> <{places}>"
                lines.append(f"  %{name}{half} = shufflevector {operands}")
            lines.append(f"  %s{half} = fadd {part} %low{half}, %high{half}")
            last = f"%s{half}"
        return "\n".join(lines), last

    def _pieces(self) -> str:
        """Run pieces of the batch."""
        size = self._width * (8 if self._kind == "double" else 4)
        slots, v = self._each.slots, self._vector
        rest = "ptr %res, ptr %grad"
        call = "call void @examples(ptr %frame, ptr %in, ptr %theta, ptr %kept, ptr"
        which = f"{self._seeds}, i64 %i, i64 %n, i64 %stride"
        return f"""define void @pieces(ptr %ctx, i64 %first, i64 %last, ptr %frame) #2 {{
entry:
{fields(self._kind)}
  %main = getelementptr i8, ptr %frame, i64 {slots * size}
  %tail = getelementptr i8, ptr %frame, i64 {(slots + self._added) * size}
  br label %head
head:
  %p = phi i64 [%first, %entry], [%p_next, %reduce]
  %has_piece = icmp ult i64 %p, %last
  br i1 %has_piece, label %begin, label %out
begin:
  %start = mul i64 %p, %piece
  %full_end = add i64 %start, %piece
  %is_short = icmp ult i64 %n, %full_end
  %end = select i1 %is_short, i64 %n, i64 %full_end
  br label %clear_head
clear_head:
  %z = phi i64 [0, %begin], [%z_next, %clear]
  %clears = icmp ult i64 %z, {2 * self._added}
  br i1 %clears, label %clear, label %examples_head
clear:
  %at_z = getelementptr {v}, ptr %main, i64 %z
  store {v} {self._nothing}, ptr %at_z, align 8
  %z_next = add i64 %z, 1
  br label %clear_head
examples_head:
  %i = phi i64 [%start, %clear_head], [%i_next, %full]
  %i_next = add i64 %i, {self._width}
  %fits = icmp ule i64 %i_next, %end
  br i1 %fits, label %full, label %rest_head
full:
  {call} %main, {rest}, {which})
  br label %examples_head
rest_head:
  %rest = sub i64 %end, %i
  %has_rest = icmp ugt i64 %rest, 0
  br i1 %has_rest, label %few, label %reduce
few:
  {call} %tail, {rest}, {which})
  br label %reduce
reduce:
  %row = mul i64 %p, {self._added}
  %to = getelementptr {self._kind}, ptr %partials, i64 %row
  call void @reduce(ptr %main, ptr %tail, ptr %to, i64 %rest)
  %p_next = add i64 %p, 1
  br label %head
out:
  ret void
}}"""

"""Functions that run the chunks of a segment over a batch, as LLVM text."""

from __future__ import annotations

from string import Template

from autograd.program.native.mathematics import vector_type
from autograd.program.native.text import GIVEN, literal

_CLAMPED = Template("""  %a$j = add i64 %i, $j
  %c$j = icmp ult i64 %a$j, %top
  %x$j = select i1 %c$j, i64 %a$j, i64 %top""")
_GATHERED = Template("""  %m$j = mul i64 %x$j, %size
  %o$j = add i64 %m$j, %element
  %g$j = getelementptr $kind, ptr %block, i64 %o$j
  %z$j = load $kind, ptr %g$j
  %w$j = insertelement $v $before, $kind %z$j, i32 $j""")
_LOAD = Template("""define internal void @load(ptr %frame, ptr %in, i64 %i, i64 %n) {
entry:
  %end = add i64 %i, $width
  %full = icmp ule i64 %end, %n
  %top = sub i64 %n, 1
$clamped
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
  %to = getelementptr $v, ptr %frame, i64 %r
  %single = icmp eq i64 %size, 1
  %quick = and i1 %single, %full
  br i1 %quick, label %vector, label %lanes
vector:
  %q = getelementptr $kind, ptr %block, i64 %i
  %v = load $v, ptr %q, align 8
  store $v %v, ptr %to, align 8
  br label %done
lanes:
$gathered
  store $v %w$last, ptr %to, align 8
  br label %done
done:
  %next = add i64 %r, 1
  %more = icmp ult i64 %next, $rows
  br i1 %more, label %row, label %out
out:
  ret void
}""")
_EXAMPLES = Template("""define internal void @examples($given, i64 %i, i64 %n, i64 %stride) {
entry:
  call void @load(ptr %frame, ptr %in, i64 %i, i64 %n)
$calls
  br label %head
head:
  %k = phi i64 [0, %entry], [%next, %copy]
  %more = icmp ult i64 %k, $results
  br i1 %more, label %copy, label %out
copy:
  %slot = add i64 %k, $rows
  %from = getelementptr $v, ptr %frame, i64 %slot
  %x = load $v, ptr %from, align 8
  %row = mul i64 %k, %stride
  %place = add i64 %row, %i
  %to = getelementptr $kind, ptr %res, i64 %place
  store $v %x, ptr %to, align 8
  %next = add i64 %k, 1
  br label %head
out:
  ret void
}""")
_PIECES = Template("""define void @pieces(ptr %ctx, i64 %first, i64 %last, ptr %frame) {
entry:
$fields
  %main = getelementptr i8, ptr %frame, i64 $main
  %tail = getelementptr i8, ptr %frame, i64 $tail
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
  %clears = icmp ult i64 %z, $both
  br i1 %clears, label %clear, label %examples_head
clear:
  %at_z = getelementptr $v, ptr %main, i64 %z
  store $v $nothing, ptr %at_z, align 8
  %z_next = add i64 %z, 1
  br label %clear_head
examples_head:
  %i = phi i64 [%start, %clear_head], [%i_next, %full]
  %i_next = add i64 %i, $width
  %fits = icmp ule i64 %i_next, %end
  br i1 %fits, label %full, label %rest_head
full:
  call void @examples($to_main, i64 %i, i64 %n, i64 %stride)
  br label %examples_head
rest_head:
  %rest = sub i64 %end, %i
  %has_rest = icmp ugt i64 %rest, 0
  br i1 %has_rest, label %few, label %reduce
few:
  call void @examples($to_tail, i64 %i, i64 %n, i64 %stride)
  br label %reduce
reduce:
  %rest_one = insertelement <$width x i64> poison, i64 %rest, i32 0
  %rest_all = shufflevector <$width x i64> %rest_one, <$width x i64> poison, $zeros
  %counts = icmp ult <$width x i64> <$numbers>, %rest_all
  %sums_row = mul i64 %p, $added
  br label %sum_head
sum_head:
  %a = phi i64 [0, %reduce], [%a_next, %sum]
  %has_sum = icmp ult i64 %a, $added
  br i1 %has_sum, label %sum, label %piece_done
sum:
  %at_main = getelementptr $v, ptr %main, i64 %a
  %of_main = load $v, ptr %at_main, align 8
  %at_tail = getelementptr $v, ptr %tail, i64 %a
  %of_tail = load $v, ptr %at_tail, align 8
  %counted = select <$width x i1> %counts, $v %of_tail, $v $nothing
  %total = fadd $v %of_main, %counted
  %lane = call $kind @llvm.vector.reduce.fadd.v$width$short($kind $zero, $v %total)
  %sum_place = add i64 %sums_row, %a
  %to_partial = getelementptr $kind, ptr %partials, i64 %sum_place
  store $kind %lane, ptr %to_partial
  %a_next = add i64 %a, 1
  br label %sum_head
piece_done:
  %p_next = add i64 %p, 1
  br label %pieces_head
out:
  ret void
}
declare $kind @llvm.vector.reduce.fadd.v$width$short($kind, $v)""")
_NO_PIECES = """define void @pieces(ptr %ctx, i64 %first, i64 %last, ptr %work) {
  ret void
}"""


def batch(
    width: int, kind: str, fields: str, calls: str, *, rows: int, results: int, added: int,
    slots: int,
) -> list[str]:  # fmt: skip
    """The functions that load examples, run them and add up in pieces, in a fixed order.

    Args:
        fields: lines that load the context.
        calls: lines that call the chunks.
        rows, results, added: how many numbers of each example come in, go out and are added up.
        slots: how many vectors the chunks' frame has; sums of whole vectors lie behind it, then
            those of the last examples of a piece, which may be fewer than a vector has lanes.
    """
    if not rows:
        return [_NO_PIECES]
    v, lanes = vector_type(kind, width), range(width)
    given = f"{GIVEN}, {kind} %seed, {kind} %all"
    size = width * (8 if kind == "double" else 4)
    sizes = {"width": width, "kind": kind, "v": v, "rows": rows, "results": results, "added": added}
    zero = literal(-0.0, kind)
    gathered = [
        _GATHERED.substitute(sizes, j=j, before=f"%w{j - 1}" if j else "poison") for j in lanes
    ]
    return [
        _LOAD.substitute(
            sizes, clamped="\n".join(_CLAMPED.substitute(j=j) for j in lanes),
            gathered="\n".join(gathered), last=width - 1,
        ),
        _EXAMPLES.substitute(sizes, given=given, calls=calls),
        _PIECES.substitute(
            sizes, fields=fields, both=2 * added, main=slots * size, tail=(slots + added) * size,
            nothing=f"splat ({kind} {zero})", zero=zero, short="f64" if kind == "double" else "f32",
            to_main=given.replace("%sums", "%main"), to_tail=given.replace("%sums", "%tail"),
            numbers=", ".join(f"i64 {j}" for j in lanes), zeros=f"<{width} x i32> zeroinitializer",
        ),
    ]  # fmt: skip

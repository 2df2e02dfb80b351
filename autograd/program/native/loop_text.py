"""LLVM text of a loop: a function that runs the chunks of a step again and again."""

from __future__ import annotations

from typing import Any

from autograd.program.native.loops import Fill, Given, Repeated


class LoopText:
    """The function of a loop, and the part of the frame that it works on.

    Args:
        segment: in which it is.
        name: of the function.
        start: the first slot of its part of the frame.
    """

    def __init__(self, segment: Any, loop: Repeated, name: str, start: int) -> None:
        self.segment, self.loop, self.name, self.start = segment, loop, name, start
        ends = loop.leaves + loop.results
        self.step = type(segment)(
            f"{name}_", loop.body.code, segment.width, segment.functions, ends, loop.results,
            loop.body.loops,
        )  # fmt: skip
        self.own = start + self.step.slots
        self.results = self.own + loop.own
        self.end = self.results + loop.rows
        self._lines: list[str] = []

    def slot(self, store: int) -> int:
        """The slot that an argument of the loop's instruction is stored in."""
        leaves = self.loop.leaves
        return self.start + store if store < leaves else self.own + store - leaves

    def functions_text(self, operands: str, seeds: str) -> list[str]:
        """The definitions of its functions."""
        loop, kind = self.loop, self.segment.type
        for number, fill in enumerate(loop.fills):
            self._fill(number, fill)
        globals_text = [
            self._numbers(i, fill) for i, fill in enumerate(loop.fills) if fill.kind == "numbers"
        ]
        fills, self._lines = self._lines, []
        for given in loop.given:
            self._give(given)
        gives, self._lines = self._lines, []
        self._put_away()
        puts, self._lines = self._lines, []
        for i in range(loop.carried):
            self._copy(f"%l{i}", self._at("%frame", self.start + i), self.results + i)
        ends, self._lines = self._lines, []
        first, step = (loop.steps - 1, -1) if loop.backwards else (0, 1)
        last = -1 if loop.backwards else loop.steps
        text = f"""define internal void @{self.name}({operands}, {seeds}) #0 {{
entry:
  %body = getelementptr {kind}, ptr %frame, i64 {self.start}
  br label %before0
{chr(10).join(fills)}
before{len(loop.fills)}:
  br label %step
step:
  %t = phi i64 [{first}, %before{len(loop.fills)}], [%t_next, %step]
{chr(10).join(gives)}
{self.step.calls(frame="%body")}
{chr(10).join(puts)}
  %t_next = add i64 %t, {step}
  %ends = icmp eq i64 %t_next, {last}
  br i1 %ends, label %out, label %step
out:
{chr(10).join(ends)}
  ret void
}}"""
        return [*globals_text, *self.step.functions_text, text]

    # Copies

    def _at(self, pointer: str, slot: int | str) -> str:
        return f"getelementptr {self.segment.type}, ptr {pointer}, i64 {slot}"

    def _copy(self, name: str, address: str, slot: int | str, to: str = "%frame") -> None:
        kind = self.segment.type
        self._lines += [
            f"  {name}_from = {address}",
            f"  {name} = load {kind}, ptr {name}_from, align 8",
            f"  {name}_to = {self._at(to, slot)}",
            f"  store {kind} {name}, ptr {name}_to, align 8",
        ]

    def _number(self, name: str, first: int, size: int) -> str:
        """The number of a slot in step t: first + t · size."""
        self._lines += [
            f"  {name}_far = mul i64 %t, {size}",
            f"  {name}_slot = add i64 {name}_far, {first}",
        ]
        return f"{name}_slot"

    def _give(self, given: Given) -> None:
        """Copy what a step is given into its leaves."""
        for i in range(given.size):
            name = f"%g{given.leaf + i}"
            slot = self._number(name, self._first(given) + i, given.size)
            self._copy(name, self._at("%frame", slot), self.start + given.leaf + i)

    def _first(self, given: Given) -> int:
        if given.kind == "own":
            return self.own + given.start
        if given.kind == "input":
            return given.start
        return int(self.segment.loop_texts[given.of].results + given.start)

    def _put_away(self) -> None:
        """Copy the results of a step to where they stay, and the next carry into the leaves."""
        loop = self.loop
        for number, first, size in loop.stored:
            name = f"%r{number}"
            slot = self._number(name, self.results + first, size)
            self._copy(name, self._at("%body", loop.leaves + number), slot)
        for i in range(loop.carried):
            self._copy(f"%c{i}", self._at("%body", loop.leaves + i), self.start + i)

    # What lies elsewhere

    def _numbers(self, number: int, fill: Fill) -> str:
        kind = self.segment.kind
        numbers = ", ".join(f"{kind} {self.segment.literal(x)}" for x in fill.of)
        return f"@{self.name}_n{number} = internal constant [{fill.size} x {kind}] [{numbers}]"

    def _fill(self, number: int, fill: Fill) -> None:
        """A loop that copies numbers into the loop's own part of the frame."""
        segment, n = self.segment, number
        self._lines += [
            f"before{n}:",
            f"  br label %fill{n}",
            f"fill{n}:",
            f"  %j{n} = phi i64 [0, %before{n}], [%j{n}_next, %fill{n}]",
            f"  %p{n} = add i64 %j{n}, {self._from(fill)}",
        ]
        if fill.kind in ("input", "element"):
            self._lines += [
                f"  %q{n} = {self._at('%frame', f'%p{n}')}",
                f"  %x{n} = load {segment.type}, ptr %q{n}, align 8",
            ]
        else:
            self._lines += [
                *self._base(n, fill),
                f"  %q{n} = getelementptr {segment.kind}, ptr %b{n}, i64 %p{n}",
                f"  %s{n} = load {segment.kind}, ptr %q{n}",
                *self._spread(n),
            ]
        self._lines += [
            f"  %w{n} = add i64 %j{n}, {self.own + fill.to}",
            f"  %to{n} = {self._at('%frame', f'%w{n}')}",
            f"  store {segment.type} %x{n}, ptr %to{n}, align 8",
            f"  %j{n}_next = add i64 %j{n}, 1",
            f"  %more{n} = icmp ult i64 %j{n}_next, {fill.size}",
            f"  br i1 %more{n}, label %fill{n}, label %before{n + 1}",
        ]

    def _from(self, fill: Fill) -> int:
        if fill.kind == "element":
            return int(self.segment.loop_texts[fill.of].results + fill.start)
        return fill.start

    def _base(self, n: int, fill: Fill) -> list[str]:
        """Lines that find the array that numbers are copied from."""
        if fill.kind == "shared_input":
            return [
                f"  %a{n} = getelementptr ptr, ptr %in, i64 {fill.of}",
                f"  %b{n} = load ptr, ptr %a{n}",
            ]
        base = "%theta" if fill.kind == "parameter" else f"@{self.name}_n{n}"
        return [f"  %b{n} = getelementptr i8, ptr {base}, i64 0"]

    def _spread(self, n: int) -> list[str]:
        """Lines that put a number into every lane."""
        width, kind, vector = self.segment.width, self.segment.kind, self.segment.type
        if width == 1:
            return [f"  %x{n} = fadd {kind} %s{n}, {self.segment.literal(-0.0)}"]
        zeros = f"<{width} x i32> zeroinitializer"
        return [
            f"  %o{n} = insertelement {vector} poison, {kind} %s{n}, i32 0",
            f"  %x{n} = shufflevector {vector} %o{n}, {vector} poison, {zeros}",
        ]

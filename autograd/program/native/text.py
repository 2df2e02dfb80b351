"""LLVM text of instructions: chunks as functions."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from autograd.program.native.chunks import Chunk, chunks
from autograd.program.native.flat import Argument
from autograd.program.native.instructions import (
    CONDITIONS,
    LOADS,
    Instruction,
)
from autograd.program.native.loop_text import LoopText
from autograd.program.native.loops import Repeated
from autograd.program.native.mathematics import Functions, vector_type
from autograd.program.native.packs import packs

ARITHMETIC = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
COMPARED = {
    "less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge", "equal": "oeq",
    "not_equal": "une",
}  # fmt: skip
COMBINED = {"logical_and": "and", "logical_or": "or"}
OPERANDS = (
    "ptr noalias %frame, ptr noalias %in, ptr noalias %theta, ptr noalias %kept, "
    "ptr noalias %sums, ptr noalias %res, ptr noalias %grad"
)
GIVEN = OPERANDS.replace("noalias ", "")


def literal(x: float, kind: str) -> str:
    """A number, to the bit."""
    if kind == "float":
        with np.errstate(over="ignore"):
            x = float(np.float32(x))
    return f"0x{struct.unpack('<Q', struct.pack('<d', x))[0]:016X}"


class SegmentText:
    """A segment's chunks as functions.

    Args:
        name: that of the functions begins with it.
        first_slot: so many slots of the frame are for inputs and results.
    """

    def __init__(
        self, name: str, code: Sequence[Instruction], width: int, functions: Functions,
        first_slot: int = 0, results: int = 0, loops: Sequence[Repeated] = (),
    ) -> None:  # fmt: skip
        self.name, self.code, self.width, self.functions = name, code, width, functions
        self.kind = functions.kind
        self.type = vector_type(self.kind, width)
        self.bits = vector_type("i1", width)
        self.first_slot, self.results = first_slot, results
        self._chunks, slots = chunks(code)
        self.slots = first_slot + slots
        self.loop_texts: list[LoopText] = []
        for i, loop in enumerate(loops):
            self.loop_texts.append(LoopText(self, loop, f"{name}loop{i}", self.slots))
            self.slots = self.loop_texts[-1].end

    @property
    def functions_text(self) -> list[str]:
        """The definition of every loop and every chunk."""
        seeds = f"{self.kind} %seed, {self.kind} %all"
        loops = [text for loop in self.loop_texts for text in loop.functions_text(GIVEN, seeds)]
        return loops + [_ChunkText(self, i, chunk).text() for i, chunk in enumerate(self._chunks)]

    def literal(self, x: float) -> str:
        """A number of the segment's kind."""
        return literal(x, self.kind)

    def calls(self, sums: str = "%sums", frame: str = "%frame") -> str:
        """The calls of all chunks, in order, with these sums."""
        given = GIVEN.replace("%sums", sums).replace("%frame", frame)
        seeds = f"{self.kind} %seed, {self.kind} %all"
        return "\n".join(
            f"  call void @{self.name}{i}({given}, {seeds})" for i in range(len(self._chunks))
        )


class _ChunkText:
    def __init__(self, segment: SegmentText, number: int, chunk: Chunk) -> None:
        self.segment, self.number, self.chunk = segment, number, chunk
        self.type, self.kind, self.width = segment.type, segment.kind, segment.width
        self.lines: list[str] = []
        self.names: dict[int, str] = {}
        self.bools: set[int] = set()
        self._count = 0

    def text(self) -> str:
        segment, outgoing = self.segment, self.chunk.outgoing
        most = segment.functions.most if self.width == 1 else lambda op: 1
        for numbers in packs(segment.code, self.chunk, most):
            if len(numbers) == 1:
                self._write(numbers[0], segment.code[numbers[0]])
            else:
                self._write_pack(numbers)
            for i in numbers:
                if i in outgoing:
                    self._store(self.value(i), "%frame", self._slot(outgoing[i]))
        kind = self.kind
        head = f"define internal void @{self.segment.name}{self.number}({OPERANDS}, "
        return "\n".join(
            [f"{head}{kind} %seed, {kind} %all) #0 {{", *self.lines, "  ret void", "}"]
        )

    # Values

    def value(self, a: Argument) -> str:
        """A number, in every lane."""
        if isinstance(a, float):
            text = literal(a, self.kind)
            return text if self.width == 1 else f"splat ({self.kind} {text})"
        self._find(a)
        if a in self.bools:
            one, zero = self.value(1.0), self.value(0.0)
            return self._new(
                f"select {self.segment.bits} {self.names[a]}, {self.type} {one}, {self.type} {zero}"
            )
        return self.names[a]

    def condition(self, a: Argument) -> str:
        """A bool, in every lane."""
        if isinstance(a, float):
            text = "true" if a else "false"
            return text if self.width == 1 else f"splat (i1 {text})"
        self._find(a)
        if a in self.bools:
            return self.names[a]
        return self._new(f"fcmp une {self.type} {self.names[a]}, {self.value(0.0)}")

    def _find(self, a: int) -> None:
        """Load what another chunk has computed, or what is only loaded."""
        if a in self.names:
            return
        instruction = self.segment.code[a]
        if instruction.op in LOADS:
            self.names[a] = self._loaded(instruction)
        else:
            self.names[a] = self._load("%frame", self._slot(self.chunk.incoming[a]))

    def _loaded(self, instruction: Instruction) -> str:
        place = instruction.place
        match instruction.op:
            case "seed":
                return self._spread("%all" if place[0] else "%seed", self.width)
            case "input":
                return self._load("%frame", place[0])
            case "shared_input":
                pointer = self._new(f"getelementptr ptr, ptr %in, i64 {place[0]}")
                block = self._new(f"load ptr, ptr {pointer}")
                return self._spread(self._scalar(block, place[1]), self.width)
            case "parameter":
                return self._spread(self._scalar("%theta", place[0]), self.width)
            case "element":
                return self._load("%frame", self.segment.loop_texts[place[0]].results + place[1])
            case "shared":
                return self._spread(self._scalar("%kept", place[0]), self.width)
            case _:
                return self._scalar("%sums", place[0])

    # Lines

    def _write(self, i: int, instruction: Instruction) -> None:
        op, args, place = instruction
        if op == "loop":
            self._write_loop(self.segment.loop_texts[place[0]], args)
        elif op == "put" or (op == "result" and self.width > 1):
            slot = self.segment.first_slot - self.segment.results + place[0]
            self._store(self.value(args[0]), "%frame", slot)
        elif op == "add_up":
            address = self._new(f"getelementptr {self.type}, ptr %sums, i64 {place[0]}")
            before = self._new(f"load {self.type}, ptr {address}, align 8")
            total = self._new(f"fadd {self.type} {before}, {self.value(args[0])}")
            self.lines.append(f"  store {self.type} {total}, ptr {address}, align 8")
        elif op in ("result", "keep", "gradient"):
            to = {"result": "%res", "keep": "%kept", "gradient": "%grad"}[op]
            self._store(self.value(args[0]), to, place[0])
        else:
            self.names[i] = self._computed(op, args)
            if op in CONDITIONS:
                self.bools.add(i)

    def _write_loop(self, loop: LoopText, args: tuple[Argument, ...]) -> None:
        for store, value in zip(loop.loop.stores, args, strict=True):
            self._store(self.value(value), "%frame", loop.slot(store))
        self.lines.append(f"  call void @{loop.name}({GIVEN}, {self.kind} %seed, {self.kind} %all)")

    def _computed(self, op: str, args: tuple[Argument, ...]) -> str:
        kind, bits = self.type, self.segment.bits
        if op in COMBINED:
            x, y = map(self.condition, args)
            return self._new(f"{COMBINED[op]} {bits} {x}, {y}")
        if op == "logical_not":
            return self._new(f"xor {bits} {self.condition(args[0])}, {self.condition(1.0)}")
        if op == "where":
            condition, x, y = self.condition(args[0]), self.value(args[1]), self.value(args[2])
            return self._new(f"select {bits} {condition}, {kind} {x}, {kind} {y}")
        values = [*map(self.value, args)]
        if op in ARITHMETIC:
            return self._new(f"{ARITHMETIC[op]} {kind} {values[0]}, {values[1]}")
        if op in COMPARED:
            return self._new(f"fcmp {COMPARED[op]} {kind} {values[0]}, {values[1]}")
        if op == "negative":
            return self._new(f"fneg {kind} {values[0]}")
        name = self.segment.functions.name(op, self.width)
        found = self._new(f"call {kind} @{name}({', '.join(f'{kind} {v}' for v in values)})")
        return self._held(found, self.width) if op in ("sin", "cos") else found

    def _write_pack(self, numbers: list[int]) -> None:
        """Several calls of a function as one of vectors, which the first operand fills up."""
        op, code = self.segment.code[numbers[0]].op, self.segment.code
        width = self.segment.functions.pack_width(op, len(numbers))
        kind = vector_type(self.kind, width)
        operands = []
        for place in range(len(code[numbers[0]].args)):
            values = [self.value(code[i].args[place]) for i in numbers]
            vector = self._spread(values[0], width)
            for lane, x in enumerate(values[1:], start=1):
                inserted = f"insertelement {kind} {vector}, {self.kind} {x}, i32 {lane}"
                vector = self._new(inserted)
            operands.append(f"{kind} {vector}")
        name = self.segment.functions.name(op, width)
        found = self._new(f"call {kind} @{name}({', '.join(operands)})")
        if op in ("sin", "cos"):
            found = self._held(found, width)
        for lane, i in enumerate(numbers):
            self.names[i] = self._new(f"extractelement {kind} {found}, i32 {lane}")

    def _held(self, x: str, width: int) -> str:
        """A sine or cosine held in [−1, 1]: libmvec's cos is now and then 1 + 2e-16."""
        kind, bits = vector_type(self.kind, width), vector_type("i1", width)
        for beyond, number in (("ogt", 1.0), ("olt", -1.0)):
            one = literal(number, self.kind)
            bound = one if width == 1 else f"splat ({self.kind} {one})"
            is_beyond = self._new(f"fcmp {beyond} {kind} {x}, {bound}")
            x = self._new(f"select {bits} {is_beyond}, {kind} {bound}, {kind} {x}")
        return x

    def _slot(self, slot: int) -> int:
        return self.segment.first_slot + slot

    def _new(self, text: str) -> str:
        self._count += 1
        name = f"%t{self._count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def _scalar(self, pointer: str, place: int) -> str:
        address = self._new(f"getelementptr {self.kind}, ptr {pointer}, i64 {place}")
        return self._new(f"load {self.kind}, ptr {address}")

    def _spread(self, scalar: str, width: int) -> str:
        """A number in every lane of so many."""
        if width == 1:
            return scalar
        kind = vector_type(self.kind, width)
        one = self._new(f"insertelement {kind} poison, {self.kind} {scalar}, i32 0")
        zeros = f"<{width} x i32> zeroinitializer"
        return self._new(f"shufflevector {kind} {one}, {kind} poison, {zeros}")

    def _load(self, pointer: str, place: int) -> str:
        address = self._new(f"getelementptr {self.type}, ptr {pointer}, i64 {place}")
        return self._new(f"load {self.type}, ptr {address}, align 8")

    def _store(self, value: str, pointer: str, place: int) -> None:
        address = self._new(f"getelementptr {self.type}, ptr {pointer}, i64 {place}")
        self.lines.append(f"  store {self.type} {value}, ptr {address}, align 8")

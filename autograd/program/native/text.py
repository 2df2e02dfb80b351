"""LLVM text of instructions: chunks as functions, and what runs them over a batch."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from autograd.program.native.chunks import Chunk, chunks
from autograd.program.native.instructions import (
    CONDITIONS,
    LOADS,
    Argument,
    Instruction,
)
from autograd.program.native.mathematics import Functions, vector_type

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
        first_slot: int = 0, results: int = 0,
    ) -> None:  # fmt: skip
        self.name, self.code, self.width, self.functions = name, code, width, functions
        self.kind = functions.kind
        self.type = vector_type(self.kind, width)
        self.bits = vector_type("i1", width)
        self.first_slot, self.results = first_slot, results
        self._chunks, slots = chunks(code)
        self.slots = first_slot + slots

    @property
    def functions_text(self) -> list[str]:
        """The definition of every chunk."""
        return [_ChunkText(self, i, chunk).text() for i, chunk in enumerate(self._chunks)]

    @property
    def calls(self) -> str:
        """The calls of all chunks, in order."""
        seeds = f"{self.kind} %seed, {self.kind} %all"
        return "\n".join(
            f"  call void @{self.name}{i}({GIVEN}, {seeds})" for i in range(len(self._chunks))
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
        chunk = self.chunk
        for i in range(chunk.first, chunk.last):
            instruction = self.segment.code[i]
            if instruction.op not in LOADS:
                self._write(i, instruction)
                if i in chunk.outgoing:
                    self._store(self.value(i), "%frame", self._slot(chunk.outgoing[i]))
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
                return self._spread("%all" if place[0] else "%seed")
            case "input":
                return self._load("%frame", place[0])
            case "shared_input":
                pointer = self._new(f"getelementptr ptr, ptr %in, i64 {place[0]}")
                block = self._new(f"load ptr, ptr {pointer}")
                return self._spread(self._scalar(block, place[1]))
            case "parameter":
                return self._spread(self._scalar("%theta", place[0]))
            case "shared":
                return self._spread(self._scalar("%kept", place[0]))
            case _:
                return self._scalar("%sums", place[0])

    # Lines

    def _write(self, i: int, instruction: Instruction) -> None:
        op, args, place = instruction
        if op == "result" and self.width > 1:
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
        return self._held(found) if op in ("sin", "cos") else found

    def _held(self, x: str) -> str:
        """A sine or cosine held in [−1, 1]: libmvec's cos is now and then 1 + 2e-16."""
        for beyond, bound in (("ogt", self.value(1.0)), ("olt", self.value(-1.0))):
            is_beyond = self._new(f"fcmp {beyond} {self.type} {x}, {bound}")
            choice = f"{self.segment.bits} {is_beyond}, {self.type} {bound}, {self.type} {x}"
            x = self._new(f"select {choice}")
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

    def _spread(self, scalar: str) -> str:
        """A number in every lane."""
        if self.width == 1:
            return scalar
        one = self._new(f"insertelement {self.type} poison, {self.kind} {scalar}, i32 0")
        zeros = f"<{self.width} x i32> zeroinitializer"
        return self._new(f"shufflevector {self.type} {one}, {self.type} poison, {zeros}")

    def _load(self, pointer: str, place: int) -> str:
        address = self._new(f"getelementptr {self.type}, ptr {pointer}, i64 {place}")
        return self._new(f"load {self.type}, ptr {address}, align 8")

    def _store(self, value: str, pointer: str, place: int) -> None:
        address = self._new(f"getelementptr {self.type}, ptr {pointer}, i64 {place}")
        self.lines.append(f"  store {self.type} {value}, ptr {address}, align 8")

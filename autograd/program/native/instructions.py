"""Instructions: lines as single operations on numbered results, in three segments.

What all examples of a batch share is computed once, before them; messages to it are added up over
the examples, and sent on after them. So there are instructions that run `before`, for each of the
examples, and `after`. Without a batch, all of it runs before. Equal instructions of a segment are
one: value and slope of a sigmoid share their exponential.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from autograd.primitives.operations import COMPARISONS, LOGICAL, OPERATIONS
from autograd.program.native.flat import Argument, Flat, flattened
from autograd.program.native.loops import LoopWriter, Repeated
from autograd.program.straight.forms import Form
from autograd.program.straight.lines import Line, Name, Straight, Sweep
from autograd.program.straight.loops import LoopLine, array_of, arrays_in

CONDITIONS = frozenset((*COMPARISONS, *LOGICAL))
"""The operations whose results are bools."""
LOADS = frozenset(("parameter", "shared_input", "input", "shared", "total", "seed", "element"))


class Instruction(NamedTuple):
    """An elementary operation of arguments; or a load or store of a `place`."""

    op: str
    args: tuple[Argument, ...]
    place: tuple[int, ...] = ()


@dataclass
class Segment:
    """Instructions in order, and what is known under a name where they end."""

    code: list[Instruction] = field(default_factory=list)
    known: dict[str, Argument] = field(default_factory=dict)
    is_step: bool = False
    loops: list[Repeated] = field(default_factory=list)
    arrays: dict[str, int] = field(default_factory=dict)
    """The numbers of the loops, by the names of the arrays of their results."""
    _numbers: dict[Any, int] = field(default_factory=dict)

    def emit(self, op: str, args: tuple[Argument, ...], place: tuple[int, ...] = ()) -> Argument:
        """The result of an operation, which may have been computed before."""
        if not place and args and all(isinstance(a, float) for a in args):
            with np.errstate(all="ignore"):
                return float(OPERATIONS[op](*args))
        key = op, place, tuple([repr(a) if isinstance(a, float) else a for a in args])
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.code)
            self.code.append(Instruction(op, args, place))
        return found

    def forget_messages(self) -> None:
        """Forget what the values were sent in the sweep before."""
        self.known = {k: v for k, v in self.known.items() if k[0] not in "dr"}

    def store(self, op: str, value: Argument, place: tuple[int, ...]) -> None:
        """Store a result in a place."""
        self.code.append(Instruction(op, (value,), place))


@dataclass(frozen=True)
class Instructions:
    """A program's instructions.

    Attributes:
        before, each, after: the segments; `each` is for every example of a batch.
        kept: how many results of `before` the others read.
        added: how many sums over the examples there are.
        results: how many numbers each example has: outputs, then gradients of its own.
        gradient: how many numbers all examples share: the sum of their values, if it is wanted, and
            the gradient.
    """

    before: Segment
    each: Segment
    after: Segment
    kept: int
    added: int
    results: int
    gradient: int


def instructions(
    lines: Straight, batched: Sequence[bool], *, each: bool, total: bool
) -> Instructions:
    """The instructions of lines.

    Args:
        batched: for every leaf, True if each example has its own.
        each: gradients are wanted for each example, also by what they share.
        total: the sum of the examples' values is wanted, not each of them.
    """
    return _Writer(lines, batched, each, total).written()


class _Writer:
    def __init__(self, lines: Straight, batched: Sequence[bool], each: bool, total: bool) -> None:
        self.lines, self.is_each, self.is_total = lines, each, total
        self.own = {name for name, own in zip(lines.names, batched, strict=True) if own}
        self.before, self.after = Segment(), Segment()
        self.each = Segment() if self.own else self.before
        self.kept: dict[str, int] = {}
        self.added: dict[str, int] = {}
        self.results = self.entries = self.sums = 0
        self._flat: dict[Form, Flat] = {}
        self._leaves = dict(zip(lines.names, lines.graph.origins, strict=True))
        self._rows = {
            name: i for i, name in enumerate(name for name in lines.names if name in self.own)
        }

    def written(self) -> Instructions:
        if not self.own:
            self.after = self.before
        self._find_own()
        for line in self.lines.forward:
            own = not self.own.isdisjoint(target[0] for target in line.targets if target)
            self.write(self.each if own else self.before, line)
        outputs = self.lines.outputs
        if self.is_total:
            self._value(outputs[0])
            outputs = outputs[1:]
        for output in outputs:
            self._result(output)
        for sweep in self.lines.sweeps:
            self._sweep(sweep)
        return Instructions(
            self.before, self.each, self.after, len(self.kept), self.sums, self.results,
            self.entries,
        )  # fmt: skip

    def _find_own(self) -> None:
        """Find what each example has of its own; with a loop, those whose blocks it reads."""
        count = -1
        while count < len(self.own):
            count = len(self.own)
            for line in self.lines.forward:
                if not self.own.isdisjoint(arrays_in(line.read)):
                    self.own.update(target[0] for target in line.targets if target)
            for line in self.lines.forward:
                if isinstance(line, LoopLine) and line.target in self.own:
                    self.own.update(along.array for along in line.along if along.array)

    def _value(self, output: Name) -> None:
        """Add up the values of the examples: the first entry of what they share."""
        if not self.own:
            self._entry(self.find(self.each, output))
            return
        place = self._sum(self.find(self.each, output))
        self._entry(self.after.emit("total", (), (place,)))

    def _entry(self, value: Argument) -> None:
        self.after.store("gradient", value, (self.entries,))
        self.entries += 1

    # Backward

    def _sweep(self, sweep: Sweep) -> None:
        """The messages of each example's values first, then those of what the examples share."""
        lines = [line for line in sweep.lines if self._is_own(line)]
        later = [line for line in sweep.lines if not self._is_own(line)]
        asked = {name for line in later for name in line.operands}
        asked.update(name for name in sweep.gradients if isinstance(name, str))
        self.added.clear()
        for segment in (self.each, self.after):
            segment.forget_messages()
        if isinstance(sweep.start, str):
            start = self.each if self._is_own_message(sweep.start) else self.after
            place = 0 if start is self.each else 1
            start.known[sweep.start] = start.emit("seed", (), (place,))
        last = {target[0]: i for i, line in enumerate(lines) for target in line.targets if target}
        for i, line in enumerate(lines):
            self.write(self.each, line)
            for name in dict.fromkeys(target[0] for target in line.targets if target):
                if last[name] == i and name in asked and not self._is_own_message(name):
                    self._add_up(name)
        for line in later:
            self.write(self.after, line)
        for v, gradient in zip(self.lines.wanted, sweep.gradients, strict=True):
            if self.is_each or self.lines.names[v] in self.own:
                self._result(gradient)
            else:
                self._entry(self.find(self.after, gradient))

    def _is_own(self, line: Line | LoopLine) -> bool:
        """True if each example has its own messages of a line."""
        senders = [name for name in line.operands if isinstance(name, str) and name[0] == "d"]
        return self._is_own_message(senders[0])

    def _is_own_message(self, name: Name) -> bool:
        return isinstance(name, str) and (self.is_each or name[1:] in self.own) and bool(self.own)

    def _add_up(self, name: str) -> None:
        self.added[name] = self._sum(self.each.known.pop(name))

    def _sum(self, value: Argument) -> int:
        self.each.store("add_up", value, (self.sums,))
        self.sums += 1
        return self.sums - 1

    # Lines

    def write(self, segment: Segment, line: Line | LoopLine) -> None:
        """Add the operations of a line to a segment."""
        if isinstance(line, LoopLine):
            LoopWriter(self, segment, line).write()
            return
        if line.form not in self._flat:
            self._flat[line.form] = flattened(line.form)
        operations, results = self._flat[line.form]
        values = [self.find(segment, name) for name in line.operands]
        for op, refs in operations:
            args = tuple([values[r] if isinstance(r, int) else r for r in refs])
            values.append(segment.emit(op, args))
        for target, ref in zip(line.targets, results, strict=True):
            if target is not None:
                self._set(segment, target[0], values[ref] if isinstance(ref, int) else ref)

    def _set(self, segment: Segment, name: str, value: Argument) -> None:
        """Give a value its number; messages are added to those before, of the examples too."""
        if name[0] in "dr" and (name in segment.known or self._is_total(segment, name)):
            op = "add" if name[0] == "d" else "logical_or"
            value = segment.emit(op, (self.find(segment, name), value))
        segment.known[name] = value

    def _is_total(self, segment: Segment, name: str) -> bool:
        return segment is self.after and name in self.added

    def find(self, segment: Segment, name: Name) -> Argument:
        """The number of what has a name, loaded if it comes from elsewhere."""
        if isinstance(name, float):
            return name
        if name not in segment.known:
            segment.known[name] = self._load(segment, name)
        return segment.known[name]

    def place(self, segment: Segment, name: str) -> tuple[str, int, int]:
        """The place of a leaf among others: its kind, its number, and of which block."""
        leaf = self._leaves.get(name)
        if leaf is None or name in segment.known:
            return "", 0, 0
        if leaf.block < 0:
            return "parameter", leaf.element, 0
        if name in self._rows:
            return "input", self._rows[name], 0
        return "shared_input", leaf.element, leaf.block

    def _load(self, segment: Segment, name: str) -> Argument:
        element = array_of(name)
        if element is not None and element[0] in segment.arrays:
            return segment.emit("element", (), (segment.arrays[element[0]], element[1]))
        leaf = self._leaves.get(name)
        if leaf is not None:
            if leaf.block < 0:
                return segment.emit("parameter", (), (leaf.element,))
            if name in self._rows:
                return segment.emit("input", (), (self._rows[name],))
            return segment.emit("shared_input", (), leaf)
        if self._is_total(segment, name):
            total = segment.emit("total", (), (self.added[name],))
            return segment.emit("greater", (total, 0.0)) if name[0] == "r" else total
        if name[0] in "dr":  # a shared value that no example has sent anything
            return 0.0
        return segment.emit("shared", (), (self._keep(name),))

    def _keep(self, name: str) -> int:
        if name not in self.kept:
            self.kept[name] = len(self.kept)
            self.before.store("keep", self.find(self.before, name), (self.kept[name],))
        return self.kept[name]

    def _result(self, name: Name) -> None:
        self.each.store("result", self.find(self.each, name), (self.results,))
        self.results += 1

"""Functions of a file: lines of a graph printed in a language, cut where they are too long.

Compilers take quadratic time for long ones: GCC -O1 76 s for 10,000 nodes, and 8 s in pieces. What
several pieces need is kept in an array.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from autograd.program.standalone.language import Language
from autograd.program.standalone.layout import Layout
from autograd.program.standalone.loops import loop_lines
from autograd.program.standalone.templates import Templates
from autograd.program.straight.forms import Form
from autograd.program.straight.lines import Line, Lines, Name, Straight
from autograd.program.straight.loops import LoopLine, array_of, arrays_in

_ONE = Form(0, [1.0])


class Piece(NamedTuple):
    """A function that was cut off: its name, the arrays that it needs, and its lines."""

    title: str
    arrays: set[str]
    lines: list[str]


class Function:
    """A function of a file, printed part by part.

    Args:
        name: of the function, from which its pieces have theirs.
        used: where to note the functions that it calls.
        ends: the names that it returns; by default outputs and gradients.

    Attributes:
        pieces: what was cut off.
        shared: the places in the array `kept` of what several pieces need.
        kept_arrays: the first places there of the results of loops; `kept`: its size.
    """

    def __init__(
        self, language: Language, layout: Layout, lines: Straight, used: set[str], name: str,
        ends: Iterable[Name] | None = None,
    ) -> None:  # fmt: skip
        self.language, self.layout, self.straight, self.used = language, layout, lines, used
        self.title = name
        self.pieces: list[Piece] = []
        self._leaves = {name: leaf for leaf, name in enumerate(lines.names)}
        self._names = {
            prefix + name: prefix + layout.named(*layout.leaves[leaf])
            for name, leaf in self._leaves.items()
            for prefix in ("", "d")
        }
        self._parts: list[list[Lines]] = [[lines.forward]]
        self._parts += [[_from_start(sweep)] for sweep in lines.sweeps]
        gradients = (g for sweep in lines.sweeps for g in sweep.gradients)
        self._ends = {*lines.outputs, *gradients} if ends is None else {*ends}
        self.shared: dict[str, str] = {}
        self.kept_arrays: dict[str, int] = {}
        self.kept = 0
        self._is_cut = (
            sum(_size(line) for (part,) in self._parts for line in part) > language.longest
        )
        if self._is_cut:
            self._cut(int(language.longest))
        self._temporaries = 0
        self._templates = Templates(language, used)

    def name(self, name: Name) -> str:
        """The text of an operand."""
        if isinstance(name, float):
            return self.language.number(name)
        element = array_of(name)
        if element is not None:
            return self.at(element[0], str(element[1]))
        return self.shared.get(name) or self._names.get(name, name)

    def at(self, array: str, place: str) -> str:
        """The text of a place of an array of a loop's results."""
        first = self.kept_arrays.get(array)
        return f"{array}[{place}]" if first is None else f"kept[{place} + {first}]"

    def arrays(self, names: Iterable[Name]) -> set[str]:
        """The arrays in which some names are: "inputs", "parameters" and "kept"."""
        found = {self.layout.leaves[leaf][0] for leaf in self._read(names)}
        there = self.shared.keys() | self.kept_arrays.keys()
        return found | ({"kept"} if not there.isdisjoint(arrays_in([*names])) else set())

    @property
    def read(self) -> set[Name]:
        """The names that the function itself reads, without its pieces."""
        found = {*self._ends}
        if not self._is_cut:
            found |= {n for (part,) in self._parts for line in part for n in line.read}
        return found

    @property
    def stacked(self) -> int:
        """The count of numbers in arrays: of what is kept, and of loops."""
        loops = [x for parts in self._parts for part in parts for x in part]
        own = sum(x.size for x in loops if isinstance(x, LoopLine))
        return own + len(self.shared)

    def leaves(self, names: Iterable[Name]) -> list[str]:
        """Lines that set those of some names that are in the arrays."""
        found = []
        for leaf in self._read(names):
            array, place = self.layout.leaves[leaf]
            found.append(self._first(self.layout.named(array, place), f"{array}[{place}]"))
        return found

    def outputs(self) -> list[str]:
        """The outputs."""
        return [*map(self.name, self.straight.outputs)]

    def gradient(self, output: int = 0) -> list[str]:
        """The gradient of an output by all that is wanted; 0 by what it does not depend on."""
        leaves = (self.layout.leaves[leaf] for leaf in self.straight.wanted)
        found = dict(zip(leaves, self.straight.sweeps[output].gradients, strict=True))
        return [self.name(found.get(place, 0.0)) for place in self.layout.wanted]

    def part(self, number: int) -> list[str]:
        """The lines of the forward pass (0), or of the backward pass from an output (from 1)."""
        parts = self._parts[number]
        if not self._is_cut:
            return self.written(parts[0])
        first = len(self.pieces)
        for part in parts:
            names = {name for line in part for name in line.read}
            lines = [*self.leaves(names), *self.written(part)]
            names |= {target[0] for line in part for target in line.targets if target}
            title = f"{self.title}_part{len(self.pieces) + 1}"
            self.pieces.append(Piece(title, self.arrays(names), lines))
        return [self.language.piece.format(piece.title) for piece in self.pieces[first:]]

    def _read(self, names: Iterable[Name]) -> list[int]:
        return sorted(self._leaves[name] for name in names if name in self._leaves)

    def _cut(self, longest: int) -> None:
        """Cut the parts into pieces; a name in more than one of them gets a place in `kept`."""
        self._parts = [_pieces(part, longest) for (part,) in self._parts]
        met: dict[Name, int] = {}
        several: dict[Name, None] = {}
        pieces = [piece for parts in self._parts for piece in parts]
        for number, piece in enumerate(pieces):
            for line in piece:
                for name in (*line.read, *(target[0] for target in line.targets if target)):
                    if met.setdefault(name, number) != number:
                        several[name] = None
        several.update((name, None) for name in self._ends if name in met)
        loops = [x for piece in pieces for x in piece if isinstance(x, LoopLine)]
        there = {*self._leaves, *(loop.target for loop in loops)}
        names = [n for n in several if isinstance(n, str) and not {n, *arrays_in([n])} & there]
        self.shared = {name: f"kept[{i}]" for i, name in enumerate(names)}
        self.kept = len(names)
        for loop in loops:
            self.kept_arrays[loop.target] = self.kept
            self.kept += loop.loop.rows

    # Lines

    def written(self, lines: Sequence[Line | LoopLine]) -> list[str]:
        """The text of some lines."""
        changes = Counter(target[0] for line in lines for target in line.targets if target)
        defined = {*self.shared}
        return [text for line in lines for text in self._line(line, defined, changes)]

    def _line(
        self, line: Line | LoopLine, defined: set[str], changes: Counter[str]
    ) -> Iterator[str]:
        language = self.language
        if isinstance(line, LoopLine):
            yield from loop_lines(self, line)
            return
        temporaries, results = self._templates.of(line.form)
        names = [*map(self.name, line.operands)]
        for i, template in enumerate(temporaries, start=len(names)):
            if i in line.reads:
                self._temporaries += 1
                yield self._first(f"t{self._temporaries}", template.format(*names))
            names.append(f"t{self._temporaries}")
        for target, (template, is_condition) in zip(line.targets, results, strict=True):
            if target is None:
                continue
            (key, how), text = target, template.format(*names)
            name, is_mark = self.name(key), key.startswith("r")
            if is_condition and not is_mark:
                text = language.truth.format(text)
            if key not in defined:
                defined.add(key)
                first = language.constant if changes[key] == 1 else language.variable
                yield self._first(name, text, language.condition if is_mark else first)
            elif how == "or":
                yield language.either.format(name, text) + language.end
            else:
                yield f"{name} {how} {text}{language.end}"

    def _first(self, name: str, text: str, how: str | None = None) -> str:
        how = self.language.constant if how is None else how
        return f"{how}{name} = {text}{self.language.end}"


def _size(line: Line | LoopLine) -> int:
    """The count of what a line reads and writes, which is what compilers take their time for."""
    if isinstance(line, LoopLine):
        return len(line.read) + sum(map(_size, line.body))
    return len(line.form.temporaries) + len(line.operands) + len(line.targets)


def _pieces(lines: Lines, longest: int) -> list[Lines]:
    """Lines in pieces of about so large."""
    found: list[Lines] = []
    size = longest
    for line in lines:
        if size >= longest:
            found.append([])
            size = 0
        found[-1].append(line)
        size += _size(line)
    return found


def _from_start(sweep: Any) -> Lines:
    """The lines of a sweep, with one that sets what it starts from."""
    if not isinstance(sweep.start, str):
        return []
    return [Line(_ONE, (), ((sweep.start, "="),)), *sweep.lines]

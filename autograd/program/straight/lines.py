"""Lines: a graph as one operation after the other, forward and backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from autograd.graph import Operand, Step
from autograd.primitives.arithmetic import div
from autograd.primitives.primitive import Primitive
from autograd.primitives.reductions import dot_, mean, sum_
from autograd.program.logarithms import through_logarithms
from autograd.program.loops.loop import Element, Loop
from autograd.program.straight.forms import Form, placeholders
from autograd.program.straight.loops import Along, LoopLine
from autograd.program.straight.spelled import Spelled
from autograd.program.symbols import Expression, apply, chosen, sends_nothing
from autograd.program.tracing.graph import FROM_ZERO, TracedGraph

TERMS = 16
"""So many terms of a sum are added in one line."""
_SUMS = {sum_, mean, dot_, FROM_ZERO}
Name = str | float
"""The name of a value, or a constant."""
Target = tuple[str, str]
"""A name, and how it is set: "=", "+=", or "or" for a bool."""


class Line(NamedTuple):
    """A form of some operands, whose results are put into the targets (None: nobody asks)."""

    form: Form
    operands: tuple[Name, ...]
    targets: tuple[Target | None, ...]

    @property
    def reads(self) -> frozenset[int]:
        """The numbers of the operands, and of what is computed on the way, that it needs."""
        return self.form.reads(tuple([target is not None for target in self.targets]))

    @property
    def read(self) -> list[Name]:
        """The operands that it needs."""
        return [self.operands[i] for i in sorted(self.reads) if i < len(self.operands)]


Lines = list[Line | LoopLine]


class Sweep(NamedTuple):
    """The backward pass from one output: it sets `start`, if that is a name, to the seed first.

    Attributes:
        gradients: a name (or 0.0) for each wanted leaf.
    """

    start: Name
    lines: Lines
    gradients: tuple[Name, ...]


class Straight(NamedTuple):
    """A graph as lines.

    Attributes:
        names: of the leaves.
        wanted: the leaves that gradients are for, in order.
        sweeps: one for each output that is differentiated.
    """

    graph: TracedGraph
    names: tuple[str, ...]
    forward: Lines
    outputs: tuple[Name, ...]
    wanted: tuple[int, ...]
    sweeps: list[Sweep]


def straight(
    graph: TracedGraph,
    wanted: Callable[[int], bool],
    outputs: Sequence[int] = (),
    kind: Any = Spelled,
    *,
    everything: bool = False,
) -> Straight:
    """A graph as lines.

    Args:
        wanted: True for the blocks that gradients are for (−1: the parameters).
        outputs: the outputs, by their places, that are differentiated.
        kind: of symbols that primitives are read with.
        everything: with the lines of values and gradients that nothing depends on.
    """
    return _Writer(through_logarithms(graph), wanted, kind, everything).written(outputs)


class _Writer:
    def __init__(
        self, graph: TracedGraph, wanted: Callable[[int], bool], kind: Any, everything: bool,
        leaves: Sequence[Name] | None = None, numbers: Iterator[int] | None = None,
    ) -> None:  # fmt: skip
        """Names are given to the leaves by position, unless they have some; to others by number."""
        self.graph, self.kind, self.everything = graph, kind, everything
        self.names: list[Name] = [
            f"p{leaf.element}" if leaf.block < 0 else f"x{i}"
            for i, leaf in enumerate(graph.origins)
        ] if leaves is None else [*leaves]  # fmt: skip
        own = count(len(self.names)) if numbers is None else numbers
        for step in graph.steps:
            if isinstance(step.primitive, Element):
                self.names.append(f"{self._name(step.operands[0])}[{step.primitive.row}]")
            else:
                self.names.append(f"v{next(own)}")
        self._numbers = count(len(graph)) if numbers is None else numbers
        self.wanted = tuple(
            i
            for i, leaf in enumerate(graph.origins)
            if wanted(leaf.block) and leaf.block not in graph.indices
        )
        self.needs = set(self.wanted)
        for value, step in graph.computed.items():
            if not self.needs.isdisjoint(step.values):  # a constant 3.0 is not value 3
                self.needs.add(value)
        self._values: dict[Any, Form] = {}
        self._messages: dict[Any, Messages] = {}

    def written(self, outputs: Sequence[int]) -> Straight:
        graph = self.graph
        lines = self._lines()
        found = tuple(map(self._name, graph.outputs))
        sweeps, asked = [], set(found)
        for i in outputs:
            sweep = self._sweep(graph.outputs[i])
            read = set(sweep.gradients)
            sweeps.append(sweep._replace(lines=self._asked_for(sweep.lines, read)))
            asked |= read
        names = tuple(map(str, self.names[: len(graph.leaves)]))
        return Straight(graph, names, self._asked_for(lines, asked), found, self.wanted, sweeps)

    def _lines(self) -> Lines:
        steps = self.graph.computed.items()
        return [line for v, step in steps for line in self._line(v, step)]

    def _asked_for(self, lines: Lines, asked: set[Name]) -> Lines:
        """The lines that what is asked for depends on; what they read is asked for, too."""
        if self.everything:
            return lines
        found: Lines = []
        for line in reversed(lines):
            if isinstance(line, LoopLine):
                found.append(line)
                asked.update(line.read)
                continue
            targets = tuple(t if t and t[0] in asked else None for t in line.targets)
            if any(targets):
                found.append(line._replace(targets=targets))
                asked.update(found[-1].read)
        return found[::-1]

    def _name(self, v: Operand) -> Name:
        return v if isinstance(v, float) else self.names[v]

    # Forward

    def _line(self, value: int, step: Step) -> Iterator[Line | LoopLine]:
        primitive = step.primitive
        if isinstance(primitive, Element):
            return
        names, target = tuple(map(self._name, step.operands)), str(self.names[value])
        if isinstance(primitive, Loop):
            yield self._loop(target, primitive, step.operands)
        elif primitive in _SUMS and self.kind is Spelled:
            yield from self._sum(target, primitive, names)
        else:
            yield Line(self._form(primitive, len(names)), names, ((target, "="),))

    def _loop(self, target: str, loop: Loop, operands: tuple[Operand, ...]) -> LoopLine:
        """A loop; the names of its constants are those that they have outside."""
        names, numbers = [*map(self._name, operands)], self._numbers
        carry = tuple(f"v{next(numbers)}" for _ in range(loop.carried))
        along = []
        for source, span in zip(loop.sources, loop.spans, strict=True):
            leaves = tuple(f"v{next(numbers)}" for _ in range(source.size))
            if source.block is None:
                along.append(Along(leaves, tuple(names[span])))
                continue
            other: Any = self.graph.computed[int(operands[span.start])].primitive
            along.append(Along(leaves, (), str(names[span.start]), other.starts[source.block]))
        given = [leaf for one in along for leaf in one.leaves]
        leaves_of_step = [*carry, *given, *names[loop.first_constant :]]
        step = _Writer(
            through_logarithms(loop.step), lambda _: False, self.kind, False,
            leaves_of_step, numbers,
        )  # fmt: skip
        return LoopLine(
            loop, target, tuple(names[: loop.carried]), carry, tuple(along), step._lines(),
            tuple(map(step._name, loop.step.outputs)), tuple(names), next(numbers),
        )  # fmt: skip

    def _sum(self, target: str, primitive: Primitive, names: tuple[Name, ...]) -> Iterator[Line]:
        """Lines of a few terms each, added from left to right to what there is."""
        found: Name = 0.0
        terms: list[tuple[Name, ...]] = [(x,) for x in names]
        if primitive is dot_:
            n, found = len(names) // 2, names[-1]
            terms = [*zip(names[:n], names[n : 2 * n], strict=True)]
        for start in range(0, max(1, len(terms)), TERMS):
            some = terms[start : start + TERMS]
            form = _sum_form(len(some), primitive is dot_)
            yield Line(form, (found, *(x for term in some for x in term)), ((target, "="),))
            found = target
        if primitive is mean:
            yield Line(self._form(div, 2), (target, float(len(names))), ((target, "="),))

    def _form(self, primitive: Primitive, count: int) -> Form:
        key = primitive, count
        if key not in self._values:
            self._values[key] = Form(count, [self.kind.value(primitive, count)])
        return self._values[key]

    # Backward

    def _sweep(self, output: Operand) -> Sweep:
        self.lines: Lines = []
        self.sent: set[Operand] = set()
        self.sure: set[Operand] = set()
        start: Name = 0.0
        if not isinstance(output, float) and output in self.needs:
            start = f"d{self._name(output)}"
            self.sent.add(output)
            self.sure.add(output)
            for value in range(len(self.graph) - 1, len(self.graph.leaves) - 1, -1):
                if value in self.sent and value in self.needs:
                    self._send(value, self.graph.computed[value])
        gradients = tuple(f"d{self.names[v]}" if v in self.sent else 0.0 for v in self.wanted)
        return Sweep(start, self.lines, gradients)

    def _send(self, value: int, step: Step) -> None:
        """Write the messages of a value to its operands."""
        primitive, operands = step
        sure = value in self.sure
        pattern = tuple(repr(v) if isinstance(v, float) else v in self.needs for v in operands)
        key = primitive, pattern, sure
        if key not in self._messages:
            self._messages[key] = _messages(self.kind, primitive, operands, pattern, sure)
        form, receivers = self._messages[key]
        if not receivers:
            return
        name = self.names[value]
        targets: list[Target | None] = []
        for place, marks in receivers:
            v = operands[place]
            targets.append((f"d{self._name(v)}", "+=" if v in self.sent else "="))
            targets += [self._mark(v)] * marks
            if not marks:
                self.sure.add(v)
            self.sent.add(v)
        given = [*map(self._name, operands), name, f"d{name}", *[f"r{value}"] * (not sure)]
        self.lines.append(Line(form, tuple(given), tuple(targets)))

    def _mark(self, v: Operand) -> Target | None:
        """The bool that keeps, where that depends on the numbers, if a value was sent anything."""
        if v in self.sure or v < len(self.graph.leaves):
            return None
        return f"r{v}", "or" if v in self.sent else "="


Messages = tuple[Form, list[tuple[int, bool]]]
"""The messages of a step; the operands that receive one, and if it depends on the numbers."""


def _messages(
    kind: Any, primitive: Primitive, operands: tuple[Operand, ...], needed: Any, sure: bool
) -> Messages:
    *variables, out, adjoint, reached = placeholders(kind, len(operands) + 3)
    given = [v if isinstance(v, float) else x for v, x in zip(operands, variables, strict=True)]
    results: list[Expression] = []
    receivers: list[tuple[int, bool]] = []
    for i, slope in enumerate(kind.slopes(primitive, out, given)):
        if needed[i] is not True or sends_nothing(primitive, slope):
            continue
        condition, slope = chosen(slope) if primitive.selects else (True, slope)
        when = condition if sure else apply("logical_and", condition, reached)
        message = apply("multiply", adjoint, slope)
        always = when is True
        results.append(message if always else apply("where", when, message, 0.0))
        results += [] if always else [when]
        receivers.append((i, not always))
    return Form(len(operands) + (2 if sure else 3), results), receivers


@lru_cache
def _sum_form(terms: int, products: bool) -> Form:
    """{0} and so many terms, products of two or single, added from left to right."""
    count = 1 + terms * (2 if products else 1)
    found: Expression
    found, *xs = placeholders(Spelled, count)
    factors = zip(xs[::2], xs[1::2], strict=True) if products else ((x,) for x in xs)
    for some in factors:
        found = apply("add", found, apply("multiply", *some) if products else some[0])
    return Form(count, [found])

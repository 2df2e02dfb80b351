"""One example of a graph without regularity, as straight-line Python over floats.

One line for each operation, forward, then the messages of each, backward; what is printed is what
runs. A float operation that raises (1/0, exp(1000)) ends the run; the array statements then take
over, by IEEE 754.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd.context.modes import paused_gc
from autograd.graph import Operand, Step
from autograd.primitives.primitive import Primitive
from autograd.program.backends.floats import LONG, Functions, Scalar, form
from autograd.program.logarithms import through_logarithms
from autograd.program.symbols import apply, chosen, sends_nothing, slopes_of
from autograd.program.tokens import checked, number
from autograd.program.tracing.graph import TracedGraph


@dataclass(frozen=True)
class PythonSource:
    """A graph as one Python function of two sequences: the inputs' numbers and the parameters'.

    Attributes:
        code: the source; it defines `run(inputs, parameters, seed)`, which returns the outputs and
            the gradients with respect to the leaves of the wanted blocks.
        heading: what the names stand for, and where its functions come from, line by line.
        forward, backward: the lines of the two passes.
        scope: what the source refers to.
        wanted: the leaves that gradients are for, in order.
    """

    code: str
    heading: tuple[str, ...]
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    scope: dict[str, Any]
    wanted: tuple[int, ...]

    def __str__(self) -> str:
        return "\n".join([*self.heading, "", self.code.rstrip()])

    def __repr__(self) -> str:
        return f"<source of {len(self.forward) + len(self.backward)} statements>"


class Message(NamedTuple):
    """A message to an operand, as templates: lines that run before, its text, and when it is sent
    (always, where that is empty).
    """

    operand: int
    before: tuple[str, ...]
    text: str
    condition: str


def write_python(
    graph: TracedGraph, wanted: Callable[[int], bool], *, gradient: bool
) -> PythonSource:
    """Write a graph as straight-line Python, with gradients for the `wanted` blocks."""
    with paused_gc():  # of a million texts, none is part of a cycle
        return _Writer(graph, wanted).source(gradient)


class _Writer:
    def __init__(self, graph: TracedGraph, wanted: Callable[[int], bool]):
        self.graph = graph = through_logarithms(graph)
        self.functions = Functions()
        self._forward_templates: dict[Any, str] = {}
        self._message_templates: dict[Any, list[Message]] = {}
        leaves = graph.origins
        self.names = [
            f"p{leaf.element}" if leaf.block < 0 else f"x{i}" for i, leaf in enumerate(leaves)
        ]
        self.names += [f"v{i}" for i in range(len(leaves), len(graph))]
        self.wanted = tuple(
            i
            for i, leaf in enumerate(leaves)
            if wanted(leaf.block) and leaf.block not in graph.indices
        )
        self.needs = set(self.wanted)
        for value, step in enumerate(graph.steps, start=len(leaves)):
            if not self.needs.isdisjoint(step.operands):
                self.needs.add(value)
        self.lines: list[str] = []
        self.sent: set[Operand] = set()
        self.unconditional: set[Operand] = set()

    def source(self, gradient: bool) -> PythonSource:
        graph = self.graph
        forward = [
            f"{self.names[value]} = {self._forward(step)}" for value, step in graph.computed.items()
        ]
        if gradient:
            self._backward()
        outputs = ", ".join(map(self._name, graph.outputs))
        gradients = ", ".join(map(self._gradient, self.wanted)) if gradient else ""
        body = [*self._unpacked(), *forward, *["# backward"] * gradient, *self.lines]
        body.append(f"return [{outputs}], [{gradients}]")
        code = "\n    ".join(["def run(inputs, parameters, seed):", *body]) + "\n"
        scope = self.functions.scope
        return PythonSource(
            checked(code, scope, self.functions.readable),
            (*self._heading(), *self.functions.imports()),
            tuple(forward),
            tuple(self.lines),
            scope,
            self.wanted,
        )

    def _unpacked(self) -> Iterator[str]:
        inputs = [n for n, f in zip(self.names, self.graph.origins, strict=False) if f.block >= 0]
        parameters = [f"p{i}" for i in range(len(self.graph.parameters))]
        for names, given in ((inputs, "inputs"), (parameters, "parameters")):
            if names:
                yield f"[{', '.join(names)}] = {given}"

    def _heading(self) -> Iterator[str]:
        for place, block in enumerate(self.graph.blocks):
            leaves = zip(self.names, self.graph.origins, strict=False)
            found = [name for name, leaf in leaves if leaf.block == place]
            if found:
                yield f"# {_span(found)}: argument {block.argument}"
        if len(self.graph.parameters):
            yield f"# {_span([f'p{i}' for i in range(len(self.graph.parameters))])}: parameters"

    def _name(self, v: Operand) -> str:
        return number(v) if isinstance(v, float) else self.names[v]

    def _gradient(self, v: int) -> str:
        return f"d{self.names[v]}" if v in self.sent else "0.0"

    # Forward

    def _forward(self, step: Step) -> str:
        primitive, operands = step
        names = list(map(self._name, operands))
        if len(names) > LONG:
            return self.functions.call(primitive, names)
        key = primitive, len(names)
        if key not in self._forward_templates:
            self._forward_templates[key] = self._template(primitive, len(names))
        return self._forward_templates[key].format(*names)

    def _template(self, primitive: Primitive, count: int) -> str:
        found = form(primitive, count)
        if found is None:
            return self.functions.call(primitive, [f"{{{i}}}" for i in range(count)])
        return self.functions.text(found, {}, None)

    # Backward

    def _backward(self) -> None:
        (output,) = self.graph.outputs
        if isinstance(output, float) or output not in self.needs:
            return
        self.lines.append(f"d{self.names[output]} = seed")
        self.sent.add(output)
        self.unconditional.add(output)
        first = len(self.graph.leaves)
        for value in range(len(self.graph) - 1, first - 1, -1):
            if value in self.sent and value in self.needs:
                self._send(value, self.graph.steps[value - first])

    def _send(self, value: int, step: Step) -> None:
        """Write the messages of a value to its operands."""
        name, operands = self.names[value], step.operands
        names = [*map(self._name, operands), name, f"d{name}"]
        reached = "" if value in self.unconditional else f"r{value}"
        for place, before, template, condition in self._messages(step):
            v = operands[place]
            self.lines += [line.format(*names) for line in before]
            text, when = template.format(*names), reached
            if condition:
                when = " and ".join(filter(None, (condition.format(*names), reached)))
            if when:
                text += f" if {when} else 0.0"
            self.lines.append(f"d{names[place]} {'+=' if v in self.sent else '='} {text}")
            self._note(v, when)

    def _note(self, v: Operand, when: str) -> None:
        """Keep, where that depends on the numbers, whether a value was sent anything."""
        if not when:
            self.unconditional.add(v)
        elif v not in self.unconditional:
            self.lines.append(f"r{v} = r{v} or ({when})" if v in self.sent else f"r{v} = {when}")
        self.sent.add(v)

    def _messages(self, step: Step) -> list[Message]:
        """The messages of an operation to those of its operands that need one, as templates."""
        primitive, operands = step
        pattern = tuple(repr(v) if isinstance(v, float) else v in self.needs for v in operands)
        key = primitive, pattern
        if key not in self._message_templates:
            self._message_templates[key] = list(self._written(primitive, operands, pattern))
        return self._message_templates[key]

    def _written(
        self, primitive: Primitive, operands: tuple[Operand, ...], needed: tuple[Any, ...]
    ) -> Iterator[Message]:
        *variables, out, adjoint = (Scalar("", (), f"{{{i}}}") for i in range(len(operands) + 2))
        given = [v if isinstance(v, float) else x for v, x in zip(operands, variables, strict=True)]
        known: dict[Any, str] = {}
        slopes = slopes_of(primitive, out, given)
        for i, slope in enumerate(slopes):
            if needed[i] is not True or sends_nothing(primitive, slope):
                continue
            before: list[str] = []
            condition, slope = chosen(slope) if primitive.selects else (True, slope)
            text = self.functions.text(apply("multiply", adjoint, slope), known, before)
            when = "" if condition is True else self.functions.text(condition, known, before)
            yield Message(i, tuple(before), text, when)


def _span(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"

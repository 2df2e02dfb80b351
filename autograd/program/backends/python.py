"""One example of a graph without regularity, as straight-line Python over floats.

One line for each operation, forward, then the messages of each, backward; what is printed is what
runs. A float operation that raises (1/0, exp(1000)) ends the run; the array statements then take
over, by IEEE 754.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from autograd.context.modes import paused_gc
from autograd.program.backends.floats import LONG, Functions, Scalar
from autograd.program.straight.forms import Form
from autograd.program.straight.lines import Line, Name, Straight, straight
from autograd.program.straight.loops import LoopLine
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


def write_python(
    graph: TracedGraph, wanted: Callable[[int], bool], *, gradient: bool
) -> PythonSource:
    """Write a graph as straight-line Python, with gradients for the `wanted` blocks."""
    with paused_gc():  # of a million texts, none is part of a cycle
        return _Writer(graph, wanted).source(gradient)


class _Writer:
    def __init__(self, graph: TracedGraph, wanted: Callable[[int], bool]):
        self.graph, self.wanted = graph, wanted
        self.functions = Functions()
        self._texts: dict[Form, tuple[list[str], list[str]]] = {}

    def source(self, gradient: bool) -> PythonSource:
        lines = straight(self.graph, self.wanted, [0] * gradient, Scalar)
        forward = [text for line in lines.forward for text in self._written(line)]
        backward: list[str] = []
        gradients = ""
        for sweep in lines.sweeps:
            backward += [f"{sweep.start} = seed"] * isinstance(sweep.start, str)
            backward += [text for line in sweep.lines for text in self._written(line)]
            gradients = ", ".join(map(_name, sweep.gradients))
        body = [*self._unpacked(lines), *forward, *["# backward"] * gradient, *backward]
        body.append(f"return [{', '.join(map(_name, lines.outputs))}], [{gradients}]")
        code = "\n    ".join(["def run(inputs, parameters, seed):", *body]) + "\n"
        scope = self.functions.scope
        return PythonSource(
            checked(code, scope, self.functions.readable),
            (*self._heading(lines), *self.functions.imports()),
            tuple(forward),
            tuple(backward),
            scope,
            lines.wanted,
        )

    def _written(self, line: Line | LoopLine) -> Iterator[str]:
        """A line, and what it computes on the way under the names t1, t2, …"""
        if isinstance(line, LoopLine):
            yield from self._loop(line)
            return
        if line.form not in self._texts:
            self._texts[line.form] = self._templates(line.form)
        temporaries, results = self._texts[line.form]
        names = [*map(_name, line.operands)]
        for i, template in enumerate(temporaries, start=1):
            yield f"t{i} = {template.format(*names)}"
            names.append(f"t{i}")
        for target, template in zip(line.targets, results, strict=True):
            if target is not None:
                name, how = target
                text = template.format(*names)
                yield f"{name} = {name} or {text}" if how == "or" else f"{name} {how} {text}"

    def _loop(self, line: LoopLine) -> Iterator[str]:
        loop, array, t = line.loop, line.target, f"s{line.number}"
        body, used = [], line.used
        yield f"{array} = [0.0] * {loop.rows}"
        for along in line.along:
            name = along.array or along.leaves[0].replace("v", "x")
            if not along.array:
                yield f"{name} = {self._listed(along.operands)}"
            size = len(along.leaves)
            for i, leaf in enumerate(along.leaves, start=along.first):
                if leaf in used:
                    body.append(f"{leaf} = {name}[{_place(i, t, size)}]")
        body += [text for inner in line.body for text in self._written(inner)]
        for result, first, size in line.stored():
            body.append(f"{array}[{_place(first, t, size)}] = {_name(result)}")
        if line.carry:
            carry = ", ".join(line.carry)
            yield f"{carry} = {', '.join(map(_name, line.first))}"
            body.append(f"{carry} = {', '.join(map(_name, line.results[: len(line.carry)]))}")
        order = loop.order
        yield f"for {t} in range({order.start}, {order.stop}, {order.step}):"
        yield from (f"    {text}" for text in body)
        yield from (f"{array}[{i}] = {name}" for i, name in enumerate(line.carry))

    def _listed(self, operands: tuple[Name, ...]) -> str:
        """Operands as a list; many numbers are not written out, which takes long to compile."""
        if len(operands) > LONG and all(isinstance(x, float) for x in operands):
            name = f"c{len(self.functions.scope)}"
            self.functions.scope[name] = operands
            return name
        return f"[{', '.join(map(_name, operands))}]"

    def _templates(self, form: Form) -> tuple[list[str], list[str]]:
        write = self.functions.text
        return [*map(write, form.temporaries)], [*map(write, form.results)]

    def _unpacked(self, lines: Straight) -> Iterator[str]:
        inputs = [n for n, f in zip(lines.names, self.graph.origins, strict=True) if f.block >= 0]
        parameters = [f"p{i}" for i in range(len(self.graph.parameters))]
        for names, given in ((inputs, "inputs"), (parameters, "parameters")):
            if names:
                yield f"({', '.join(names)},) = {given}"

    def _heading(self, lines: Straight) -> Iterator[str]:
        """Say what the names stand for, block after block."""
        for place, block in enumerate(self.graph.blocks):
            leaves = zip(lines.names, self.graph.origins, strict=True)
            found = [name for name, leaf in leaves if leaf.block == place]
            if found:
                yield f"# {_span(found)}: argument {block.argument}"
        if len(self.graph.parameters):
            yield f"# {_span([f'p{i}' for i in range(len(self.graph.parameters))])}: parameters"


def _name(name: Name) -> str:
    return number(name) if isinstance(name, float) else name


def _place(first: int, t: str, size: int) -> str:
    """The place of a number in step t, of so many in each."""
    text = t if size == 1 else f"{t} * {size}"
    return f"{text} + {first}" if first else text


def _span(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"

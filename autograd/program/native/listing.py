"""A listing of instructions, for the reader: one line each, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from autograd.program.backends.expressions import ATOM, Expressions
from autograd.program.backends.floats import SPELLED
from autograd.program.native.instructions import LOADS, Instructions, Segment
from autograd.program.native.loops import Repeated
from autograd.program.symbols import Expression, Symbol, variable
from autograd.program.tokens import number
from autograd.program.tracing.graph import Origin, TracedGraph

_STORES = {
    "result": "result[{}] = {}", "keep": "shared[{}] = {}", "add_up": "total[{}] += {}",
    "gradient": "out[{}] = {}", "put": "next[{}] = {}",
}  # fmt: skip


class NativeSource:
    """The instructions of a program; prints itself with an operation on each line.

    `result` is a number of one example, a value or a gradient; `out` is what all of them have in
    common: first the sum of their values, if that is wanted, then the gradient.

    Attributes:
        code: the LLVM text that is compiled: the same instructions.
    """

    def __init__(
        self, graph: TracedGraph, instructions: Instructions, inputs: Sequence[str], code: str
    ) -> None:
        self._graph, self._instructions = graph, instructions
        self._inputs, self.code = inputs, code

    def __len__(self) -> int:
        found = self._instructions
        parts = {id(part): part for part in (found.before, found.each, found.after)}
        return sum(len(part.code) for part in parts.values())

    def __str__(self) -> str:
        found = self._instructions
        parts = {"": (found.before, "v")}
        if self._inputs:
            parts = {
                "# what the examples share": (found.before, "s"),
                "# for each example": (found.each, "v"),
                "# after the last example": (found.after, "g"),
            }
        blocks = enumerate(self._graph.blocks)
        lines = [f"# x{n}: argument {block.argument}" for n, block in blocks if block.size]
        if self._graph.parameters:
            lines.append("# p0, p1, …: parameters")
        for heading, (segment, letter) in parts.items():
            listed = list(self._listed(segment, letter))
            lines += ["", *[heading] * bool(heading), *listed] if listed else []
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<source of {len(self)} instructions>"

    def _listed(self, segment: Segment, letter: str) -> Iterator[str]:
        """The lines of a segment; what is only loaded stands where it is read."""
        text = Expressions(SPELLED, number, lambda x: (x.name, ATOM), _called).text
        for i, (op, args, place) in enumerate(segment.code):
            operands = [a if isinstance(a, float) else self._read(segment, letter, a) for a in args]
            if op in _STORES:
                yield _STORES[op].format(place[0], text(operands[0]))
            elif op == "loop":
                given = [*map(text, operands)]
                yield from self._loop(segment.loops[place[0]], place[0], letter, given)
            elif op not in LOADS:
                yield f"{letter}{i} = {text(Symbol(op, tuple(operands)))}"

    def _loop(self, loop: Repeated, number: int, letter: str, given: list[str]) -> Iterator[str]:
        """A loop, whose step reads `now` and writes `next`: first the carry, then results."""
        set_up = [f"now[{to}] = {x}" for to, x in zip(loop.stores, given, strict=True)]
        order = ", from the last to the first" * loop.backwards
        yield f"loop[{number}]: {loop.steps:,} times{order}, with {', '.join(set_up) or 'nothing'}"
        yield from (f"    {line}" for line in self._listed(loop.body, letter))

    def _read(self, segment: Segment, letter: str, i: int) -> Symbol:
        """The name of what has a number."""
        op, _, place = segment.code[i]
        match op:
            case "element":
                return variable(f"loop[{place[0]}][{place[1]}]")
            case "input" if segment.is_step:
                return variable(f"now[{place[0]}]")
            case "parameter":
                return variable(f"p{place[0]}")
            case "shared_input":
                return variable(self._names[Origin(*place)])
            case "input":
                return variable(self._inputs[place[0]])
            case "shared" | "total":
                return variable(f"{op}[{place[0]}]")
            case "seed":
                return variable(("seed", "(n * seed)")[place[0]])
            case _:
                return variable(f"{letter}{i}")

    @cached_property
    def _names(self) -> dict[Origin, str]:
        graph = self._graph
        return {origin: graph.labels[i] for i, origin in enumerate(graph.origins)}


def _called(x: Symbol, text: Callable[[Expression], str]) -> str:
    return f"{x.op}({', '.join(map(text, x.args))})"

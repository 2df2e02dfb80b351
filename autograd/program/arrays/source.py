"""From an arrangement to source: `bind(B, …)` makes the buffers for B examples and two functions.

`forward` fills the stores from the inputs, `backward` the adjoints from the seed. A reader gets
the same statements as mathematics writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.node.conditions import CHOOSE
from autograd.primitives.indexing import TAKE
from autograd.primitives.primitive import Primitive
from autograd.program.arrays.applied import ApplicationWriter, Applied, operation
from autograd.program.arrays.arrange import Arrangement, Group
from autograd.program.arrays.elementwise import ElementWriter
from autograd.program.arrays.emitter import Emitter, said
from autograd.program.arrays.lookups import LookupWriter
from autograd.program.arrays.memory import Memory
from autograd.program.arrays.parts import Part
from autograd.program.arrays.reductions import ReductionWriter
from autograd.program.arrays.sums import SumWriter
from autograd.program.normal import Sum
from autograd.program.plan import Plan
from autograd.program.spelling import checked

Array = np.ndarray[Any, Any]

_BIND = """def bind(B, real):
    {prelude}
    def forward():
        {forward}
    def backward():
        {backward}
    return forward, backward, locals()
"""


@dataclass(frozen=True)
class ArraySource:
    """Array statements for a plan.

    Attributes:
        code: the Python source that runs; it defines `bind`.
        heading: what the names stand for, line by line.
        forward, backward: the same statements for the reader.
        scope: what the source refers to.
        stores: name of the array of each block's store (−1: parameters).
        adjoints: the name of the adjoint of each of them for which gradients are wanted.
        outputs: for each output a name and a row, or a number.
        seed: the name and row of the adjoint of the only output, if it depends on anything.
        calls: how many lines run, forward and backward.
    """

    code: str
    heading: tuple[str, ...]
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    scope: dict[str, Any]
    stores: dict[int, str]
    adjoints: dict[int, str]
    outputs: tuple[tuple[str, int] | float, ...]
    seed: str | None
    calls: int

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The statements as mathematics writes them."""
        return said(self.heading, self.forward, self.backward)

    def __repr__(self) -> str:
        return f"<source of {len(self.forward) + len(self.backward)} statements>"


def write(plan: Plan, arrangement: Arrangement, *, gradient: bool, seed: str = "1") -> ArraySource:
    """Write an arrangement as source, with a backward pass if the gradient is wanted.

    `seed` is what the backward pass starts with, for the reader.
    """
    return _Writer(plan, arrangement, gradient, seed).source()


class _Writer:
    def __init__(self, plan: Plan, arrangement: Arrangement, gradient: bool, seed: str):
        self.plan, self.arrangement, self.gradient = plan, arrangement, gradient
        self.seed = seed
        self.emitter = Emitter()
        self.emitter.scope["as_strided"] = np.lib.stride_tricks.as_strided
        self.memory = Memory(arrangement, self.emitter)
        self.sums = SumWriter(self.memory, arrangement.place)
        self.elements, self.reductions, self.lookups = (
            kind(self.memory, arrangement.place)
            for kind in (ElementWriter, ReductionWriter, LookupWriter)
        )

    def source(self) -> ArraySource:
        emitter, memory = self.emitter, self.memory
        done = [self._forward(group) for group in self.arrangement.groups]
        forward, said = emitter.lines, emitter.spoken
        emitter.lines, emitter.spoken = [], []
        seed = self._backward(done) if self.gradient else None
        blocks = {s.block if s.block is not None else -1: i for i, s in enumerate(memory.stores)
                  if s.kind in ("parameters", "input")}  # fmt: skip
        adjoints = {
            block: memory.adjoint(i)
            for block, i in blocks.items()
            if self.gradient and memory.stores[i].differentiable
        }
        body = {
            "prelude": "\n    ".join(emitter.prelude),
            "forward": "\n        ".join(forward or ["pass"]),
            "backward": "\n        ".join(emitter.lines or ["pass"]),
        }
        return ArraySource(
            code=checked(_BIND.format(**body), emitter.scope),
            heading=tuple(self._heading(" ".join([*said, *emitter.spoken]))),
            forward=tuple(said),
            backward=tuple(emitter.spoken),
            scope=emitter.scope,
            stores={block: memory.names[i] for block, i in blocks.items()},
            adjoints=adjoints,
            outputs=tuple(self._output(v) for v in self.plan.outputs),
            seed=seed,
            calls=len(forward) + len(emitter.lines),
        )

    def _heading(self, text: str) -> Iterator[str]:
        """What the names are that the statements begin with; one column is one example."""
        memory, words = self.memory, set(re.findall(r"\w+", text))
        for store, name in zip(memory.stores, memory.names, strict=True):
            if store.kind == "input" and store.block is not None:
                columns = "n (a column for each example)" if store.batched else "1"
                argument = self.plan.blocks[store.block].argument
                yield f"{name}: argument {argument}, {store.rows} × {columns}"
        for (shape, _), name in memory.introduced.items():
            sides = shape if len(shape) > 1 else (*shape, 1)
            what = "a parameter" if shape == (1,) else "parameters"
            if words & {name, f"d{name}"}:
                yield f"{name}: {what}, {' × '.join(map(str, sides))}"

    def _output(self, value: Any) -> tuple[str, int] | float:
        if isinstance(value, float):
            return value
        place = self.arrangement.place[value]
        return (self.memory.names[place.store], place.row)

    def _rows(self, array: str, group: Group) -> str:
        index = np.arange(group.start, group.start + len(group.nodes))
        return self.memory.view(array, group.store, index) or array

    def _forward(self, group: Group) -> tuple[Group, list[Part] | Applied]:
        out = self._rows(self.memory.names[group.store], group)
        if isinstance(group.nodes[0], Sum):
            return group, self.sums.forward(group, out)
        return group, self._writer(operation(group)).forward(group, out)

    def _writer(self, primitive: Primitive) -> ApplicationWriter:
        if primitive is TAKE:
            return self.lookups
        return self.elements if primitive.arity or primitive is CHOOSE else self.reductions

    def _backward(self, done: list[tuple[Group, list[Part] | Applied]]) -> str | None:
        """The backward pass; the name of where its seed goes."""
        (output,) = self.plan.outputs
        if isinstance(output, float):
            return None
        memory, place = self.memory, self.arrangement.place[output]
        if not memory.stores[place.store].differentiable:
            return None
        row = np.array([place.row])
        seed = memory.view(memory.adjoint(place.store), place.store, row)
        self.emitter.spoken.append(f"{self.emitter.say(seed or '')}[:] = {self.seed}")
        memory.covered[place.store][row] = True
        memory.reach.note(place.store, row, None)
        for group, how in reversed(done):
            self._back(group, how)
        self.emitter.lines = memory.reach.finish(self.emitter.lines)
        return seed

    def _back(self, group: Group, how: list[Part] | Applied) -> None:
        memory = self.memory
        rows = np.arange(group.start, group.start + len(group.nodes))
        if (
            not memory.stores[group.store].differentiable
            or not memory.covered[group.store][rows].any()
        ):
            return
        memory.zero_fill(group.store, rows)
        adjoint = self._rows(memory.adjoint(group.store), group)
        reached = memory.reach.of(group.store, rows)
        if isinstance(how, Applied):
            writer = self._writer(how.primitive)
            writer.backward(how, adjoint, reached)
        else:
            self.sums.backward(how, adjoint, reached)

"""What the writers of applied primitives share: the operands of a group, by store and row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograd.primitives.primitive import Primitive
from autograd.program.arrays.arrange import Group, Ref
from autograd.program.arrays.emitter import BATCH
from autograd.program.arrays.memory import Memory
from autograd.program.arrays.patterns import Index
from autograd.program.normal import Apply
from autograd.program.symbols import Expression, Symbol, variable

SHORT = 3
"""Up to how many operations a slope is written out for the reader, rather than named."""


class Applied(NamedTuple):
    """What the backward pass needs of a group: its operands and their rows, as they were read.

    `stores` is −1 for constants; `dims` is how the group's rows are split for views.
    """

    primitive: Primitive
    stores: list[int]
    rows: list[Index]
    operands: list[Expression]
    out: str
    dims: tuple[int, ...]
    slope: str | None = None
    """Where the forward pass left the local gradient, if it came with the value."""


class ApplicationWriter:
    """Writes groups of applications of one kind of primitive, forward and backward."""

    def __init__(self, memory: Memory, place: dict[int, Ref]):
        self.memory, self.place, self.emitter = memory, place, memory.emitter

    def forward(self, group: Group, out: str) -> Applied:
        """Write out = primitive(operands)."""
        raise NotImplementedError

    def backward(self, applied: Applied, adjoint: str, reached: Expression | None) -> None:
        """Write the messages that the nodes with this adjoint send to their operands.

        `reached`: where they were sent theirs, if some were only where they were chosen.
        """
        raise NotImplementedError

    def wanted(self, store: int) -> bool:
        """Whether gradients are wanted for a store."""
        return store >= 0 and self.memory.stores[store].differentiable

    def columns(self, group: Group) -> tuple[list[int], list[Index], list[Expression]]:
        """For each operand its store (−1: constant), its row for each node, its constants."""
        stores, rows, constants = [], [], []
        for column in zip(
            *(node.operands for node in group.nodes if isinstance(node, Apply)), strict=True
        ):
            if isinstance(column[0], float):
                numbers = np.array(column)[:, None]
                same = len(set(map(repr, column))) == 1
                constants.append(column[0] if same else variable(self.emitter.constant(numbers)))
                stores.append(-1)
                rows.append(np.zeros(0, np.intp))
            else:
                places = [self.place[v] for v in column]
                constants.append(0.0)
                stores.append(places[0].store)
                rows.append(np.array([place.row for place in places], np.intp))
        return stores, rows, constants

    def together(
        self, stores: list[int], rows: list[Index], constants: list[Expression], k: int
    ) -> str:
        """The operands of k nodes side by side: a view if they lie so, else a copy."""
        table = np.stack(rows, axis=1) if min(stores) == max(stores) >= 0 else None
        if table is not None:
            return self.memory.read(stores[0], table)
        batched = any(store >= 0 and self.memory.columns(store) == BATCH for store in stores)
        emitter = self.emitter
        stack = emitter.buffer((k, len(stores), BATCH if batched else 1), emitter.fresh("g"))
        for i, (store, index, constant) in enumerate(zip(stores, rows, constants, strict=True)):
            value = constant if store < 0 else variable(self.memory.read(store, index))
            slot = emitter.view(f"{stack}[:, {i}]", (k, emitter.shapes[stack][-1]))
            emitter.evaluate(value, into=slot)
        return stack


def operation(group: Group) -> Primitive:
    """The primitive that all nodes of a group apply."""
    (found,) = {node.primitive for node in group.nodes if isinstance(node, Apply)}
    return found


def size(expression: Expression) -> int:
    """How many operations are in an expression."""
    if not isinstance(expression, Symbol) or not expression.op:
        return 0
    return 1 + sum(map(size, expression.args))

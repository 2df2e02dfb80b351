"""The plan: the scalar graph of a traced function, flat, immutable, printable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from autograd.primitives.arithmetic import neg
from autograd.primitives.primitive import Primitive
from autograd.primitives.reductions import dot_
from autograd.program.spelling import plain_name
from autograd.program.symbols import exponent_of
from autograd.program.tracing.arguments import Block

_INFIX = {"+", "-", "*", "/", "**"}


def _listed(names: list[str]) -> str:
    return f"[{', '.join(names[:8])}{', …' * (len(names) > 8)}]"


Operand = int | float
"""The number of a value in the plan (an int), or a constant (a float)."""


class Leaf(NamedTuple):
    """Where a value comes from: an element of a block, or of the parameters (block −1)."""

    block: int
    element: int


class Step(NamedTuple):
    """One operation: a primitive applied to earlier values and constants."""

    primitive: Primitive
    operands: tuple[Operand, ...]


@dataclass(frozen=True)
class Plan:
    """Values 0, 1, … are the leaves, then the results of the steps in order.

    Attributes:
        blocks: the arguments' blocks.
        leaves: one for each number of a block, and for each parameter.
        steps: the operations, operands before what is made of them.
        outputs: what the function returned: values, or constants.
        parameters: how many parameters there are.
        from_zero: the additions that are the first of a sum that begins with 0.
    """

    blocks: tuple[Block, ...]
    leaves: tuple[Leaf, ...]
    steps: tuple[Step, ...]
    outputs: tuple[Operand, ...]
    parameters: int
    from_zero: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.leaves) + len(self.steps)

    def with_parameters_in(self, order: Sequence[int]) -> Plan:
        """The same plan with its parameters numbered anew: number i is what was order[i]."""
        number = {old: new for new, old in enumerate(order)}
        leaves = [Leaf(-1, number[f.element]) if f.block < 0 else f for f in self.leaves]
        return replace(self, leaves=tuple(leaves))

    def name(self, value: Operand) -> str:
        """How a value is written: p3, x0[2], v17, or a number."""
        if isinstance(value, float):
            return f"{value:.6g}"
        if value >= len(self.leaves):
            return f"v{value}"
        leaf = self.leaves[value]
        if leaf.block < 0:
            return f"p{leaf.element}"
        single = self.blocks[leaf.block].shape is None
        return f"x{leaf.block}" if single else f"x{leaf.block}[{leaf.element}]"

    def line(self, value: int) -> str:
        """One step as text."""
        primitive, operands = self.steps[value - len(self.leaves)]
        return f"{self.name(value)} = {self._written(primitive, operands)}"

    def _written(self, primitive: Primitive, operands: tuple[Operand, ...]) -> str:
        names = [self.name(v) for v in operands]
        if primitive.arity == 2 and primitive.op in _INFIX:
            return f"{names[0]} {primitive.op} {names[1]}"
        if primitive is neg:
            return f"-{names[0]}"
        exponent = exponent_of(primitive)
        if exponent is not None:
            return f"{names[0]} ** {exponent:g}"
        name = plain_name(primitive.name)
        constants = "".join(f", {k}={c:g}" for k, c in primitive.constants.items())
        if primitive is dot_:
            n = len(names) // 2
            bias = (
                "" if operands[-1] == 0.0 and isinstance(operands[-1], float) else f", {names[-1]}"
            )
            return f"dot({_listed(names[:n])}, {_listed(names[n : 2 * n])}{bias})"
        if primitive.arity is None:
            return f"{name}({_listed(names)}{constants})"
        return f"{name}({', '.join(names)}{constants})"

    def __str__(self) -> str:
        counts = Counter(plain_name(step.primitive.name) for step in self.steps)
        kinds = ", ".join(f"{n:,} {name}" for name, n in counts.most_common())
        first = len(self.leaves)
        numbers = range(first, len(self))
        shown = [self.line(v) for v in (numbers if len(numbers) <= 60 else numbers[:40])]
        if len(numbers) > 60:
            shown += [f"… {len(numbers) - 60:,} more …", *(self.line(v) for v in numbers[-20:])]
        results = ", ".join(map(self.name, self.outputs[:8])) + ", …" * (len(self.outputs) > 8)
        inputs = first - self.parameters
        return "\n".join(
            [
                f"plan of {len(self.steps):,} operations on {inputs:,} inputs and "
                f"{self.parameters:,} parameters: {kinds}",
                *shown,
                f"return {results}",
            ]
        )

    def __repr__(self) -> str:
        return f"<plan of {len(self.steps):,} operations>"

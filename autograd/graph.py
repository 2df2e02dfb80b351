"""Graph: the values of a computation, flat, immutable and numbered once.

A value's number is its place in topological order, and part of its name: `v7` is number 7 in every
figure, table and listing. A graph is made of Values by `Graph.of`, which counts from 1, or written
down by a trace. Every walk over it is a loop over numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice
from typing import NamedTuple

from autograd.core.wiring import order_of, wires
from autograd.errors import GraphError, OperandError
from autograd.node_sets import node_dict
from autograd.primitives.arithmetic import neg
from autograd.primitives.primitive import Primitive
from autograd.primitives.reductions import dot_
from autograd.value import Value

Operand = int | float
"""The number of a value (an int), or a constant (a float)."""

_INFIX = {"+", "-", "*", "/", "**"}
MOST_LINES, LAST_LINES, MOST_LISTED = 60, 20, 8
"""Of a long graph so many operations are printed, so many of them at the end; of a list so many."""


class _Unknown(float):
    """A number that nobody knows, and whatever is computed from it."""

    def _itself(self, *_: float) -> float:
        return self

    __add__ = __radd__ = __mul__ = __rmul__ = _itself


UNKNOWN = _Unknown("nan")
"""Stands for the local gradients of a node made by hand that has none."""


class Step(NamedTuple):
    """One operation: a primitive applied to earlier values and constants."""

    primitive: Primitive
    operands: tuple[Operand, ...]

    @property
    def values(self) -> list[int]:
        """The values among the operands."""
        return [v for v in self.operands if not isinstance(v, float)]


class Wire(NamedTuple):
    """One use of a value: operand `slot` of the operation that makes value `target`.

    Attributes:
        use: which of several uses of `source` in this operation it is, from 1; 0 for the only one.
        local: the local gradient ∂target/∂source at this operand.
        taken: whether a message goes over it; what a choice such as `where` passes over gets none.
    """

    source: int
    target: int
    slot: int
    use: int
    local: float
    taken: bool


class Sent(NamedTuple):
    """One message of the backward pass: `upstream` · `local`, and the receiver's sum so far."""

    receiver: int
    sender: int
    upstream: float
    local: float
    message: float
    total: float


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """The scalar graph of a computation; its values have consecutive numbers, operands first.

    Attributes:
        leaves: the numbers of the values that are given.
        computed: for each value that is computed, in order, the operation that makes it. Its
            operands are numbers of earlier values (ints), in order and repeated where one is used
            twice, and constants (floats).
        outputs: what it ends in: values, or constants.
        parameters: the leaves that are parameters.
        labels: the names that values were given.
        values: the Values it was made of; a trace's graph has none.

    >>> from autograd import Value
    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> graph = Graph.of((w * x - 1.0) ** 2)
    >>> print(graph)
    graph of 3 operations on 2 inputs and 0 parameters: 1 mul, 1 sub, 1 power
    v3 = w * x
    v4 = v3 - 1
    v5 = v4 ** 2
    return v5
    >>> graph.gradients()
    {5: 1.0, 4: 18.0, 3: 18.0, 1: 36.0, 2: 90.0}
    >>> output = graph.function_of(1)
    >>> output(5.0), output(1.0)
    (81.0, 1.0)
    """

    leaves: tuple[int, ...]
    computed: dict[int, Step]
    outputs: tuple[Operand, ...]
    parameters: frozenset[int] = frozenset()
    labels: dict[int, str] = field(default_factory=dict)
    values: dict[int, Value] = field(default_factory=dict)

    @staticmethod
    def of(*roots: Value) -> Graph:
        """The graph of everything that the roots, its outputs, depend on.

        Raises:
            OperandError: (a TypeError) a root is no Value.
        """
        for root in roots:
            if not isinstance(root, Value):
                raise OperandError(
                    f"a graph is made of the Values that it ends in, not of {type(root).__name__}"
                )
        values = dict(enumerate(order_of(roots), start=1))
        number = node_dict((value, i) for i, value in values.items())
        leaves: list[int] = []
        computed: dict[int, Step] = {}
        for i, value in values.items():
            uses = wires(value)
            if uses and value.primitive is not None:
                operands = [float(x) if p is None else number[p] for p, x in uses]
                computed[i] = Step(value.primitive, tuple(operands))
            else:
                leaves.append(i)
        return Graph(
            leaves=tuple(leaves),
            computed=computed,
            outputs=tuple(number[root] for root in roots),
            labels={i: str(value.label) for i, value in values.items() if value.label},
            values=values,
        )

    def __len__(self) -> int:
        return len(self.leaves) + len(self.computed)

    @cached_property
    def numbers(self) -> range:
        """The numbers of all values."""
        first = min([*self.leaves[:1], *islice(self.computed, 1)], default=1)
        return range(first, first + len(self))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The operations, in order."""
        return tuple(self.computed.values())

    @property
    def ends(self) -> tuple[int, ...]:
        """Those of the outputs that are values."""
        return tuple([x for x in self.outputs if not isinstance(x, float)])

    @cached_property
    def made(self) -> dict[int, str]:
        """For each value the name of the primitive that made it, "" for a leaf."""
        found = dict.fromkeys(self.numbers, "")
        found.update((i, step.primitive.name) for i, step in self.computed.items())
        return found

    @cached_property
    def parents(self) -> dict[int, tuple[int, ...]]:
        """For each value the values among its operands, in order and with repetition."""
        found: dict[int, tuple[int, ...]] = dict.fromkeys(self.numbers, ())
        found.update((i, tuple(step.values)) for i, step in self.computed.items())
        return found

    def name(self, value: Operand) -> str:
        """The name of a value: its label, else `v7`; a constant is written out."""
        if isinstance(value, float):
            return f"{value:.6g}"
        label = self.labels.get(value) or f"v{value}"
        return label if label.isprintable() else ascii(label)

    # Forward

    def function_of(self, *inputs: int) -> Callable[..., float]:
        """The last output as a function of the numbers of some values.

        Only what depends on these is computed again, beside the graph. A branch that `where` took,
        it takes again: of a condition only the outcome is known.
        """
        steps: list[tuple[int, Step]] = []
        moved, used = set(inputs), set(self.ends)
        for i, step in self.computed.items():
            if i not in moved and not moved.isdisjoint(self.parents[i]):
                moved.add(i)
                used.update(self.parents[i])
                steps.append((i, step))
        known = {i: self.values[i].data for i in used - moved}
        output = self.outputs[-1]

        def run(*given: float) -> float:
            now = known | dict(zip(inputs, given, strict=True))
            for i, (primitive, operands) in steps:
                read = [x if isinstance(x, float) else now[x] for x in operands]
                now[i] = primitive.number(*read)
            return output if isinstance(output, float) else now[output]

        return run

    # Backward, of a graph of Values

    def wires(self, i: int, *, known: bool = False) -> list[Wire]:
        """The wires into a value, with the local gradients at the numbers its operands had.

        Raises:
            GraphError: a node made by hand has no local gradients, and they must be `known`;
                otherwise they are UNKNOWN.
        """
        if i not in self.computed:
            return []
        primitive, operands = self.computed[i]
        try:
            slopes = self.values[i].local_gradients
        except GraphError:
            if known:
                raise
            slopes = (UNKNOWN,) * len(self.parents[i])
        slots = [slot for slot, x in enumerate(operands) if not isinstance(x, float)]
        found = zip(self.parents[i], slots, _uses(self.parents[i]), slopes, strict=True)
        return [
            Wire(source, i, slot, use, local, primitive.is_taken(local))
            for source, slot, use, local in found
        ]

    def messages(self, seed: float = 1.0) -> Iterator[Sent]:
        """Every message of the backward pass from the last output, in the order of the engine.

        It is computed beside the graph, which is left as it is, in the engine's arithmetic: the
        last total of a value is its gradient to the last bit (Lei's notes, remark 2).
        """
        totals = dict.fromkeys(self.ends[-1:], seed)
        for i in reversed(self.numbers):
            upstream = totals.get(i)
            if upstream is None:
                continue
            for wire in self.wires(i):
                if wire.taken:
                    message, before = upstream * wire.local, totals.get(wire.source)
                    total = message if before is None else before + message
                    totals[wire.source] = total
                    yield Sent(wire.source, i, upstream, wire.local, message, total)

    def gradients(self, seed: float = 1.0) -> dict[int, float]:
        """∂(last output)/∂value · seed for every value that a message reaches."""
        found = dict.fromkeys(self.ends[-1:], seed)
        found.update((one.receiver, one.total) for one in self.messages(seed))
        return found

    # As text

    def line(self, i: int) -> str:
        """The operation that computes a value: `v3 = w * x`."""
        step = self.computed[i]
        return f"{self.name(i)} = {_written(step, [*map(self.name, step.operands)])}"

    def __str__(self) -> str:
        counts = Counter(_plain(step.primitive) for step in self.computed.values())
        kinds = ", ".join(f"{n:,} {name}" for name, n in counts.most_common())
        made, results = [*self.computed], ", ".join(map(self.name, self.outputs[:MOST_LISTED]))
        rest = len(made) - MOST_LINES
        lines = [*map(self.line, made if rest <= 0 else made[: MOST_LINES - LAST_LINES])]
        if rest > 0:
            lines += [f"… {rest:,} more …", *map(self.line, made[-LAST_LINES:])]
        inputs = len(self.leaves) - len(self.parameters)
        head = (
            f"graph of {len(made):,} operations on {inputs:,} inputs and "
            f"{len(self.parameters):,} parameters: {kinds}"
        )
        end = f"return {results}{', …' * (len(self.outputs) > MOST_LISTED)}"
        return "\n".join([head, *lines, end])

    def __repr__(self) -> str:
        return f"<graph of {len(self.computed):,} operations>"


def _uses(parents: tuple[int, ...]) -> list[int]:
    """For each parent which of several uses of it this is, from 1; 0 for the only one."""
    total = Counter(parents) if len(set(parents)) < len(parents) else {}
    numbers = {parent: count(1) for parent, uses in total.items() if uses > 1}
    return [next(numbers[parent]) if parent in numbers else 0 for parent in parents]


def _plain(primitive: Primitive) -> str:
    """The primitive's name as a reader may be shown it: an identifier, or f for any other text."""
    name = primitive.name
    return name if name.isidentifier() and len(name) <= 60 else "f"


def _written(step: Step, names: list[str]) -> str:
    """A step, whose operands have these names."""
    primitive = step.primitive
    if len(names) == 2 and primitive.op in _INFIX:
        return f"{names[0]} {primitive.op} {names[1]}"
    if primitive is neg:
        return f"-{names[0]}"
    if primitive.arity == 1 and [*primitive.constants] == ["exponent"]:
        return f"{names[0]} ** {primitive.constants['exponent']:g}"
    constants = [f"{name}={number:g}" for name, number in primitive.constants.items()]
    if primitive is dot_:
        n, bias = len(names) // 2, step.operands[-1]
        without = isinstance(bias, float) and bias == 0.0
        names = [_listed(names[:n]), _listed(names[n:-1]), *names[-1:][without:]]
    elif primitive.arity is None:
        names = [_listed(names)]
    return f"{_plain(primitive)}({', '.join([*names, *constants])})"


def _listed(names: list[str]) -> str:
    return f"[{', '.join(names[:MOST_LISTED])}{', …' * (len(names) > MOST_LISTED)}]"

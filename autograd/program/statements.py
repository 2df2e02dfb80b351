"""Statements: a program's computation with arrays, as data; back ends print it.

An array has a row for each of several values and a column for each example, or one column for what
all examples share. A statement puts an expression into rows of an array. An expression is a symbol:
elementary operations, element by element, on numbers and on variables. A variable stands for an
operand, of which there is a closed set: rows of an array, numbers, a primitive and its slope, a
matrix product, an outer product, sums, a reduction, an element taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from autograd.primitives.primitive import Primitive
from autograd.program.loops.loop import Loop
from autograd.program.row_patterns import Index
from autograd.program.symbols import Expression, Symbol, apply, variable

BATCH = -1
"""The length of the last axis of what differs from example to example."""
Shape = tuple[int, ...]


class Array(NamedTuple):
    """`rows` values; `role` is parameters, input, index, sum, applied, adjoint or reached."""

    name: str
    rows: int
    batched: bool
    role: str
    block: int = -1
    """The number of the argument's block, of an input."""
    differentiable: bool = False
    """True if gradients are wanted for it, or for something before it."""

    @property
    def columns(self) -> int:
        """BATCH or 1."""
        return BATCH if self.batched else 1


class Rows(NamedTuple):
    """Rows of an array, of shape numbers.shape + (examples,)."""

    array: Array
    numbers: Index

    @property
    def whole(self) -> bool:
        """True if it is the array itself."""
        rows, numbers = self.array.rows, self.numbers
        return numbers.shape == (rows,) and (rows == 1 or bool((numbers == np.arange(rows)).all()))


class Numbers(NamedTuple):
    """Constants, one for each node."""

    numbers: Index


class Apply(NamedTuple):
    """A primitive of one or two operands, element by element."""

    primitive: Primitive
    operands: tuple[Expression, ...]


class Slope(NamedTuple):
    """The local gradient of a primitive of one operand (or of all those of an n-ary one).

    `written` is the rule's expression; None if it comes with the value alone (`fused`).
    """

    primitive: Primitive
    operand: Symbol
    written: Expression | None


class Terms(NamedTuple):
    """Terms added from left to right; a sum among them goes on from what stands before it."""

    terms: tuple[Expression, ...]


class Product(NamedTuple):
    """A matrix, shared by the examples, times a column of inputs for each; or a stack of those.

    Transposed, it is the message to the inputs. In order, it is a sum from left to right.
    """

    matrix: Rows
    inputs: Expression
    transposed: bool = False
    in_order: bool = False


class Outer(NamedTuple):
    """left @ right.T, added up over the examples and a stack: the message to a matrix."""

    left: Expression
    right: Rows


class Sum(NamedTuple):
    """The sum over one axis of something of this shape; in order: from left to right."""

    value: Expression
    axis: int
    shape: Shape
    keeps_axis: bool = True
    in_order: bool = False


class ByRow(NamedTuple):
    """Sums of those that belong to the same row, once sorted by it: each begins at a start."""

    value: Expression
    shape: Shape
    order: Index
    starts: Index


class Reduce(NamedTuple):
    """A primitive of any number of operands, along the second axis."""

    primitive: Primitive
    whole: Symbol


class Take(NamedTuple):
    """Of each line of a table the element that an index names, for each example."""

    table: Symbol
    chosen: Symbol


class Body:
    """The step of a loop: its statements, of which the leaves are, by block, what it is given."""

    def __init__(self, program: Statements) -> None:
        self.program = program


class Repeat(NamedTuple):
    """The results of a loop: the last carry, then for each block those of all steps.

    `given`: the first carry, what the steps are given (a symbol for each source), and constants:
    those that each example has and those that all share; None for none.
    """

    loop: Loop
    body: Body
    given: tuple[Symbol | None, ...]
    batched: bool


Operand = (
    Rows | Numbers | Apply | Slope | Terms | Product | Outer | Sum | ByRow | Reduce | Take | Repeat
)  # fmt: skip


class Statement(NamedTuple):
    """target = value, target += value, or (for bools) target |= value.

    With `chosen`: of each line of the target's rows the one that it names, for each example.
    """

    target: Rows
    value: Expression
    how: str = "="
    chosen: Symbol | None = None


class Operands:
    """The operands of a program's expressions, by the variables that stand for them."""

    def __init__(self) -> None:
        self._operands: dict[str, Any] = {}
        self._shapes: dict[str, Shape] = {}
        self._names: dict[Any, str] = {}

    def __call__(self, operand: Operand) -> Symbol:
        """The variable that stands for an operand; the same one for equal operands."""
        if isinstance(operand, Rows):  # most of them are
            key: Any = operand.array.name, operand.numbers.shape, operand.numbers.tobytes()
        else:
            key = _key(operand)
        if key not in self._names:
            name = self._names[key] = f"o{len(self._names)}"
            self._operands[name] = operand
            self._shapes[name] = _SHAPES[type(operand)](operand, self.shape)
        return variable(self._names[key])

    def of(self, symbol: Symbol) -> Any:
        """The operand that a variable stands for."""
        return self._operands[symbol.name]

    def rows(self, expression: Expression) -> Rows | None:
        """The rows that an expression is, if it is nothing else."""
        found = self._operands.get(getattr(expression, "name", ""))
        return found if isinstance(found, Rows) else None

    def sum_of(self, product: Product) -> Sum:
        """A product in order as the sum of its products."""
        matrix = self(Rows(product.matrix.array, product.matrix.numbers[0]))
        value = apply("multiply", matrix, product.inputs)
        return Sum(value, 0, self.shape(value), in_order=True)

    def slopes(self) -> Iterable[tuple[str, Slope]]:
        """All slopes, and the names of their variables."""
        return [(n, o) for n, o in self._operands.items() if isinstance(o, Slope)]

    def shape(self, expression: Expression) -> Shape:
        """The shape of an expression's value."""
        if not isinstance(expression, Symbol):
            return ()
        if is_variable(expression):
            return self._shapes[expression.name]
        return broadcast(map(self.shape, expression.args))


class Statements(NamedTuple):
    """All statements of a program, forward and backward.

    Attributes:
        leaves: the array of each argument's block (−1: the parameters).
        outputs: for each output an array and a row, or a number.
        gradients: the adjoints of those leaves for which gradients are wanted.
        seed: where the backward pass begins, if the only output depends on anything.
    """

    operands: Operands
    forward: list[Statement]
    backward: list[Statement]
    leaves: dict[int, Array]
    outputs: list[tuple[Array, int] | float]
    gradients: dict[int, Array]
    seed: Rows | None

    @property
    def kept(self) -> list[Array]:
        """The arrays that are read and written from outside."""
        made = [output[0] for output in self.outputs if not isinstance(output, float)]
        return [*self.leaves.values(), *made, *self.gradients.values()]


def is_variable(expression: Expression) -> bool:
    """True for a symbol that is no operation."""
    return isinstance(expression, Symbol) and not expression.op


def _key(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        return x.shape, x.tobytes()
    if isinstance(x, Symbol):
        return x.key
    if isinstance(x, Array):
        return x.name
    if isinstance(x, tuple):
        return type(x), *map(_key, x)
    return repr(x) if isinstance(x, float) else x


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """The shape that arrays of these shapes have together."""
    found = {s for s in shapes if s}
    if len(found) < 2:
        return found.pop() if found else ()
    longest = max(map(len, found), default=0)
    padded = [(1,) * (longest - len(s)) + s for s in found]
    return tuple(next((n for n in sizes if n != 1), 1) for sizes in zip(*padded, strict=True))


Shapes = Callable[[Expression], Shape]


def _product_shape(p: Product, shape: Shapes) -> Shape:
    """The products of a stack lie one below the other; messages lie as the inputs do."""
    *stack, _, columns = shape(p.inputs)
    rows, width = p.matrix.numbers.shape
    return (*stack, width, columns) if p.transposed else (math.prod(stack) * rows, columns)


def _sum_shape(s: Sum, shape: Shapes) -> Shape:
    kept = (1,) if s.keeps_axis else ()
    return *s.shape[: s.axis], *kept, *s.shape[s.axis + 1 :]


def _without_axis(whole: Symbol, shape: Shapes) -> Shape:
    k, _, columns = shape(whole)
    return k, columns


_SHAPES: dict[Any, Callable[[Any, Shapes], Shape]] = {
    Rows: lambda r, shape: (*r.numbers.shape, r.array.columns),
    Numbers: lambda c, shape: c.numbers.shape,
    Apply: lambda a, shape: broadcast(map(shape, a.operands)),
    Slope: lambda s, shape: shape(s.operand),
    Terms: lambda t, shape: broadcast(map(shape, t.terms)),
    Product: _product_shape,
    Outer: lambda o, shape: (shape(o.left)[-2], o.right.numbers.shape[-1], 1),
    Sum: _sum_shape,
    ByRow: lambda b, shape: (len(b.starts), b.shape[-1]),
    Reduce: lambda r, shape: _without_axis(r.whole, shape),
    Take: lambda t, shape: broadcast([_without_axis(t.table, shape), shape(t.chosen)]),
    Repeat: lambda r, shape: (r.loop.rows, BATCH if r.batched else 1),
}

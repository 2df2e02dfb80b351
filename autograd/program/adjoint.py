"""The adjoint: a program's statements, backwards, become those of its backward pass.

The adjoint dA of an array A, of the same shape, is the gradient of the output with respect to every
row of it: the sum of the messages that the row is sent. A message is the adjoint of what was
computed times the local gradient; there is one rule for each kind of operand. The first message to
a row is assigned, later ones are added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.program.reached import Reached
from autograd.program.row_patterns import Index, compressed
from autograd.program.statements import (
    BATCH,
    Apply,
    Array,
    ByRow,
    Operands,
    Outer,
    Product,
    Reduce,
    Rows,
    Slope,
    Statement,
    Sum,
    Take,
    Terms,
    broadcast,
    is_variable,
)
from autograd.program.symbols import (
    Expression,
    Symbol,
    apply,
    chosen,
    guarded,
    sends_nothing,
    slopes_of,
)

SHORT = 3
"""Up to how many operations a slope is written out for the reader, rather than named."""


def adjoint(
    forward: list[Statement], operands: Operands, output: Rows
) -> tuple[Rows | None, list[Statement]]:
    """The rows that the seed goes to, and the statements of the backward pass."""
    if not output.array.differentiable:
        return None, []
    found = _Adjoint(operands)
    return found.begin(output), found.statements_of(forward)


def adjoint_of(array: Array) -> Array:
    """The array's adjoint."""
    return Array(f"d{array.name}", array.rows, array.batched, "adjoint")


def size(expression: Expression) -> int:
    """The number of operations in an expression."""
    if not isinstance(expression, Symbol) or is_variable(expression):
        return 0
    return 1 + sum(map(size, expression.args))


class _Adjoint:
    def __init__(self, operands: Operands):
        self.operands = operands
        self.statements: list[Statement] = []
        self.reached = Reached(operands, self.statements)
        self._covered: dict[str, Index] = {}

    def begin(self, output: Rows) -> Rows:
        self._covered_of(output.array)[output.numbers] = True
        self.reached.note(output, None)
        return Rows(adjoint_of(output.array), output.numbers)

    def statements_of(self, forward: list[Statement]) -> list[Statement]:
        for statement in reversed(forward):
            target = statement.target
            if target.array.differentiable and self._covered_of(target.array)[target.numbers].any():
                self._zero_fill(target.array, target.numbers)
                self._back(statement.value, target, 1.0)
        return self.reached.finish()

    # Rules: from what was computed, and where, to messages; `slope` is that of all above

    def _back(self, value: Expression, at: Rows, slope: Expression) -> None:
        if not isinstance(value, Symbol):
            return
        if is_variable(value):
            operand = self.operands.of(value)
            rule = _OPERANDS.get(type(operand))
            if rule is not None:
                rule(self, operand, at, slope)
        else:
            _OPERATIONS[value.op](self, value.args, at, slope)

    def _of(self, at: Rows) -> Symbol:
        """The adjoint of what is there."""
        return self.operands(Rows(adjoint_of(at.array), at.numbers))

    def _rows(self, rows: Rows, at: Rows, slope: Expression) -> None:
        if rows.array.differentiable:
            reached = self.reached.of(at)
            self._send(rows, guarded(self._of(at), slope, reached), reached)

    def _negative(self, args: tuple[Expression, ...], at: Rows, slope: Expression) -> None:
        self._back(args[0], at, apply("negative", slope))

    def _multiply(self, args: tuple[Expression, ...], at: Rows, slope: Expression) -> None:
        x, y = args
        if isinstance(x, Symbol) and isinstance(y, Symbol) and x.key == y.key:
            self._back(x, at, apply("multiply", apply("multiply", slope, 2.0), x))
            return
        for one, other in ((x, y), (y, x)):
            if isinstance(one, Symbol):
                self._back(one, at, apply("multiply", slope, other))

    def _select(self, args: tuple[Expression, ...], at: Rows, slope: Expression) -> None:
        condition, x, y = args
        self._back_where(x, at, condition)
        self._back_where(y, at, apply("logical_not", condition))

    def _back_where(self, chosen: Expression, at: Rows, test: Expression) -> None:
        """The whole adjoint, to what is chosen where the test holds, and nothing elsewhere."""
        rows, reached = self.operands.rows(chosen), self.reached.of(at)
        if rows is not None and rows.array.differentiable:
            there = test if reached is None else apply("logical_and", test, reached)
            self._send(rows, apply("where", there, self._of(at), 0.0), there)

    def _terms(self, terms: Terms, at: Rows, slope: Expression) -> None:
        for term in terms.terms:
            self._back(term, at, slope)

    def _sum(self, total: Sum, at: Rows, slope: Expression) -> None:
        self._back(total.value, at if total.keeps_axis else _beside(at), slope)

    def _product(self, p: Product, at: Rows, slope: Expression) -> None:
        """dW = dz @ aᵀ and da = Wᵀ @ dz."""
        matrix, inputs = p.matrix, self.operands.of(p.inputs)
        at = Rows(at.array, at.numbers.reshape(*inputs.numbers.shape[:-1], -1))
        each = inputs.numbers[..., None, :]  # the rows that meet those of the matrix, one by one
        is_square = matrix.array == inputs.array and bool((matrix.numbers == each).all())
        if is_square or self.reached.of(at) is not None:  # some are sent nothing: one by one
            x = self.operands(Rows(inputs.array, each))
            self._multiply((self.operands(matrix), x), _beside(at), slope)
            return
        dz = apply("multiply", self._of(at), slope)
        if at.array.batched and not inputs.array.batched:
            shape = (*at.numbers.shape, BATCH)
            dz = self.operands(Sum(dz, len(shape) - 1, shape))
        if matrix.array.differentiable:
            self._send(matrix, self.operands(Outer(dz, inputs)))
        if inputs.array.differentiable:
            self._send(inputs, self.operands(Product(matrix, dz, transposed=True)))

    def _apply(self, applied: Apply, at: Rows, slope: Expression) -> None:
        primitive, operands = applied
        if primitive.fused is not None:
            slopes: tuple[Expression, ...] = (self.operands(Slope(primitive, operands[0], None)),)
        else:
            slopes = slopes_of(primitive, self.operands(at), list(operands))
        for operand, local in zip(operands, slopes, strict=True):
            if isinstance(operand, Symbol) and not sends_nothing(primitive, local):
                test, local = chosen(local) if primitive.selects else (True, local)
                if test is not True:
                    self._back_where(operand, at, test)
                    continue
                if primitive.arity == 1 and size(local) > SHORT:
                    local = self.operands(Slope(primitive, operand, local))
                self._back(operand, at, local)

    def _reduce(self, reduced: Reduce, at: Rows, slope: Expression) -> None:
        """One message for all operands, if their slopes are one function of each."""
        primitive, whole = reduced
        rows: Rows = self.operands.of(whole)
        if primitive.fused is not None:
            self._back(whole, _beside(at), self.operands(Slope(primitive, whole, None)))
            return
        parts = [self.operands(Rows(rows.array, column)) for column in rows.numbers.T]
        out = self.operands(at)
        slopes = slopes_of(primitive, out, list(parts))
        if all(sends_nothing(primitive, local) for local in slopes):
            return
        together = common(slopes, parts, {parts[0]: whole, out: self.operands(_beside(at))})
        if together is not None:
            self._back(whole, _beside(at), together)
            return
        for part, local in zip(parts, slopes, strict=True):
            if not sends_nothing(primitive, local):
                self._back(part, at, local)

    def _take(self, taken: Take, at: Rows, slope: Expression) -> None:
        """The element taken is sent the whole adjoint: a scatter-add."""
        table: Rows = self.operands.of(taken.table)
        if table.array.differentiable:
            self._zero_fill(table.array, table.numbers)
            self.reached.note_taken(table, taken.chosen, self.reached.of(at))
            target = Rows(adjoint_of(table.array), table.numbers)
            self.statements.append(Statement(target, self._of(at), "+=", taken.chosen))

    # Messages

    def _send(self, rows: Rows, message: Expression, reached: Expression | None = None) -> None:
        """Add a message of shape index.shape + (examples,) to the adjoint of rows."""
        self.reached.note(rows, reached)
        self._add(rows, message)

    def _add(self, rows: Rows, message: Expression) -> None:
        array, index = rows.array, compressed(rows.numbers)
        shape = broadcast([self.operands.shape(message), (*rows.numbers.shape, 1)])
        for axis, count in reversed(list(enumerate((*index.shape, array.columns)))):
            if shape[axis] != count:
                message = self.operands(Sum(message, axis, shape))
                shape = (*shape[:axis], 1, *shape[axis + 1 :])
        if index.size > 1 and len(np.unique(index)) < index.size:
            order = np.argsort(index, axis=None, kind="stable")
            unique, starts = np.unique(index.ravel()[order], return_index=True)
            self._add(Rows(array, unique), self.operands(ByRow(message, shape, order, starts)))
        else:
            covered = self._covered_of(array)
            fresh = not covered[index].any()
            if not fresh:
                self._zero_fill(array, index)
            covered[index] = True
            target = Rows(adjoint_of(array), index)
            self.statements.append(Statement(target, message, "=" if fresh else "+="))

    def _covered_of(self, array: Array) -> Index:
        """The rows of the array's adjoint that have been sent something."""
        if array.name not in self._covered:
            self._covered[array.name] = np.zeros(array.rows, bool)
        return self._covered[array.name]

    def _zero_fill(self, array: Array, index: Index) -> None:
        """Zeros in those of these rows of the adjoint that have been sent nothing."""
        covered = self._covered_of(array)
        bare = index[~covered[index]]
        if bare.size:
            bare = np.unique(bare)
            self.statements.append(Statement(Rows(adjoint_of(array), bare), 0.0))
            covered[bare] = True


_OPERANDS: dict[Any, Callable[..., None]] = {
    Rows: _Adjoint._rows,
    Terms: _Adjoint._terms,
    Sum: _Adjoint._sum,
    Product: _Adjoint._product,
    Apply: _Adjoint._apply,
    Reduce: _Adjoint._reduce,
    Take: _Adjoint._take,
}
_OPERATIONS: dict[Any, Callable[..., None]] = {
    "negative": _Adjoint._negative,
    "multiply": _Adjoint._multiply,
    "where": _Adjoint._select,
}


def _beside(at: Rows) -> Rows:
    """The same rows with an axis of length 1, for what was added up."""
    return Rows(at.array, at.numbers[..., None])


def common(slopes: Any, parts: Sequence[Any], known: dict[Symbol, Symbol]) -> Expression | None:
    """The function that gives every slope from its own operand, of all of them at once, or None.

    `known` says what stands for the first operand, and for the result, then.
    """
    first = slopes[0]
    if all(not isinstance(slope, Symbol) for slope in slopes):
        return first if len(set(slopes)) == 1 else None
    names = {part.name for part in parts}
    try:
        forms = {_form(slope, own.name, names) for slope, own in zip(slopes, parts, strict=True)}
    except LookupError:
        return None
    return _replaced(first, {k.name: v for k, v in known.items()}) if len(forms) == 1 else None


def _form(slope: Expression, own: str, names: set[str]) -> Any:
    """The key of a slope with its own operand unnamed; LookupError if another operand is in it."""
    if not isinstance(slope, Symbol):
        return repr(slope)
    if is_variable(slope):
        if slope.name != own and slope.name in names:
            raise LookupError(slope.name)
        return "·" if slope.name == own else slope.name
    kind = id(slope.function) if slope.op == "call" else slope.op
    return (kind, *(_form(arg, own, names) for arg in slope.args))


def _replaced(expression: Expression, names: dict[str, Symbol]) -> Expression:
    """The expression with other symbols in place of variables."""
    if not isinstance(expression, Symbol):
        return expression
    if is_variable(expression):
        return names.get(expression.name, expression)
    args = tuple(_replaced(arg, names) for arg in expression.args)
    return Symbol(expression.op, args, function=expression.function)

"""Text: statements as mathematics writes them, and as Python that runs.

`X1`, `X2`, … are the arguments and `P` the parameters, each with a column for each of n examples,
or one for all. Every other name is defined: functions are imported from autograd or defined in a
line, parameters are views of P, and at the end the gradients are `dP`, or `dX1`, ….
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from autograd.program.backends.expressions import ADDED, ATOM, MULTIPLIED, NEGATED, Written
from autograd.program.backends.heading import Heading, parts_of_gradient
from autograd.program.backends.places import (
    filled,
    is_all,
    literal,
    number_text,
    rows_text,
    shape_text,
    slice_text,
    table_text,
)
from autograd.program.backends.steps import repeated
from autograd.program.statements import (
    Apply,
    Array,
    ByRow,
    Numbers,
    Outer,
    Product,
    Reduce,
    Repeat,
    Rows,
    Shape,
    Slope,
    Statement,
    Statements,
    Sum,
    Take,
    Terms,
    is_variable,
)
from autograd.program.symbols import Expression, Symbol


class Printed:
    """A program's statements for the reader: `heading`, `forward` and `backward`, line by line.

    Args:
        arguments: the number of the argument that each block belongs to.
        share: the share that each example has in the result, and why.
        names: what names the functions, parts of the parameters and constants.
    """

    def __init__(
        self, program: Statements, arguments: list[int], share: str, names: Heading | None = None
    ):
        self.program, self.operands, self._share = program, program.operands, share
        self.names = names or Heading()
        self._defined = {array.name for array in program.leaves.values()}
        self._writes = Counter(s.target.array.name for s in program.backward)
        self._parts = parts_of_gradient(program)
        self.lines: list[str] = []
        for statement in program.forward:
            self._statement(statement)
        self.forward, self.lines = self.lines, []
        self._write_backward()
        self.backward = self.lines
        parameters = program.leaves.get(-1)
        self.heading = [*self._inputs(arguments), *self.names.lines(parameters)]

    def __str__(self) -> str:
        parts = [*self.heading, "", "# forward", *self.forward]
        if self.backward:
            parts += ["", "# backward", *self.backward]
        return "\n".join(parts)

    def _inputs(self, arguments: list[int]) -> list[str]:
        return [
            f"# {array.name}: argument {arguments[block]}, {array.rows} × "
            + ("n (a column for each example)" if array.batched else "1")
            for block, array in self.program.leaves.items()
            if block >= 0
        ]

    # Statements

    def _write_backward(self) -> None:
        program = self.program
        if program.seed is not None:
            self._write_seed(program.seed)
        for statement in program.backward:
            self._statement(statement)
        for array in program.gradients.values():
            if self._parts and array.name == "dP":
                self.lines += self.names.joined(self._parts, program.leaves[-1])
            else:
                self._define(array)

    def _write_seed(self, seed: Rows) -> None:
        share, _, why = self._share.partition("  # ")
        if not seed.array.batched and any(a.batched for a in self.program.leaves.values()):
            share, why = ("1" if why else "n"), ""
        comment = f"  # {why}" if why else ""
        if seed.whole:
            self._defined.add(seed.array.name)
            shape = shape_text((seed.array.rows, seed.array.columns))
            self.lines.append(f"{seed.array.name} = np.full({shape}, {share}){comment}")
        else:
            self._define(seed.array)
            self.lines.append(f"{seed.array.name}[{slice_text(seed.numbers)}] = {share}{comment}")

    def _define(self, array: Array) -> None:
        """Zeros, of what is not assigned as a whole."""
        if array.name not in self._defined:
            zero = False if array.role == "reached" else 0.0
            self.lines.append(f"{array.name} = {filled((array.rows, array.columns), zero)}")
            self._defined.add(array.name)

    def _statement(self, statement: Statement) -> None:
        target, value, how, index = statement
        array, name = target.array, target.array.name
        if name == "dP" and self._parts:
            self._block_statement(target, value, how)
            return
        if index is None and how == "=" and is_all(target):
            self._defined.add(name)
            self.lines.append(f"{name} = {self._whole(target, value)}")
            return
        self._define(array)
        if index is not None:
            self._chosen(target, value, how, index)
        elif how == "|=":
            there = self._exactly(value, (*target.numbers.shape, self._columns(value)), 0)
            if self._columns(value) != array.columns:
                there = f"({there}).any(-1, keepdims=True)"
            self.lines.append(f"np.logical_or.at({name}, {literal(target.numbers)}, {there})")
        else:
            place = "" if is_all(target) else f"[{slice_text(target.numbers)}]"
            self.lines.append(f"{name}{place} {how} {self._flat(target, value)}")

    def _columns(self, value: Expression) -> int:
        shape = self.operands.shape(value)
        return shape[-1] if shape else 1

    def _chosen(self, target: Rows, value: Expression, how: str, index: Symbol) -> None:
        args = [target.array.name, table_text(target.numbers), self._text(index), self._text(value)]
        if how == "|=":
            args.append("np.logical_or")
        self.lines.append(f"{self.names.helper('scatter')}({', '.join(args)})")

    def _whole(self, target: Rows, value: Expression) -> str:
        """A value for all rows of an array; a copy, where more will be added to it."""
        shape = (target.array.rows, target.array.columns)
        if not isinstance(value, Symbol):
            return filled(shape, value)
        text = self._flat(target, value, whole=True)
        return self._own(text, value) if self._writes[target.array.name] > 1 else text

    def _own(self, text: str, value: Expression) -> str:
        """A value that more will be added to: a copy, if it is a view of another array."""
        bare = text.startswith("np.broadcast_to(") or self.operands.rows(value) is not None
        return f"{text}.copy()" if bare else text

    def _flat(self, target: Rows, value: Expression, *, whole: bool = False) -> str:
        """A value as rows one below the other, which fill the target, or can be spread over it."""
        shape = (*target.numbers.shape, target.array.columns)
        if not isinstance(value, Symbol):
            return number_text(value)
        if target.numbers.ndim == 1:
            return self._exactly(value, shape, 0) if whole else self._text(value)
        operand = self.operands.of(value) if is_variable(value) else None
        if isinstance(operand, Outer):
            return f"({self._as_matrix(operand)}).reshape({target.numbers.size}, -1)"
        return f"{self._exactly(value, shape, ATOM)}.reshape({target.numbers.size}, -1)"

    # Gradients of parameters, block by block: dW1, db1

    def _block_statement(self, target: Rows, value: Expression, how: str) -> None:
        array, index = self.program.leaves[-1], target.numbers
        name = self.names.block(Rows(array, index), "b")
        operand = self.operands.of(value) if is_variable(value) else None
        once = sum(s.target.numbers is index for s in self.program.backward) == 1
        shape = (*index.shape, array.columns)
        if isinstance(operand, Outer):
            text = self._as_matrix(operand)
        elif index.ndim == 2 and not array.batched:
            text = f"{self._exactly(value, shape, ATOM)}[..., 0]"
        elif isinstance(operand, Sum) and once and operand.axis == len(shape) - 1:
            text = f"{self._exactly(operand.value, operand.shape, ATOM)}.sum({operand.axis})"
        else:
            text = self._exactly(value, shape, 0)
        self.lines.append(f"d{name} {how} {text if once else self._own(text, value)}")

    # Expressions

    def _text(self, value: Expression, above: int = 0, letter: str = "b") -> str:
        letter = "w" if isinstance(value, Symbol) and value.op == "multiply" else letter
        return self.names.text(value, lambda symbol: self._operand(symbol, letter), above)

    def written(self, value: Expression) -> str:
        """An expression as text."""
        return self._text(value)

    def _operand(self, symbol: Symbol, letter: str = "b") -> Written:
        operand = self.operands.of(symbol)
        if isinstance(operand, Rows):
            return self._rows(operand, letter), ATOM
        return _OPERANDS[type(operand)](self, operand)

    def _exactly(self, value: Expression, shape: Shape, above: int) -> str:
        """A value as an array of this shape."""
        if self.operands.shape(value) == shape:
            return self._text(value, above)
        return f"np.broadcast_to({self._text(value)}, {shape_text(shape)})"

    def _rows(self, rows: Rows, letter: str) -> str:
        if rows.array.role != "parameters" or (
            rows.numbers.ndim == 2 and rows.numbers.shape[1] == 1
        ):
            return f"{rows.array.name}{rows_text(rows.numbers, rows.array.rows)}"
        name = self.names.block(rows, letter)
        return name if rows.numbers.ndim == 1 or rows.array.batched else f"{name}[..., None]"

    def _numbers(self, numbers: Numbers) -> Written:
        return self.names.constant(numbers.numbers), ATOM

    def _applied(self, applied: Apply) -> Written:
        return self.names.primitive(*applied, self._operand)

    def _slope(self, slope: Slope) -> Written:
        shape = self.operands.shape(slope.operand)
        name = self.names.prime(slope.primitive, shape[1] if len(shape) > 2 else 1)
        return f"{name}({self._text(slope.operand)})", ATOM

    def _terms(self, terms: Terms) -> Written:
        text = self._text(terms.terms[0], ADDED)
        for term in terms.terms[1:]:
            if isinstance(term, Symbol) and term.op == "negative":
                text += f" - {self._text(term.args[0], MULTIPLIED)}"
            elif isinstance(term, Symbol) or term != 0.0:
                text += f" + {self._text(term, MULTIPLIED)}"
        return text, ADDED

    def _product(self, product: Product) -> Written:
        matrix, inputs = product.matrix, self._text(product.inputs, NEGATED)
        if matrix.array.role == "parameters":
            left = self.names.block(matrix, "W")
        else:
            left = f"{self._text(self.operands(matrix))}[..., 0]"
        if product.transposed:
            return f"{left}.T @ {inputs}", MULTIPLIED
        if len(self.operands.shape(product.inputs)) == 2:
            return f"{left} @ {inputs}", MULTIPLIED
        rows, _ = self.operands.shape(self.operands(product))
        return f"({left} @ {inputs}).reshape({rows}, -1)", ATOM

    def _outer(self, outer: Outer) -> Written:
        return f"({self._as_matrix(outer)})[..., None]", ATOM

    def _as_matrix(self, outer: Outer) -> str:
        right = self._text(self.operands(outer.right))
        text = f"{self._text(outer.left, NEGATED)} @ {right}"
        stacked = outer.right.numbers.ndim > 1
        return f"({text}.swapaxes(-1, -2)).sum(0)" if stacked else f"{text}.T"

    def _sum(self, total: Sum) -> Written:
        keeps = ", keepdims=True" if total.keeps_axis else ""
        return f"{self._exactly(total.value, total.shape, ATOM)}.sum({total.axis}{keeps})", ATOM

    def _by_row(self, total: ByRow) -> Written:
        flat = f"{self._exactly(total.value, total.shape, ATOM)}.reshape({len(total.order)}, -1)"
        order, starts = total.order.tolist(), total.starts.tolist()
        return f"np.add.reduceat({flat}[{order}], {starts})", ATOM

    def _reduced(self, reduced: Reduce) -> Written:
        count = self.operands.shape(reduced.whole)[1]
        return self.names.reduced(reduced.primitive, self._text(reduced.whole), count), ATOM

    def _taken(self, taken: Take) -> Written:
        table, index = self._text(taken.table), self._text(taken.chosen)
        return f"{self.names.helper('take')}({table}, {index})", ATOM


_OPERANDS: dict[Any, Callable[[Printed, Any], Written]] = {
    Numbers: Printed._numbers,
    Apply: Printed._applied,
    Slope: Printed._slope,
    Terms: Printed._terms,
    Product: Printed._product,
    Outer: Printed._outer,
    Sum: Printed._sum,
    ByRow: Printed._by_row,
    Reduce: Printed._reduced,
    Take: Printed._taken,
    Repeat: repeated,
}

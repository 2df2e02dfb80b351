"""Text: statements as mathematics writes them, and as Python that runs.

`X1`, `X2`, … are the arguments and `P` the parameters, each with a column for each of n examples,
or one for all. Every other name is defined: functions are imported from autograd or defined in a
line, parameters are views of P, and at the end the gradients are `dP`, or `dX1`, ….
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.primitives.primitive import PRIMITIVES, Primitive
from autograd.primitives.reductions import LARGEST
from autograd.primitives.vocabulary import COMPARISONS, LOGICAL
from autograd.program.adjoint import adjoint_of, common
from autograd.program.backends.floats import Scalar
from autograd.program.spelling import numpy_name, plain_name
from autograd.program.statements import (
    BATCH,
    Apply,
    Array,
    At,
    ByRow,
    Index,
    Numbers,
    Outer,
    Product,
    Program,
    Reduce,
    Rows,
    Shape,
    Slope,
    Stack,
    Statement,
    Sum,
    Take,
    Terms,
    affine,
    broadcast,
    is_variable,
)
from autograd.program.symbols import Expression, Symbol, spelled_out

COMPARED, ADDED, MULTIPLIED, NEGATED, RAISED, ATOM = range(6)
"""How closely the parts of a text hold together."""
_INFIX: dict[Any, tuple[str, int]] = {
    "add": ("+", ADDED), "subtract": ("-", ADDED), "multiply": ("*", MULTIPLIED),
    "divide": ("/", MULTIPLIED), "less": ("<", COMPARED), "less_equal": ("<=", COMPARED),
    "greater": (">", COMPARED), "greater_equal": (">=", COMPARED), "equal": ("==", COMPARED),
    "not_equal": ("!=", COMPARED), "power": ("**", RAISED),
}  # fmt: skip
_OPERATORS = {"+": ADDED, "-": ADDED, "*": MULTIPLIED, "/": MULTIPLIED, "**": RAISED}
_HELPERS = {
    "take": "def take(rows, index): "
    "return np.take_along_axis(rows, index[:, None].astype(int), 1)[:, 0]",
    "largest": "def largest(xs, axis): return np.nan_to_num(xs.max(axis), posinf=0.0, neginf=0.0)",
    "scatter": "def scatter(array, rows, index, messages, how=np.add):\n"
    "    chosen = np.take_along_axis(rows, index.astype(int), 1)\n"
    "    how.at(array, (chosen, np.arange(array.shape[1])), messages)",
}
Written = tuple[str, int]


def said(heading: Sequence[str], forward: Sequence[str], backward: Sequence[str]) -> str:
    """Statements for the reader, under what their names stand for."""
    parts = [*heading, "", "# forward", *forward]
    if backward:
        parts += ["", "# backward", *backward]
    return "\n".join(parts)


def written(
    expression: Expression,
    whole: Callable[[Symbol, int], str],
    call: Callable[[str], str],
    above: int = 0,
) -> str:
    """An expression as one writes it, `dA * (1.0 - A)`.

    `whole` writes variables and what is no elementary operation, and `call` names those that are;
    parts that hold together less closely than `above` are put in brackets.
    """
    if not isinstance(expression, Symbol):
        return _number(expression)
    op, args = expression.op, expression.args
    if op in ("", "call"):
        return whole(expression, above)
    if op == "indicator":
        return written(args[0], whole, call, above)
    sign, level = _INFIX.get(op, ("", ATOM))
    levels = [0] * len(args)
    if sign:
        levels = [level + (op == "power"), level + (op != "power")]
    elif op == "negative":
        level, levels = NEGATED, [NEGATED]
    texts = [written(arg, whole, call, at) for arg, at in zip(args, levels, strict=True)]
    if sign:
        return _bracketed(f" {sign} ".join(texts), level, above)
    text = f"-{texts[0]}" if op == "negative" else f"{call(op)}({', '.join(texts)})"
    return _bracketed(text, level, above)


def _bracketed(text: str, level: int, above: int) -> str:
    return f"({text})" if level < above else text


def _number(x: Any) -> str:
    text = repr(bool(x) if isinstance(x, (bool, np.bool_)) else float(x))
    return re.sub("inf|nan", r"np.\g<0>", text)


def _literal(numbers: Index) -> str:
    return re.sub("inf|nan", r"np.\g<0>", f"np.array({numbers.tolist()})")


class Printed:
    """A program's statements for the reader: `heading`, `forward` and `backward`, line by line.

    Args:
        arguments: the number of the argument that each block belongs to.
        share: the share that each example has in the result, and why.
    """

    def __init__(self, program: Program, arguments: list[int], share: str):
        self.program, self.operands, self._share = program, program.operands, share
        self._imports: set[str] = set()
        self._definitions: dict[str, str] = {}
        self._primes: dict[Primitive, str] = {}
        self._blocks: dict[Any, tuple[str, str]] = {}
        self._constants: dict[str, str] = {}
        self._defined = {array.name for array in program.leaves.values()}
        self._writes = Counter(s.target.array.name for s in program.backward)
        self._in_blocks = self._disjoint_blocks()
        self.lines: list[str] = []
        for statement in program.forward:
            self._statement(statement)
        self.forward, self.lines = self.lines, []
        self._write_backward()
        self.backward = self.lines
        self.heading = [*self._inputs(arguments), *self._names()]

    def __str__(self) -> str:
        return said(self.heading, self.forward, self.backward)

    # The heading

    def _inputs(self, arguments: list[int]) -> list[str]:
        return [
            f"# {array.name}: argument {arguments[block]}, {array.rows} × "
            + ("n (a column for each example)" if array.batched else "1")
            for block, array in self.program.leaves.items()
            if block >= 0
        ]

    def _names(self) -> list[str]:
        lines = []
        if self._imports:
            lines.append(f"from autograd import {', '.join(sorted(self._imports))}")
        lines += self._definitions.values()
        parameters = self.program.leaves.get(-1)
        if parameters is not None and parameters.batched:
            lines.append(f"P = np.broadcast_to(P, {_shape_text((parameters.rows, BATCH))})")
        lines += [f"{name} = {text}" for name, text in self._blocks.values() if name != "P"]
        return lines + [f"{name} = {text}" for text, name in self._constants.items()]

    def _imported(self, name: str) -> str:
        self._imports.add(name)
        return name

    def _helper(self, name: str) -> str:
        self._definitions[name] = _HELPERS[name]
        return name

    # Statements

    def _write_backward(self) -> None:
        program = self.program
        if program.seed is not None:
            self._write_seed(program.seed)
        for statement in program.backward:
            self._statement(statement)
        for array in program.gradients.values():
            if self._in_blocks and array.name == "dP":
                self._join_blocks()
            self._define(array)

    def _write_seed(self, seed: Rows) -> None:
        share, _, why = self._share.partition("  # ")
        if not seed.array.batched and any(a.batched for a in self.program.leaves.values()):
            share, why = ("1" if why else "n"), ""
        comment = f"  # {why}" if why else ""
        if seed.whole:
            self._defined.add(seed.array.name)
            shape = _shape_text((seed.array.rows, seed.array.columns))
            self.lines.append(f"{seed.array.name} = np.full({shape}, {share}){comment}")
        else:
            self._define(seed.array)
            self.lines.append(f"{seed.array.name}[{_slice(seed.index)}] = {share}{comment}")

    def _define(self, array: Array) -> None:
        """Zeros, of what is not assigned as a whole."""
        if array.name not in self._defined:
            zero = False if array.role == "reached" else 0.0
            self.lines.append(f"{array.name} = {_filled((array.rows, array.columns), zero)}")
            self._defined.add(array.name)

    def _statement(self, statement: Statement) -> None:
        target, value, how, index = statement
        array, name = target.array, target.array.name
        if name == "dP" and self._in_blocks:
            self._block_statement(target, value, how)
            return
        if index is None and how == "=" and _is_all(target):
            self._defined.add(name)
            self.lines.append(f"{name} = {self._whole(target, value)}")
            return
        self._define(array)
        if index is not None:
            self._chosen(target, value, how, index)
        elif how == "|=":
            there = self._exactly(value, (*target.index.shape, self._columns(value)), 0)
            if self._columns(value) != array.columns:
                there = f"({there}).any(-1, keepdims=True)"
            self.lines.append(f"np.logical_or.at({name}, {_literal(target.index)}, {there})")
        else:
            place = "" if _is_all(target) else f"[{_slice(target.index)}]"
            self.lines.append(f"{name}{place} {how} {self._flat(target, value)}")

    def _columns(self, value: Expression) -> int:
        shape = self._shape(value)
        return shape[-1] if shape else 1

    def _chosen(self, target: Rows, value: Expression, how: str, index: Symbol) -> None:
        args = [target.array.name, _table_text(target.index), self._text(index), self._text(value)]
        if how == "|=":
            args.append("np.logical_or")
        self.lines.append(f"{self._helper('scatter')}({', '.join(args)})")

    def _whole(self, target: Rows, value: Expression) -> str:
        """A value for all rows of an array; a copy, where more will be added to it."""
        shape = (target.array.rows, target.array.columns)
        if not isinstance(value, Symbol):
            return _filled(shape, value)
        again = self._writes[target.array.name] > 1
        return self._own(self._flat(target, value), value) if again else self._flat(target, value)

    def _own(self, text: str, value: Expression) -> str:
        """A value that more will be added to: a copy, if it is a view of another array."""
        bare = text.startswith("np.broadcast_to(") or self.operands.rows(value) is not None
        return f"{text}.copy()" if bare else text

    def _flat(self, target: Rows, value: Expression) -> str:
        """A value as rows one below the other."""
        shape = (*target.index.shape, target.array.columns)
        if target.index.ndim == 1:
            return self._exactly(value, shape, 0)
        if not isinstance(value, Symbol):
            return _number(value)
        operand = self.operands.of(value) if is_variable(value) else None
        if isinstance(operand, Outer):
            return f"({self._outer(operand)[0]}).reshape({target.index.size}, -1)"
        return f"{self._exactly(value, shape, ATOM)}.reshape({target.index.size}, -1)"

    # Gradients of parameters, block by block: dW1, db1

    def _disjoint_blocks(self) -> list[Index]:
        """The rows that messages to the parameters go to, if they are parts of them one by one."""
        found: dict[Any, Index] = {}
        for target, _, how, index in self.program.backward:
            if target.array.name == "dP":
                key = target.index.shape, target.index.tobytes()
                if index is not None or target.index.ndim > 2 or (how != "=") != (key in found):
                    return []
                found[key] = target.index
        blocks = sorted(found.values(), key=lambda index: int(index.flat[0]))
        rows = np.concatenate([index.ravel() for index in blocks]) if blocks else np.zeros(0)
        array = self.program.leaves.get(-1)
        complete = array is not None and np.array_equal(np.sort(rows), np.arange(array.rows))
        alone = len(blocks) == 1 and blocks[0].ndim == 1  # that is dP itself
        return blocks if complete and not alone else []

    def _block_statement(self, target: Rows, value: Expression, how: str) -> None:
        array, index = self.program.leaves[-1], target.index
        name = self._block(Rows(array, index), "b")
        operand = self.operands.of(value) if is_variable(value) else None
        once = sum(s.target.index is index for s in self.program.backward) == 1
        shape = (*index.shape, array.columns)
        if index.ndim == 2 and not array.batched:
            if isinstance(operand, Outer):
                text = self._outer(operand)[0]
            else:
                text = f"{self._exactly(value, shape, ATOM)}[..., 0]"
        elif isinstance(operand, Sum) and once and operand.axis == len(shape) - 1:
            text = f"{self._exactly(operand.value, operand.shape, ATOM)}.sum({operand.axis})"
        else:
            text = self._exactly(value, shape, 0)
        self.lines.append(f"d{name} {how} {text if once else self._own(text, value)}")

    def _join_blocks(self) -> None:
        """dP, from the gradients of its parts."""
        array = self.program.leaves[-1]
        names = [f"d{self._block(Rows(array, index), 'b')}" for index in self._in_blocks]
        sizes = [index.size for index in self._in_blocks]
        flat = [f"{n}.reshape({size}, -1)" for n, size in zip(names, sizes, strict=True)]
        order = np.concatenate([index.ravel() for index in self._in_blocks])
        if np.array_equal(order, np.arange(array.rows)):
            text = f"dP = np.concatenate([{', '.join(flat)}])"
            if not array.batched:
                text = f"dP = np.concatenate([{', '.join(f'{n}.ravel()' for n in names)}])[:, None]"
            self.lines += textwrap.wrap(text, 96, subsequent_indent="    ", break_on_hyphens=False)
        else:
            self._define(adjoint_of(array))
            for index, part in zip(self._in_blocks, flat, strict=True):
                self.lines.append(f"dP[{_slice(index)}] = {part}")
        self._defined.add("dP")

    def _block(self, rows: Rows, letter: str) -> str:
        """The name of rows of the parameters: W1, a matrix, or b1, or w1 where it multiplies."""
        index = rows.index
        if rows.whole:
            return "P"
        key = index.shape, index.tobytes()
        if key not in self._blocks:
            letter = letter if index.ndim == 1 else "W"
            count = 1 + sum(name[0] == letter for name, _ in self._blocks.values())
            self._blocks[key] = (f"{letter}{count}", self._block_text(rows))
        return self._blocks[key][0]

    def _block_text(self, rows: Rows) -> str:
        index, array = rows.index, rows.array
        first, count = int(index.flat[0]), index.size
        if index.ndim == 1:
            return f"P[{_slice(index)}]"
        if np.array_equal(index.ravel(), first + np.arange(count)):
            place = "" if count == array.rows else f"[{first}:{first + count}]"
            sizes = [*map(str, index.shape), *["-1"] * array.batched]
            return f"P{place}.reshape({', '.join(sizes)})"
        return f"P[{_table_text(index)}]{'' if array.batched else '[..., 0]'}"

    # Expressions

    def _text(self, value: Expression, above: int = 0, letter: str = "b") -> str:
        if isinstance(value, Symbol) and value.op == "multiply":
            letter = "w"
        if isinstance(value, Symbol) and value.op == "call":
            return self._function_of(value, self._text, above)
        if not is_variable(value):
            return written(value, lambda v, above: self._text(v, above, letter), self._call, above)
        operand = self.operands.of(value)
        if isinstance(operand, Rows):
            return self._rows(operand, letter)
        text, level = _OPERANDS[type(operand)](self, operand)
        return _bracketed(text, level, above)

    def _exactly(self, value: Expression, shape: Shape, above: int) -> str:
        """A value as an array of this shape."""
        if self._shape(value) == shape:
            return self._text(value, above)
        return f"np.broadcast_to({self._text(value)}, {_shape_text(shape)})"

    def _shape(self, value: Expression) -> Shape:
        """The shape of a value as it is written: repeated rows are written once."""
        if not isinstance(value, Symbol):
            return ()
        if not is_variable(value):
            return broadcast(map(self._shape, value.args))
        operand = self.operands.of(value)
        if isinstance(operand, Rows):
            return (*_written_shape(operand.index), operand.array.columns)
        if isinstance(operand, Apply):
            return broadcast(map(self._shape, operand.operands))
        if isinstance(operand, Terms):
            return broadcast(map(self._shape, operand.terms))
        if isinstance(operand, Slope):
            return self._shape(operand.operand)
        return self.operands.shape(value)

    def _call(self, op: str) -> str:
        """The name of an elementary operation: autograd's, if it has it, or NumPy's."""
        return self._imported(op) if op in PRIMITIVES else f"np.{op}"

    def _rows(self, rows: Rows, letter: str) -> str:
        repeated = rows.index.ndim == 2 and _written_shape(rows.index) != rows.index.shape
        if rows.array.role != "parameters" or repeated:
            return f"{rows.array.name}{_rows_text(rows.index, rows.array.rows)}"
        name = self._block(rows, letter)
        return name if rows.index.ndim == 1 or rows.array.batched else f"{name}[..., None]"

    def _numbers(self, numbers: Numbers) -> Written:
        text = _literal(numbers.numbers)
        return self._constants.setdefault(text, f"c{len(self._constants) + 1}"), ATOM

    def _applied(self, applied: Apply) -> Written:
        return self._primitive(*applied, self._text)

    def _primitive(
        self,
        primitive: Primitive,
        operands: tuple[Expression, ...],
        write: Callable[[Expression, int], str],
    ) -> Written:
        if not _is_registered(primitive):
            return self._read(spelled_out(primitive, operands))
        sign = primitive.op.rstrip("0123456789.e-")
        if sign in _OPERATORS and primitive.arity == 2:
            level = _OPERATORS[sign]
            left, right = write(operands[0], level), write(operands[1], level + 1)
            return f"{left} {sign} {right}", level
        if sign == "**":
            return f"{write(operands[0], ATOM)} ** {primitive.op[2:]}", RAISED
        given = [write(operand, 0) for operand in operands]
        return f"{self._imported(primitive.name)}({', '.join([*given, *_set(primitive)])})", ATOM

    def _function_of(
        self, symbol: Symbol, write: Callable[[Expression, int], str], above: int
    ) -> str:
        """A primitive that stays whole, or another function."""
        primitive = getattr(symbol.function, "primitive", symbol.function)
        if isinstance(primitive, Primitive):
            return _bracketed(*self._primitive(primitive, symbol.args, write), above)
        args = ", ".join(write(arg, 0) for arg in symbol.args)
        name = numpy_name(symbol.function)
        return f"np.{name}({args})" if name else f"{plain_name('')}({args})"

    def _in_definition(self, symbol: Symbol, above: int) -> str:
        """A variable, or a primitive, in the definition of a function."""
        if is_variable(symbol):
            return symbol.name
        return self._function_of(symbol, self._defining, above)

    def _defining(self, value: Expression, above: int) -> str:
        return written(value, self._in_definition, self._call, above)

    def _read(self, value: Expression) -> Written:
        """A primitive by what it computes; truths are numbers, as in the program."""
        if isinstance(value, Symbol) and value.op in (*COMPARISONS, *LOGICAL):
            return f"{self._imported('where')}({self._text(value)}, 1.0, 0.0)", ATOM
        return self._text(value, ATOM), ATOM

    def _slope(self, slope: Slope) -> Written:
        primitive, shape = slope.primitive, self.operands.shape(slope.operand)
        if primitive.arity is None:
            return f"{self._prime(primitive)}({self._exactly(slope.operand, shape, 0)})", ATOM
        return f"{self._prime(primitive)}({self._text(slope.operand)})", ATOM

    def _prime(self, primitive: Primitive) -> str:
        """The name of a function's derivative, which a line in the heading defines."""
        if primitive not in self._primes:
            name = plain_name(f"{primitive.name}_prime")
            name += str(len(self._definitions)) * (name in self._definitions)
            self._primes[primitive] = name
            self._definitions[name] = f"def {name}{self._definition(primitive)}"
        return self._primes[primitive]

    def _definition(self, primitive: Primitive) -> str:
        if primitive.arity is None:
            return f"(x): return {self._slope_of_all(primitive)}"
        z = Scalar("", (), "z")
        (slope,) = primitive.shown_gradients(Scalar("call", (z,), function=primitive), z)
        return f"(z): return {self._defining(slope, 0)}"

    def _slope_of_all(self, primitive: Primitive) -> str:
        """The slopes of an n-ary primitive in an array x, where each is a function of its own."""
        out = f"{self._imported(primitive.name)}(x, axis=1)[:, None]"
        x, y = Scalar("", (), "x"), Scalar("", (), "y")
        slope = common(primitive.shown_gradients(Scalar("", (), out), x, y), [x, y], {})
        if slope is not None:
            return self._defining(slope, 0)
        return f'{self._imported("PRIMITIVES")}["{primitive.name}"].fused(x, 1)[1]'

    def _terms(self, terms: Terms) -> Written:
        text = self._text(terms.terms[0], ADDED)
        for term in terms.terms[1:]:
            if isinstance(term, Symbol) and term.op == "negative":
                text += f" - {self._text(term.args[0], MULTIPLIED)}"
            elif isinstance(term, Symbol) or term != 0.0:
                text += f" + {self._text(term, MULTIPLIED)}"
        return text, ADDED

    def _matrix(self, rows: Rows) -> str:
        if rows.array.role == "parameters":
            return self._block(rows, "W")
        return f"{self._exactly(self.operands(rows), (*rows.index.shape, 1), ATOM)}[..., 0]"

    def _product(self, product: Product) -> Written:
        shape = self.operands.shape(product.inputs)
        inputs = self._exactly(product.inputs, shape, NEGATED)
        matrix = self._matrix(product.matrix)
        if product.transposed:
            return f"{matrix}.T @ {inputs}", MULTIPLIED
        if len(shape) == 2:
            return f"{matrix} @ {inputs}", MULTIPLIED
        rows, _ = self.operands.shape(self.operands(product))
        return f"({matrix} @ {inputs}).reshape({rows}, -1)", ATOM

    def _outer(self, outer: Outer) -> Written:
        right = self.operands(outer.right)
        shape = self.operands.shape(right)
        left = self._exactly(outer.left, self.operands.shape(outer.left), NEGATED)
        text = f"{left} @ {self._exactly(right, shape, ATOM)}"
        if len(shape) == 2:
            return f"{text}.T", MULTIPLIED
        return f"({text}.swapaxes(-1, -2)).sum(0)", ATOM

    def _outer_column(self, outer: Outer) -> Written:
        text, level = self._outer(outer)
        return f"{_bracketed(text, level, ATOM)}[..., None]", ATOM

    def _sum(self, total: Sum) -> Written:
        keeps = ", keepdims=True" if total.keeps_axis else ""
        return f"{self._exactly(total.value, total.shape, ATOM)}.sum({total.axis}{keeps})", ATOM

    def _by_row(self, total: ByRow) -> Written:
        flat = f"{self._exactly(total.value, total.shape, ATOM)}.reshape({len(total.order)}, -1)"
        order, starts = total.order.tolist(), total.starts.tolist()
        return f"np.add.reduceat({flat}[{order}], {starts})", ATOM

    def _stack(self, stack: Stack) -> Written:
        parts = [self._text(operand) for operand in stack.operands]
        parts[0] = self._exactly(stack.operands[0], (stack.shape[0], stack.shape[2]), 0)
        return f"np.stack(np.broadcast_arrays({', '.join(parts)}), 1)", ATOM

    def _at(self, at: At) -> Written:
        return f"{self._text(at.stack, ATOM)}[:, {at.place}]", ATOM

    def _reduced(self, reduced: Reduce) -> Written:
        primitive, whole = reduced
        given = self._exactly(whole, self.operands.shape(whole), 0)
        name = self._helper("largest") if primitive is LARGEST else self._imported(primitive.name)
        return f"{name}({', '.join([given, 'axis=1', *_set(primitive)])})", ATOM

    def _taken(self, taken: Take) -> Written:
        table = self._exactly(taken.table, self.operands.shape(taken.table), 0)
        return f"{self._helper('take')}({table}, {self._text(taken.index)})", ATOM


_OPERANDS: dict[Any, Callable[[Printed, Any], Written]] = {
    Numbers: Printed._numbers,
    Apply: Printed._applied,
    Slope: Printed._slope,
    Terms: Printed._terms,
    Product: Printed._product,
    Outer: Printed._outer_column,
    Sum: Printed._sum,
    ByRow: Printed._by_row,
    Stack: Printed._stack,
    At: Printed._at,
    Reduce: Printed._reduced,
    Take: Printed._taken,
}


def _is_registered(primitive: Primitive) -> bool:
    known = PRIMITIVES.get(primitive.name)
    return known is not None and known._body is primitive._body and known.name != "where"


def _set(primitive: Primitive) -> list[str]:
    """The constants of a primitive, as keywords."""
    return [f"{name}={_number(c)}" for name, c in primitive.constants.items()]


# Rows


def _is_all(rows: Rows) -> bool:
    """True for all rows of an array in their order, whatever their dimensions."""
    return np.array_equal(rows.index.ravel(), np.arange(rows.array.rows))


def _written_shape(index: Index) -> tuple[int, ...]:
    """The dimensions of rows as they are written: what is the same along one of two is 1."""
    found = affine(index)
    if found is None or index.ndim > 2 or _steps_back(found[1]):
        return index.shape
    if index.ndim == 1:
        return index.shape if found[1][0] else (1,)
    (m, n), (down, across) = index.shape, found[1]
    if not across and (down or m == 1):
        return m, 1
    return (1, n) if not down and across else (m, n)


def _steps_back(steps: tuple[int, ...]) -> bool:
    return min(steps) < 0


def _filled(shape: Shape, number: float) -> str:
    if repr(number) in ("0.0", "False"):
        return f"np.zeros({_shape_text(shape)}{', bool' if number is False else ''})"
    return f"np.full({_shape_text(shape)}, {_number(number)})"


def _shape_text(shape: Shape) -> str:
    return f"({', '.join('n' if n == BATCH else str(n) for n in shape)})"


def _slice(index: Index) -> str:
    """A place in brackets: 0:16, ::2, or a table."""
    found = affine(index.ravel())
    if found is None or (index.size > 1 and found[1][0] < 1):
        return f"{_table_text(index)}.ravel()" if index.ndim == 2 else str(index.ravel().tolist())
    base, (step, *_) = found
    return f"{base}:{int(index.max()) + 1}" + (f":{step}" if step > 1 else "")


def _table_text(index: Index) -> str:
    """Row numbers as an array."""
    found = affine(index)
    if found is None or index.ndim != 2:
        return _literal(index)
    (m, n), (base, (down, across)) = index.shape, found
    if across == 1 and (down == n or m == 1):
        return f"np.arange({base}, {base + m * n}).reshape({m}, {n})"
    return f"np.add.outer({_range(base, down, m)}, {_range(0, across, n)})"


def _range(base: int, step: int, count: int) -> str:
    stop = f"np.arange({count})" + (f" * {step}" if step != 1 else "")
    return f"{base} + {stop}" if base else stop


def _rows_text(index: Index, count: int) -> str:
    """How a reader takes these rows of an array of `count` rows: [0:16], .reshape(4, 4, -1), …"""
    if index.ndim == 1:
        index = index[:1] if _written_shape(index) == (1,) else index
        return "" if np.array_equal(index, np.arange(count)) else f"[{_slice(index)}]"
    found = affine(index)
    if found is None or index.ndim > 2 or _steps_back(found[1]):
        return f"[{_table_text(index)}]"
    base, (down, across) = found
    m, n = index.shape
    if _written_shape(index) == (m, 1):
        whole = base == 0 and (m - 1) * down + 1 == count and down < 2
        return f"[{':' if whole else _slice(index[:, 0])}, None]"
    if _written_shape(index) == (1, n):
        whole = base == 0 and n == count and across == 1
        return "[None]" if whole else f"[None, {_slice(index[0])}]"
    if across == 1 and down == n:
        return f"{'' if m * n == count else f'[{_slice(index.ravel())}]'}.reshape({m}, {n}, -1)"
    top, left = divmod(base, down) if down else (0, 0)
    if across == 1 and down > n and count % down == 0 and left + n <= down:
        return f".reshape({count // down}, {down}, -1)[{top}:{top + m}, {left}:{left + n}]"
    return f"[{_table_text(index)}]"

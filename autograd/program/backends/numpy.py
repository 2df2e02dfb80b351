"""NumPy: statements become Python source that calls NumPy's functions into buffers.

`forward` fills the arrays from the inputs, `backward` the adjoints from the seed. A primitive is
spelled out by its own computation on arrays; where it has a fused form, and its slope is wanted on
the way back, the forward pass computes both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.primitives.adding import add_in_order
from autograd.primitives.indexing import checked_index
from autograd.primitives.vocabulary import COMPARISONS, LOGICAL, OPERATIONS
from autograd.program.backends.buffers import Arrays, Buffers
from autograd.program.spelling import SCOPE, checked, number, numpy_name
from autograd.program.statements import (
    BATCH,
    Apply,
    At,
    ByRow,
    Index,
    Numbers,
    Outer,
    Product,
    Program,
    Reduce,
    Rows,
    Slope,
    Stack,
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
    opaque,
    spelled_out,
    variable,
)

ADD_UP = np.add.reduce
LINES = 400
"""How many lines one function has at most: Python compiles long ones in more than linear time."""
_OUT_BY_KEYWORD = {"maximum", "minimum"}


class NumpyProgram:
    """Statements as NumPy source: `code` defines `forward` and `backward`, over `make`'s arrays.

    `calls` is how many lines run; `seed` the name of the view that the backward pass begins with.
    """

    def __init__(self, program: Program, dtype: Any):
        writer = _Writer(program, dtype)
        self.buffers = writer.buffers
        self.seed = None if program.seed is None else self.buffers.rows(program.seed)
        for array in program.leaves.values():
            self.buffers.array(array)
        sections = [("forward", program.forward), ("backward", program.backward)]
        lines = {name: writer.lines_of(statements) for name, statements in sections}
        for array in program.kept:
            self.buffers.array(array)
        self.calls = sum(map(len, lines.values()))
        text = "\n".join(
            part for name in lines for part in _functions(name, lines[name], self.buffers)
        )
        self.code = checked(text, self.buffers.scope)
        self._compiled = compile(self.code, "<program>", "exec")

    def make(self, examples: int) -> tuple[Callable[[], None], Callable[[], None], Arrays]:
        """The two functions, and the arrays by name, for a number of examples."""
        arrays = self.buffers.make(examples)
        scope = {**SCOPE, **self.buffers.scope, **arrays}
        exec(self._compiled, scope)
        return scope["forward"], scope["backward"], arrays


def _functions(name: str, lines: list[str], buffers: Buffers) -> list[str]:
    """A function of these lines, which calls parts of it if they are many."""
    if len(lines) <= LINES:
        return [f"def {name}():\n    " + "\n    ".join(lines or ["pass"]) + "\n"]
    parts = {buffers.fresh("p"): lines[i : i + LINES] for i in range(0, len(lines), LINES)}
    found = [text for part, own in parts.items() for text in _functions(part, own, buffers)]
    return found + _functions(name, [f"{part}()" for part in parts], buffers)


class _Writer:
    def __init__(self, program: Program, dtype: Any):
        self.operands, self.buffers = program.operands, Buffers(dtype)
        self.lines: list[str] = []
        self._functions: dict[int, str] = {}
        self._known: dict[str, str] = {}
        self._numbers: dict[str, float] = {}
        self._fused = {(s.primitive, s.operand.key): n for n, s in self.operands.slopes()}
        self._written = Counter(statement.target.array for statement in program.backward)

    def lines_of(self, statements: list[Statement]) -> list[str]:
        self.lines = []
        for statement in statements:
            self._statement(statement)
        return self.lines

    # Statements

    def _statement(self, statement: Statement) -> None:
        target, value, how, index = statement
        if index is not None:
            self._scatter(target, value, how, index)
        elif how == "|=":
            rows, array = self.buffers.constant(target.index), self.buffers.array(target.array)
            self._call(_mark, array, rows, self._evaluate(value))
        elif how == "=":
            self._assign(target, value)
        else:
            self._add(target, value)

    def _assign(self, target: Rows, value: Expression) -> None:
        if self._is_another_name(target, value):
            return
        into = self.buffers.rows(target)
        if into is None:
            place = f"{self.buffers.array(target.array)}[{self.buffers.constant(target.index)}]"
            self.lines.append(f"{place} = {self._evaluate(value)}")
        elif isinstance(value, Symbol):
            self._evaluate(value, into)
        else:
            self.lines.append(f"{into}.fill({number(value)})")

    def _is_another_name(self, target: Rows, value: Expression) -> bool:
        """True if all that an adjoint will ever be is another array as it is: then it is that."""
        rows = self.operands.rows(value)
        if rows is None or self._written[target.array] != 1 or not target.whole:
            return False
        source = self.buffers.rows(rows)
        shape = (target.array.rows, target.array.columns)
        if source is None or self.buffers.shapes[source] != shape:
            return False
        self.buffers.alias(target.array, source)
        return True

    def _add(self, target: Rows, value: Expression) -> None:
        into = self.buffers.rows(target)
        if into is None:
            place = f"{self.buffers.array(target.array)}[{self.buffers.constant(target.index)}]"
            self.lines.append(f"{place} += {self._evaluate(value)}")
            return
        negative = isinstance(value, Symbol) and value.op == "negative"
        found = self._evaluate(value.args[0] if negative else value)
        self._call(np.subtract if negative else np.add, into, found, into)
        self.buffers.release(found)

    def _scatter(self, target: Rows, value: Expression, how: str, index: Symbol) -> None:
        array, places = self.buffers.array(target.array), self._places(target, index)
        if how == "|=":
            self._call(_mark_taken, array, places, self._evaluate(value))
        else:
            add = _add_batched if target.array.batched else _add_shared
            self._call(add, array, places, self._evaluate(value))

    # Expressions

    def _evaluate(self, value: Expression, into: str | None = None) -> str:
        """Write the lines that compute an expression; the name (or number) of the result."""
        uses: Counter[Any] = Counter()
        _count(value, uses)
        return self._value(value, into, {}, uses)

    def _value(
        self, value: Expression, into: str | None, known: dict[Any, str], uses: Counter[Any]
    ) -> str:
        if not isinstance(value, Symbol):
            found = number(value)
            if not isinstance(value, bool):
                self._numbers[found] = value
        elif is_variable(value):
            found = self._variable(value, into)
        elif value.key in known:
            found = known[value.key]
        else:
            found = known[value.key] = self._operation(value, into, known, uses)
        if into is not None and found != into:
            self._call(np.copyto, into, found)
        return into or found

    def _operation(
        self, value: Symbol, into: str | None, known: dict[Any, str], uses: Counter[Any]
    ) -> str:
        value = value.args[0] if value.op == "indicator" else value
        names = [self._value(arg, None, known, uses) for arg in value.args]
        dtype = bool if value.op in (*COMPARISONS, *LOGICAL) else None
        shape = broadcast(self.buffers.shapes.get(name, ()) for name in names)
        out = into or self.buffers.scratch(shape, dtype)
        self._apply(value.function if value.op == "call" else value.op, names, out)
        for arg, name in zip(value.args, names, strict=True):
            if isinstance(arg, Symbol):
                uses[arg.key] -= 1
                if uses[arg.key] == 0:
                    self.buffers.release(name)
        return out

    def _apply(self, op: Any, names: list[str], out: str) -> None:
        """`op` is the name of an elementary operation, or a function that is none."""
        function = OPERATIONS[op] if isinstance(op, str) else op
        if op == "where":
            condition = names[0]
            if self.buffers.dtypes.get(condition) != np.dtype(bool):
                condition = f"{condition} != 0"
            self._call(np.copyto, out, names[2])
            self._call(np.copyto, out, names[1], f"where={condition}")
        elif isinstance(function, np.ufunc) and function.nin + function.nout == len(names) + 1:
            keyword = "out=" if op in _OUT_BY_KEYWORD else ""
            given = [
                self.buffers.number(x, self._numbers[x]) if x in self._numbers else x for x in names
            ]
            self._call(function, *given, f"{keyword}{out}")
        else:
            self._call(np.copyto, out, f"{self._name(function)}({', '.join(names)})")

    def _call(self, function: Any, *args: str) -> None:
        """A line that calls a function; the last argument is usually where the result goes."""
        self.lines.append(f"{self._name(function)}({', '.join(args)})")

    def _name(self, function: Callable[..., Any]) -> str:
        known = numpy_name(function) or self._functions.get(id(function))
        name = known or self.buffers.fresh("f")
        self.buffers.scope[name] = function
        self._functions[id(function)] = name
        return name

    # Operands

    def _variable(self, symbol: Symbol, into: str | None) -> str:
        """The name of an operand's value: where it lies, or `into`, or scratch."""
        if symbol.name not in self._known:
            operand = self.operands.of(symbol)
            write, lasting = _OPERANDS[type(operand)]
            if not lasting:
                shape = self.operands.shape(symbol)
                fits = into is not None and self.buffers.shapes[into] == shape
                out = into if fits and into is not None else self.buffers.scratch(shape)
                write(self, operand, out)
                return out
            name = write(self, operand, symbol)
            if isinstance(operand, Rows) and operand.array.role == "adjoint":
                return name
            self._known[symbol.name] = name
        return self._known[symbol.name]

    def _rows(self, rows: Rows, symbol: Symbol) -> str:
        """Rows: a view, or a copy made at this point."""
        found = self.buffers.rows(rows)
        if found is None:
            array = self.buffers.array(rows.array)
            dtype = self.buffers.dtypes[array]
            shape = self.operands.shape(symbol)
            found = self.buffers.buffer(shape, self.buffers.fresh("g"), dtype)
            self._call(np.take, array, self.buffers.constant(rows.index), "0", found, "'clip'")
        return found

    def _constants(self, numbers: Numbers, symbol: Symbol) -> str:
        return self.buffers.constant(numbers.numbers)

    def _applied(self, applied: Apply, out: str) -> None:
        primitive, operands = applied
        (first, *_) = operands
        slope = self._fused.get((primitive, getattr(first, "key", None)))
        if primitive.fused is None or slope is None:
            self._evaluate(spelled_out(primitive, operands), out)
            return
        kept = self._kept(slope)
        value, local = primitive.fused(*operands)
        uses: Counter[Any] = Counter()
        _count(value, uses)
        _count(local, uses)
        known: dict[Any, str] = {}
        self._value(value, out, known, uses)
        self._value(local, kept, known, uses)

    def _kept(self, slope: str) -> str:
        """A buffer for a slope that comes with its value."""
        shape = self.operands.shape(variable(slope))
        name = self._known[slope] = self.buffers.buffer(shape, self.buffers.fresh("g"))
        return name

    def _slope(self, slope: Slope, out: str) -> None:
        self._evaluate(slope.written, out)

    def _terms(self, terms: Terms, out: str) -> None:
        """total ± term, put into `out` as soon as there is something to compute."""
        total = self._first_term(terms.terms[0], out)
        for term in terms.terms[1:]:
            operand = self.operands.of(term) if is_variable(term) else None
            if isinstance(operand, Product) and operand.in_order:
                operand = self._as_sum(operand)
            if isinstance(operand, Sum) and operand.in_order:
                self._sum(operand, out, total)
            elif isinstance(term, Symbol) and term.op == "negative":
                self._plus("subtract", total, term.args[0], out)
            elif isinstance(total, Symbol) and total.op == "negative":
                self._plus("subtract", term, total.args[0], out)
            else:
                self._plus("add", total, term, out)
            total = out
        if total != out:
            self._evaluate(total, out)

    def _first_term(self, term: Expression, out: str) -> Any:
        """The first term, in `out` if it is more than a sign of something that is there."""
        positive = term.args[0] if getattr(term, "op", "") == "negative" else term
        if not isinstance(positive, Symbol):
            return term
        if is_variable(positive) and isinstance(self.operands.of(positive), (Rows, Numbers)):
            return term
        return self._evaluate(term, out)

    def _plus(self, op: str, x: Any, y: Any, out: str) -> None:
        names = [v if isinstance(v, str) else self._evaluate(v) for v in (x, y)]
        self._apply(op, names, out)
        for name in names:
            if name != out:
                self.buffers.release(name)

    def _product(self, product: Product, out: str) -> None:
        if product.in_order:
            self._sum(self._as_sum(product), out)
            return
        matrix = self.buffers.matrix(self._evaluate(self.operands(product.matrix)))
        inputs = self._evaluate(product.inputs)
        if product.transposed:
            matrix = self.buffers.transposed(matrix)
        rows = self.buffers.shapes[matrix][0]
        *stack, _, columns = self.buffers.shapes[inputs]
        self._multiply(matrix, inputs, self.buffers.reshaped(out, (*stack, rows, columns)))
        self.buffers.release(inputs)

    def _multiply(self, left: str, right: str, out: str) -> None:
        """out = left @ right; for two matrices np.dot is quicker than np.matmul."""
        shapes = self.buffers.shapes
        plain = len(shapes[left]) == len(shapes[right]) == 2 and out in self.buffers.solid
        self._call(np.dot if plain else np.matmul, left, right, out)

    def _as_sum(self, product: Product) -> Sum:
        """A product in order: the products, and their sum."""
        matrix = self.operands(Rows(product.matrix.array, product.matrix.index[0]))
        value = apply("multiply", matrix, product.inputs)
        return Sum(value, 0, self.operands.shape(value), in_order=True)

    def _outer(self, outer: Outer, out: str) -> None:
        """Inner products over many examples: there np.matmul is the quicker one."""
        left = self._evaluate(outer.left)
        right = self.buffers.transposed(self._evaluate(self.operands(outer.right)))
        stack, out = self.buffers.shapes[left][:-2], self.buffers.matrix(out)
        if not stack:
            self._call(np.matmul, left, right, out)
            return
        products = self.buffers.scratch((*stack, *self.buffers.shapes[out]))
        self._call(np.matmul, left, right, products)
        self._call(ADD_UP, products, "0", "None", out)
        self.buffers.release(products)

    def _sum(self, total: Sum, out: str, start: Any = None) -> None:
        if total.in_order:
            self._sum_in_order(total, out, start)
            return
        value = self._evaluate(total.value)
        over_examples = total.axis == 1 and total.shape[1:] == (BATCH,)
        full = self.buffers.shapes.get(value) == total.shape
        if full and over_examples and out in self.buffers.solid:
            ones = self.buffers.once(
                "ones", "s", (BATCH, 1), lambda _, n: np.ones((n, 1), self.buffers.dtype)
            )
            self._call(np.dot, value, ones, out)
        else:
            value = value if full else self._filled(value, total.shape)
            self._call(ADD_UP, value, str(total.axis), "None", out, "True")
        self.buffers.release(value)

    def _filled(self, value: str, shape: tuple[int, ...]) -> str:
        """A copy of something that is the same along some axes."""
        full = self.buffers.scratch(shape)
        self._call(np.copyto, full, value)
        self.buffers.release(value)
        return full

    def _sum_in_order(self, total: Sum, out: str, start: Any) -> None:
        """The sum, one after the other, from a start on; NumPy adds in pairs along an axis that
        lies together in memory: of one example.
        """
        columns = self.buffers.shapes[out][-1]
        shape = (*total.shape[:-1], total.shape[-1] if start is None else columns)
        rows = None if start is not None else self.operands.rows(total.value)
        value = self._evaluate(total.value) if rows else self._evaluate(
            total.value, self.buffers.scratch(shape)
        )  # fmt: skip
        if start is not None:
            cut = (slice(None),) * total.axis + (slice(1) if total.keeps_axis else 0,)
            first_shape = (*shape[: total.axis], *(1,) * total.keeps_axis, *shape[total.axis + 1 :])
            first = self.buffers.view(value, "first", first_shape, lambda a, n: a[cut])
            self._plus("add", start, first, first)
        add_up = self._name(add_in_order)
        if shape[-1] == BATCH:
            add_up = self.buffers.once(
                "add up", "s", (), lambda _, n: ADD_UP if n > 1 else add_in_order
            )
        keeps = total.keeps_axis
        self.lines.append(f"{add_up}({value}, {total.axis}, None, {out}, {keeps}, -0.0)")
        self.buffers.release(value)

    def _by_row(self, total: ByRow, out: str) -> None:
        full = self._filled(self._evaluate(total.value), total.shape)
        size, columns = len(total.order), total.shape[-1]
        flat = self.buffers.reshaped(full, (size, columns))
        order, starts = map(self.buffers.constant, (total.order, total.starts))
        self.lines.append(f"np.add.reduceat({flat}[{order}], {starts}, 0, None, {out})")
        self.buffers.release(full)

    def _stack(self, stack: Stack, symbol: Symbol) -> str:
        out = self.buffers.buffer(stack.shape, self.buffers.fresh("g"))
        for i, operand in enumerate(stack.operands):
            shape = (stack.shape[0], stack.shape[2])
            self._evaluate(operand, self.buffers.view(out, f"at {i}", shape, _at(i)))
        return out

    def _at(self, at: At, symbol: Symbol) -> str:
        stack = self._evaluate(at.stack)
        shape = self.operands.shape(symbol)
        return self.buffers.view(stack, f"at {at.place}", shape, _at(at.place))

    def _reduced(self, reduced: Reduce, out: str) -> None:
        primitive, whole = reduced
        slope = self._fused.get((primitive, whole.key))
        operands = self._evaluate(whole)
        if primitive.fused is None or slope is None:
            function = self._name(opaque(primitive))
            self._call(np.copyto, out, f"{function}({operands}, axis=1)")
        else:
            fused = self._name(primitive.fused)
            self.lines.append(f"{out}[...], {self._kept(slope)}[...] = {fused}({operands}, 1)")

    def _taken(self, taken: Take, out: str) -> None:
        """The elements at the places, which are row numbers of where the table lies."""
        table = self.operands.of(taken.table)
        if isinstance(table, Rows):
            array, columns = self.buffers.array(table.array), table.array.columns
        else:
            stack = self._evaluate(taken.table)
            k, count, columns = self.buffers.shapes[stack]
            array = self.buffers.reshaped(stack, (k * count, columns))
        places = self._places(table, taken.index)
        column = "0"
        if columns == BATCH:
            column = self.buffers.once("examples", "s", (BATCH,), lambda _, n: np.arange(n))
        self.lines.append(f"{out}[...] = {array}[{places}, {column}]")

    def _places(self, table: Rows | Stack, index: Symbol) -> str:
        """For each line of a table and each example, the row number that an index names."""
        numbers = (
            table.index
            if isinstance(table, Rows)
            else np.arange(table.shape[0] * table.shape[1]).reshape(table.shape[:2])
        )
        key = f"places {numbers.tobytes()!r} {index.name}"
        if key not in self._known:
            rows = self.operands.rows(index)
            columns = self.operands.shape(index)[-1]
            places = self.buffers.buffer((len(numbers), columns), self.buffers.fresh("r"), np.intp)
            together = bool((np.diff(numbers, axis=1) == 1).all())
            given = self._evaluate(index)
            if rows is not None and rows.array.role == "index" and together:
                first = self.buffers.constant(np.ascontiguousarray(numbers[:, :1]))
                self._call(_find_together, first, str(numbers.shape[1]), given, places)
            else:
                self._call(_find, self.buffers.constant(numbers), given, places)
            self._known[key] = places
        return self._known[key]


_OPERANDS: dict[Any, tuple[Any, bool]] = {
    Rows: (_Writer._rows, True),
    Numbers: (_Writer._constants, True),
    Stack: (_Writer._stack, True),
    At: (_Writer._at, True),
    Apply: (_Writer._applied, False),
    Slope: (_Writer._slope, False),
    Terms: (_Writer._terms, False),
    Product: (_Writer._product, False),
    Outer: (_Writer._outer, False),
    Sum: (_Writer._sum, False),
    ByRow: (_Writer._by_row, False),
    Reduce: (_Writer._reduced, False),
    Take: (_Writer._taken, False),
}
"""The writers of operands, and if their values have a lasting place."""


def _at(place: int) -> Callable[[Any, int], Any]:
    return lambda array, n: array[:, place]


def _count(expression: Expression, uses: Counter[Any]) -> None:
    """Count how often each part of an expression is an argument, in it without repeats."""
    todo, seen = [expression], set()
    while todo:
        one = todo.pop()
        if isinstance(one, Symbol) and one.op and one.key not in seen:
            seen.add(one.key)
            uses.update(a.key for a in one.args if isinstance(a, Symbol))
            todo += one.args


# What a source calls


def _find(table: Index, index: Any, out: Index) -> None:
    """The row number for each node and example: table[node, index[node, example]]."""
    count = table.shape[1]
    low, high = index.min(), index.max()
    if not (low >= 0 and high < count):
        checked_index(float(high if low >= 0 else low), count)
    if index.dtype.kind == "f":
        for each in np.unique(index):
            checked_index(float(each), count)
        index = index.astype(np.intp)
    out[...] = table[np.arange(len(table))[:, None], index]


def _find_together(first: Index, count: int, index: Any, out: Index) -> None:
    """As `_find`, for whole numbers into rows that lie together."""
    if index.view(np.uint64).max() >= count:  # a number below 0 looks large
        low = index.min()
        checked_index(float(low if low < 0 else index.max()), count)
    np.add(first, index, out)


def _add_shared(target: Any, rows: Any, messages: Any) -> None:
    """Add messages to rows of an adjoint that all examples share."""
    full = np.broadcast_to(messages, np.broadcast_shapes(rows.shape, messages.shape))
    rows = np.broadcast_to(rows, full.shape)
    target[:, 0] += np.bincount(rows.ravel(), weights=full.ravel(), minlength=len(target))


def _add_batched(target: Any, rows: Any, messages: Any) -> None:
    """Add messages to rows of an adjoint, each example to its own column."""
    if len(rows) == 1 and rows.shape == messages.shape:  # no place is met twice
        target[rows[0], np.arange(rows.shape[1])] += messages[0]
        return
    columns = np.broadcast_to(np.arange(target.shape[1]), messages.shape)
    np.add.at(target, (np.broadcast_to(rows, messages.shape), columns), messages)


def _mark(reached: Any, rows: Index, there: Any) -> None:
    """Note which rows, for which examples, were sent something."""
    full: Any = np.broadcast_to(there, np.broadcast_shapes(np.shape(there), (*rows.shape, 1)))
    if reached.shape[1] < full.shape[-1]:
        full = full.any(-1, keepdims=True)
    np.logical_or.at(reached, rows, full)


def _mark_taken(reached: Any, rows: Any, there: Any) -> None:
    """As `_mark`, for rows that differ from example to example."""
    columns = np.arange(reached.shape[1])
    shape = np.broadcast_shapes(rows.shape, np.shape(there), (1, len(columns)))
    if len(columns) < shape[1]:
        columns = np.zeros(shape[1], np.intp)
    rows, columns = np.broadcast_to(rows, shape), np.broadcast_to(columns, shape)
    np.logical_or.at(reached, (rows, columns), np.broadcast_to(there, shape))

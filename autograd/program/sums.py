"""Sums of products as array statements: dots, matrix products, reductions, element-wise sums.

The terms of a group's nodes that come from the same stores form a Part. What a part becomes
depends on the pattern of its row numbers alone:

- rows W of something shared by the examples, all with the same operands a: W @ a;
- the same for several a, in two loops: one matrix product with all of them;
- anything else: the products, element by element, and their sums.

The backward pass of W @ a is dW = dz @ a.T and da = W.T @ dz (BP4 and BP2 of document 001).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.program.arrange import Group, Ref, runs
from autograd.program.emitter import ADD_UP, BATCH, Emitter
from autograd.program.memory import Memory
from autograd.program.normal import Sum, Term
from autograd.program.patterns import Index, affine, same_rows
from autograd.program.symbols import Expression, Symbol, apply, guarded, summed, variable

__all__ = ["Part", "SumWriter", "parts_of"]


class Part(NamedTuple):
    """Terms of k nodes, n each: factors c, rows of store a, and rows of store b (−1: none)."""

    a: int
    b: int
    rows_a: Index
    rows_b: Index
    factors: Any

    @property
    def length(self) -> int:
        """How many terms each node has."""
        return int(self.rows_a.shape[1])

    def scalar_factor(self) -> float | None:
        """The factor, if all terms have the same one."""
        first = float(self.factors.flat[0])
        return first if (self.factors == first).all() else None


def parts_of(group: Group, place: dict[int, Ref]) -> list[Part]:
    """The parts of a group of sums: those of several terms first, then single ones as written."""
    found: list[tuple[Any, list[list[tuple[int, int, float]]]]] = []
    for node in group.nodes:
        assert isinstance(node, Sum)
        for number, (key, terms) in enumerate(runs(node, place)):
            if number == len(found):
                found.append((key, []))
            found[number][1].append([_rows(term, place) for term in terms])
    found.sort(key=lambda part: len(part[1][0]) == 1)
    return [_part(key, rows) for key, rows in found]


def _rows(term: Term, place: dict[int, Ref]) -> tuple[int, int, float]:
    """The rows of a term's values, that of the lower store first (−1: none), and its factor."""
    a, b = place[term.a], place[term.b] if term.b is not None else Ref(-1, 0)
    low, high = (a, b) if a.store <= b.store else (b, a)
    return low.row, high.row, term.c


def _part(key: tuple[int, int, bool], rows: list[list[tuple[int, int, float]]]) -> Part:
    """Of a product, store a is the one with the lower number."""
    low, high, _ = key
    table = np.array(rows, dtype=np.float64)
    of_low, of_high = table[..., 0].astype(np.intp), table[..., 1].astype(np.intp)
    if affine(of_low) is None or affine(of_high) is None:  # a sum may be taken in any order
        order = np.lexsort((of_high[0], of_low[0]))
        of_low, of_high, table = of_low[:, order], of_high[:, order], table[:, order]
    if low < 0:
        return Part(high, -1, of_high, of_low, table[..., 2])
    return Part(low, high, of_low, of_high, table[..., 2])


class SumWriter:
    """Writes groups of sums, forward and backward."""

    def __init__(self, memory: Memory, place: dict[int, Ref]):
        self.memory, self.place = memory, place
        self.emitter: Emitter = memory.emitter

    # Forward

    def forward(self, group: Group, out: str) -> list[Part]:
        """Write out = the sums; the parts, for the way back."""
        parts = parts_of(group, self.place)
        emitter, whole = self.emitter, variable(out)
        total: Expression = None
        said = ""
        for number, part in enumerate(parts):
            value, sign, term = self._value(part, out if number == 0 else None)
            total = self._add(total, value, sign, whole)
            joint = (" + " if sign > 0 else " - ") if said else ("" if sign > 0 else "-")
            said += joint + term
        constants = np.array([[node.constant] for node in group.nodes if isinstance(node, Sum)])
        if constants.any() or not parts:
            shift = self._one_or_all(constants)
            total = self._shifted(total, shift)
            said += (" + " if said else "") + emitter.say(shift)
        if not (isinstance(total, Symbol) and total.function is None and total.name == out):
            emitter.evaluate(total, into=out)
        emitter.spoken.append(f"{emitter.say(out)} = {said}")
        return parts

    def _one_or_all(self, numbers: Any) -> Expression:
        """A column of numbers as one number if they are equal, else as a constant array."""
        if (numbers == numbers[0]).all():
            return float(numbers[0, 0])
        return variable(self.emitter.constant(numbers))

    @staticmethod
    def _shifted(total: Expression, shift: Expression) -> Expression:
        if total is None:
            return shift
        if isinstance(total, Symbol) and total.function is np.negative:
            return apply(np.subtract, shift, total.args[0])
        return apply(np.add, total, shift)

    def _add(self, total: Expression, value: Expression, sign: float, whole: Symbol) -> Expression:
        """total ± value, put into `whole` as soon as there is something to compute."""
        if total is None:
            return value if sign > 0 else apply(np.negative, value)
        function = np.add if sign > 0 else np.subtract
        if isinstance(total, Symbol) and total.function is np.negative and sign > 0:
            total, value, function = value, total.args[0], np.subtract
        self.emitter.evaluate(apply(function, total, value), into=whole.name)
        if isinstance(value, Symbol):
            self.emitter.release(value.name)
        return whole

    def _value(self, part: Part, into: str | None) -> tuple[Expression, float, str]:
        """Σ of a part's terms (in `into`, a variable, or scratch), its sign, and how it is said."""
        emitter = self.emitter
        if part.length > 1 and not self._is_matrix_product(part):
            return self._reduction(part, into)
        if part.length > 1:
            value, said = self._matrix_product(part, into)
        else:
            product = self._terms(part)
            said = emitter.say(product)
            value = product
            if part.b >= 0:
                value = self._held(product, into)
        factor = self._one_or_all(part.factors[:, :1])
        if not isinstance(factor, Symbol) and abs(factor) == 1.0:
            return value, factor, said
        scaled = apply(np.multiply, value, factor)
        return self._held(scaled, into), 1.0, f"{emitter.say(factor)} * {said}"

    def _held(self, expression: Expression, into: str | None) -> Expression:
        return variable(self.emitter.evaluate(expression, into=into))

    def _read(self, store: int, index: Index, *, product: bool = False) -> str:
        return self.memory.read(store, index, letter="w" if product else "b")

    def _is_matrix_product(self, part: Part) -> bool:
        return part.b >= 0 and part.length > 1 and self._orientation(part) is not None

    @staticmethod
    def _is_square(part: Part) -> bool:
        """Whether the terms are squares of single values."""
        return part.a == part.b and bool((part.rows_a == part.rows_b).all())

    def _orientation(self, part: Part) -> tuple[int, Index, int, Index] | None:
        """(W's store, its k × n rows, a's store, its rows): which operand is the matrix.

        The matrix is shared by the examples, and all nodes have the same a: a row of n, or rows
        for each of several groups of nodes that repeat the same matrix.
        """
        if part.scalar_factor() is None:
            return None
        sides = [
            (part.a, part.rows_a, part.b, part.rows_b),
            (part.b, part.rows_b, part.a, part.rows_a),
        ]
        sides.sort(key=lambda side: self.memory.stores[side[0]].kind != "parameters")
        for w, rows_w, a, rows_a in sides:
            if self.memory.columns(w) != 1:
                continue
            if same_rows(rows_a):
                return w, rows_w, a, rows_a[0]
            blocks = self._blocks(rows_w, rows_a)
            if blocks:
                return w, rows_w[: len(rows_w) // blocks], a, rows_a[:: len(rows_w) // blocks]
        return None

    @staticmethod
    def _blocks(rows_w: Index, rows_a: Index) -> int:
        """How many times the same matrix meets another a; 0 if it is not like that."""
        changes = np.flatnonzero((rows_a[1:] != rows_a[:-1]).any(axis=1)) + 1
        size = int(changes[0]) if len(changes) else len(rows_a)
        if size < 2 or len(rows_a) % size:
            return 0
        w = rows_w.reshape(-1, size, rows_w.shape[1])
        a = rows_a.reshape(-1, size, rows_a.shape[1])
        same = (w == w[0]).all() and (a == a[:, :1]).all()
        return len(w) if same else 0

    def _matrix(self, array: str, store: int, rows: Index) -> str:
        """k × n rows of an array with one example as a matrix."""
        found = self.memory.view(array, store, rows, flat=True)
        if found is None:
            found = self.emitter.buffer(rows.shape, self.emitter.fresh("g"))
            index = self.emitter.constant(rows)
            self.emitter.call(np.take, f"{array}[:, 0]", index, "0", found, "'clip'")
        return found

    def _matrix_product(self, part: Part, into: str | None) -> tuple[Expression, str]:
        found = self._orientation(part)
        assert found is not None
        w, rows_w, a, rows_a = found
        self.memory.readers[w] += 1
        matrix, inputs = self._matrix(self.memory.names[w], w, rows_w), self._read(a, rows_a)
        columns = self.memory.columns(a)
        shape = (*rows_a.shape[:-1], len(rows_w), columns)
        k = part.rows_a.shape[0]
        out = self._room(into, (k, columns))
        target = out if len(shape) == 2 else self._reshaped(out, shape)
        self.emitter.call(np.matmul, matrix, inputs, target)
        return variable(out), f"{self.emitter.say(matrix)} @ {self.emitter.say(inputs)}"

    def _room(self, into: str | None, shape: tuple[int, ...]) -> str:
        if into is not None and self.emitter.shapes[into] == shape:
            return into
        return self.emitter.scratch(shape)

    def _reshaped(self, array: str, shape: tuple[int, ...]) -> str:
        """A view of an array (whose rows lie together) with its first axis split in two."""
        sizes = ", ".join("B" if n == BATCH else str(n) for n in shape)
        return self.emitter.view(f"{array}.reshape({sizes})", shape, self.emitter.say(array))

    def _reduction(self, part: Part, into: str | None) -> tuple[Expression, float, str]:
        """Σ of factors · a · b, as `_value` gives it."""
        emitter = self.emitter
        factors = self._laid_out(part)[2]
        after = 1.0 if isinstance(factors, Symbol) else factors
        terms = self._terms(part)
        if isinstance(factors, Symbol):
            terms = apply(np.multiply, terms, factors)
        value = emitter.evaluate(terms)
        k, columns = len(part.rows_a), emitter.shapes[value][-1]
        out = self._room(into, (k, columns))
        axis = 0 if k == 1 else 1
        emitter.call(ADD_UP, value, str(axis), "None", out, str(k == 1))
        if getattr(terms, "function", None) is not None:
            emitter.release(value)
        said = emitter.say(terms)
        said = f"{said if said.isalnum() else f'({said})'}.sum({axis})"
        if after == 1.0:
            return variable(out), 1.0, said
        emitter.call(np.multiply, out, repr(after), out)
        return variable(out), 1.0, f"{after:.6g} * {said}"

    def _terms(self, part: Part) -> Expression:
        """a, or a · b; a parameter first."""
        index_a, index_b, _ = self._laid_out(part)
        product = part.b >= 0
        a = variable(self._read(part.a, index_a, product=product))
        if not product:
            return a
        b = variable(self._read(part.b, index_b, product=True))
        first = self.memory.stores[part.b].kind == "parameters"
        return apply(np.multiply, b, a) if first else apply(np.multiply, a, b)

    # Backward

    def backward(self, parts: list[Part], adjoint: str, *, conditional: bool) -> None:
        """Write the messages that the nodes with this adjoint send to their terms."""
        for part in parts:
            square = self._is_square(part)
            if self._is_matrix_product(part) and not square and not conditional:
                self._back_through_matrix(part, adjoint)
            else:
                for store, rows, message in self._messages(part, adjoint, conditional):
                    self.memory.send(store, rows, message, conditional=conditional)

    def _wanted(self, store: int) -> bool:
        return store >= 0 and self.memory.stores[store].differentiable

    def _messages(
        self, part: Part, adjoint: str, conditional: bool
    ) -> Iterator[tuple[int, Index, Expression]]:
        """(store, rows, message) for each operand of a part."""
        several = part.length > 1 and len(part.rows_a) > 1
        g = variable(self._column(adjoint) if several else adjoint)
        index_a, index_b, factors = self._laid_out(part)
        a = variable(self._again(part.a, index_a))
        if self._is_square(part):
            slope = apply(np.multiply, apply(np.multiply, factors, 2.0), a)
            if self._wanted(part.a):
                yield part.a, index_a, guarded(g, slope, conditional)
            return
        if self._wanted(part.a):
            other = variable(self._again(part.b, index_b)) if part.b >= 0 else 1.0
            yield part.a, index_a, guarded(g, apply(np.multiply, factors, other), conditional)
        if self._wanted(part.b):
            yield part.b, index_b, guarded(g, apply(np.multiply, factors, a), conditional)

    def _laid_out(self, part: Part) -> tuple[Index, Index, Expression]:
        """A part's rows and factors: for k nodes, for n terms of one node, or for both."""
        if part.length == 1:
            return part.rows_a[:, 0], part.rows_b[:, 0], self._one_or_all(part.factors)
        if len(part.rows_a) == 1:
            return part.rows_a[0], part.rows_b[0], self._one_or_all(part.factors.T)
        if (part.factors == part.factors.flat[0]).all():
            return part.rows_a, part.rows_b, float(part.factors.flat[0])
        return part.rows_a, part.rows_b, variable(self.emitter.constant(part.factors[..., None]))

    def _again(self, store: int, index: Index) -> str:
        """What the forward pass has read."""
        return self.memory.gathered(self.memory.names[store], store, index)

    def _column(self, adjoint: str) -> str:
        shape = self.emitter.shapes[adjoint]
        return self.emitter.view(
            f"{adjoint}[:, None]", (shape[0], 1, shape[1]), f"{self.emitter.say(adjoint)}[:, None]"
        )

    def _back_through_matrix(self, part: Part, adjoint: str) -> None:
        """dW = dz @ a.T and da = W.T @ dz."""
        found = self._orientation(part)
        assert found is not None
        w, rows_w, a, rows_a = found
        g = self._scaled(part, adjoint, a)
        shape = (*rows_a.shape[:-1], len(rows_w), self.memory.columns(a))
        dz = g if len(shape) == 2 else self._reshaped(g, shape)
        self.emitter.shapes[dz] = shape
        if self._wanted(w):
            self._send_to_matrix(w, rows_w, dz, self._again(a, rows_a))
        if self._wanted(a):
            matrix = self._matrix(self.memory.names[w], w, rows_w)
            self._send_product(a, rows_a, matrix, dz)
        if g != adjoint:
            self.emitter.release(g)

    def _scaled(self, part: Part, adjoint: str, a: int) -> str:
        """The adjoint times the part's factor, summed over the examples where a is shared."""
        g: Expression = variable(adjoint)
        factor = part.scalar_factor()
        if factor != 1.0:
            g = variable(self.emitter.evaluate(apply(np.multiply, g, factor)))
        shape = self.emitter.shapes[g.name]
        if shape[-1] == BATCH and self.memory.columns(a) == 1:
            g = variable(self.emitter.evaluate(summed(g, 1, shape)))
        return str(g.name)

    def _send_to_matrix(self, w: int, rows: Index, dz: str, inputs: str) -> None:
        """dW = dz @ aᵀ, straight into the adjoint where nothing is there yet."""
        emitter, memory = self.emitter, self.memory
        shape = emitter.shapes[dz]
        several = len(shape) == 3
        swapped = f"{inputs}.swapaxes(1, 2)" if several else f"{inputs}.T"
        said = f"{emitter.say(dz)} @ {emitter.say(inputs)}.T"
        if not several and memory.assign_product(w, rows, dz, swapped, flat=True, said=said):
            return
        product = emitter.scratch((*shape[:-1], rows.shape[1]))
        emitter.call(np.matmul, dz, swapped, product)
        total = product
        if several:
            total, said = emitter.scratch(rows.shape), f"({said}).sum(0)"
            emitter.call(ADD_UP, product, "0", "None", total)
            emitter.release(product)
        column = emitter.view(f"{total}[..., None]", (*rows.shape, 1))
        memory.send(w, rows, variable(column), said=said)
        emitter.release(total)

    def _send_product(self, a: int, rows: Index, matrix: str, dz: str) -> None:
        """da = Wᵀ @ dz."""
        emitter, memory = self.emitter, self.memory
        said = f"{emitter.say(matrix)}.T @ {emitter.say(dz)}"
        if memory.assign_product(a, rows, f"{matrix}.T", dz, flat=False, said=said):
            return
        product = emitter.scratch((*rows.shape, memory.columns(a)))
        emitter.call(np.matmul, f"{matrix}.T", dz, product)
        memory.send(a, rows, variable(product), said=said)
        emitter.release(product)

"""Matrix products: z = W @ a, and on the way back dW = dz @ aᵀ and da = Wᵀ @ dz.

These are the equations BP4 and BP2 of document 001. W is a matrix of what all examples share, such
as the weights of a layer; a has a column for each example. Several a that meet the same W, such as
the positions of a sequence, are one product of a stack of matrices.
"""

from __future__ import annotations

import numpy as np

from autograd.program.arrays.emitter import ADD_UP, BATCH, summed
from autograd.program.arrays.memory import Memory
from autograd.program.arrays.parts import Part
from autograd.program.arrays.patterns import Index, same_rows
from autograd.program.symbols import Expression, apply, variable

LONG = 8
"""From how many terms on a single sum of products is a matrix product."""
Orientation = tuple[int, Index, int, Index]


def room(memory: Memory, into: str | None, shape: tuple[int, ...]) -> str:
    """`into`, if it has this shape; else scratch."""
    if into is not None and memory.emitter.shapes[into] == shape:
        return into
    return memory.emitter.scratch(shape)


class MatrixWriter:
    """Writes the parts of sums that are matrix products."""

    def __init__(self, memory: Memory):
        self.memory, self.emitter = memory, memory.emitter

    def takes(self, part: Part) -> bool:
        """Whether a part is a matrix product."""
        return part.b >= 0 and part.length > 1 and self._orientation(part) is not None

    def is_layer(self, part: Part) -> bool:
        """Whether a part is a product with a matrix of several rows, or of one long row.

        What multiplies matrices adds up in an order of its own, and rounds less often.
        """
        if part.b < 0 or part.length == 1:
            return False
        found = self._orientation(part)
        return found is not None and (len(found[1]) > 1 or part.length >= LONG)

    def said(self, part: Part) -> str:
        """A part as the matrix product that it is, W @ a, for the reader; empty if it is none."""
        if part.b < 0 or part.scalar_factor() != 1.0 or not self.takes(part):
            return ""
        w, rows_w, a, rows_a = self._oriented(part)
        matrix = self.memory.view(self.memory.names[w], w, rows_w, flat=True)
        inputs = self.memory.view(self.memory.names[a], a, rows_a)
        if matrix is None or inputs is None:
            return ""
        return f"{self.emitter.say(matrix)} @ {self.emitter.say(inputs)}"

    def _orientation(self, part: Part) -> Orientation | None:
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

    def _oriented(self, part: Part) -> Orientation:
        found = self._orientation(part)
        if found is None:
            raise LookupError("this part is no matrix product")
        return found

    def _matrix(self, array: str, store: int, rows: Index) -> str:
        """k × n rows of an array with one example as a matrix."""
        found = self.memory.view(array, store, rows, flat=True)
        if found is None:
            found = self.emitter.buffer(rows.shape, self.emitter.fresh("g"))
            index = self.emitter.constant(rows)
            self.emitter.call(np.take, f"{array}[:, 0]", index, "0", found, "'clip'")
        return found

    def forward(self, part: Part, into: str | None) -> tuple[Expression, str]:
        """Write W @ a, into `into` if it fits; where it is, and how it is said."""
        w, rows_w, a, rows_a = self._oriented(part)
        self.memory.readers[w] += 1
        matrix, inputs = self._matrix(self.memory.names[w], w, rows_w), self.memory.read(a, rows_a)
        columns = self.memory.columns(a)
        shape = (*rows_a.shape[:-1], len(rows_w), columns)
        k = part.rows_a.shape[0]
        out = room(self.memory, into, (k, columns))
        target = out if len(shape) == 2 else self._reshaped(out, shape)
        self.emitter.multiply_matrices(matrix, inputs, target)
        return variable(out), f"{self.emitter.say(matrix)} @ {self.emitter.say(inputs)}"

    def _reshaped(self, array: str, shape: tuple[int, ...]) -> str:
        """A view of an array (whose rows lie together) with its first axis split in two."""
        sizes = ", ".join("B" if n == BATCH else str(n) for n in shape)
        return self.emitter.view(f"{array}.reshape({sizes})", shape, self.emitter.say(array))

    def backward(self, part: Part, adjoint: str) -> None:
        """Write dW = dz @ a.T and da = W.T @ dz."""
        w, rows_w, a, rows_a = self._oriented(part)
        g = self._scaled(part, adjoint, a)
        shape = (*rows_a.shape[:-1], len(rows_w), self.memory.columns(a))
        dz = g if len(shape) == 2 else self._reshaped(g, shape)
        self.emitter.shapes[dz] = shape
        if self.memory.stores[w].differentiable:
            self._send_to_matrix(
                w, rows_w, dz, self.memory.gathered(self.memory.names[a], a, rows_a)
            )
        if self.memory.stores[a].differentiable:
            matrix = self._matrix(self.memory.names[w], w, rows_w)
            self._send_product(a, rows_a, matrix, dz)
        if g != adjoint:
            self.emitter.release(g)

    def _scaled(self, part: Part, adjoint: str, a: int) -> str:
        """The adjoint times the part's factor, summed over the examples where a is shared."""
        g: Expression = variable(adjoint)
        factor = part.scalar_factor()
        if factor != 1.0:
            g = variable(self.emitter.evaluate(apply("multiply", g, factor)))
        shape = self.emitter.shapes[g.name]
        if shape[-1] == BATCH and self.memory.columns(a) == 1:
            g = variable(self.emitter.evaluate(summed(g, 1, shape)))
        return str(g.name)

    def _send_to_matrix(self, w: int, rows: Index, dz: str, inputs: str) -> None:
        """dW = dz @ aᵀ, straight into the adjoint where nothing is there yet."""
        emitter, memory = self.emitter, self.memory
        shape = emitter.shapes[dz]
        several = len(shape) == 3
        swapped = emitter.transposed(inputs)
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
        said, transposed = (
            f"{emitter.say(matrix)}.T @ {emitter.say(dz)}",
            emitter.transposed(matrix),
        )
        if memory.assign_product(a, rows, transposed, dz, flat=False, said=said):
            return
        product = emitter.scratch((*rows.shape, memory.columns(a)))
        emitter.multiply_matrices(transposed, dz, product)
        memory.send(a, rows, variable(product), said=said)
        emitter.release(product)

"""Recurrent cells, and unrolling them through time (the blog post).

An unrolled cell is a deep network with the same weights in every layer, one layer per step of
the sequence; the cell's parameters collect their gradients over all steps. Formulas, gate order
(i, f, g, o and r, z, n), names and the two biases are PyTorch's, so that
`cell.load_state_dict({name: w.tolist() for name, w in torch_cell.state_dict().items()})` works.
Each gate's pre-activation Wx + b + Uh + c is one `autograd.dot` node.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from autograd import Value, dot, relu, sigmoid, tanh
from nn.checks import as_list, as_size, lookup, need_inputs
from nn.errors import ArgumentError, KindError, ShapeError
from nn.init import Seed, generator
from nn.models.module import Module
from nn.models.paths import name_of
from nn.models.structures import STRUCTURES, entries_of, rebuilt
from nn.text import short

__tracebackhide__ = True

Vector = list[Any]


class _Cell(Module):
    """A cell of any kind: weights of `_gates` blocks of `hidden_size` rows each.

    Attributes:
        weight_ih: rows of weights of the inputs, gates × hidden_size rows of input_size.
        weight_hh: rows of weights of the state h, as many rows of hidden_size.
        bias_ih, bias_hh: one bias each per row, or None with bias=False.
    """

    _gates: ClassVar[int]

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, *, seed: Seed = None
    ) -> None:
        self.input_size = as_size(input_size, "input_size")
        self.hidden_size = as_size(hidden_size, "hidden_size")
        rng, rows = generator(seed), self._gates * self.hidden_size
        bound = 1.0 / math.sqrt(self.hidden_size)

        def draw(n: int) -> list[Value]:
            return [Value(rng.uniform(-bound, bound)) for _ in range(n)]

        self.weight_ih = [draw(self.input_size) for _ in range(rows)]
        self.weight_hh = [draw(self.hidden_size) for _ in range(rows)]
        self.bias_ih = draw(rows) if bias else None
        self.bias_hh = draw(rows) if bias else None

    def describe(self) -> str:
        return f"{type(self).__name__} {self.input_size}→{self.hidden_size}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size})"

    def _input(self, x: Any) -> Vector:
        inputs: Vector = as_list(x, "the input of a cell")
        need_inputs(inputs, self.input_size, self._named())
        return inputs

    def _state(self, h: Any, name: str = "h") -> Vector:
        """A given state, or zeros in place of None."""
        if h is None:
            return [0.0] * self.hidden_size
        state: Vector = as_list(h, "the state of a cell")
        if len(state) != self.hidden_size:
            raise ShapeError(
                f"the state {name} of {self._named()} has {self.hidden_size} numbers, "
                f"not {len(state)}"
            )
        if any(isinstance(one, (list, tuple)) for one in state):
            raise KindError(
                f"the state {name} of {self._named()} is a list of numbers, not a list of lists"
            )
        return state

    def _named(self) -> str:
        return name_of(self, self.describe())

    def _block(self, gate: int) -> range:
        return range(gate * self.hidden_size, (gate + 1) * self.hidden_size)

    def _gate(self, gate: int, x: Vector, h: Vector) -> Vector:
        """The pre-activations Wx + b + Uh + c of one gate, one node for each unit."""
        return [self._preactivation(row, x, h) for row in self._block(gate)]

    def _preactivation(self, row: int, x: Vector, h: Vector) -> Any:
        w, u = self.weight_ih[row], self.weight_hh[row]
        if self.bias_ih is None or self.bias_hh is None:
            return dot([*w, *u], [*x, *h])
        return dot([*w, *u, self.bias_ih[row]], [*x, *h, 1.0], self.bias_hh[row])


class RNNCell(_Cell):
    """Vanilla recurrent cell: h' = tanh(W x + b + U h + c), or ReLU for tanh.

    Args:
        input_size, hidden_size: the lengths of x and h.
        bias: whether there are b and c.
        nonlinearity: "tanh" or "relu".
        seed: an integer or `random.Random` to draw from; by default Python's `random`. Weights
            and biases are drawn from U(−1/√hidden_size, 1/√hidden_size).

    Raises:
        ShapeError: (in a call) the length of x or h is another.

    >>> cell = RNNCell(1, 1)
    >>> cell.load_state_dict(
    ...     {"weight_ih": [[0.5]], "weight_hh": [[2.0]], "bias_ih": [0.0], "bias_hh": [-0.5]}
    ... )
    >>> [h.data for h in cell([1.0])], [h.data for h in cell([1.0], [0.25])]
    ([0.0], [0.46211715726000974])
    """

    _gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        seed: Seed = None,
    ) -> None:
        self.nonlinearity = nonlinearity
        self._sigma = lookup(nonlinearity, {"tanh": tanh, "relu": relu}, "nonlinearity")
        super().__init__(input_size, hidden_size, bias, seed=seed)

    def __call__(self, x: Any, h: Any = None) -> Vector:
        """The next state h' from one element x of a sequence and the state h (None: zeros)."""
        return [self._sigma(z) for z in self._gate(0, self._input(x), self._state(h))]


class LSTMCell(_Cell):
    """Long short-term memory: gates i, f, o and a cell state c that is a sum.

        i, f, o = σ(W x + b + U h + c) each with its own rows;   g = tanh(…)
        c' = f ⊙ c + i ⊙ g;   h' = o ⊙ tanh(c')

    The gradient along c is multiplied by the forget gate f only, which neither explodes nor, with
    f near 1, vanishes (the blog post). Args and errors as for `RNNCell`.

    >>> cell = LSTMCell(1, 1, bias=False)
    >>> cell.load_state_dict({"weight_ih": [[0.0]] * 4, "weight_hh": [[0.0]] * 4})
    >>> h, c = cell([1.0], ([0.0], [2.0]))
    >>> c[0].data, round(h[0].data, 6)
    (1.0, 0.380797)
    """

    _gates = 4

    def __call__(self, x: Any, state: Any = None) -> tuple[Vector, Vector]:
        """The next state (h', c') from one element x and the state (h, c) (None: zeros)."""
        if state is not None and (not isinstance(state, tuple) or len(state) != 2):
            raise KindError(
                f"the state of {self._named()} is a pair (h, c) of lists, not {short(state)}"
            )
        h, c = (None, None) if state is None else state
        x, h, c = self._input(x), self._state(h), self._state(c, "c")
        i, f, g, o = (self._gate(k, x, h) for k in range(4))
        c = [
            sigmoid(fj) * cj + sigmoid(ij) * tanh(gj)
            for ij, fj, gj, cj in zip(i, f, g, c, strict=True)
        ]
        return [sigmoid(oj) * tanh(cj) for oj, cj in zip(o, c, strict=True)], c


class GRUCell(_Cell):
    """Gated recurrent unit: gates r and z, and a candidate n.

        r, z = σ(W x + b + U h + c) each with its own rows
        n = tanh(W x + b + r ⊙ (U h + c));   h' = (1 − z) ⊙ n + z ⊙ h

    Args and errors as for `RNNCell`.

    >>> cell = GRUCell(1, 1, bias=False)
    >>> cell.load_state_dict({"weight_ih": [[0.0]] * 3, "weight_hh": [[0.0]] * 3})
    >>> [h.data for h in cell([1.0], [0.5])]
    [0.25]
    """

    _gates = 3

    def __call__(self, x: Any, h: Any = None) -> Vector:
        """The next state h' from one element x of a sequence and the state h (None: zeros)."""
        x, h = self._input(x), self._state(h)
        r, z = ([sigmoid(v) for v in self._gate(k, x, h)] for k in range(2))
        n = [self._candidate(row, x, h, rj) for row, rj in zip(self._block(2), r, strict=True)]
        return [(1.0 - zj) * nj + zj * hj for zj, nj, hj in zip(z, n, h, strict=True)]

    def _candidate(self, row: int, x: Vector, h: Vector, r: Any) -> Any:
        b: Any = 0.0
        c: Any = 0.0
        if self.bias_ih is not None and self.bias_hh is not None:
            b, c = self.bias_ih[row], self.bias_hh[row]
        recurrent = dot(self.weight_hh[row], h, c)
        return tanh(dot([*self.weight_ih[row], r], [*x, recurrent], b))


def unroll(
    cell: Any, sequence: Iterable[Any], state: Any = None, truncate: int | None = None
) -> tuple[list[Vector], Any]:
    """Run a cell over a sequence; give h after every element, and the state at the end.

    Args:
        cell: any function (element, state) -> state; where the state is a tuple, such as an
            LSTM's (h, c), its first part is the output.
        sequence: the elements, each a sequence of numbers or Values.
        state: the state to start with; None for zeros.
        truncate: cut the graph before every truncate-th step, so that no gradient goes further
            back (truncated backpropagation through time); None never does.

    Raises:
        ArgumentError: the sequence is empty, or truncate is below 1. KindError: `cell` or
            `sequence` is none.

    >>> cell = RNNCell(1, 2, seed=0)
    >>> outputs, state = unroll(cell, [[1.0], [2.0], [3.0]])
    >>> len(outputs), state is outputs[-1]
    (3, True)
    """
    if not callable(cell):
        raise KindError(f"unroll takes a cell such as nn.RNNCell(1, 2), not {short(cell)}")
    if not isinstance(sequence, Iterable):
        raise KindError(f"unroll takes a sequence of elements, not {short(sequence)}")
    every = None if truncate is None else as_size(truncate, "truncate")
    outputs: list[Vector] = []
    for step, x in enumerate(sequence):
        if every is not None and step and step % every == 0:
            state = detached(state)
        state = cell(x, state)
        outputs.append(state[0] if isinstance(state, tuple) else state)
    if not outputs:
        raise ArgumentError("the sequence to unroll over is empty; give at least one element")
    return outputs, state


def detached(state: Any) -> Any:
    """The same numbers, cut off from how they were computed; structures entry by entry."""
    if isinstance(state, STRUCTURES):
        return rebuilt(state, map(detached, entries_of(state)))
    if isinstance(state, np.ndarray) and state.dtype == object:
        return np.frompyfunc(detached, 1, 1)(state)
    return state.detach() if isinstance(state, Value) else state

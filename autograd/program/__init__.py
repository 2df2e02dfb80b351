"""Programs: scalar code, traced once and run at array speed.

Read the rooms in this order. `tracing` runs a function and writes down its scalar graph (`graph`),
and what it read of the world. `loops` are steps traced once and taken again and again. `normal` and
`arrange` put isomorphic operations into rows of arrays; `lift` makes the forward statements of that
(`statements`: data, a small closed set), `contractions` says which sums are matrix products,
`adjoint` makes the backward ones (`reached`: who was sent anything, where some were not chosen),
and `source` holds both. `backends` print them: `text` for a reader, `numpy` into buffers; `jax`
evaluates them on its arrays. `straight` writes a graph as one line after the other, operation by
operation: `python` prints these lines for one example without regularity, `native` makes machine
code of them, `standalone` files.
Rules are read with `symbols`; `backends/expressions` prints those, out of `tokens` alone.
`running` keeps traces and runs them over batches; `program` is what users hold, made by `compile`.

One function through every stage:

>>> import numpy as np
>>> from autograd import Value, compile, tanh
>>> w, b = Value(2.0), Value(-1.0)
>>> program = compile(lambda x, y: (tanh(w * x + b) - y) ** 2)
>>> x, y = np.array([0.5, 1.0]), np.array([0.0, 1.0])
>>> program.trace(x, y).graph.steps[0]                                    # one scalar operation
Step(primitive=<primitive mul>, operands=(2, 0))
>>> print(program.source)                                                # statements of arrays
# X1: argument 0, 1 × n (a column for each example)
# X2: argument 1, 1 × n (a column for each example)
from autograd import tanh
def tanh_prime(z): return 1.0 - tanh(z) * tanh(z)
w1 = P[0:1]
b1 = P[1:2]
<BLANKLINE>
# forward
Z1 = w1 * X1 + b1
A1 = tanh(Z1)
Z2 = A1 - X2
A2 = Z2 ** 2
<BLANKLINE>
# backward
dA2 = np.full((1, n), 1 / n)  # the mean of n examples
dZ2 = dA2 * (2.0 * Z2)
dA1 = dZ2
dZ1 = dA1 * tanh_prime(Z1)
dw1 = (dZ1 * X1).sum(1)
db1 = dZ1.sum(1)
dP = np.concatenate([dw1.ravel(), db1.ravel()])[:, None]
>>> print(program.source.code.splitlines()[1].strip())                   # what runs, into buffers
multiply(s1, X1, Z1)
>>> value, gradient = program.value_and_grad(x, y)
>>> round(value, 4), gradient.round(4).tolist()
(0.0284, [-0.1001, -0.1001])
"""

from autograd.program.compile import compile
from autograd.program.loops.scan import scan
from autograd.program.program import Program
from autograd.program.standalone.nodes import to_javascript
from autograd.program.tracing.surroundings import Surroundings

__all__ = ["Program", "Surroundings", "compile", "scan", "to_javascript"]

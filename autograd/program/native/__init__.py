"""Native code: the lines of a graph as machine code, by LLVM.

Read `flat` (forms as single operations), `instructions` (those of all lines, in segments: before
the examples of a batch, for each, and after), `loops` (steps of loops, with `loop_text`), `chunks`
(segments cut into functions), `packs` (calls done together, where there is one example),
`mathematics` (functions of numbers and vectors), `text` (the functions in LLVM's language),
`driver` and `module` (what runs them over a batch), `engine` (machine code of such a text;
`stored`: in a folder, for other processes) and `listing` (instructions for the reader).

>>> import numpy as np
>>> from autograd import Value, compile
>>> w = Value(3.0)
>>> program = compile(lambda x: (w * x - 1.0) ** 2, backend="native")
>>> program.value_and_grad(np.array([0.0, 1.0]))
(2.5, array([2.]))
>>> print(program.source)
# x0: argument 0
# p0, p1, …: parameters
<BLANKLINE>
# for each example
v2 = p0 * x0
v3 = v2 - 1.0
v4 = v3 * v3
total[0] += v4
v7 = 2.0 * v3
v8 = seed * v7
v9 = v8 * x0
total[1] += v9
<BLANKLINE>
# after the last example
out[0] = total[0]
out[1] = total[1]
"""

"""Running: one runner for each trace of a function, and what else happens to a program.

Read `regularity` (if a graph is one for array statements), `execution` (the code of a graph, its
buffers, long batches in pieces), `native` (machine code, on several threads), `devices` (array
statements by JAX), `codes` (which of these a program takes), `runner` (values and gradients in the
user's structure) and `traces` (one runner for each structure of arguments). Then what is small:
`inline` (a program within a trace or transform), `parameters` (their numbers in one array),
`functions` (a trace as pure functions of JAX), `methods` (a program of each object) and `pickling`.
`transformed` has the traces of transforms of a function, and `derivatives` what a program makes of
them: Hessians and products.

>>> import numpy as np
>>> from autograd import Value, compile
>>> w = Value(3.0)
>>> program = compile(lambda x: w * x * x)
>>> program(2.0), program(np.array([1.0, 2.0])), program.grad(np.array([1.0, 2.0]))
(12.0, array([ 3., 12.]), array([2.5]))
"""

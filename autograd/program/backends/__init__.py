"""Back ends: what the statements of a program, or its graph, are printed as.

Three of these files are back ends: `text` for the reader (`heading` defines its names, `places` are
its rows and literals), `python` over floats (`floats`: its functions) and `numpy`, into buffers
(`lines`, `sum_lines`, `buffers`, `scattering`). `expressions` prints the operations of the first
two, each by a table of its own. `jax` prints nothing: JAX compiles what it sees of a run.

>>> from autograd.program.backends.expressions import ARITHMETIC, ATOM, Expressions
>>> from autograd.program.symbols import variable
>>> x, y = variable("x"), variable("y")
>>> printer = Expressions(ARITHMETIC, str, lambda v: (v.name, ATOM), lambda x, text: "?")
>>> printer.text(x - (y - 2.0) * x)
'x - (y - 2.0) * x'
"""

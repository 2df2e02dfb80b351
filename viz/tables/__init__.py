"""Tables of a graph, which print themselves and are plain data.

>>> from autograd import Value
>>> from viz import table
>>> x = Value(3.0, label="x")
>>> [(row.name, row.data) for row in table(x * x)]
[('x', 3.0), ('v2', 9.0)]

`columns` is how a list of named tuples is shown. `values` has every value, `messages` every message
of the backward pass; `nudge` compares a gradient's promise with what happens, beside `kinks`.
"""

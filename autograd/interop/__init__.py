"""Beside others: micrograd's names and nodes made by hand, copies and pickles, PyPI's `autograd`.

>>> from autograd import Value
>>> x = Value(2.0, label="x")
>>> y = x * x
>>> y._op, [child.label for child in y._prev]
('*', ['x', 'x'])
"""

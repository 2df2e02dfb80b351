"""Tracing: a function run once on placeholders, and what it reads of the world around it.

Read `options` (what `compile` was told), `arguments` (taken apart into blocks), then `trace` (the
scalar graph; `handmade`: nodes whose derivative is given by hand), then `surroundings` (whether a
trace still holds) with `reads` (the walk through what a function reads) and `code` (its names).

>>> from autograd import Value, compile
>>> w = Value(3.0)
>>> program = compile(lambda x: w * x).trace(1.0)
>>> w = Value(5.0)
>>> program.changed()
'w'
"""

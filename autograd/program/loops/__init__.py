"""Loops: a step that is traced once and taken again and again.

Read `loop` (the operation, and its results one by one), `bundles` (what its results are sent),
`replay` (graphs run again on Values, and written down), then its derivatives, which are loops
again: `reverse` and `tangents`. `sequences` is what a loop runs along, `scan` what users call.
`needed` leaves out results that nobody reads; `gradients` makes the graph of a gradient.

>>> from autograd import Value, compile, scan
>>> rate = Value(0.1)
>>> grown = compile(lambda x: scan(lambda c, _: (c + rate * c, None), x, length=3)[0])
>>> print(grown.trace(1.0).graph)
graph of 2 operations on 1 inputs and 1 parameters: 1 scan, 1 element
v2 = scan([x0, p0], length=3)
v3 = element([v2], row=0)
return v3
>>> print(grown.graph.steps[0].primitive.step)  # x0: carry, x1: what is given, x2: constants
graph of 2 operations on 2 inputs and 0 parameters: 1 mul, 1 add
v2 = x2[0] * x0[0]
v3 = x0[0] + v2
return v3, x0[0]
"""

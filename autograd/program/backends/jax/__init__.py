"""JAX: statements as a pure function of JAX arrays, which JAX compiles for any device.

`arrays` has the elementary operations, and lets what is written with NumPy run on JAX arrays;
`sums` adds up, `interpreter` goes through the statements; `function` makes a pure function of that,
also over the devices of a mesh. JAX is imported when a program first needs it.

Numbers are NumPy's to 1e-12, at kinks and at the edges of IEEE 754 too (measured on a processor for
every elementary operation: 2 units in the last place, but for sinh and cosh above 700, 5.5e-14).
XLA differs in what it cannot be told: numbers below the smallest normal one, 2.2e-308, are 0; a
product and the sum after it may be rounded once instead of twice, so that what cancels in
a·b − c·d leaves a rounding of the products; and of functions that undo each other, as in ln e^x or
√(x·x), it takes the short way, which does not overflow.
"""

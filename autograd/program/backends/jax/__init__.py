"""JAX: statements as a pure function of JAX arrays, which JAX compiles for any device.

`arrays` has the elementary operations, and lets what is written with NumPy run on JAX arrays;
`interpreter` goes through the statements; `function` makes a pure function of that, also over the
devices of a mesh. JAX is imported when a program first needs it.
"""

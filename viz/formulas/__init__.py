"""Formulas, read and written.

Read: `tokens`, then `parse`, which builds the graph of a text with the `functions` it may call.
Written: `expressions` (what a primitive's rule becomes when it is called with names), `notation`
(an expression, an operation or a derivative as text) and `latex` (the same as LaTeX), `chain` (the
named values between an output and a leaf), `short` (formulas that stand for a name), `equations`,
and `derivation`, which puts all together.

>>> from viz.formulas.derivation import derive
>>> from viz.formulas.parse import parse
>>> formula = parse("z = w*x + b; a = tanh(z); C = (a - y)**2", w=0.5, x=1, b=0, y=1)
>>> print(derive(formula.output, "w"))
∂C/∂w = ∂C/∂a · ∂a/∂z · ∂z/∂w = 2(a − y) · (1 − a²) · x = −1.076 · 0.7864 · 1 = −0.846
"""

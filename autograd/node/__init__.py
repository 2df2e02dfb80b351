"""The parts of a `Value`, which `autograd.value` puts together.

Read `operators` first (every operator once, over one entry point), then `recording` (an operation
becomes a node), `messages` (the two walks of a backward pass) and `functions` (`x.exp()`). `access`
is what one reads of a Value and assigns to; `number` a Value as a number: ordering, conversion,
text; `conditions` what a comparison is while a program is traced. `requires_grad` and `assignment`
say what may be trained and assigned; `local_gradients` asks the rules; `foreign` finds those
that cannot be differentiated again.

Whatever answers `__primitive__` has every operator:

>>> from autograd import Operators
>>> class Name(Operators):
...     def __init__(self, text):
...         self.text = text
...     def __primitive__(self, primitive, operands):
...         return Name(primitive.write(*(getattr(x, "text", repr(x)) for x in operands)))
>>> print((Name("w") * Name("x") + 1).text)
w \\cdot x + 1
"""

"""Every elementary function of the engine, one block each, by kind.

What a file of one kind defines under its own name is public, here, in `autograd` and (of one or
two operands) as a method of `Value`: a new primitive is written in one place. `primitive` and
`shapes` say what a block is, `operands` what it may be applied to, `operations` what it is made of.
"""
# ruff: noqa: F403 (that names are not listed again is the point)

from autograd.primitives.activations import *
from autograd.primitives.arithmetic import *
from autograd.primitives.comparisons import isnan as isnan
from autograd.primitives.comparisons import logical_and as logical_and
from autograd.primitives.comparisons import logical_not as logical_not
from autograd.primitives.comparisons import logical_or as logical_or
from autograd.primitives.elementary import *
from autograd.primitives.gamma import *
from autograd.primitives.indexing import interp as interp
from autograd.primitives.indexing import sort as sort
from autograd.primitives.indexing import take as take
from autograd.primitives.primitive import PRIMITIVES
from autograd.primitives.reductions import *
from autograd.primitives.selection import *
from autograd.primitives.trigonometry import *

_kinds = {primitive.__module__ for primitive in PRIMITIVES.values()}

globals()["__all__"] = [  # by this way, since type checkers know the names from the imports
    *("interp", "isnan", "logical_and", "logical_not", "logical_or", "sort", "take"),
    *(
        name
        for name, function in globals().items()
        if getattr(function, "__module__", "") in _kinds and function.__name__ == name
    ),
]

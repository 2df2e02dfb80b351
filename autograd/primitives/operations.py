"""The elementary operations: every value and every slope of a primitive is made of these.

A primitive's computation on arrays, and its rules, are read by calling them with symbols; what
comes out are these operations by name, which is all that a back end has to spell. Where NumPy has
the function, the name is NumPy's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
LOGICAL = ("logical_and", "logical_or", "logical_not")
OPERATIONS: dict[str, Any] = {
    name: getattr(np, name)
    for name in (
        "add", "subtract", "multiply", "divide", "negative", "power", "remainder", "floor_divide",
        "fmod", "floor", "rint", *COMPARISONS, *LOGICAL, "where", "maximum", "minimum", "absolute",
        "sign", "hypot",
        "sqrt", "cbrt", "exp", "expm1", "log", "log1p", "log2", "log10", "logaddexp",
        "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2",
        "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
    )
}  # fmt: skip
"""Every elementary operation by name, as the function of arrays that computes it."""


class Elementary:
    """An elementary operation that NumPy has not: a function of arrays, read by its name.

    `load` gives that function, and is asked when arrays come.
    """

    def __init__(self, name: str, load: Callable[[], Callable[..., Any]]) -> None:
        self.__name__, self._load = name, load
        OPERATIONS[name] = self

    @property
    def over_arrays(self) -> Callable[..., Any]:
        """The function of arrays."""
        return self._load()

    def __call__(self, *operands: Any) -> Any:
        """The function of arrays; of operands that are read (`__elementary__`), its name."""
        for operand in operands:
            read = getattr(type(operand), "__elementary__", None)
            if read is not None:
                return read(operand, self.__name__, operands)
        return self.over_arrays(*operands)

"""Outputs of a model for many inputs, and what a program of a model has to do with them."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import TraceError, no_grad
from nn.module import Module
from nn.objective import plain

__all__ = ["attributes", "check_same", "listed", "outputs_for", "rows_of", "table_of"]

__tracebackhide__ = True

Array = np.ndarray[Any, Any]

MANY = 500
"""For so many inputs a program is quicker, its trace included."""


def outputs_for(model: Any, rows: list[Any]) -> list[Any]:
    """The output for each input as a float or a list of floats; no graph is kept.

    Of many, by a program where the model can be traced.

    >>> import nn
    >>> outputs_for(nn.MLP(2, [3, 2], init="zeros"), [[1.0, 2.0], [3.0, 4.0]])
    [[0.0, 0.0], [0.0, 0.0]]
    """
    if len(rows) >= MANY:
        try:
            return _by_program(model, np.array(rows))
        except Exception:  # whatever is wrong, the model itself says it best
            pass
    with no_grad():
        return [plain(model(row)) for row in rows]


def _by_program(model: Any, rows: Array) -> list[Any]:
    before = attributes(model)
    program = autograd.compile(lambda x: model(listed(x))).trace(rows[:1])
    check_same(before, attributes(model))
    return rows_of(program(rows))


def attributes(model: Any) -> dict[str, Any]:
    """What all modules of a model keep."""
    modules = model.named_modules() if isinstance(model, Module) else [("", model)]
    return {
        f"{path or type(model).__name__}.{name}": thing
        for path, module in modules
        for name, thing in getattr(module, "__dict__", {}).items()
        if name != "_path"
    }


def check_same(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Raise TraceError if a model keeps something else than before."""
    for name, thing in after.items():
        if thing is not before.get(name):
            raise TraceError(
                f"the model changes {name} when it is called, which a program would not do when "
                "it runs; compute what is to be looked at outside of the model"
            )


def listed(x: Any) -> Any:
    """Lists, as the scalar way gives them, in place of an array."""
    return x.tolist() if isinstance(x, np.ndarray) else x


def table_of(outputs: Any) -> Array | None:
    """Outputs of n examples as an array (n,) or (n, outputs), if they are numbers or flat lists."""
    if isinstance(outputs, np.ndarray):
        return outputs if outputs.ndim <= 2 else None
    flat = all(isinstance(one, np.ndarray) and one.ndim == 1 for one in outputs)
    return np.stack(outputs, axis=1) if flat else None


def rows_of(outputs: Any) -> list[Any]:
    """Outputs of n examples, one entry for each example, made of lists and floats."""
    if isinstance(outputs, np.ndarray):
        return outputs.tolist()
    return [list(parts) for parts in zip(*map(rows_of, outputs), strict=True)]

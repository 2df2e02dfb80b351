"""Outputs of a model for many inputs, and what a program of a model has to do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import no_grad
from nn.objective import plain
from nn.programs import MANY, Wanted, program_of

__all__ = ["listed", "outputs_for", "rows_of", "table_of"]

__tracebackhide__ = True

Array = np.ndarray[Any, Any]


def outputs_for(model: Any, rows: Array) -> list[Any]:
    """The output for each input as a float or a list of floats; no graph is kept.

    Of many, by a program where the model can be traced.

    >>> import nn
    >>> outputs_for(nn.MLP(2, [3, 2], init="zeros"), np.array([[1.0, 2.0], [3.0, 4.0]]))
    [[0.0, 0.0], [0.0, 0.0]]
    """
    if len(rows) >= MANY:
        try:
            program = program_of(_outputs(model), (rows[:1],))
            return rows_of(program(rows))
        except Exception:  # whatever is wrong, the model itself says it best
            pass
    with no_grad():
        return [plain(model(row.tolist())) for row in rows]


def _outputs(model: Any) -> Wanted:
    def make(the_model: Callable[[], Any]) -> Callable[[Any], Any]:
        return lambda x: the_model()(listed(x))

    return Wanted("output", model, (), make)


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

"""Outputs of a model: one place that says how what a model returns is read.

A model returns a number, or lists, tuples, dicts and arrays of them, nested at will. Brackets
around a single number say nothing: `v`, `[v]`, `(v,)` and `np.array([[v]])` are one output, and
an axis of length 1 is none. Of many examples the numbers are arrays, one entry for each example,
in the model's own structure: so a program returns them, and so `stacked` makes them of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Value, no_grad
from nn import noise
from nn.checks import Array, check_model, is_number
from nn.errors import KindError, ShapeError
from nn.models.programs import MANY, program_of
from nn.models.structures import STRUCTURES, entries_of, keys_of, rebuilt
from nn.text import short

__tracebackhide__ = True


def outputs_for(model: Any, rows: Array) -> Any:
    """The outputs for n inputs, arrays in the model's structure; of many, by a program."""
    check_model(model)
    if len(rows) >= MANY:
        try:
            return program_of(model, ("output",), _on_lists, (rows[:1],))(rows)
        except Exception:  # whatever is wrong, the model itself says it best
            pass
    with no_grad(), noise.off():
        return stacked([plain(model(row.tolist())) for row in rows])


def _on_lists(model: Callable[[], Any]) -> Callable[[Any], Any]:
    def output(x: Any) -> Any:
        with noise.off():
            return model()(listed(x))

    return output


def listed(x: Any) -> Any:
    """Lists, as the scalar way gives them, in place of an array."""
    return x.tolist() if isinstance(x, np.ndarray) else x


def plain(output: Any) -> Any:
    """A model's output for one example with floats for Values, and lists for arrays."""
    output = listed(output)
    if isinstance(output, STRUCTURES) and output:
        return rebuilt(output, map(plain, entries_of(output)))
    if is_number(output) or isinstance(output, Value):
        return float(output)
    raise KindError(
        "a model returns a number or a Value, or lists, tuples, dicts or arrays of these, not "
        f"{type(output).__name__} ({short(output)})"
        + ("; is a return missing?" if output is None else "")
    )


def stacked(rows: Sequence[Any]) -> Any:
    """Plain outputs of n examples as arrays (n,) in the structure of one; `rows_of` undoes it."""
    first = rows[0]
    if any(type(row) is not type(first) or keys_of(row) != keys_of(first) for row in rows):
        raise ShapeError(
            "the model's outputs differ in structure from example to example: "
            f"{short(first)} for the first"
        )
    if not isinstance(first, STRUCTURES):
        return np.array(rows, dtype=np.float64)
    return rebuilt(first, [stacked([row[key] for row in rows]) for key in keys_of(first)])


def rows_of(outputs: Any) -> list[Any]:
    """Outputs of n examples, one entry for each example, in the structure of the model's."""
    if isinstance(outputs, np.ndarray):
        return outputs.tolist()
    columns = [rows_of(one) for one in entries_of(outputs)]
    return [rebuilt(outputs, parts) for parts in zip(*columns, strict=True)]


def of_heads(outputs: Any) -> Any:
    """Outputs of n examples, one array for each head, in the model's structure of heads.

    Lists, and tuples of numbers, are one head. Tuples of several vectors, named tuples and dicts
    have a head in each entry.
    """
    if isinstance(outputs, np.ndarray):  # without the axes of length 1 behind the first
        return outputs.reshape(len(outputs), *(n for n in outputs.shape[1:] if n != 1))
    heads = [of_heads(one) for one in entries_of(outputs)]
    shapes = {getattr(head, "shape", None) for head in heads}
    named = isinstance(outputs, dict) or (hasattr(outputs, "_fields") and len(heads) > 1)
    if named or None in shapes or len(shapes) > 1:
        return rebuilt(outputs, heads)
    if len(heads) == 1:
        return heads[0]
    is_one = isinstance(outputs, list) or heads[0].ndim == 1
    return np.stack(heads, axis=1) if is_one else rebuilt(outputs, heads)


def table_of(outputs: Any) -> Array | None:
    """Outputs of n examples as an array (n,), or (n, k) of k > 1 numbers each; else None."""
    heads = of_heads(outputs)
    return heads if isinstance(heads, np.ndarray) and heads.ndim <= 2 else None

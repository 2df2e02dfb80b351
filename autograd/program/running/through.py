"""A program's function run as it is, on Values: as a part of the trace or transform around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ArgumentError
from autograd.node.conditions import Condition
from autograd.program.tracing.arguments import Arguments, Block
from autograd.transforms.structures import Nested, shaped, take_apart
from autograd.value import Value


def run_through(function: Callable[..., Any], arguments: Arguments) -> Any:
    """What the function returns, of Values; for each example where there is a batch.

    Raises:
        ArgumentError: it returns another structure for one example than for another.
    """
    if arguments.examples is None:
        return _called(function, arguments, 0)
    return _together(
        [
            take_apart(_called(function, arguments, i), what="what the function returns")
            for i in range(arguments.examples)
        ]
    )


def _called(function: Callable[..., Any], arguments: Arguments, example: int) -> Any:
    args, named = arguments.given(
        [
            _values(block, leaf[example] if block.batched else leaf)
            for block, leaf in zip(arguments.blocks, arguments.leaves, strict=True)
        ]
    )
    return function(*args, **named)


def _values(block: Block, leaf: Any) -> Any:
    """What stands for a block: a Value, a list or an array of them."""
    if block.listed is not None:
        return block.listed(map(_value, leaf))
    if block.shape is None:
        return _value(leaf.item() if isinstance(leaf, np.ndarray) else leaf)
    array = np.empty(leaf.size, dtype=object)
    array[:] = [_value(x) for x in leaf.ravel().tolist()]
    return array.reshape(leaf.shape)


def _value(x: Any) -> Any:
    return x if hasattr(x, "__primitive__") or isinstance(x, Condition) else Value(x)


def _together(results: list[Nested]) -> Any:
    """The results of all examples in the structure of one, with a batch axis in front."""
    shapes = [[block.shape for block in result.blocks] for result in results]
    if any(other != shapes[0] for other in shapes):
        raise ArgumentError(
            "the function returns another structure for one example than for another; a program "
            "returns the same for each"
        )
    columns = zip(*(result.blocks for result in results), strict=True)
    return results[0].build(
        shaped([x for block in blocks for x in block.elements], (len(results), *(shape or ())))
        for blocks, shape in zip(columns, shapes[0], strict=True)
    )

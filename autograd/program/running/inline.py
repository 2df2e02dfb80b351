"""A program's function run as it is, on Values: as a part of the trace or transform around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.errors import ArgumentError
from autograd.node.conditions import Condition
from autograd.program.tracing.arguments import Arguments
from autograd.transforms.structures import Nested, shaped, take_apart
from autograd.value import Value


def run_inline(function: Callable[..., Any], arguments: Arguments) -> Any:
    """Call the function on Values, once for each example where there is a batch."""
    results = [_called(function, arguments, i) for i in range(arguments.examples or 1)]
    if arguments.examples is None:
        return results[0]
    return _together([take_apart(out, what="what the function returns") for out in results])


def _called(function: Callable[..., Any], arguments: Arguments, example: int) -> Any:
    parts = zip(arguments.blocks, arguments.leaves, strict=True)
    args, named = arguments.given(
        [block.filled(list(map(_value, block.elements(leaf, example)))) for block, leaf in parts]
    )
    return function(*args, **named)


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

"""The trace: run a function once on placeholders, and write down its scalar graph.

It is run twice, on different numbers: what depends on a number, on chance or on what an earlier
call left behind gives another graph the second time, and is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

from autograd.context.call_sites import raising_line
from autograd.context.modes import paused_gc
from autograd.context.tracing import tracing
from autograd.core.wiring import is_leaf, order_of, wires
from autograd.errors import OperandError, TraceError
from autograd.graph import Step
from autograd.node.requires_grad import Frozen
from autograd.node_sets import node_dict, node_set, same_nodes
from autograd.program.tracing.arguments import Arguments, Block
from autograd.program.tracing.graph import Origin, TracedGraph
from autograd.program.tracing.steps import steps_of
from autograd.program.tracing.surroundings import Surroundings
from autograd.transforms.structures import Nested, take_apart
from autograd.value import Value


class Traced(NamedTuple):
    """A graph, the parameters it reads, the structure of what the function returns, what it took
    for constant because it is frozen, and what the function reads of its surroundings."""

    graph: TracedGraph
    parameters: list[Value]
    result: Nested
    frozen: Frozen
    around: Surroundings

    def changed(self, parameters: bool = True) -> str | None:
        """The name of something by which a new trace would differ by now, or None.

        `parameters`: look into containers that hold nothing but Values, too.
        """
        if self.frozen.may_have_changed() and (found := self.frozen.changed()) is not None:
            return found
        return self.around.changed(parameters)


def trace(function: Callable[..., Any], arguments: Arguments) -> Traced:
    """Trace a function for arguments of this structure.

    Raises:
        TraceError: the function would freeze a number, or is not the same every time.
        OperandError: it returns something that is not made of numbers.
    """
    around = Surroundings(function, arguments.static)
    if around.iterators:
        raise TraceError(
            f"the function reads {around.iterators[0]!r}, which gives something else every time; a "
            "program repeats what the trace saw. Make a list of it before"
        )
    with paused_gc():
        first = _once(function, arguments, around, moved=False)
        around.grown()  # what is made by the first call, and kept, is the same from then on
        second = _once(function, arguments, around, moved=True)
    if what := _difference(first, second):
        raise TraceError(
            f"the function is not the same every time it runs: {what}, and a program repeats what "
            f"the trace saw. {_REMEDY}"
        )
    drawn = around.drew()  # asked first: `changed` may look anew
    changed = around.changed()
    what = drawn or (changed and repr(changed))
    if what:
        raise TraceError(
            f"the function changes {what} while it runs, which a program would not do: it "
            f"repeats what the trace saw. {_REMEDY}"
        )
    return first


_REMEDY = (
    "Numbers that change from run to run (random draws, counters, the time) must come in as "
    "arguments, and what is to be kept must be returned"
)


def _difference(first: Traced, second: Traced) -> str | None:
    """The first operation or result in which two traces of a function differ, or None."""
    for step, again in zip(first.graph.steps, second.graph.steps, strict=False):
        if _key(step) != _key(again):
            return f"once it computes {_text(step)}, once {_text(again)}"
    longer = len(first.graph.steps) != len(second.graph.steps)
    outputs = [[*map(repr, traced.graph.outputs)] for traced in (first, second)]
    if longer or outputs[0] != outputs[1] or not same_nodes(first.parameters, second.parameters):
        return "it returns something else"
    return None


def _key(step: Step) -> Any:
    """A step, with constants by their text, which tells nan from numbers."""
    return step.primitive, *map(repr, step.operands)


def _text(step: Step) -> str:
    constants = [f"{x:.4g}" for x in step.operands if isinstance(x, float)]
    return step.primitive.name + (f" with {', '.join(constants[:3])}" if constants else "")


def _once(
    function: Callable[..., Any], arguments: Arguments, around: Surroundings, *, moved: bool
) -> Traced:
    placeholders, parts = node_dict(), []
    for number, (block, leaf) in enumerate(zip(arguments.blocks, arguments.leaves, strict=True)):
        numbers = map(float, block.elements(leaf))
        values = list(map(Value, map(_moved, numbers) if moved else numbers))
        placeholders.update(node_dict((v, Origin(number, i)) for i, v in enumerate(values)))
        parts.append(block.filled(values))
    with tracing(placeholders, moved=moved) as seen:
        try:
            out = _call(function, *arguments.given(parts))
        except (TypeError, AttributeError, IndexError) as error:
            _tell_of_batches(error, arguments.blocks)
            raise
    try:
        result = take_apart(out, what="what the function returns")
    except OperandError as error:
        raise OperandError(f"a program returns numbers, or sequences of them: {error}") from None
    graph, parameters, frozen = _written(
        placeholders, seen.nodes, seen.fresh, result, arguments.blocks
    )
    return Traced(graph, parameters, result.emptied(), frozen, around)


def _tell_of_batches(error: Exception, blocks: tuple[Block, ...]) -> None:
    """Note at an error that the function is given one example of each batch."""
    for block in (block for block in blocks if block.batched):
        part = "one number" if block.shape is None else f"an array of shape {block.shape}"
        error.add_note(
            f"{block.path} is a batch: its first axis counts examples, and the function is given "
            f"{part}, one example. If the whole array is one example, write compile(…, "
            "batched=False), or batched=(True, False, …) with a bool for each argument"
        )


_NEEDS_AN_INTEGER = (
    "'Value' object cannot be interpreted as an integer",
    "indices must be integers or slices, not Value",
    "indices must be integers, not 'Value'",
    "slice indices must be integers or None or have an __index__",
    "expected a sequence of integers or a single integer, got 'Value",
    "only integers, slices",
)


def _call(function: Callable[..., Any], args: list[Any], named: dict[str, Any]) -> Any:
    try:
        return function(*args, **named)
    except KeyError as error:
        if not any(isinstance(key, Value) for key in error.args):
            raise
        raise TraceError(
            "a traced number is looked up in a dict, which knows numbers: with keys 0, 1, 2, … "
            "write autograd.take([d[0], d[1], …], i); or write where(i == key, a, b)\n"
            f"  at {raising_line(error)}"
        ) from None
    except (TypeError, IndexError) as error:
        text = str(error)
        if not any(part in text for part in _NEEDS_AN_INTEGER):
            raise
        raise TraceError(
            f"a traced number is used where Python needs a whole number ({text}): for the "
            "element it names write autograd.take(rows, i); sizes and loops cannot depend on it\n"
            f"  at {raising_line(error)}"
        ) from None


def _moved(x: float) -> float:
    """Another number than x, by more than 1: it has another sign, or more digits, or less."""
    return x + 1.3711 * (1.0 + abs(x)) if math.isfinite(x) else 0.3711


def _written(
    placeholders: Any,
    nodes: list[Any],
    fresh: dict[int, Any],
    result: Nested,
    blocks: tuple[Block, ...],
) -> tuple[TracedGraph, list[Value], Frozen]:
    outputs = [out for out in result.elements if isinstance(out, Value)]
    order = order_of(outputs) if outputs else []
    needed, made = node_set(order), node_set(nodes)
    older = [n for n in order if n not in made and not is_leaf(n)]  # from before the trace
    parameters: list[Value] = []
    numbers = node_dict()
    for value in _leaves_in_order([*older, *nodes], outputs, needed):
        if value in placeholders:
            continue
        if id(value) in fresh or value._frozen:
            numbers[value] = value._float
        else:
            parameters.append(value)
    leaves = [*placeholders.values(), *(Origin(-1, i) for i in range(len(parameters)))]
    numbers.update(node_dict(zip([*placeholders, *parameters], count(), strict=False)))
    computed = [n for n in [*older, *nodes] if n in needed]
    steps = list(steps_of(computed, numbers, len(leaves), outputs))
    returned = tuple(numbers[x] if isinstance(x, Value) else float(x) for x in result.elements)
    graph = TracedGraph.made_of(blocks, leaves, steps, returned)
    frozen = [value for value in numbers if value._frozen and id(value) not in fresh]
    return graph, parameters, Frozen(parameters, frozen)


def _leaves_in_order(nodes: list[Any], outputs: list[Any], needed: Any) -> Iterator[Any]:
    """Every leaf once, in the order of first use."""
    seen = node_set()
    for node in nodes:
        if node in needed:
            for parent, _ in wires(node):
                if parent is not None and parent not in seen and is_leaf(parent):
                    seen.add(parent)
                    yield parent
    for out in outputs:
        if is_leaf(out) and out not in seen:
            seen.add(out)
            yield out

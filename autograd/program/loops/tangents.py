"""The tangents of a loop: another loop, whose carry is the tangents of the carry.

Each step is given the carry that the step of the loop began with, what that was given, and the
tangents of what was given; it pushes them forward by the engine's own rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from autograd.backward import push_forward
from autograd.context.tracing import tracing
from autograd.core.wiring import order_of
from autograd.node_sets import node_dict
from autograd.program.loops.bundles import Tangents
from autograd.program.loops.loop import Loop, Source
from autograd.program.loops.replay import replayed, step_of
from autograd.value import Value


class Moving(NamedTuple):
    """The operands of a loop that have tangents.

    Attributes:
        first, constants: the numbers of the carry, and of the constants.
        given: for each source the numbers of a step; `blocks`: the block of tangents of a source
            that is a block itself, or None.
    """

    first: tuple[int, ...]
    given: tuple[tuple[int, ...], ...]
    blocks: tuple[int | None, ...]
    constants: tuple[int, ...]


def tangent(node: Any, found: Any) -> Any:
    """The tangents of a loop's rows, given those of its operands in `found`."""
    loop, operands = node.primitive, node.operands
    tangents = [found.get(x) if isinstance(x, Value) and x in found else None for x in operands]
    spans = [tangents[span] for span in loop.spans]
    moving = Moving(
        _there(tangents[: loop.carried]),
        tuple(map(_numbers, loop.sources, spans)),
        tuple(
            part[0].blocks[source.block] if source.block is not None and part[0] else None
            for source, part in zip(loop.sources, spans, strict=True)
        ),
        _there(tangents[loop.first_constant :]),
    )
    along, active = _along(loop, moving)
    init = [0.0 if tangents[i] is None else tangents[i] for i in active]
    sources = [node] * (loop.carried > 0) + [*operands[loop.carried : loop.first_constant]]
    for source, numbers, part in zip(loop.sources, moving.given, spans, strict=True):
        if source.block is not None:
            sources += [one.bundle for one in part if one is not None]
            continue
        for start in range(0, len(part), source.size) if numbers else ():
            sources += [0.0 if part[start + i] is None else part[start + i] for i in numbers]
    moved = [tangents[loop.first_constant + k] for k in moving.constants]
    bundle = along.dispatch((*init, *sources, *operands[loop.first_constant :], *moved))
    rows = {i: row for row, i in enumerate(active)}
    return Tangents(bundle, [rows.get(i) for i in range(loop.carried)], [*range(len(loop.sizes))])


def _there(tangents: Sequence[Any]) -> tuple[int, ...]:
    return tuple(i for i, one in enumerate(tangents) if one is not None)


def _numbers(source: Source, tangents: Sequence[Any]) -> tuple[int, ...]:
    """The numbers of a step that have tangents, in any step."""
    if source.block is not None:
        return tuple(range(source.size)) if tangents[0] is not None else ()
    columns = (tangents[i :: source.size] for i in range(source.size))
    return tuple(i for i, column in enumerate(columns) if any(one is not None for one in column))


@lru_cache(maxsize=256)
def _along(loop: Loop, moving: Moving) -> tuple[Loop, list[int]]:
    """The loop of the tangents, and the numbers of the carry that have some."""
    active = [*moving.first]
    while True:
        step = [Value(0.5) for _ in loop.step.leaves]
        carry, given, constants = (dict[int, Any]() for _ in range(3))
        carry.update((i, Value(0.5)) for i in active)
        start = 0
        for source, numbers in zip(loop.sources, moving.given, strict=True):
            given.update((start + i, Value(0.5)) for i in numbers)
            start += source.size
        constants.update((k, Value(0.5)) for k in moving.constants)
        c, x, k = loop.split(step)
        pairs = [(part[i], t) for part, some in ((c, carry), (x, given), (k, constants))
                 for i, t in some.items()]  # fmt: skip
        every = [*step, *carry.values(), *given.values(), *constants.values()]
        with tracing(every, moved=True):
            outputs = replayed(loop.step, step)
            found = _pushed(outputs, node_dict(pairs))
            after = {i for i in range(loop.carried) if found[i] is not None}
            if after <= set(active):
                break
        active = sorted(after | set(active))
    slopes = [0.0 if one is None else one for one in found]
    outputs = [slopes[i] for i in active] + slopes[loop.carried :]
    graph = step_of(
        [*carry.values()], [*c, *x, *given.values()], [*k, *constants.values()], outputs
    )
    sources = [Source(loop.carried, len(loop.sizes) - 1)] * (loop.carried > 0) + [*loop.sources]
    for numbers_of_step, block in zip(moving.given, moving.blocks, strict=True):
        sources += [Source(len(numbers_of_step), block)] * (len(numbers_of_step) > 0)
    made = type(loop)(
        graph, loop.count, len(active), sources, [*loop.sizes, len(active)],
        backwards=loop.backwards,
    )  # fmt: skip
    return made, active


def _pushed(outputs: list[Any], seeds: Any) -> list[Any]:
    """The tangent of every output; None where there is none."""
    ends = [out for out in outputs if isinstance(out, Value)]
    slopes = push_forward(order_of(ends), ends, seeds, again=True)
    found = iter(slopes)
    return [
        None if slope is None or (isinstance(slope, float) and slope == 0.0) else slope
        for slope in (next(found) if isinstance(out, Value) else None for out in outputs)
    ]

"""The reverse of a loop: another loop, from the last step to the first.

Its carry is what the carry is sent, and the sums for the constants; each step is given the carry
that the step began with, what that was given, and what its results are sent, and computes the
messages of the step by the engine's own rules. Where it depends on the numbers if something is sent
anything (`where` chooses), a flag, 1 or 0, goes with it: nothing times infinity is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from autograd.backward import sent_gradients
from autograd.context.tracing import tracing
from autograd.core.wiring import order_of
from autograd.node.conditions import counted, either
from autograd.program.loops.bundles import Cotangents, Whole
from autograd.program.loops.loop import Loop, Source, element
from autograd.program.loops.replay import replayed, step_of
from autograd.value import Value

NOTHING, ALWAYS, DEPENDS = range(3)
"""Degrees of certainty that something is sent anything."""


class Asked(NamedTuple):
    """The results of a loop that are sent something.

    Attributes:
        last: for every number of the carry, NOTHING, ALWAYS or DEPENDS.
        blocks: the same for the numbers of each block of results; empty if it is sent nothing.
        whole: by messages to whole blocks: the block, of which block they are, and of which flags.
    """

    last: tuple[int, ...]
    blocks: tuple[tuple[int, ...], ...]
    whole: tuple[tuple[int, int, int | None], ...]


class Reversed(NamedTuple):
    """The reverse of a loop, and the rows of its results.

    Attributes:
        first, constants: for every number of the first carry and every constant, the row of its
            gradient and that of its flag (None: there is none); None where nothing is sent.
        flagged: the numbers of the carry that have flags.
        active: the numbers of the carry that are sent something.
        given: for each source, whether each of its numbers is sent anything.
        flags: for each source its block of flags; None if it needs none.
    """

    loop: Loop
    first: list[tuple[int, int | None] | None]
    constants: list[tuple[int, int | None] | None]
    active: list[int]
    flagged: list[int]
    given: list[list[int]]
    flags: list[int | None]


def messages(node: Any, cotangents: Cotangents, there: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The messages of a loop to its operands, each with its condition."""
    loop, operands = node.primitive, node.operands
    sent = _by_block(loop, cotangents)
    asked = _asked(loop, sent, cotangents)
    back = _reversed(loop, asked)
    init = [sent.get((-1, 0, i), (0.0, None))[0] for i in back.active]
    init += [_flag(sent.get((-1, 0, i))) for i in back.flagged]
    init += [0.0] * (back.loop.carried - len(init))
    sources = [*operands[loop.carried : loop.first_constant]]
    sources = [node] * (loop.carried > 0) + sources
    for block, modes in enumerate(asked.blocks):
        sources += _rows_of(loop, block, modes, sent)
    for whole in cotangents.whole:
        sources += [whole.bundle] * (1 + (whole.flags is not None))
    bundle = back.loop.dispatch((*init, *sources, *operands[loop.first_constant :]))
    for operand, found in zip(operands[: loop.carried], back.first, strict=True):
        yield from _message(bundle, operand, found)
    for number, span in enumerate(loop.spans):
        yield from _to_source(back, bundle, loop, number, operands[span])
    for operand, found in zip(operands[loop.first_constant :], back.constants, strict=True):
        yield from _message(bundle, operand, found)


Sent = dict[tuple[int, int, int], tuple[Any, Any]]
"""Messages to results, and their conditions: by block (−1: the last carry), step and number."""


def _by_block(loop: Loop, cotangents: Cotangents) -> Sent:
    found: Sent = {}
    for row, message in cotangents.rows.items():
        block, number = loop.place(row)
        step = 0 if block < 0 else (row - loop.starts[block]) // loop.sizes[block]
        found[block, step, number] = message
    return found


def _asked(loop: Loop, sent: Sent, cotangents: Cotangents) -> Asked:
    last = tuple(_mode([sent.get((-1, 0, i))]) for i in range(loop.carried))
    met = {block for block, _, _ in sent}
    blocks = [
        tuple(_mode([sent.get((block, t, i)) for t in range(loop.count)]) for i in range(size))
        if block in met
        else ()
        for block, size in enumerate(loop.sizes)
    ]
    whole = [(one.block, one.source, one.flags) for one in cotangents.whole]
    return Asked(last, tuple(blocks), tuple(whole))


def _mode(messages: list[Any]) -> int:
    if all(message is None for message in messages):
        return NOTHING
    sure = all(message is not None and message[1] is None for message in messages)
    return ALWAYS if sure else DEPENDS


def _flag(message: Any) -> Any:
    """1 for what is sent, 0 for nothing, or the node of a condition."""
    if message is None:
        return 0.0
    return 1.0 if message[1] is None else counted(message[1])


def _rows_of(loop: Loop, block: int, modes: Sequence[int], sent: Sent) -> Iterator[Any]:
    """The messages to the numbers of a block, step after step, and their flags."""
    there = [i for i, mode in enumerate(modes) if mode != NOTHING]
    flagged = [i for i in there if modes[i] == DEPENDS]
    for t in range(loop.count) if there else ():
        yield from (sent.get((block, t, i), (0.0, None))[0] for i in there)
        yield from (_flag(sent.get((block, t, i))) for i in flagged)


def _message(bundle: Any, operand: Any, found: Any) -> Iterator[tuple[Any, Any, Any]]:
    if found is not None and isinstance(operand, Value):
        row, flag = found
        yield operand, element(bundle, row), _is_on(bundle, flag)


def _is_on(bundle: Any, flag: int | None) -> Any:
    return None if flag is None else element(bundle, flag) > 0.0


def _to_source(
    back: Reversed, bundle: Any, loop: Loop, number: int, operands: Sequence[Any]
) -> Iterator[tuple[Any, Any, Any]]:
    """The messages to what the steps are given."""
    source, block, flags = loop.sources[number], number, back.flags[number]
    modes = back.given[number]
    if not any(modes):
        return
    if source.block is not None:
        yield operands[0], Cotangents({}, (Whole(source.block, bundle, block, flags),)), None
        return
    first = back.loop.starts[block]
    first_flag = None if flags is None else back.loop.starts[flags]
    for place, operand in enumerate(operands):
        if modes[place % source.size] != NOTHING:
            flag = None if first_flag is None else first_flag + place
            yield from _message(bundle, operand, (first + place, flag))


# The reverse of a loop


class _Leaves(NamedTuple):
    """The leaves of a step of the reverse loop; `results` with what they are sent, and flags."""

    gradients: dict[int, Any]
    flags: dict[int, Any]
    step: list[Any]
    results: list[tuple[int, Any, Any]]
    given: list[Any]


@lru_cache(maxsize=256)
def _reversed(loop: Loop, asked: Asked) -> Reversed:
    modes = list(asked.last)
    while True:
        leaves = _leaves(loop, asked, modes)
        every = [*leaves.gradients.values(), *leaves.flags.values(), *leaves.step, *leaves.given]
        with tracing(every, moved=True):
            found = _sent(loop, leaves)
            after = [_joined(mode, sent) for mode, sent in zip(modes, found, strict=False)]
            if after == modes:
                return _written(loop, asked, leaves, found)
        modes = after


def _joined(mode: int, sent: Any) -> int:
    """The mode of a number of the carry, if that of the next step is known, and its message."""
    now = NOTHING if sent is None else ALWAYS if sent[1] is None else DEPENDS
    return mode if mode == now else DEPENDS


def _leaves(loop: Loop, asked: Asked, modes: list[int]) -> _Leaves:
    gradients = {i: Value(0.5) for i, mode in enumerate(modes) if mode != NOTHING}
    flags = {i: Value(1.0) for i, mode in enumerate(modes) if mode == DEPENDS}
    results: list[tuple[int, Any, Any]] = []
    given: list[Any] = []
    for block, of_block in enumerate(asked.blocks):
        start = loop.carried + sum(loop.sizes[:block])
        there = [i for i, mode in enumerate(of_block) if mode != NOTHING]
        own = {i: Value(0.5) for i in there}
        on = {i: Value(1.0) for i in there if of_block[i] == DEPENDS}
        results += [(start + i, grad, on.get(i)) for i, grad in own.items()]
        given += [*own.values(), *on.values()]
    for block, _, flag in asked.whole:
        start, size = loop.carried + sum(loop.sizes[:block]), loop.sizes[block]
        own_of_all = [Value(0.5) for _ in range(size)]
        on_of_all: list[Any] = [] if flag is None else [Value(1.0) for _ in range(size)]
        pairs = zip(own_of_all, on_of_all or [None] * size, strict=True)
        results += [(start + i, *pair) for i, pair in enumerate(pairs)]
        given += own_of_all + on_of_all
    return _Leaves(gradients, flags, [Value(0.5) for _ in loop.step.leaves], results, given)


def _sent(loop: Loop, leaves: _Leaves) -> list[Any]:
    """The messages to the leaves of the step, each with its condition; None if nothing."""
    outputs = replayed(loop.step, leaves.step)
    seeds = [(i, grad, leaves.flags.get(i)) for i, grad in leaves.gradients.items()]
    pairs = [
        (outputs[i], grad, None if flag is None else flag > 0.0)
        for i, grad, flag in [*seeds, *leaves.results]
        if isinstance(outputs[i], Value)
    ]
    return sent_gradients(order_of([out for out, _, _ in pairs]), pairs, leaves.step)


def _written(loop: Loop, asked: Asked, leaves: _Leaves, found: list[Any]) -> Reversed:
    of_carry, of_given, of_constants = loop.split(found)
    sums = {k: Value(0.5) for k, sent in enumerate(of_constants) if sent is not None}
    on = {k: Value(1.0) for k in sums if of_constants[k][1] is not None}
    carry = [*leaves.gradients.values(), *leaves.flags.values(), *sums.values(), *on.values()]
    outputs = [of_carry[i][0] if of_carry[i] else 0.0 for i in leaves.gradients]
    outputs += [_flag(of_carry[i]) for i in leaves.flags]
    outputs += [total + of_constants[k][0] for k, total in sums.items()]
    outputs += [counted(either(was > 0.0, of_constants[k][1])) for k, was in on.items()]
    sizes, given, flag_blocks = [], [], []
    start = 0
    for source in loop.sources:
        part = of_given[start : start + source.size]
        start += source.size
        given.append(
            [NOTHING if s is None else DEPENDS if s[1] is not None else ALWAYS for s in part]
        )
        outputs += [sent[0] if sent else 0.0 for sent in part]
        sizes.append(source.size)
    start = 0
    for number, source in enumerate(loop.sources):
        part = of_given[start : start + source.size]
        start += source.size
        needs = any(mode != ALWAYS for mode in given[number])
        flag_blocks.append(len(sizes) if needs else None)
        if needs:
            outputs += [_flag(sent) for sent in part]
            sizes.append(source.size)
    c, x, k = loop.split(leaves.step)
    step = step_of(carry, [*c, *x, *leaves.given], k, outputs)
    made = type(loop)(
        step, loop.count, len(carry), _sources(loop, asked), [*sizes, len(carry)],
        backwards=not loop.backwards,
    )  # fmt: skip
    rows = {leaf: row for row, leaf in enumerate(map(id, carry))}

    def row_of(gradients: dict[int, Any], flags: dict[int, Any], i: int) -> Any:
        if i not in gradients:
            return None
        return rows[id(gradients[i])], rows[id(flags[i])] if i in flags else None

    first = [row_of(leaves.gradients, leaves.flags, i) for i in range(loop.carried)]
    constants = [row_of(sums, on, i) for i in range(loop.constant_count)]
    active, flagged = [*leaves.gradients], [*leaves.flags]
    return Reversed(made, first, constants, active, flagged, given, flag_blocks)


def _sources(loop: Loop, asked: Asked) -> list[Source]:
    """The sources of the reverse loop, in the order of `messages`."""
    found = [Source(loop.carried, len(loop.sizes) - 1)] * (loop.carried > 0)
    found += loop.sources
    for modes in asked.blocks:
        size = sum((mode != NOTHING) + (mode == DEPENDS) for mode in modes)
        found += [Source(size)] * (size > 0)
    for block, source, flags in asked.whole:
        found += [Source(loop.sizes[block], of) for of in (source, flags) if of is not None]
    return found

"""`scan`: a step taken again and again, as an ordinary loop, and as one operation of a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from autograd.context.modes import anomalies_allowed
from autograd.context.tracing import is_tracing
from autograd.core.wiring import add_dependents, is_leaf, order_of, parents, wires
from autograd.errors import ArgumentError, OperandError
from autograd.node_sets import node_dict, node_set
from autograd.program.loops import reverse, tangents
from autograd.program.loops.loop import Loop, Source, element
from autograd.program.loops.replay import step_of
from autograd.program.loops.sequences import (
    ITEM,
    Sequences,
    apart,
    form_of,
    need_same,
    sequences_of,
    shown,
)
from autograd.transforms.structures import Nested, shaped
from autograd.value import Value

Step = Callable[[Any, Any], tuple[Any, Any]]
RESULT = "a result of scan's step"


class Scan(Loop):
    """A loop that has derivatives: they are loops again."""

    messages: ClassVar[Any] = staticmethod(reverse.messages)
    tangent: ClassVar[Any] = staticmethod(tangents.tangent)


def scan(step: Step, init: Any, xs: Any = None, length: int | None = None) -> tuple[Any, Any]:
    """The last carry c_n of c_{t+1}, y_t = step(c_t, x_t), and the results y_0, …, y_{n−1}.

    As `jax.lax.scan`. Outside of programs it is the loop that it says, of which every step is
    recorded, and seen in pictures. A program traces the step once and runs a loop, forward and
    backward, of which it keeps the carries: how long it takes to compile hardly depends on n.

    Args:
        step: takes the carry and an item of xs (None without xs), and returns the next carry, of
            the same structure, and a result (None for none).
        init: the first carry: numbers, arrays, lists, tuples, dicts or dataclasses of these; None
            where nothing is carried.
        xs: what is run along: an array along its first axis; a list from item to item; a tuple,
            dict or dataclass of these, equally long, is given as one of items.
        length: the count of steps; needed where there are no xs.

    Returns:
        The last carry, and the results in the structure of one, with an array in place of each
        number, whose first axis is that of the steps (None if they are None).

    Raises:
        OperandError: `step` cannot be called, or gives no pair; or something is made of what is no
            number. ArgumentError: there is no length, or there are two; the carry, a result or an
            item has another structure than the one before.

    >>> from autograd import compile, grad, scan
    >>> def fall(state, dt):
    ...     height, speed = state
    ...     return (height + dt * speed, speed - dt * 9.81), height
    >>> (height, speed), path = scan(fall, (1.0, 0.0), np.full(4, 0.1))
    >>> round(height, 4), path.round(4).tolist()
    (0.4114, [1.0, 1.0, 0.9019, 0.7057])
    >>> compile(lambda x, r: scan(lambda c, _: (r * c * (1.0 - c), None), x, length=3)[0],
    ...         argnums=0).value_and_grad(0.5, 2.0)
    (0.5, 0.0)
    """
    if not callable(step):
        raise OperandError(
            f"scan takes a function of the carry and an item, not {type(step).__name__}; write "
            "scan(step, init, xs), not scan(step(…), …)"
        )
    sequences = _sequences(xs, length)
    if sequences.length and is_tracing():
        found = _recorded(step, init, sequences)
        if found is not None:
            return found
    return _run(step, init, sequences)


def _sequences(xs: Any, length: int | None) -> Sequences:
    if length is not None and (
        not isinstance(length, (int, np.integer)) or isinstance(length, bool) or length < 0
    ):
        raise ArgumentError(f"length= of scan is a count of steps from 0, not {length!r:.60}")
    if xs is None:
        if length is None:
            raise ArgumentError(
                "scan needs xs to run along, or length=, the count of steps: "
                "scan(step, init, length=100)"
            )
        return Sequences(int(length), lambda t: None, list)
    found = sequences_of(xs)
    if length is not None and length != found.length:
        raise ArgumentError(
            f"xs of scan has {found.length} items, and length={length} says otherwise; leave "
            "length= out"
        )
    return found


# An ordinary loop


def _run(step: Step, init: Any, sequences: Sequences) -> tuple[Any, Any]:
    carry, results = init, []
    form, of_result, of_item = form_of(init, "init of scan"), None, None
    for t in range(sequences.length):
        x = sequences.item(t)
        carry, y = _pair(step(carry, x))
        _need_form(carry, form)
        forms = form_of(x, ITEM), form_of(y, RESULT)
        of_item, of_result = forms if not t else (of_item, of_result)
        need_same(of_item, forms[0], t, "item of xs")
        need_same(of_result, forms[1], t, "result")
        results.append(y)
    return carry, _stacked(results) if results else _no_results(step, init, sequences)


def _no_results(step: Step, init: Any, sequences: Sequences) -> Any:
    """The results of no steps, in the structure that one would have."""
    try:
        item = sequences.item(0)
    except IndexError:  # an empty list
        return np.zeros(0)
    found = apart(_pair(step(init, item))[1], RESULT)
    return found.build(np.zeros((0, *(block.shape or ()))) for block in found.blocks)


def _pair(found: Any) -> tuple[Any, Any]:
    if not isinstance(found, tuple) or len(found) != 2:
        raise OperandError(
            "the step of scan returns a pair, the next carry and a result, not "
            f"{type(found).__name__}; write return carry, None where there is no result"
        )
    return found


def _need_form(carry: Any, form: Any) -> None:
    found = form_of(carry, "the carry of scan")
    if found != form:
        raise ArgumentError(
            f"the carry of scan must keep its structure: it began as {shown(form)}, and the step "
            f"made {shown(found)} of it"
        )


def _stacked(results: list[Any]) -> Any:
    """The results in the structure of one, with a first axis for the steps."""
    parts = [apart(y, RESULT) for y in results]
    columns = zip(*(part.blocks for part in parts), strict=True)
    return parts[0].build(
        shaped([x for block in blocks for x in block.elements], (len(parts), *(shape or ())))
        for blocks, shape in zip(columns, [b.shape for b in parts[0].blocks], strict=True)
    )


# One operation


def _recorded(step: Step, init: Any, sequences: Sequences) -> tuple[Any, Any] | None:
    """The loop as one operation; None if nothing in it is a Value."""
    count = sequences.length
    first = apart(init, "init of scan")
    form = form_of(init, "init of scan")
    item, columns = sequences.item(0), sequences.columns()
    x = apart(item, ITEM)
    carry = [_placeholder(number) for number in first.elements]
    given = [_placeholder(number) for number in x.elements]
    with anomalies_allowed():
        after, y = _pair(step(first.like(carry), x.like(given)))
    _need_form(after, form)
    last, results = apart(after, "the carry of scan"), apart(y, RESULT)
    outputs = [*last.elements, *results.elements]
    found = _parts([*carry, *given], outputs)
    graph = step_of(carry, given, found.constants, outputs, found.order, found.same)
    sizes = [len(block.elements) for block in results.blocks]
    sources = [Source(len(column) // count) for column in columns]
    loop = Scan(graph, count, len(carry), sources, [*sizes, len(carry)])
    given_by_step = [x for column in columns for x in column]
    operands = (*first.elements, *given_by_step, *found.constants)
    if not any(isinstance(x, Value) for x in operands):
        return None
    bundle = loop.dispatch(operands)
    ends = [_element(bundle, out, row) for row, out in enumerate(outputs[: len(carry)])]
    return last.like(ends), _rows(bundle, results, loop)


def _placeholder(number: Any) -> Value:
    return Value(number._float if isinstance(number, Value) else float(number))


class _Parts(NamedTuple):
    """The nodes of a step in order, and its constants; `same`: those that stand for others."""

    order: list[Any]
    constants: list[Any]
    same: Any


def _parts(leaves: list[Any], outputs: Sequence[Any]) -> _Parts:
    """The nodes that the outputs of a step are made of, and the constants among them.

    What does not depend on the leaves is computed once, outside, and a constant of the loop;
    bundles are computed within: they are no numbers, which could come in.
    """
    ends = [x for x in outputs if isinstance(x, Value)]
    every = order_of(ends) if ends else []
    inner = node_set(leaves)
    add_dependents(inner, every)
    todo = [node for node in every if node in inner]
    while todo:
        for parent in parents(todo.pop()):
            if parent not in inner and isinstance(parent._primitive, Loop):
                inner.add(parent)
                todo.append(parent)
    order = [node for node in every if node in inner and not is_leaf(node)]
    read = [parent for node in order for parent in parents(node)]
    same = _same_nodes([node for node in every if node not in inner])
    outer = node_dict((x, same[x]) for x in [*read, *ends] if x not in inner)
    return _Parts(order, list(node_dict((x, None) for x in outer.values())), outer)


def _same_nodes(nodes: list[Any]) -> Any:
    """For each node the first that is the same operation of the same: −w is written often."""
    known: dict[Any, Any] = {}
    same = node_dict()
    for node in nodes:
        pairs = [(id(p) if p is None else id(same.get(p, p)), repr(x)) for p, x in wires(node)]
        key = (id(node._primitive), *pairs) if pairs else id(node)
        same[node] = known.setdefault(key, node)
    return same


def _element(bundle: Any, out: Any, row: int) -> Any:
    """A result of a loop; one that is the same in every step is that number."""
    if isinstance(out, Value):
        return element(bundle, row, out._float)
    return float(out)


def _rows(bundle: Any, results: Nested, loop: Loop) -> Any:
    """The results of all steps in the structure of one, with a first axis for the steps."""
    parts = []
    for number, block in enumerate(results.blocks):
        start, size = loop.starts[number], len(block.elements)
        numbers = [
            _element(bundle, out, start + t * size + i)
            for t in range(loop.count)
            for i, out in enumerate(block.elements)
        ]
        parts.append(shaped(numbers, (loop.count, *(block.shape or ()))))
    return results.build(iter(parts))

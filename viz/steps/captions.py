"""Captions of steps: `z = w·x + b = 5 · 1 + 1 = 6`, `∂J/∂w = ∂J/∂z · ∂z/∂w = 8 · 1 = 8`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd import PRIMITIVES, Value
from viz.figure.drawing import Part
from viz.formulas.notation import operation
from viz.graph.scene import Scene, Shown, Wire
from viz.text import atom, derivative, number, shorten, use_of

MOST_GIVEN = 8
"""Leaves whose values the first caption lists."""


class Told(NamedTuple):
    """A caption: what leads to the number that a step finds, what follows, and the number."""

    lead: tuple[Part, ...]
    answer: tuple[Part, ...] = ()
    number: float | None = None


class Sent(NamedTuple):
    """The message of one wire, when it is sent.

    Attributes:
        held: the sum of the messages that its source had before; None where there were none.
        more: whether the source waits for further ones.
    """

    wire: Wire
    held: float | None
    more: bool


def given(leaves: Sequence[Shown]) -> Told:
    """The leaves, whose values are known from the start."""
    parts: list[Part] = []
    for shown in leaves[:MOST_GIVEN]:
        parts += [Part(", " if parts else "given: "), Part(f"{shorten(shown.name)} = ")]
        parts.append(Part(number(shown.data), "forward"))
    if len(leaves) > MOST_GIVEN:
        parts.append(Part(f" and {len(leaves) - MOST_GIVEN} more"))
    return Told(tuple(parts))


def forward(scene: Scene, index: int, value: Value) -> Told:
    """One operation: `z = w·x + b`, then the same in numbers, then the result."""
    primitive, shown = value.primitive, scene.value(index)
    assert primitive is not None
    names, numbers = _operands(scene, index, value)
    formula = operation(primitive, names, times=" · " if primitive.name == "mul" else "·")
    filled, result = operation(primitive, numbers), number(shown.data)
    label = _name(scene, index)
    lead = label if label.replace(" ", "") == formula.replace(" ", "") else f"{label} = {formula}"
    known = (Part(lead),) if filled == result else (Part(f"{lead} = "), Part(filled, "forward"))
    return Told(known, (Part(result, "forward"),), shown.data)


def _operands(scene: Scene, index: int, value: Value) -> tuple[list[str], list[str]]:
    """The names and the numbers that an operation is written with; a constant is its number."""
    sources = iter(scene.wires_into.get(index, ()))
    names, numbers = [], []
    for operand in value.operands:
        fixed = not isinstance(operand, Value)
        numbers.append(number(operand if isinstance(operand, float) else float(operand.data)))
        names.append(numbers[-1] if fixed else _name(scene, next(sources).source))
    return names, numbers


def _name(scene: Scene, index: int) -> str:
    return shorten(scene.value(index).name)


def _derivative(scene: Scene, of: int, by: int) -> str:
    return derivative(_name(scene, of), _name(scene, by))


def seed(scene: Scene) -> Told:
    """The start of the backward pass: `∂J/∂J = 1`."""
    output = scene.output.index
    return Told((Part(_derivative(scene, output, output)),), (Part("1", "gradient"),), 1.0)


def backward(scene: Scene, sent: Sent) -> Told:
    """One message: `∂J/∂w = ∂J/∂z · ∂z/∂w = 8 · 1 = 8`, with the sum of those before it.

    Where more messages are still to come, `+ …` says so.
    """
    wire, held, _ = sent
    upstream = scene.value(wire.target).grad
    if wire.off or wire.message is None or upstream is None:
        return Told((Part(_silence(scene, wire)),))
    output, above, below = scene.output.index, _name(scene, wire.target), _name(scene, wire.source)
    local = derivative(above, below, use=wire.use, direct=wire.direct)
    chain = f"{_derivative(scene, output, wire.target)} · {local}"
    total = wire.message if held is None else held + wire.message
    more = " + …" * sent.more
    before = (Part(number(held), "gradient"), Part(" + ")) if held is not None else ()
    factors = (
        Part(atom(number(upstream), first=held is None), "gradient"),
        Part(" · "),
        Part(atom(number(wire.local)), "local"),
    )
    sought = Part(f"{_derivative(scene, output, wire.source)} = ")
    lead = (sought, *before, Part(f"{chain}{more} = "), *before, *factors)
    answer: tuple[Part, ...] = (Part(number(total), "gradient"),)
    if held is not None:
        message = Part(atom(number(wire.message)), "gradient")
        answer = (*before, message, Part(f"{more} = "), *answer)
    tail = (Part(more),) if more else ()
    return Told((*lead, *tail), (*answer, *tail), total)


def _silence(scene: Scene, wire: Wire) -> str:
    """The reason that no message goes over a wire."""
    source, target = _name(scene, wire.source), _name(scene, wire.target)
    shown = scene.value(wire.target)
    if shown.grad is None:
        return f"no message reaches {target}, so {source} gets none from it"
    primitive = PRIMITIVES.get(shown.primitive)
    if primitive is not None and primitive.arity == 1:
        return f"{target} is flat here, so {source} gets no message from it"
    if wire.use:
        return (
            f"{target} did not take its {use_of(source, wire.use)}, which gets no message from it"
        )
    return f"{target} did not take {source}, so {source} gets no message from it"

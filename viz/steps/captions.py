"""How each step is written: `z = w·x + b = 5 · 1 + 1 = 6`, `∂J/∂w = ∂J/∂z · ∂z/∂w = 8 · 1 = 8`."""

from __future__ import annotations

from typing import NamedTuple

from autograd import PRIMITIVES, Value
from viz.formulas.notation import operation
from viz.graph.scene import Scene, Wire
from viz.steps.frame import Frame, Part
from viz.text import atom, derivative, number, shorten, use_of

MOST_GIVEN = 8
"""Leaves whose values the first caption lists."""


def given_frame(scene: Scene) -> Frame:
    """The first frame: the leaves, whose values are known from the start."""
    leaves = [shown for shown in scene.values if shown.kind != "op"]
    parts: list[Part] = []
    for shown in leaves[:MOST_GIVEN]:
        parts += [Part(", " if parts else "given: "), Part(f"{shorten(shown.name)} = ")]
        parts.append(Part(number(shown.data), "forward"))
    if len(leaves) > MOST_GIVEN:
        parts.append(Part(f" and {len(leaves) - MOST_GIVEN} more"))
    return Frame("forward", leaves[0].index, None, tuple(parts))


def forward_frame(scene: Scene, index: int, value: Value) -> Frame:
    """One operation: `z = w·x + b`, then the same in numbers, then the result."""
    primitive, shown = value.primitive, scene.value(index)
    assert primitive is not None
    names, numbers = _operands(scene, index, value)
    formula = operation(primitive, names, times=" · " if primitive.name == "mul" else "·")
    filled, result = operation(primitive, numbers), number(shown.data)
    label = _name(scene, index)
    lead = label if _bare(label) == _bare(formula) else f"{label} = {formula}"
    if filled == result:
        known: tuple[Part, ...] = (Part(lead),)
    else:
        known = (Part(f"{lead} = "), Part(filled, "forward"))
    return Frame("forward", index, None, known, (Part(result, "forward"),), shown.data)


def _operands(scene: Scene, index: int, value: Value) -> tuple[list[str], list[str]]:
    """The names and the numbers that an operation is written with; a constant is its number."""
    sources = iter(scene.wires_into.get(index, ()))
    names, numbers = [], []
    for operand in value.operands:
        fixed = not isinstance(operand, Value)
        numbers.append(number(operand if isinstance(operand, float) else float(operand.data)))
        names.append(numbers[-1] if fixed else _name(scene, next(sources).source))
    return names, numbers


def _bare(text: str) -> str:
    return text.replace(" ", "")


def _name(scene: Scene, index: int) -> str:
    return shorten(scene.value(index).name)


def _derivative(scene: Scene, of: int, by: int) -> str:
    return derivative(_name(scene, of), _name(scene, by))


def _local(scene: Scene, wire: Wire) -> str:
    above, below = _name(scene, wire.target), _name(scene, wire.source)
    return derivative(above, below, use=wire.use, direct=wire.direct)


def seed_frame(scene: Scene) -> Frame:
    """The first backward frame: `∂J/∂J = 1`."""
    output = scene.output.index
    lead = (Part(_derivative(scene, output, output)),)
    return Frame("backward", output, None, lead, (Part("1", "gradient"),), 1.0)


class Sent(NamedTuple):
    """The message of one wire, when it is sent.

    Attributes:
        held: the sum of the messages that its source had before; None where there were none.
        more: whether the source waits for further ones.
    """

    wire: Wire
    held: float | None
    more: bool


def backward_frame(scene: Scene, sent: Sent) -> Frame:
    """One message: `∂J/∂w = ∂J/∂z · ∂z/∂w = 8 · 1 = 8`, with the sum of those before it.

    Where more messages are still to come, `+ …` says so.
    """
    wire, held, _ = sent
    upstream = scene.value(wire.target).grad
    if wire.off or wire.message is None or upstream is None:
        return Frame("backward", wire.source, wire, (_silence(scene, wire),))
    output = scene.output.index
    sought = _derivative(scene, output, wire.source)
    total = wire.message if held is None else held + wire.message
    chain = f"{_derivative(scene, output, wire.target)} · {_local(scene, wire)}"
    more = " + …" * sent.more
    before = (Part(number(held), "gradient"), Part(" + ")) if held is not None else ()
    factors = (
        Part(atom(number(upstream), first=held is None), "gradient"),
        Part(" · "),
        Part(atom(number(wire.local)), "local"),
    )
    lead = (Part(f"{sought} = "), *before, Part(f"{chain}{more} = "), *before, *factors)
    answer: tuple[Part, ...] = (Part(number(total), "gradient"),)
    if held is not None:
        message = Part(atom(number(wire.message)), "gradient")
        answer = (*before, message, Part(f"{more} = "), *answer)
    tail = (Part(more),) if more else ()
    return Frame("backward", wire.source, wire, (*lead, *tail), (*answer, *tail), total)


def _silence(scene: Scene, wire: Wire) -> Part:
    source, target = _name(scene, wire.source), _name(scene, wire.target)
    shown = scene.value(wire.target)
    if shown.grad is None:
        return Part(f"no message reaches {target}, so {source} gets none from it")
    primitive = PRIMITIVES.get(shown.primitive)
    if primitive is not None and primitive.arity == 1:
        return Part(f"{target} is flat here, so {source} gets no message from it")
    if wire.use:
        used = use_of(source, wire.use)
        return Part(f"{target} did not take its {used}, which gets no message from it")
    return Part(f"{target} did not take {source}, so {source} gets no message from it")

"""A backward pass with a slip in it, and the question which of its lines is wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd import Value, Wire
from viz.errors import DrawingError
from viz.questions.quiz.material import Material, product
from viz.questions.quiz.question import Question
from viz.text import MINUS, number

NUMBERS = (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0)
"""Inputs for a backward pass that is written out."""
FEWEST, MOST, LONGEST = 4, 16, 8
"""How few and how many values it is about, and how long their names may be."""
TRIES, SMALLEST, LARGEST = 100, 0.01, 99.0
"""How often inputs are tried, and how small and large a number may be that is not 0."""


def about_slip(material: Material, rng: random.Random) -> Question:
    """The wrong line of a backward pass, of the same graph at other numbers."""
    wrong_line = rng.choice([*_wrong_lines(material)])
    numbers, names = material.data, material.names
    inputs = ", ".join(f"{names[i]} = {number(numbers[i])}" for i in material.graph.leaves)
    found = ", ".join(f"{names[i]} = {number(numbers[i])}" for i in material.graph.computed)
    order = [i for i in reversed(material.graph.numbers) if i != material.root]
    places = [f"line {k}" for k in range(1, len(order) + 1)]
    lines = _backward_pass(material, order, wrong_line)
    answer = places[order.index(wrong_line.at)]
    right = "That step is right, whatever the numbers are that it begins with."
    return Question(
        "slip",
        f"At other numbers, {inputs}, the forward pass gives {found}. The backward pass below has "
        "one wrong step; what comes after carries on with its number. Which line is wrong?",
        answer,
        f"{wrong_line.why} Right is {material.chain(wrong_line.at)}.",
        {place: right for place in places if place != answer},
        tuple(places),
        lines=tuple(f"({k}) {line}" for k, line in enumerate(lines, start=1)),
    )


class _WrongLine(NamedTuple):
    """A slip at one value: the wires it counts, with their local gradients as it has them."""

    at: int
    sent: list[tuple[Wire, float]]
    why: str


def _backward_pass(material: Material, order: Sequence[int], wrong: _WrongLine) -> list[str]:
    """A line for each gradient, in order, with one wrong step and what follows from it."""
    grads = {material.root: 1.0}
    lines = []
    for i in order:
        sent = [(wire, wire.local) for wire in material.sent(i)] if i != wrong.at else wrong.sent
        grads[i] = sum(grads[wire.target] * local for wire, local in sent)
        symbols = [f"{material.partial(w.target)} · {material.local(w)}" for w, _ in sent]
        numbers = [product(grads[w.target], local) for w, local in sent]
        sides = [material.partial(i), " + ".join(symbols), " + ".join(numbers), number(grads[i])]
        lines.append(" = ".join(side for side in sides if side))
    return lines


def at_other_numbers(material: Material, rng: random.Random) -> Material | None:
    """The same graph at small whole numbers, where a slip can be made; None where there are none.

    So a pass that is written out gives away nothing of what is asked elsewhere.
    """
    names = [len(name) for name in material.names.values()]
    if not FEWEST <= len(material.graph) <= MOST or max(names) > LONGEST:
        return None
    for _ in range(TRIES):
        values = {i: Value(rng.choice(NUMBERS)) for i in material.graph.leaves}
        for i, (primitive, operands) in material.graph.computed.items():
            read = (x if isinstance(x, float) else values[x] for x in operands)
            values[i] = primitive.dispatch(tuple(read))
        for i, label in material.graph.labels.items():
            values[i].label = label
        parameters = [values[i] for i in material.graph.parameters]
        try:
            other = Material(values[material.root], parameters)
        except DrawingError:  # at these numbers too little can be asked
            continue
        if _is_for_paper(other):
            return other
    return None


def _is_for_paper(material: Material) -> bool:
    """True where no number is hard to write, none is at a kink, and there is a slip to make."""
    sizes = [abs(n) for n in (*material.data.values(), *material.grads.values()) if n]
    fits = min(sizes) >= SMALLEST and max(sizes) <= LARGEST
    return fits and material.is_confirmed and any(True for _ in _wrong_lines(material))


def _wrong_lines(material: Material) -> Iterator[_WrongLine]:
    """The slips that change a gradient."""
    for i in material.graph.numbers:
        sent = [(wire, wire.local) for wire in material.sent(i)]
        if not sent or i not in material.asked:
            continue
        last, first = sent[-1][0], sent[0][0]
        if len(sent) > 1 and material.grads[last.target] * last.local:
            lost, name = material.names[last.target], material.names[i]
            yield _WrongLine(i, sent[:-1], f"The message from {lost} to {name} is forgotten.")
        for wrong, why in _wrong_locals(material, first):
            if wrong != first.local and material.grads[first.target]:
                yield _WrongLine(i, [(first, wrong), *sent[1:]], why)


def _wrong_locals(material: Material, wire: Wire) -> Iterator[tuple[float, str]]:
    """Local gradients that a known slip gives in place of the right one."""
    source, target = material.names[wire.source], material.names[wire.target]
    match material.graph.computed[wire.target].primitive.name:
        case "mul":
            yield (
                material.data[wire.source],
                f"{target} is a product: its local gradient by {source} is the other factor, "
                f"not {source} itself.",
            )
        case "sub" if wire.slot == 1:
            yield 1.0, f"{source} is subtracted: its local gradient is {MINUS}1."
        case "power":
            yield (
                material.data[wire.source],
                f"The slope of {material.formula(wire.target)} is not {source} itself.",
            )
        case "relu" if wire.local == 0.0:
            yield 1.0, f"{target} is off: nothing comes through."
        case "sigmoid" | "tanh":
            yield material.data[wire.target], f"That is {target} itself, not the slope there."

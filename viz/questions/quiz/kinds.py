"""The kinds of questions: about values, local gradients, messages, sums and gradients."""

from __future__ import annotations

import math
from collections.abc import Iterator

from autograd import Wire
from viz.questions.quiz.material import Material, product
from viz.questions.quiz.question import Question, Slip, distinct
from viz.text import number


def about_value(material: Material, i: int) -> Question:
    """The value on a wire."""
    name, answer = material.names[i], material.data[i]
    return Question(
        "value",
        f"What is the value of {name}?",
        answer,
        f"{material.line(i)} = {material.formula(i, filled=True)} = {number(answer)}",
        distinct(_wrong_values(material, i), answer),
    )


def _wrong_values(material: Material, i: int) -> Iterator[Slip]:
    """The numbers that another operation gives, or the operands in the wrong order."""
    primitive, operands = material.graph.computed[i]
    read = [x if isinstance(x, float) else material.data[x] for x in operands]
    formula, (x, y) = material.formula(i), (read[0], read[-1])
    match primitive.name, len(read):
        case ("add" | "sub" | "mul") as name, 2:
            wrong = {"add": (x + y, "sum"), "mul": (x * y, "product"), "sub": (x - y, "difference")}
            for other, (number_, called) in wrong.items():
                if other != name:
                    yield number_, f"That is their {called}; {formula} is the {wrong[name][1]}."
            if name == "sub":
                yield y - x, f"The other way round: it is {formula}."
        case "div", 2:
            yield x * y, f"That is their product; {formula} is the quotient."
            yield y / x if x else math.inf, f"The other way round: it is {formula}."
        case "maximum" | "minimum", 2:
            yield from ((one, f"That is the other of the two; it is {formula}.") for one in read)
        case "power", _:
            constant = primitive.constants["exponent"]
            yield constant * x, f"That is {number(constant)} times what goes in; it is {formula}."
            yield x, f"That is what goes in; {formula} is what comes out."
        case _, 1:
            yield x, f"That is what goes in; {formula} is what comes out."
    yield -material.data[i], "Look at the sign."


def about_local(material: Material, wire: Wire) -> Question:
    """The local gradient at an operation's door."""
    source, target = material.names[wire.source], material.names[wire.target]
    slips: list[Slip] = [
        (material.data[wire.source], f"That is the value of {source} itself."),
        (material.data[wire.target], f"That is the value of {target}."),
        (
            material.grads[wire.target] * wire.local,
            f"That is the message: {material.partial(wire.target)} does not belong to the local "
            "gradient.",
        ),
        (-wire.local, "Look at the sign."),
    ]
    line = material.line(wire.target)
    said = "" if line == target else f"{line}. "
    primitive = material.graph.computed[wire.target].primitive.name
    if primitive in ("add", "sub"):
        others = [p for p in material.graph.parents[wire.target] if p != wire.source]
        hint = "That would be so in a product. A sum moves exactly as much as what is added to it."
        slips += [(material.data[p], hint) for p in others]
    return Question(
        "local",
        f"{said}What is the local gradient of {target} by {source}, the × at its door?",
        wire.local,
        f"If {source} alone moves, {target} {_follows(wire.local)}.",
        distinct(slips, wire.local),
    )


def _follows(local: float) -> str:
    """The part of a sentence that says how far a value moves."""
    few = {0.0: "does not move", 1.0: "moves as much", -1.0: "moves as much the other way"}
    return few.get(local, f"moves {number(local)} times as much")


def about_message(material: Material, wire: Wire) -> Question:
    """The message along a wire."""
    source, target = material.names[wire.source], material.names[wire.target]
    upstream = material.grads[wire.target]
    answer = upstream * wire.local
    above = material.partial(wire.target)
    slips: list[Slip] = [
        (wire.local, f"That is the local gradient; {above} = {number(upstream)} comes with it."),
        (upstream, f"That is {above}, before it is multiplied by the local gradient."),
        (material.grads[wire.source], f"That is all of {material.partial(wire.source)}: the sum."),
        (upstream + wire.local, "The two are multiplied, not added."),
        (-answer, "Look at the sign."),
    ]
    return Question(
        "message",
        f"In the backward pass, what message does {target} send to {source}?",
        answer,
        f"{above} · {material.local(wire)} = {product(upstream, wire.local)} = {number(answer)}",
        distinct(slips, answer),
    )


def about_sum(material: Material, i: int) -> Question:
    """The sum of messages at a value that is used more than once."""
    name, answer = material.names[i], material.grads[i]
    sent = material.sent(i)
    messages = [material.grads[wire.target] * wire.local for wire in sent]
    slips: list[Slip] = [
        (message, f"That is the message from {material.names[wire.target]} alone.")
        for wire, message in zip(sent, messages, strict=True)
    ]
    slips += [
        (math.prod(messages), "Messages that meet are added, not multiplied."),
        (answer / len(sent), "Messages that meet are added; there is no mean to take."),
        (math.fsum(wire.local for wire in sent), "Those are the local gradients alone, added up."),
        (-answer, "Look at the sign."),
    ]
    return Question(
        "sum",
        f"{name} is used {_times(len(material.uses[i]))}. What is {material.partial(i)}, "
        "the sum of the messages that come back to it?",
        answer,
        material.chain(i),
        distinct(slips, answer),
    )


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def about_gradient(material: Material, i: int) -> Question:
    """The gradient of the output by a leaf."""
    answer = material.grads[i]
    sent = material.sent(i)
    slips: list[Slip] = []
    for wire in sent:
        target = material.names[wire.target]
        message = material.grads[wire.target] * wire.local
        slips.append((message, f"That is the way over {target} alone; there is another."))
        slips.append(
            (
                wire.local,
                f"That is the local gradient at {target}; {material.partial(wire.target)} is "
                "missing.",
            )
        )
        slips.append(
            (
                material.grads[wire.target],
                f"That is {material.partial(wire.target)}; the last local gradient is missing.",
            )
        )
    slips += [
        (material.data[i], f"That is the value of {material.names[i]}."),
        (-answer, "Look at the sign."),
    ]
    return Question(
        "gradient",
        f"What is {material.partial(i)}?",
        answer,
        material.chain(i),
        distinct(slips, answer),
    )

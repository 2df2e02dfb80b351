"""Questions about effects: a nudge, and the leaf that moves the output most."""

from __future__ import annotations

from viz.questions.quiz.material import Material
from viz.questions.quiz.question import Question, Slip, distinct
from viz.text import number

NUDGE = 0.01
"""By how much a value is moved; small enough for the gradient to say what happens."""
FAITHFUL = 0.1
"""The share of the change by which the gradient may be off; a stronger curve is not asked for."""


def is_faithful(material: Material, i: int) -> bool:
    """True where the gradient of a leaf says well what a small change does, which can be seen."""
    answer, x = material.grads[i] * NUDGE, material.data[i]
    is_close = abs(_change(material, i) - answer) <= FAITHFUL * abs(answer) > 0.0
    return is_close and number(x) != number(x + NUDGE)


def _change(material: Material, i: int) -> float:
    """The change of the output, computed again."""
    return material.graph.function_of(i)(material.data[i] + NUDGE) - material.data[material.root]


def about_nudge(material: Material, i: int) -> Question:
    """The effect of a small change of a leaf."""
    name, output = material.names[i], material.names[material.root]
    x, slope = material.data[i], material.grads[i]
    answer = slope * NUDGE
    actual = _change(material, i)
    within = 1.01 * abs(actual - answer)
    slips: list[Slip] = [
        (slope, f"That is the gradient. {name} moves by {NUDGE} only, not by 1."),
        (NUDGE, f"So much does {name} move."),
        (-answer, "Look at the sign."),
        (material.data[material.root] + answer, f"That is the new {output}, not its change."),
    ]
    because = f"{material.partial(i)} · {NUDGE} = {number(slope)} · {NUDGE} = {number(answer)}"
    return Question(
        "nudge",
        f"{name} goes from {number(x)} to {number(x + NUDGE)}. By about how much does {output} "
        "change?",
        answer,
        f"{because}; computed again, it changes by {number(actual)}.",
        distinct(slips, answer, within),
        within=within,
    )


def about_most(material: Material) -> Question:
    """The leaf that moves the output most."""
    names, output = material.names, material.names[material.root]
    steep = sorted(material.inputs, key=lambda i: -abs(material.grads[i]))
    largest = max(material.inputs, key=lambda i: abs(material.data[i]))
    upward = max(material.inputs, key=lambda i: material.grads[i])
    hints = {names[i]: f"{material.partial(i)} = {number(material.grads[i])}." for i in steep[1:]}
    reasons = {
        upward: "Downward counts too: the sign says where to, the size how much.",
        largest: "A large value need not have a large gradient.",
    }
    for i, reason in reasons.items():
        if i != steep[0]:
            hints[names[i]] = reason
    found = ", ".join(f"{material.partial(i)} = {number(material.grads[i])}" for i in steep)
    return Question(
        "most",
        f"If each input in turn moves by the same small amount, which of them moves {output} most?",
        names[steep[0]],
        f"{found}: the largest in size counts.",
        hints,
        tuple(sorted(names[i] for i in material.inputs)),
    )

"""Names for values without a label: their formulas, where those are short."""

from __future__ import annotations

from collections import Counter

from autograd import Graph
from viz.formulas.notation import operation
from viz.text import label_of, number

LONGEST = 7
"""Characters of a formula that can stand for a name: a longer one makes wrapped rows too long."""


def short_formulas(graph: Graph) -> dict[int, str]:
    """The formulas of values without a label, by their numbers, where short and of one value only.

    >>> from autograd import Value
    >>> w, x, b = (Value(2.0, label=name) for name in "wxb")
    >>> short_formulas(Graph.of((w * x + b) ** 2))
    {3: 'w·x', 5: 'w·x + b'}
    """
    labels = {i: label_of(value) for i, value in graph.values.items()}
    found: dict[int, str] = {}
    for i, (primitive, operands) in graph.computed.items():
        if labels[i] or len(operands) > LONGEST:
            continue
        names = [
            number(x) if isinstance(x, float) else labels[x] or found.get(x, "") for x in operands
        ]
        if all(names):
            formula = operation(primitive, names, times="·")
            if len(formula) <= LONGEST:
                found[i] = formula
    uses = Counter([*labels.values(), *found.values()])
    return {i: formula for i, formula in found.items() if uses[formula] == 1}

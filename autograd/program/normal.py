"""The normal form of a graph: sums of products, whatever way they were written.

`w1*x1 + w2*x2 + b`, `sum(w*x for …) + b` and `dot(ws, xs, b)` are one thing: a sum, a list of
terms c·a·b, c·a or c in the order in which they are added. A chain of additions and subtractions
from left to right becomes one sum, and a product that is used only there becomes a term of it; what
stands in parentheses further right is a sum of its own: nothing is added up in another order, or
multiplied out. All else stays the primitive that it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import repeat, starmap
from typing import Any, NamedTuple

import numpy as np

from autograd import primitives as p
from autograd.graph import Operand, Step
from autograd.primitives.indexing import TAKE
from autograd.primitives.reductions import dot_, sum_
from autograd.primitives.reductions import mean as mean_
from autograd.program.logarithms import through_logarithms
from autograd.program.tracing.graph import FROM_ZERO, TracedGraph

Array = np.ndarray[Any, Any]
LONG = 24
"""From so many terms on, arrays are quicker: a layer of 784 inputs is arranged in a twentieth."""
_INT = frozenset([int])


class Term(NamedTuple):
    """c·a·b, c·a, or c; a and b are values of the graph."""

    c: float
    a: int | None = None
    b: int | None = None


class Columns(NamedTuple):
    """The terms of a long sum as arrays; −1 stands for no value."""

    c: Array
    a: Array
    b: Array


@dataclass
class SumOfTerms:
    """Σ terms, from left to right; from 0, as `sum` adds up, or from the first term."""

    terms: list[Term]
    from_zero: bool = False

    @property
    def is_long(self) -> bool:
        """True if its terms are better looked at together, as `columns`."""
        return len(self.terms) >= LONG

    @cached_property
    def columns(self) -> Columns:
        """The terms as arrays, once the sum is complete."""
        c, a, b = zip(*self.terms, strict=True)
        places = (np.array([-1 if v is None else v for v in vs], np.intp) for vs in (a, b))
        return Columns(np.array(c, np.float64), *places)

    def computed(self, first: int) -> list[int]:
        """The values in it from number `first` on."""
        if not self.is_long:
            return [v for v in self.values if v >= first]
        both = np.concatenate(self.columns[1:])
        found: list[int] = both[both >= first].tolist()
        return found

    @property
    def values(self) -> list[int]:
        """The values in it."""
        return [v for t in self.terms for v in (t.a, t.b) if v is not None]


Node = SumOfTerms | Step


def normal_form(graph: TracedGraph) -> dict[int, Node]:
    """The normal form of every value that is computed and not part of another's sum, in order.

    The sum under a mean is a value of its own, numbered after those of the graph.
    """
    graph = through_logarithms(graph)
    uses: Counter[int] = Counter()
    for step in graph.steps:
        uses.update(_values_of(step))
    uses.update(graph.ends)
    first = len(graph.leaves)
    found: dict[int, Node] = {}
    for value, step in enumerate(graph.steps, start=first):
        primitive = step.primitive
        if primitive in (p.add, p.sub, sum_, dot_, FROM_ZERO):
            found[value] = _as_sum(step, found, uses)
        elif primitive is TAKE and isinstance(step.operands[-1], float):
            found[value] = _alone(step.operands[int(step.operands[-1])])
        elif primitive is mean_:
            total = len(graph) + value
            found[total] = _as_sum(Step(sum_, step.operands), found, uses)
            found[value] = Step(p.div, (total, float(len(step.operands))))
        else:
            found[value] = step
    return found


def _values_of(step: Step) -> Sequence[Any]:
    """The values among the operands: of a weighted sum, in a tenth of the time."""
    return step.operands if _INT.issuperset(map(type, step.operands)) else step.values


def _as_sum(step: Step, found: dict[int, Node], uses: Counter[int]) -> SumOfTerms:
    """Swallows what only this sum uses; a long chain hands its list of terms on."""
    primitive, operands = step.primitive, step.operands
    n = len(operands) // 2 if primitive is dot_ else 0
    terms: list[Term] = []
    from_zero = primitive in (sum_, FROM_ZERO)
    for place, operand in enumerate(operands[2 * n :]):
        sign = -1.0 if primitive is p.sub and place else 1.0
        if isinstance(operand, float):
            begins = place == 0 and primitive in (p.add, dot_)  # as Python's sum() does
            if repr(sign * operand) == "0.0" and (begins or from_zero):
                from_zero = True  # what begins with 0 is never −0, to which it makes a difference
            else:
                terms.append(Term(sign * operand))
            continue
        inner = found.get(operand) if uses[operand] == 1 else None
        if isinstance(inner, SumOfTerms) and len(terms) <= (sign > 0):  # x + (y + z) is (y + z) + x
            inner.terms.extend(terms)
            terms, from_zero = inner.terms, inner.from_zero or from_zero
            del found[operand]
        elif isinstance(inner, Step) and inner.primitive is p.mul:
            terms.append(_product(sign, *inner.operands))
            del found[operand]
        else:
            terms.append(Term(sign, operand))
    pairs: Any = operands[:n], operands[n : 2 * n]
    if _INT.issuperset(map(type, operands[: 2 * n])):
        terms += map(Term, repeat(1.0), *pairs)
    else:
        terms += starmap(partial(_product, 1.0), zip(*pairs, strict=True))
    return SumOfTerms(terms, from_zero)


def _alone(operand: Operand) -> SumOfTerms:
    return SumOfTerms([Term(operand) if isinstance(operand, float) else Term(1.0, operand)])


def _product(sign: float, a: Operand, b: Operand) -> Term:
    """The term sign·a·b."""
    if isinstance(b, float):
        a, b = b, a
    if isinstance(b, float):
        return Term(sign * (a * b))
    return Term(sign * a, b) if isinstance(a, float) else Term(sign, a, b)

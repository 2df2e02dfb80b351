"""The normal form of a plan: sums of products, whatever way they were written.

`w1*x1 + w2*x2 + b`, `sum(w*x for …) + b` and `dot(ws, xs, b)` are one thing: a Sum, a list of
terms c·a·b or c·a and a constant. A chain of additions and subtractions becomes one Sum, and a
product that is used only there becomes a term of it. All else stays the primitive that it was.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from autograd import primitives as p
from autograd.primitive import Primitive
from autograd.primitives.reductions import dot_, sum_
from autograd.primitives.reductions import mean as mean_
from autograd.program.plan import Operand, Plan, Step
from autograd.taking import TAKE

__all__ = ["Apply", "Node", "Sum", "Term", "normal_form"]


class Term(NamedTuple):
    """c·a, or c·a·b; a and b are values of the plan."""

    c: float
    a: int
    b: int | None = None


class Sum(NamedTuple):
    """Σ terms + constant; one that is `closed` does not become part of another."""

    terms: list[Term]
    constant: float
    closed: bool = False

    @property
    def values(self) -> list[int]:
        """The values in it."""
        return [v for t in self.terms for v in (t.a, t.b) if v is not None]

    @property
    def is_dot(self) -> bool:
        """Whether it is Σ ab, which is computed first wherever it stands."""
        return len(self.terms) > 1 and all(t.b is not None for t in self.terms)


class Apply(NamedTuple):
    """A primitive applied to values and constants."""

    primitive: Primitive
    operands: tuple[Operand, ...]

    @property
    def values(self) -> list[int]:
        """The values among the operands."""
        return [v for v in self.operands if not isinstance(v, float)]


Node = Sum | Apply


def normal_form(plan: Plan) -> dict[int, Node]:
    """The normal form of every value that is computed and not part of another's sum, in order."""
    uses = Counter(v for step in plan.steps for v in step.operands if not isinstance(v, float))
    uses.update(v for v in plan.outputs if not isinstance(v, float))
    first = len(plan.leaves)
    found: dict[int, Node] = {}
    for value, step in enumerate(plan.steps, start=first):
        primitive = step.primitive
        if primitive in (p.add, p.sub, sum_, dot_):
            found[value] = _as_sum(step, found, uses)
        elif primitive is TAKE and isinstance(step.operands[-1], float):
            found[value] = _alone(step.operands[int(step.operands[-1])])
        elif primitive is mean_:
            found[value] = _as_mean(step)
        else:
            found[value] = Apply(primitive, step.operands)
    return _with_shared_sums(found, plan)


def _alone(operand: Operand) -> Sum:
    if isinstance(operand, float):
        return Sum([], operand, closed=True)
    return Sum([Term(1.0, operand)], 0.0, closed=True)


def _as_mean(step: Step) -> Sum:
    """Σ xᵢ/n."""
    share = 1.0 / len(step.operands)
    terms = [Term(share, v) for v in step.operands if not isinstance(v, float)]
    constant = share * sum(v for v in step.operands if isinstance(v, float))
    return Sum(terms, constant, closed=True)


def _with_shared_sums(nodes: dict[int, Node], plan: Plan) -> dict[int, Node]:
    """What examples share within a sum that they do not, such as b + c in Wx + b + Uh + c, as a
    sum of its own: it is computed once, however often it occurs.
    """
    if not any(block.batched for block in plan.blocks):
        return nodes
    shared = {
        v
        for v, leaf in enumerate(plan.leaves)
        if leaf.block < 0 or not plan.blocks[leaf.block].batched
    }
    found: dict[int, Node] = {}
    known: dict[tuple[Term, ...], int] = {}
    for value, node in nodes.items():
        if all(v in shared for v in node.values):
            shared.add(value)
        elif isinstance(node, Sum):
            common = tuple(
                t for t in node.terms if t.a in shared and (t.b is None or t.b in shared)
            )
            if len(common) > 1:
                if common not in known:
                    known[common] = len(plan) + len(known)
                    found[known[common]] = Sum(list(common), 0.0)
                rest = [t for t in node.terms if t not in set(common)]
                node = Sum([*rest, Term(1.0, known[common])], node.constant, node.closed)
        found[value] = node
    return found


def _as_sum(step: Step, found: dict[int, Node], uses: Counter[int]) -> Sum:
    """Swallows what only this sum uses; a long chain hands its list of terms on."""
    operands, constant = step.operands, 0.0
    terms: list[Term] = []
    if step.primitive is dot_:
        n = len(operands) // 2
        for a, b in zip(operands[:n], operands[n : 2 * n], strict=True):
            constant += _product(terms, 1.0, a, b)
        operands = operands[2 * n :]
    signs = (1.0, -1.0) if step.primitive is p.sub else (1.0,) * len(operands)
    for place, (sign, operand) in enumerate(zip(signs, operands, strict=True)):
        if isinstance(operand, float):
            constant += sign * operand
            continue
        inner = found.get(operand) if uses[operand] == 1 else None
        if isinstance(inner, Sum) and _may_join(inner, first=not terms and place == 0):
            del found[operand]
            if not terms and sign == 1.0:
                terms = inner.terms
            else:
                terms += [Term(sign * t.c, t.a, t.b) for t in inner.terms]
        elif isinstance(inner, Apply) and inner.primitive is p.mul:
            del found[operand]
            constant += _product(terms, sign, *inner.operands)
        else:
            terms.append(Term(sign, operand))
    return Sum(terms, constant)


def _may_join(inner: Sum, *, first: bool) -> bool:
    """Whether a sum can become part of the sum around it, without being added up in another order.

    What cancels in the order that was written has to cancel in ours.
    """
    return not inner.closed and not inner.constant and (first or inner.is_dot)


def _product(terms: list[Term], sign: float, a: Operand, b: Operand) -> float:
    """Add the term sign·a·b; what is constant in it is returned instead."""
    if isinstance(a, float):
        a, b = b, a
    if isinstance(a, float):
        return sign * a * b
    terms.append(Term(sign * b, a) if isinstance(b, float) else Term(sign, a, b))
    return 0.0

"""Running a graph again with one value or several changed, beside the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from autograd import Primitive, Value


class _Step(NamedTuple):
    """Value number `at`, to compute again: operands are constants, or values by index."""

    at: int
    primitive: Primitive
    operands: tuple[float | int, ...]


def keeps_branches(order: Iterable[Value]) -> bool:
    """True if a `where` is among these values, of whose condition only the outcome is known."""
    return any(value.primitive is not None and value.primitive.selects for value in order)


def replay(order: Sequence[Value], *changed: int) -> Callable[..., float]:
    """The last value of a topological order as a function of the numbers of some of its values.

    Only what depends on these values is computed again, by the primitives that made it. A branch
    that `where` took, it takes again; see `keeps_branches`.

    >>> from autograd import topological_order
    >>> x = Value(3.0)
    >>> square = replay(topological_order(x * x), 0)
    >>> square(4.0), x.data
    (16.0, 3.0)
    """
    index = {id(value): i for i, value in enumerate(order)}
    steps: list[_Step] = []
    affected = set(changed)
    for i, value in enumerate(order):
        primitive = value.primitive
        touched = any(index[id(parent)] in affected for parent in value.parents)
        if primitive is not None and touched and i not in changed:
            affected.add(i)
            operands = tuple(
                index[id(x)] if isinstance(x, Value) else float(x) for x in value.operands
            )
            steps.append(_Step(i, primitive, operands))
    last, base = len(order) - 1, [value.data for value in order]

    def run(*given: float) -> float:
        numbers = dict(zip(changed, given, strict=True))
        for i, primitive, operands in steps:
            numbers[i] = primitive.number(
                *(x if isinstance(x, float) else numbers.get(x, base[x]) for x in operands)
            )
        return numbers.get(last, base[last])

    return run

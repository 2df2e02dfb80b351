"""Forms: expressions over placeholders, which lines that are alike have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from autograd.program.symbols import Expression, Symbol

DEEPEST = 20
"""An expression of so many operations within each other is computed in parts."""


class Form:
    """Expressions over placeholders, shared by lines that are alike.

    Attributes:
        count: of the placeholders that stand for operands.
        temporaries: what is computed on the way: placeholders `count`, `count` + 1, … stand for it.
        results: one for each target of a line.
    """

    def __init__(self, count: int, results: Sequence[Expression]) -> None:
        self.temporaries: list[Expression] = []
        self.count = count
        self._found: dict[Any, Expression] = {}
        self._reads: dict[tuple[bool, ...], frozenset[int]] = {}
        self._uses = Counter(x.key for x in results if is_operation(x))
        in_order = list(inner_first(results))
        self._uses.update(a.key for x in in_order for a in x.args if is_operation(a))
        depths: dict[Any, int] = {}
        for x in in_order:
            depth = 1 + max(depths.get(a.key, 0) for a in x.args if isinstance(a, Symbol))
            depths[x.key] = self._enter(x, depth)
        self.results = tuple(map(self._part, results))

    def reads(self, asked: tuple[bool, ...]) -> frozenset[int]:
        """The numbers of the placeholders that the results asked for depend on."""
        if asked not in self._reads:
            found: set[int] = set()
            todo = [x for x, is_asked in zip(self.results, asked, strict=True) if is_asked]
            while todo:
                x = todo.pop()
                if is_operation(x):
                    todo += x.args
                elif isinstance(x, Symbol) and (number := int(x.name[1:-1])) not in found:
                    found.add(number)
                    todo += self.temporaries[number - self.count :][: number >= self.count]
            self._reads[asked] = frozenset(found)
        return self._reads[asked]

    def _enter(self, x: Symbol, depth: int) -> int:
        """Note the operation of parts; returns how deep it is for those that use it."""
        kind: Any = type(x)
        made = kind(x.op, tuple(map(self._part, x.args)), function=x.function)
        if self._uses[x.key] == 1 and depth < DEEPEST:
            self._found[x.key] = made
            return depth
        self._found[x.key] = placeholder(kind, self.count + len(self.temporaries))
        self.temporaries.append(made)
        return 0

    def _part(self, x: Expression) -> Expression:
        return self._found[x.key] if is_operation(x) else x


def is_operation(x: Expression) -> bool:
    """True for an operation, False for a variable or a constant."""
    return isinstance(x, Symbol) and bool(x.op)


def inner_first(results: Sequence[Expression]) -> Iterator[Symbol]:
    """Every operation in some expressions once, after its arguments."""
    seen: set[Any] = set()
    todo = [(x, False) for x in reversed(results)]
    while todo:
        x, entered = todo.pop()
        if entered:
            yield x
        elif is_operation(x) and x.key not in seen:
            seen.add(x.key)
            todo.append((x, True))
            todo += [(a, False) for a in reversed(x.args)]


@lru_cache(maxsize=4096)
def placeholder(kind: Any, i: int) -> Symbol:
    """The placeholder {i}."""
    made: Symbol = kind("", (), f"{{{i}}}")
    return made


def placeholders(kind: Any, count: int) -> tuple[Symbol, ...]:
    """The placeholders {0}, {1}, …"""
    return tuple(placeholder(kind, i) for i in range(count))

"""Values whose numbers live in an array for a while: assignments to them are refused meanwhile.

They would be lost, since the array's numbers count.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from operator import call
from typing import Any

from autograd.core.wiring import Node
from autograd.errors import GraphError

HELD: dict[int, Held] = {}
"""Those that are held now, in any thread."""


class Held:
    """Values that are held from `hold()` to `release()`.

    Either is in force by one step, so that after Ctrl-C too it is so for all Values or for none.
    """

    def __init__(self, values: Sequence[Any]) -> None:
        self.values, self.open = values, False
        self._ids = frozenset(map(id, values))

    def hold(self) -> None:
        """Refuse assignments to the Values."""
        HELD[id(self)] = self
        self.open = True

    def holds(self, value: Any) -> bool:
        """True if this Value is held."""
        return self.open and id(value) in self._ids

    def release(self) -> None:
        """Allow assignments again."""
        self.open = False
        HELD.pop(id(self), None)


def refuse_assignment(value: Any) -> None:
    """Raise a GraphError if the number of this Value lives in an array."""
    if any(held.holds(value) for held in list(HELD.values())):
        raise GraphError(
            f"{value.label or 'a parameter'} is assigned to within flat_parameters(), where its "
            "number is in the array: change that (theta[:] = …, theta -= rate * gradient); an "
            "optimizer.step() or load_state_dict(…) belongs after the block"
        )


def set_together(values: Sequence[Any], **new: Iterable[Any]) -> None:
    """Write something new to slots of each Value, named by keywords: to all, or to none.

    A slot's own `__set__` writes it, and so this is one step of the interpreter, which neither
    Ctrl-C nor another thread comes into the middle of.
    """
    writes = chain.from_iterable(repeat(vars(Node)[slot].__set__, len(values)) for slot in new)
    all_values = chain.from_iterable(repeat(values, len(new)))
    deque(map(call, writes, all_values, chain.from_iterable(new.values())), maxlen=0)

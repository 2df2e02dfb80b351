"""Rules of a program for its arguments: which have a batch axis, which are static."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd.errors import ArgumentError
from autograd.transforms.derivatives import chosen_arguments


class Rules(NamedTuple):
    """What a program says of its arguments.

    Attributes:
        batched: None: arrays have a leading batch axis; a bool for all, or one for each positional
            argument.
        positions, names: of the static arguments.
    """

    batched: Any = None
    positions: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()

    def flags(self, count: int) -> list[bool | None]:
        """Whether each of so many positional arguments has a batch axis."""
        batched = self.batched
        if batched is None or isinstance(batched, bool):
            return [batched] * count
        flags = list(batched) if isinstance(batched, (list, tuple)) else [batched]
        if len(flags) != count or not all(flag is None or isinstance(flag, bool) for flag in flags):
            raise ArgumentError(
                f"batched= is None, a bool, or one bool for each argument (there are {count}), "
                f"not {batched!r}"
            )
        return flags

    @property
    def flag(self) -> bool | None:
        """Whether an argument given by name has a batch axis."""
        return self.batched if isinstance(self.batched, bool) else None

    def chosen(self, argnums: int | Sequence[int] | None, count: int) -> tuple[int, ...] | None:
        """The positions that `argnums` names among so many; None for the parameters.

        Raises:
            ArgumentError: it names none, or a static argument.
        """
        if argnums is None:
            return None
        chosen = tuple(chosen_arguments(argnums, count))
        static = self.positions.intersection(chosen)
        if static:
            raise ArgumentError(
                f"argnums={argnums!r} names argument {min(static)}, which is static and has no "
                "gradient; choose another"
            )
        return chosen

    def without_self(self) -> Rules:
        """The rules of a method, whose own list of arguments begins with self."""
        batched = self.batched[1:] if isinstance(self.batched, (list, tuple)) else self.batched
        return Rules(batched, frozenset(i - 1 for i in self.positions if i), self.names)


def rules_for(
    function: Callable[..., Any],
    batched: Any,
    static_argnums: int | Sequence[int] | None,
    static_argnames: str | Sequence[str] | None,
) -> Rules:
    """The rules, with static arguments known by position and by name where they have both.

    Raises:
        ArgumentError: there is no such argument, or it is named in another way.
    """
    numbers = _several(static_argnums, int, "static_argnums= is a position, or several")
    names = _several(static_argnames, str, "static_argnames= is a name, or several")
    if not numbers and not names:
        return Rules(batched)
    taken, by_place, more = _parameters(function)
    for name in names:
        if name not in taken and not more:
            raise ArgumentError(f"static_argnames={static_argnames!r}: {_listed(taken, name)}")
    count = len(by_place)
    positions = {i + count if i < 0 else i for i in numbers}
    if not more and not positions <= set(range(count)):
        raise ArgumentError(
            f"static_argnums={static_argnums!r} names an argument that the function does not take; "
            f"by position it takes {', '.join(by_place) or 'none'}"
        )
    positions.update(by_place.index(name) for name in names if name in by_place)
    also = {by_place[i] for i in positions if 0 <= i < count}
    return Rules(batched, frozenset(positions), frozenset({*names, *also}))


def _several(given: Any, kind: type, what: str) -> tuple[Any, ...]:
    if given is None:
        return ()
    several = given if isinstance(given, (list, tuple, set, frozenset)) else (given,)
    if not all(isinstance(one, kind) and not isinstance(one, bool) for one in several):
        raise ArgumentError(f"{what}, not {given!r}")
    return tuple(several)


def _parameters(function: Callable[..., Any]) -> tuple[list[str], list[str], bool]:
    """The names that a function takes, those that have a place, and whether it takes more."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some functions written in C say nothing
        return [], [], True
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    many = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return (
        [p.name for p in found if p.kind not in many],
        [p.name for p in found if p.kind in places],
        any(p.kind in many for p in found),
    )


def _listed(names: list[str], missing: str) -> str:
    return f"the function takes no argument {missing!r}; it takes {', '.join(names) or 'none'}"

"""Arguments that a derivative is asked for: by position, or by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import ArgumentError

Argnums = int | str | Sequence[int | str]


def is_one(argnums: Any) -> bool:
    """True if `argnums` names one argument, of which there is no tuple."""
    return isinstance(argnums, (int, str))


def as_asked(argnums: Argnums, parts: Sequence[Any]) -> Any:
    """The only part, or a tuple of them, as `argnums` asks for one argument or for several."""
    return parts[0] if is_one(argnums) else tuple(parts)


def chosen_arguments(
    argnums: Argnums, count: int, names: Sequence[str] = (), f: Callable[..., Any] | None = None
) -> list[int]:
    """The places that `argnums` names in a call of f, or an ArgumentError.

    Arguments given by name have the places after the `count` given by position. A name may be that
    of an argument that was given by position.
    """
    given: Any = [argnums] if is_one(argnums) else argnums
    if not isinstance(given, (list, tuple)) or not given:
        raise ArgumentError(
            "argnums is a position such as 0 or a name such as 'w', or several such as (0, 2), "
            f"not {argnums!r}"
        )
    chosen = [_place(i, argnums, count, names, f) for i in given]
    if len(set(chosen)) < len(chosen):
        raise ArgumentError(f"argnums={argnums!r} names an argument twice")
    return chosen


def _place(i: Any, argnums: Argnums, count: int, names: Sequence[str], f: Any) -> int:
    if isinstance(i, str):
        if i in names:
            return count + names.index(i)
        placed = _names_of_places(f)[:count] if f is not None else []
        if i in placed:
            return placed.index(i)
        raise ArgumentError(
            f"argnums={argnums!r} names argument {i!r}, but the function was called with "
            f"{', '.join([*placed, *names]) or 'none that has a name'}"
        )
    if not isinstance(i, int) or not -count <= i < count:
        by_name = f"; for one given by name write argnums={names[0]!r}" if names else ""
        raise ArgumentError(
            f"argnums={argnums!r} names argument {i}, but the function was called with "
            f"{count} positional argument{'s' * (count != 1)} (0 is the first){by_name}"
        )
    return i % count


def _names_of_places(f: Callable[..., Any]) -> list[str]:
    """The names of the arguments that f takes by position; none if that is not known."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):  # some functions written in C say nothing
        return []
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters if p.kind in by_place]

"""A contest: rivals that must agree first, then are timed in turns, then meet the bars."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.measure import Numbers, Rival, Seconds, in_turns, numbers_after

OURS = "chainrule"
TOLERANCE = 1e-9
OPTIONAL = {"torch.compile": "it needs a C++ compiler"}


class Row(NamedTuple):
    """A line of the table: what was asked, what was found; `met` is None where there is no bar."""

    bar: str
    measured: str
    met: bool | None


class Contest(NamedTuple):
    """Rivals for one workload.

    `rows` makes the table's lines out of the seconds. Where `calls` is not 0, all must have the
    same `numbers()` after so many calls, before any is timed.
    """

    title: str
    rivals: dict[str, Rival]
    rows: Callable[[Seconds], list[Row]]
    calls: int = 1


def measured(contest: Contest, rounds: int) -> tuple[Seconds, list[str]]:
    """The times of all rivals that run here, and a note for each that does not."""
    rivals, notes = dict(contest.rivals), []
    if contest.calls:
        found, notes = found_numbers(rivals, contest.calls)
        agree(found)
        rivals = {name: rivals[name] for name in found}
    return in_turns(rivals, rounds), notes


def found_numbers(rivals: dict[str, Rival], calls: int) -> tuple[dict[str, Numbers], list[str]]:
    """What each rival computes; a rival that need not run may be missing, with a note."""
    found, notes = {}, []
    for name, rival in rivals.items():
        try:
            found[name] = numbers_after(rival, calls)
        except RuntimeError as error:
            if name not in OPTIONAL:
                raise
            cause = str(error).strip().splitlines()[-1]
            notes.append(f"{name} does not run here ({OPTIONAL[name]}): {cause:.200}")
    return found, notes


def agree(found: dict[str, Numbers]) -> None:
    """Assert that all computed the same, relative to the largest number of each kind."""
    names = list(found)
    reference = found[names[-1]]
    for name in names:
        assert found[name].keys() == reference.keys(), (name, found[name].keys())
        for kind, expected in reference.items():
            error = np.abs(found[name][kind] - expected).max() / np.abs(expected).max()
            assert error <= TOLERANCE, f"{name} and {names[-1]} differ by {error:.1e} in {kind}"


def against(seconds: Seconds, rival: str, limit: float | None = None, bar: str = "–") -> Row:
    """Ours as a multiple of the fastest of the rivals whose name starts so; the bar is a limit."""
    name = fastest(seconds, rival)
    if name is None:
        return Row(bar, f"{rival} was not measured", None)
    ratios = [ours / theirs for ours, theirs in zip(seconds[OURS], seconds[name], strict=True)]
    met = None if limit is None else statistics.median(ratios) <= limit
    if "as fast" in bar:
        return Row(bar, f"{times_as_fast(ratios)} as fast as {name}", met)
    return Row(bar, f"{spread(ratios)} {name}", met)


def fastest(seconds: Seconds, rival: str) -> str | None:
    """The rival with the smallest median among those whose name starts so."""
    named = [name for name in seconds if name.startswith(rival)]
    return min(named, key=lambda name: statistics.median(seconds[name]), default=None)


def faster(seconds: Seconds, one: str, other: str) -> bool:
    """Whether the fastest of the first kind beats the fastest of the second."""
    best = [
        min(statistics.median(s) for name, s in seconds.items() if name.startswith(kind))
        for kind in (one, other)
    ]
    return best[0] < best[1]


def spread(ratios: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(ratios):.2f}× ({min(ratios):.2f} to {max(ratios):.2f})"


def times_as_fast(ratios: list[float]) -> str:
    """Median and range of the inverse."""
    inverse = [1.0 / ratio for ratio in ratios]
    found = (statistics.median(inverse), min(inverse), max(inverse))
    middle, least, most = (f"{x:,.0f}" if x >= 100.0 else f"{x:.1f}" for x in found)
    return f"{middle}× ({least} to {most})"

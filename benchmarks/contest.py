"""A contest: rivals that must agree first, then are timed in turns, then meet the bars."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd
from benchmarks.measure import (
    Numbers,
    Process,
    Rival,
    Seconds,
    in_own_processes,
    take_turns,
)

OURS, NATIVE = "chainrule", "chainrule, native"
PURE, COMPILED = "chainrule, pure", "chainrule, compiled"
LISTS = "lists of local gradients"
INTERPRETED = {"CHAINRULE_COMPILE": "0"}
ROUNDS = 5
JAX = "benchmarks.programs.in_jax"
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
    notes: list[str] = []
    with in_own_processes(contest.rivals) as processes:
        if contest.calls:
            found, notes = found_numbers(processes, contest.calls)
            agree(found)
            processes = {name: processes[name] for name in found}
        return take_turns(processes, rounds), notes


def found_numbers(
    processes: dict[str, Process], calls: int
) -> tuple[dict[str, Numbers], list[str]]:
    """The numbers of each rival; one that need not run may be missing, with a note."""
    found, notes = {}, []
    for name, process in processes.items():
        try:
            found[name] = process.numbers(calls)
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


def ours(make: str, times: int, warm_up: int) -> dict[str, Rival]:
    """A class of ours in the default back end, and compiled to native code."""
    return {OURS: Rival(make, times, warm_up), NATIVE: Rival(f"{make}:native", times, warm_up)}


def in_both_builds(make: str, times: int, warm_up: int = 1) -> dict[str, Rival]:
    """A task of the eager engine, interpreted and, where `make fast` has compiled it, compiled."""
    pure = Rival(make, times, warm_up, INTERPRETED)
    return (
        {PURE: pure, COMPILED: Rival(make, times, warm_up)} if autograd.compiled else {PURE: pure}
    )


def in_jax(make: str, times: int, warm_up: int, name: str = "JAX") -> dict[str, Rival]:
    """A class of `in_jax`, as module:name, with either kind of dispatch."""
    return {
        f"{name}, synchronous dispatch": Rival(f"{JAX}.{make}", times, warm_up),
        f"{name}, default dispatch": Rival(f"{JAX}:default_dispatch:{make}", times, warm_up),
    }


def of_parameters(program: Any, numbers: Any) -> dict[int, float]:
    """Numbers in the order of a program's parameters, by the identity of each."""
    return dict(zip(map(id, program.parameters), numbers.tolist(), strict=True))


def against(
    seconds: Seconds, rival: str, limit: float | None = None, bar: str = "–", ours: str = OURS
) -> Row:
    """Ours as a multiple of the fastest of the rivals whose name starts so; the bar is a limit."""
    for needed in (ours, rival):
        if fastest(seconds, needed) is None:
            return Row(bar, f"{needed} was not measured", None)
    name = fastest(seconds, rival)
    ratios = [our / their for our, their in zip(seconds[ours], seconds[name], strict=True)]
    met = None if limit is None else statistics.median(ratios) <= limit
    who = "" if ours == OURS else ours.removeprefix(f"{OURS}, ") + ": "
    if "as fast" in bar:
        return Row(bar, f"{who}{times_as_fast(ratios)} as fast as {name}", met)
    return Row(bar, f"{who}{spread(ratios)} {name}", met)


def within(seconds: Seconds, name: str, limit: float) -> Row:
    """A time against a limit in seconds."""
    found = seconds[name]
    met = statistics.median(found) <= limit
    unit, factor = unit_of(limit)
    return Row(f"≤ {limit * factor:g} {unit}, {name}", f"{duration(found)}, {name}", met)


def fastest(seconds: Seconds, rival: str) -> str | None:
    """The rival with the smallest median among those whose name starts so."""
    named = [name for name in seconds if name.startswith(rival)]
    return min(named, key=lambda name: statistics.median(seconds[name]), default=None)


def spread(ratios: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(ratios):.2f}× ({min(ratios):.2f} to {max(ratios):.2f})"


def times_as_fast(ratios: list[float]) -> str:
    """Median and range of the inverse."""
    inverse = [1.0 / ratio for ratio in ratios]
    found = (statistics.median(inverse), min(inverse), max(inverse))
    middle, least, most = (f"{x:,.0f}" if x >= 100.0 else f"{x:.1f}" for x in found)
    return f"{middle}× ({least} to {most})"


def duration(found: list[float]) -> str:
    """Median and range in the unit that suits."""
    unit, factor = unit_of(statistics.median(found))
    middle, least, most = (factor * s for s in (statistics.median(found), min(found), max(found)))
    return f"{middle:.3g} {unit} ({least:.3g} to {most:.3g})"


def report_on(contest: Contest) -> None:
    """Measure and print."""
    seconds, notes = measured(contest, ROUNDS)
    print(shown(contest.title, contest.rows(seconds), seconds, notes), flush=True)


def shown(title: str, rows: list[Row], seconds: Seconds, notes: list[str]) -> str:
    """A contest for the terminal."""
    lines = [f"\n{title}"]
    lines += [f"  {name:46}{duration(found)}" for name, found in seconds.items()]
    lines += [f"  {row.bar:46}{row.measured}   {verdict(row)}" for row in rows]
    return "\n".join(lines + [f"  {note}" for note in notes])


def verdict(row: Row) -> str:
    """In a word."""
    return {True: "met", False: "**missed**", None: "–"}[row.met]


def unit_of(seconds: float) -> tuple[str, float]:
    """The unit that suits, and how many of it are a second."""
    units = (("s", 1.0), ("ms", 1e3), ("µs", 1e6))
    return next((u, f) for u, f in units if seconds * f >= 1.0 or u == "µs")

"""The table: printed as it is measured, and written to benchmarks/RESULTS.md at the end."""

from __future__ import annotations

from pathlib import Path

from benchmarks.contest import ROUNDS, Contest, Row, duration, measured, shown, verdict
from benchmarks.measure import Seconds, machine
from benchmarks.programs import (
    black_scholes,
    digits,
    eight_schools,
    gradient,
    irregular,
    kalman,
    kinematics,
    logistic,
    long_loop,
    lotka_volterra,
    lstm,
    moons,
    tracing,
)

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
CONTESTS: dict[str, Contest] = {
    "moons": moons.CONTEST,
    "digits": digits.CONTEST,
    "lstm": lstm.CONTEST,
    "black_scholes": black_scholes.CONTEST,
    "irregular": irregular.CONTEST,
    "value": irregular.ALONE,
    "lotka_volterra": lotka_volterra.ONE,
    "lotka_volterra_sets": lotka_volterra.MANY,
    "long_loop": long_loop.RUN,
    "long_loop_first": long_loop.FIRST,
    "arm": kinematics.ONE,
    "arm_poses": kinematics.MANY,
    "logistic": logistic.CONTEST,
    "kalman": kalman.CONTEST,
    "eight_schools": eight_schools.CONTEST,
    "tracing": tracing.CONTEST,
    "gradient": gradient.CONTEST,
}
HEAD = """# Programs against the rest

Written by `make bench`. Ratios are from one run, each the median over {rounds} rounds, with the
range in brackets. Every rival runs in a process of its own, started once, and they take turns; all
compute in float64, and before anything is timed all must agree to 1e-9. "chainrule" is the default
back end, "chainrule, native" the same program with `backend="native"`; a bar that does not say
native is the default's. JAX is jitted, warmed up and waited for, with synchronous dispatch and with
its default; PyTorch is the faster of one thread and the default number; `torch.compile` has no bar
and is shown for comparison. CasADi's SX function is called with arrays, and with its buffers.

{machine}
"""


def report(*names: str, rounds: int = ROUNDS) -> None:
    """Measure these contests, or all; write the results only if it was all."""
    print("\nPrograms: compiled scalar code against NumPy by hand, JAX, CasADi, PyTorch, micrograd")
    table, times = [], []
    for name in names or CONTESTS:
        contest = CONTESTS[name]
        seconds, notes = measured(contest, rounds)
        rows = contest.rows(seconds)
        print(shown(contest.title, rows, seconds, notes), flush=True)
        table += [markdown_row(contest.title, row) for row in rows]
        times += markdown_times(contest.title, seconds, notes)
    if not names:
        RESULTS.write_text(markdown(table, times, rounds), encoding="utf-8")


def markdown(table: list[str], times: list[str], rounds: int) -> str:
    """The file."""
    head = HEAD.format(rounds=rounds, machine=machine())
    bars = ["| workload | bar | measured | verdict |", "|---|---|---|---|", *table]
    each = ["| workload | who | median (range) |", "|---|---|---|", *times]
    return "\n".join([head, *bars, "", "## Times", "", *each, ""])


def markdown_row(title: str, row: Row) -> str:
    """A line of the table of bars."""
    return f"| {title} | {row.bar} | {row.measured} | {verdict(row)} |"


def markdown_times(title: str, seconds: Seconds, notes: list[str]) -> list[str]:
    """Lines of the table of times."""
    lines = [f"| {title} | {name} | {duration(found)} |" for name, found in seconds.items()]
    return lines + [f"| {title} | {note} | – |" for note in notes]

"""What a gradient costs: value and gradient of each compiled workload against its value alone."""

from __future__ import annotations

import statistics
from importlib import import_module

from benchmarks.measure import Rival, Seconds
from benchmarks.programs.contest import Contest, Row, spread

LIMIT = 4.0
TIMES = {"moons": 2000, "digits": 1000, "lstm": 500, "black_scholes": 30, "irregular": 100}


class Call:
    """One call of a workload's program: `value`, or `gradient` with it."""

    def __init__(self, workload: str, what: str) -> None:
        ours = import_module(f"benchmarks.programs.{workload}").Chainrule()
        self.ours, self.arguments = ours, ours.arguments
        self.call = ours.program if what == "value" else ours.program.value_and_grad

    def __call__(self) -> object:
        """The numbers."""
        return self.call(*self.arguments)


def rows(seconds: Seconds) -> list[Row]:
    """One ratio for each workload."""
    found = []
    for workload in TIMES:
        both, alone = seconds[f"{workload}, gradient"], seconds[f"{workload}, value"]
        ratios = [b / a for b, a in zip(both, alone, strict=True)]
        met = statistics.median(ratios) <= LIMIT
        found.append(Row(f"≤ {LIMIT:g}× the value alone", f"{spread(ratios)}, {workload}", met))
    return found


def make(workload: str, what: str) -> str:
    """A Rival's `make` for a call."""
    return f"benchmarks.programs.gradient:Call:{workload}:{what}"


CONTEST = Contest(
    "gradient against value alone",
    {
        f"{workload}, {what}": Rival(make(workload, what), times, max(3, times // 10))
        for workload, times in TIMES.items()
        for what in ("value", "gradient")
    },
    rows,
    calls=0,
)

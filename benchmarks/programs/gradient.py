"""What a gradient costs: value and gradient of each compiled workload against its value alone."""

from __future__ import annotations

import statistics
from importlib import import_module

from benchmarks.contest import Contest, Row, spread
from benchmarks.measure import Rival, Seconds

LIMIT = 4.0
TIMES = {
    "moons": 2000,
    "digits": 1000,
    "lstm": 300,
    "black_scholes": 30,
    "irregular": 100,
    "lotka_volterra": 100,
}
NOT_NATIVE = ("digits",)
"""Mostly matrix products, which stay in BLAS."""


class Call:
    """One call of a workload's program: `value`, or `gradient` with it."""

    def __init__(self, workload: str, backend: str, what: str) -> None:
        ours = import_module(f"benchmarks.programs.{workload}").Chainrule(backend=backend)
        self.ours, self.arguments = ours, ours.arguments
        self.call = ours.program if what == "value" else ours.program.value_and_grad

    def __call__(self) -> object:
        """The numbers."""
        return self.call(*self.arguments)


def rows(seconds: Seconds) -> list[Row]:
    """One ratio for each workload and back end."""
    found = []
    for name in dict.fromkeys(name.rpartition(", ")[0] for name in seconds):
        both, alone = seconds[f"{name}, gradient"], seconds[f"{name}, value"]
        ratios = [b / a for b, a in zip(both, alone, strict=True)]
        met = statistics.median(ratios) <= LIMIT
        found.append(Row(f"≤ {LIMIT:g}× the value alone", f"{spread(ratios)}, {name}", met))
    return found


def calls() -> dict[str, Rival]:
    """A rival for each workload, back end and call."""
    kinds = [(workload, "auto", workload) for workload in TIMES]
    kinds += [(w, "native", f"{w}, native") for w in TIMES if w not in NOT_NATIVE]
    return {
        f"{name}, {what}": Rival(
            f"benchmarks.programs.gradient:Call:{workload}:{backend}:{what}",
            TIMES[workload],
            max(3, TIMES[workload] // 10),
        )
        for workload, backend, name in kinds
        for what in ("value", "gradient")
    }


CONTEST = Contest("gradient against value alone", calls(), rows, calls=0)

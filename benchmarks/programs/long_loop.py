"""A long loop: Lotka and Volterra's equations over 10,000 steps of Runge and Kutta.

The value at the end and its gradient by four rates and two initial values, by `scan`: the time of a
call beside JAX's scan, and the time until a program first answers, beside that of a tenth of the
steps written with `for`, which are unrolled.
"""

from __future__ import annotations

from typing import Any

import autograd
from benchmarks.contest import NATIVE, OURS, Contest, Row, against, in_jax, ours, within
from benchmarks.measure import Numbers, Rival, Seconds
from benchmarks.programs.lotka_volterra import numbers, sets, step

STEPS, UNROLLED = 10_000, 1_000
SHORTER = 0.02
"""Rates are multiplied by this: 10,000 steps take as long as 200 of those do."""
FIRST_ANSWER = 1.0
Array = Any


def rates_of(p: Any) -> list[Any]:
    """The rates of one set of parameters."""
    return [SHORTER * p[i] for i in range(4)]


def by_scan(p: Any) -> Any:
    """The product of prey and predators at the end."""
    rates = rates_of(p)
    (x, y), _ = autograd.scan(
        lambda state, _: (step(*state, rates), None), (p[4], p[5]), length=STEPS
    )
    return x * y


def by_for(p: Any) -> Any:
    """The same, of fewer steps, unrolled where it is traced."""
    x, y, rates = p[4], p[5], rates_of(p)
    for _ in range(UNROLLED):
        x, y = step(x, y, rates)
    return x * y


class Chainrule:
    """A program of one set of parameters; `again`: a new one for each call."""

    def __init__(self, how: str = "scan", backend: str = "auto", again: str = "") -> None:
        self.function = {"scan": by_scan, "for": by_for}[how]
        self.backend, self.again, self.p = backend, bool(again), sets(1)
        self.program = self._made()

    def _made(self) -> Any:
        return autograd.compile(self.function, argnums=0, batched=False, backend=self.backend)

    def __call__(self) -> Any:
        """The value and its gradient."""
        program = self._made() if self.again else self.program
        self.result = program.value_and_grad(self.p)
        return self.result

    def numbers(self) -> Numbers:
        """The last value and gradient."""
        return numbers(*self.result)


def rows(seconds: Seconds) -> list[Row]:
    """A call, against JAX."""
    return [
        against(seconds, "JAX", 1.0, "native ≤ 1.0× JAX", NATIVE),
        against(seconds, "JAX"),
    ]


def rows_of_first_answers(seconds: Seconds) -> list[Row]:
    """The time until a program answers."""
    return [
        within(seconds, OURS, FIRST_ANSWER),
        within(seconds, NATIVE, FIRST_ANSWER),
        against(seconds, "unrolled, a tenth"),
    ]


MAKE = "benchmarks.programs.long_loop:Chainrule"
RUN = Contest(
    f"long loop, {STEPS:,} steps, value and gradient",
    {
        **ours(f"{MAKE}:scan", 20, 3),
        **in_jax("formulas:LongLoop", 20, 3, "JAX, scan"),
    },
    rows,
)
FIRST = Contest(
    f"long loop, {STEPS:,} steps, until the first answer",
    {
        OURS: Rival(f"{MAKE}:scan:auto:again", 1, 0),
        NATIVE: Rival(f"{MAKE}:scan:native:again", 1, 0),
        "unrolled, a tenth of the steps": Rival(f"{MAKE}:for:auto:again", 1, 0),
    },
    rows_of_first_answers,
    calls=0,
)

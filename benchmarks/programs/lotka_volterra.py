"""Lotka and Volterra's prey and predators over 200 steps of Runge and Kutta: loss and gradient.

dx/dt = αx − βxy and dy/dt = δxy − γy from x = y = 1, by four stages a step. The loss is the mean
squared distance to 20 noisy observations of both; its gradient is by the four rates and the two
initial values. For one such set of six parameters, and for 1,000 at once. In our program the loops
are ordinary Python and unrolled; in JAX they are a scan.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import autograd
from benchmarks.contest import NATIVE, Contest, Row, against, in_jax, ours
from benchmarks.measure import Numbers, Rival, Seconds

STEPS, STEP, EVERY, SETS = 200, 0.05, 10, 1000
OBSERVATIONS = STEPS // EVERY
TRUE = (1.5, 1.0, 1.0, 3.0, 1.0, 1.0)
"""α, β, δ, γ, x, y."""
Array = Any


def sets(count: int) -> Array:
    """One set of parameters, or a row for each of several."""
    drawn = TRUE * np.random.default_rng(1).uniform(0.9, 1.1, (count, len(TRUE)))
    return drawn[0] if count == 1 else drawn


def flow(x: Any, y: Any, rates: Any) -> tuple[Any, Any]:
    """dx/dt and dy/dt."""
    alpha, beta, delta, gamma = rates
    xy = x * y
    return alpha * x - beta * xy, delta * xy - gamma * y


def step(x: Any, y: Any, rates: Any) -> tuple[Any, Any]:
    """One step of the classical Runge–Kutta method."""
    half = 0.5 * STEP
    a, b = flow(x, y, rates)
    c, d = flow(x + half * a, y + half * b, rates)
    e, f = flow(x + half * c, y + half * d, rates)
    g, h = flow(x + STEP * e, y + STEP * f, rates)
    sixth = STEP / 6.0
    return x + sixth * (a + 2.0 * c + 2.0 * e + g), y + sixth * (b + 2.0 * d + 2.0 * f + h)


def states(p: Any) -> list[tuple[Any, Any]]:
    """x and y at the times of the observations."""
    x, y, found = p[4], p[5], []
    for i in range(1, STEPS + 1):
        x, y = step(x, y, p[:4])
        if i % EVERY == 0:
            found.append((x, y))
    return found


@cache
def observed() -> Array:
    """x and y in a row for each observation: those of the true parameters, and noise."""
    return np.array(states(TRUE)) + np.random.default_rng(0).normal(0.0, 0.1, (OBSERVATIONS, 2))


def distance(p: Any, seen: Any) -> Any:
    """The mean squared distance to the observations."""
    loss = 0.0
    for (x, y), (u, v) in zip(states(p), seen, strict=True):
        loss = loss + (x - u) * (x - u) + (y - v) * (y - v)
    return loss / OBSERVATIONS


def numbers(loss: Any, gradient: Any) -> Numbers:
    """Loss and gradient by name."""
    return {"loss": [loss], "gradient": gradient}


class Chainrule:
    """Scalar code for one set of parameters; compiled, for one or over a batch."""

    def __init__(self, count: str = "1", backend: str = "auto") -> None:
        seen = observed().tolist()
        self.arguments = (sets(int(count)),)
        self.program = autograd.compile(
            lambda p: distance(p, seen),
            argnums=0,
            batched=self.arguments[0].ndim == 2,
            reduce=None,
            backend=backend,
        )

    def __call__(self) -> tuple[Any, Array]:
        """Losses and gradients."""
        self.result = self.program.value_and_grad(*self.arguments)
        return self.result

    def numbers(self) -> Numbers:
        """The last losses and gradients."""
        return numbers(*self.result)


def rows(seconds: Seconds) -> list[Row]:
    """One set: native code against CasADi."""
    return [
        against(seconds, "CasADi SX", 0.4, "native ≤ 0.4× CasADi SX", NATIVE),
        against(seconds, "CasADi, buffers", ours=NATIVE),
        against(seconds, "JAX", ours=NATIVE),
        against(seconds, "JAX"),
    ]


def rows_of_many(seconds: Seconds) -> list[Row]:
    """Many sets: native code against JAX."""
    return [
        against(seconds, "JAX", 1.0, "native ≤ 1.0× JAX vmap", NATIVE),
        against(seconds, "JAX"),
    ]


MAKE = "benchmarks.programs.lotka_volterra:Chainrule"
CASADI = "benchmarks.programs.in_casadi:lotka"
ONE = Contest(
    "Lotka–Volterra, 200 steps, value and gradient, one set of parameters",
    {
        **ours(f"{MAKE}:1", 100, 10),
        "CasADi SX": Rival(CASADI, 200, 20),
        "CasADi, buffers": Rival(f"{CASADI}:buffers", 200, 20),
        **in_jax("formulas:LotkaVolterra", 200, 20, "JAX, scan"),
    },
    rows,
)
MANY = Contest(
    f"Lotka–Volterra, 200 steps, value and gradient, {SETS:,} sets of parameters",
    {
        **ours(f"{MAKE}:{SETS}", 10, 2),
        **in_jax(f"formulas:LotkaVolterra:{SETS}", 30, 3, "JAX, vmap of scan"),
    },
    rows_of_many,
)

"""The likelihood of a linear trend by Kalman's filter over 200 observations, and its gradient.

The state is a level and its slope; the gradient is by the logarithms of three variances: of an
observation, of the level's steps and of the slope's. In our program the loop is a `scan`, written
out in scalars; in JAX a scan of the same scalars, or of matrices of 2 × 2.
"""

from __future__ import annotations

import math
from functools import cache, partial
from types import ModuleType
from typing import Any

import numpy as np

import autograd
from benchmarks.contest import NATIVE, Contest, Row, against, in_jax, ours
from benchmarks.measure import Numbers, Seconds

OBSERVATIONS, POINT = 200, (0.1, -2.0, -4.0)
BEFORE = (0.0, 0.0, 10.0, 0.0, 1.0)
"""What is believed at first: level, slope, and their covariances."""
LOG_2_PI = math.log(2.0 * math.pi)
Array = Any


@cache
def observed() -> Array:
    """What is observed: a level that drifts, and noise."""
    rng = np.random.default_rng(0)
    slope = np.cumsum(0.1 * rng.normal(size=OBSERVATIONS))
    level = np.cumsum(slope + 0.3 * rng.normal(size=OBSERVATIONS))
    return level + rng.normal(size=OBSERVATIONS)


def filtered(log: Any, variances: Any, belief: Any, y: Any) -> tuple[Any, Any]:
    """The belief about the next state, and −2 log likelihood of an observation, but for 2π."""
    noise, of_level, of_slope = variances
    level, slope, a, b, c = belief
    spread, error = a + noise, y - level
    k, m = a / spread, b / spread
    level, slope = level + k * error, slope + m * error
    a, b, c = a - k * a, b - k * b, c - m * b
    after = (level + slope, slope, a + 2.0 * b + c + of_level, b + c, c + of_slope)
    return after, log(spread) + error * error / spread


def surprise(functions: ModuleType, scan: Any, logs: Any, ys: Any) -> Any:
    """−log likelihood."""
    variances = [functions.exp(logs[i]) for i in range(3)]
    step = partial(filtered, functions.log, variances)
    _, lost = scan(step, BEFORE, ys)
    return 0.5 * functions.sum(lost) + 0.5 * OBSERVATIONS * LOG_2_PI


class Chainrule:
    """Scalar code; compiled."""

    def __init__(self, backend: str = "auto") -> None:
        self.logs = np.array(POINT)
        self.program = autograd.compile(
            partial(surprise, autograd, autograd.scan, ys=observed()),
            argnums=0, batched=False, backend=backend,
        )  # fmt: skip

    def __call__(self) -> tuple[Any, Array]:
        """Value and gradient."""
        self.result = self.program.value_and_grad(self.logs)
        return self.result

    def numbers(self) -> Numbers:
        """The last value and gradient."""
        return numbers(*self.result)


def numbers(value: Any, gradient: Any) -> Numbers:
    """Value and gradient by name."""
    return {"value": [value], "gradient": gradient}


def rows(seconds: Seconds) -> list[Row]:
    """Native code against JAX."""
    return [
        against(seconds, "JAX", 1.0, "native ≤ 1.0× JAX jit", NATIVE),
        against(seconds, "JAX"),
    ]


CONTEST = Contest(
    f"Kalman's likelihood of a linear trend, {OBSERVATIONS} observations, value and gradient",
    {
        **ours("benchmarks.programs.kalman:Chainrule", 5000, 500),
        **in_jax("likelihoods:Kalman:scalars", 5000, 500, "JAX, scan of scalars"),
        **in_jax("likelihoods:Kalman:matrices", 1000, 100, "JAX, scan of matrices"),
    },
    rows,
)

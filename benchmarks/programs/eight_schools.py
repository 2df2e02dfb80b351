"""The gradient that Hamiltonian Monte Carlo needs: Rubin's eight schools, not centred.

θⱼ = μ + τ·zⱼ with yⱼ ~ N(θⱼ, σⱼ), zⱼ ~ N(0, 1), μ ~ N(0, 5) and τ ~ half-Cauchy(5), over log τ.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import exp, log, sum
from benchmarks.contest import NATIVE, Contest, Row, against, in_jax, ours
from benchmarks.measure import Numbers, Rival, Seconds

EFFECTS = (28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0)
ERRORS = (15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0)
PLACE = (4.0, 1.0, 0.5, -0.5, 0.25, -0.25, 1.0, -1.0, 0.75, 0.0)


def log_density(q: Any) -> Any:
    """The logarithm of the posterior density, but for a constant."""
    mu, log_tau, *z = q
    tau = exp(log_tau)
    prior = log_tau - 0.5 * (mu / 5.0) ** 2 - log(1.0 + (tau / 5.0) ** 2)
    schools = [
        ((y - mu - tau * zj) / s) ** 2 + zj**2 for y, s, zj in zip(EFFECTS, ERRORS, z, strict=True)
    ]
    return prior - 0.5 * sum(schools)


def numbers(value: Any, gradient: Any) -> Numbers:
    """Value and gradient by name."""
    return {"value": [value], "gradient": gradient}


class Chainrule:
    """Scalar code; compiled.

    Args:
        call: "prepared": for one array, in which the sampler moves its place.
    """

    def __init__(self, backend: str = "auto", call: str = "") -> None:
        place = np.array(PLACE)
        program = autograd.compile(log_density, argnums=0, batched=False, backend=backend)
        prepared = program.prepare(place)
        self.run = prepared if call else lambda: program.value_and_grad(place)

    def __call__(self) -> Any:
        """Density and gradient."""
        self.result = self.run()
        return self.result

    def numbers(self) -> Numbers:
        """The last density and gradient."""
        return numbers(*self.result)


def rows(seconds: Seconds) -> list[Row]:
    """Native code against JAX, prepared and as an ordinary call; and the default."""
    return [
        against(seconds, "JAX", 0.5, "native, prepared ≤ 0.5× JAX jit", PREPARED),
        against(seconds, "JAX", ours=NATIVE),
        against(seconds, "JAX"),
    ]


MAKE, PREPARED = "benchmarks.programs.eight_schools:Chainrule", f"{NATIVE}, prepared"
CONTEST = Contest(
    "eight schools, density and gradient for Hamiltonian Monte Carlo",
    {
        **ours(MAKE, 20000, 1000),
        PREPARED: Rival(f"{MAKE}:native:prepared", 20000, 1000),
        **in_jax("likelihoods:EightSchools", 20000, 1000),
    },
    rows,
)

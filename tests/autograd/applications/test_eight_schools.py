"""A hierarchical model by Hamiltonian Monte Carlo: Rubin's eight schools, not centred.

θⱼ = μ + τ·zⱼ with yⱼ ~ N(θⱼ, σⱼ), zⱼ ~ N(0, 1), μ ~ N(0, 5) and τ ~ half-Cauchy(5), over log τ.
Numbers of the density, of its gradient and of where a trajectory ends are JAX 0.10's, in float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from application_support import WAYS, by, close

from autograd import exp, log, sum

EFFECTS = (28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0)
ERRORS = (15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0)
PLACE = np.array([4.0, 1.0, 0.5, -0.5, 0.25, -0.25, 1.0, -1.0, 0.75, 0.0])
MOMENTUM = np.array([0.3, -0.2, 0.1, 0.4, -0.5, 0.6, -0.1, 0.2, -0.3, 0.5])
STEP, STEPS = 0.1, 20


def log_density(q: Any) -> Any:
    mu, log_tau, *z = q
    tau = exp(log_tau)
    prior = -0.5 * (mu / 5.0) ** 2 - log(1.0 + (tau / 5.0) ** 2) + log_tau
    schools = [
        ((y - mu - tau * zj) / s) ** 2 + zj**2 for y, s, zj in zip(EFFECTS, ERRORS, z, strict=True)
    ]
    return prior - 0.5 * sum(schools)


@pytest.mark.parametrize("way", WAYS)
def test_density_and_gradient(way: str) -> None:
    value, gradient = by(way, log_density).value_and_grad(PLACE)
    close(value, -3.808744239901168, rtol=1e-13)
    expected = [
        0.041317365603382866, 0.5577734126241586, -0.22647006296199212, 0.645676553633015,
        -0.331543893843539, 0.33266206206702315, -1.2590180893978502, 0.9936711620954836,
        -0.42485846475771355, 0.06711806983849494,
    ]  # fmt: skip
    close(gradient, expected, rtol=1e-12)


@pytest.mark.parametrize("way", WAYS)
def test_trajectory_of_a_proposal(way: str) -> None:
    density = by(way, log_density)

    def leap(q: Any, p: Any) -> tuple[Any, Any]:
        _, slope = density.value_and_grad(q)
        for _ in range(STEPS):
            p = p + 0.5 * STEP * slope
            q = q + STEP * p
            _, slope = density.value_and_grad(q)
            p = p + 0.5 * STEP * slope
        return q, p

    q, p = leap(PLACE, MOMENTUM)
    expected = [
        4.6237153999809015, 1.8978639963615787, 0.3189946908600847, 0.721175721184929,
        -0.668902812614, 0.7090337861693279, -0.845226901874448, 0.5213914668233028,
        -0.02624805358295142, 0.5429324809112803,
    ]  # fmt: skip
    close(q, expected, rtol=1e-11)
    back, turned = leap(q, -p)
    close(back, PLACE, rtol=1e-10, atol=1e-12)  # time can be turned round
    close(turned, -MOMENTUM, rtol=1e-10)

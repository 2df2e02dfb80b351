"""The likelihood of a local level by Kalman's filter: the Nile's flow at Aswan, 1871 to 1970.

Durbin and Koopman, "Time Series Analysis by State Space Methods", section 2.10, print the variances
15,099 of an observation and 1,469.1 of the level's steps, which have the log likelihood −632.546.
Derivatives elsewhere are those of JAX 0.10, in float64.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from application_support import BACKENDS, NOT_XLA, WAYS, by, close
from scipy.optimize import minimize

from autograd import exp, log, scan, sum
from autograd.scipy import objective

NILE = (
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
    799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833,
    701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845,
    864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676,
    649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923,
    975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
)  # fmt: skip
POINT = [9.0, 8.0]


def filtered(logs: Any, belief: Any, y: Any) -> tuple[Any, Any]:
    """What is believed of the level after an observation, and −log likelihood of that."""
    noise, drift = exp(logs[0]), exp(logs[1])
    level, variance = belief
    spread, error = variance + noise, y - level
    gain = variance / spread
    lost = 0.5 * (math.log(2.0 * math.pi) + log(spread) + error**2 / spread)
    return (level + gain * error, variance * (1.0 - gain) + drift), lost


def first(logs: Any) -> Any:
    """The belief after the first observation, before which nothing is known of the level."""
    return float(NILE[0]), exp(logs[0]) + exp(logs[1])


def by_scan(logs: Any) -> Any:
    """−log likelihood of all observations but the first."""
    _, lost = scan(lambda belief, y: filtered(logs, belief, y), first(logs), list(NILE[1:]))
    return sum(lost)


def by_loop(logs: Any) -> Any:
    belief, total = first(logs), 0.0
    for y in NILE[1:]:
        belief, lost = filtered(logs, belief, y)
        total = total + lost
    return total


EACH = [*[(way, by_scan) for way in WAYS], *[(way, by_loop) for way in NOT_XLA]]


@pytest.mark.parametrize(("way", "surprise"), EACH)
def test_value_and_gradient(way: str, surprise: Any) -> None:
    value, gradient = by(way, surprise).value_and_grad(POINT)
    close(value, 637.2491109076246, rtol=1e-12)
    close(gradient, [-17.82437093019436, -3.688468891143205], rtol=1e-11)


@pytest.mark.parametrize("way", WAYS)
def test_information(way: str) -> None:
    close(
        by(way, by_scan).hessian(POINT),
        [[39.14733139841458, 13.937426271116465], [13.93742627111646, 3.9906558806900554]],
        rtol=1e-11,
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_published_estimates(backend: str) -> None:
    likelihood = objective(by_scan, backend=backend)
    found = minimize(likelihood.fun, POINT, jac=likelihood.jac, options={"gtol": 1e-7})
    close(np.exp(found.x), [15099.0, 1469.1], rtol=1e-4)
    close(found.fun, 632.546, atol=5e-4, rtol=0)

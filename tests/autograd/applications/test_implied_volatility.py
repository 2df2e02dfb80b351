"""Volatilities that prices imply: by SciPy's solvers, and by Newton's method within a program.

The references are those volatilities from which the prices were made, by the closed form in
`test_option_book`; ∂σ/∂price is 1/vega there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from application_support import BACKENDS, close
from scipy.optimize import root_scalar
from scipy.stats import norm

import autograd as ag
from autograd import exp, log, norm_cdf, sqrt
from autograd.scipy import objective

SPOT, RATE = 100.0, 0.02
STRIKES = np.array([80.0, 95.0, 100.0, 110.0, 130.0])
YEARS = np.array([0.5, 0.5, 1.0, 1.0, 2.0])
SIGMAS = np.array([0.32, 0.24, 0.2, 0.19, 0.22])
STEPS = 6


def call(sigma: Any, strike: Any, years: Any) -> Any:
    spread = sigma * sqrt(years)
    d1 = (log(SPOT / strike) + (RATE + 0.5 * sigma**2) * years) / spread
    return SPOT * norm_cdf(d1) - strike * exp(-RATE * years) * norm_cdf(d1 - spread)


def textbook(sigma: float, strike: float, years: float) -> tuple[float, float]:
    """The price and vega."""
    spread = sigma * np.sqrt(years)
    d1 = (np.log(SPOT / strike) + (RATE + sigma**2 / 2) * years) / spread
    bond = strike * np.exp(-RATE * years)
    vega = SPOT * np.exp(-d1 * d1 / 2) / np.sqrt(2 * np.pi) * np.sqrt(years)
    return SPOT * norm.cdf(d1) - bond * norm.cdf(d1 - spread), vega


PRICES, VEGAS = np.array([textbook(*row) for row in zip(SIGMAS, STRIKES, YEARS, strict=True)]).T


def implied(price: Any, strike: Any, years: Any) -> Any:
    """Newton's method with a fixed number of steps, from a volatility for prices near the money."""
    sigma = 0.3
    for _ in range(STEPS):
        value, vega = ag.value_and_grad(call)(sigma, strike, years)
        sigma = sigma - (value - price) / vega
    return sigma


@pytest.mark.parametrize("backend", BACKENDS)
def test_newton_in_a_program(backend: str) -> None:
    program = ag.compile(implied, argnums=0, reduce=None, backend=backend)
    sigmas, slopes = program.value_and_grad(PRICES, STRIKES, YEARS)
    close(sigmas, SIGMAS, rtol=1e-11)
    close(slopes, 1.0 / VEGAS, rtol=1e-8)


def test_newton_eagerly() -> None:
    for price, strike, years, sigma, vega in zip(
        PRICES, STRIKES, YEARS, SIGMAS, VEGAS, strict=True
    ):
        value, slope = ag.value_and_grad(implied)(price, strike, years)
        close([value, slope], [sigma, 1.0 / vega], rtol=1e-8)


@pytest.mark.parametrize("method", ["newton", "halley"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_scipys_solvers(method: str, backend: str) -> None:
    miss = objective(lambda s, price, strike, years: call(s, strike, years) - price,
                     backend=backend)  # fmt: skip
    for price, strike, years, sigma in zip(PRICES, STRIKES, YEARS, SIGMAS, strict=True):
        found = root_scalar(
            miss.fun, args=(price, strike, years), x0=0.3, method=method,
            fprime=miss.jac, fprime2=miss.hess if method == "halley" else None,
        )  # fmt: skip
        close(found.root, sigma, rtol=1e-11)

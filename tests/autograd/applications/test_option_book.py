"""A book of European options: its value and its Greeks, by Black and Scholes's closed forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from application_support import BACKENDS, close

import autograd as ag
from autograd import exp, log, norm_cdf, sqrt

S = np.array([80.0, 95.0, 100.0, 105.0, 120.0, 100.0])
SIGMA = np.array([0.35, 0.25, 0.2, 0.22, 0.3, 0.2])
T = np.array([0.1, 0.5, 1.0, 1.5, 2.0, 1.0])
RATE = np.array([0.01, 0.02, 0.03, 0.03, 0.04, 0.03])
KIND = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
STRIKE, COUNT = 100.0, np.array([10.0, -5.0, 3.0, 8.0, -2.0, 1.0])
BOOK = (S, SIGMA, T, RATE, KIND)


def price(s: Any, sigma: Any, t: Any, rate: Any, kind: Any) -> Any:
    """A call (kind 1) or a put (kind −1)."""
    spread = sigma * sqrt(t)
    d1 = (log(s / STRIKE) + (rate + 0.5 * sigma**2) * t) / spread
    discounted = STRIKE * exp(-rate * t)
    return kind * (s * norm_cdf(kind * d1) - discounted * norm_cdf(kind * (d1 - spread)))


def cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def closed_form(s: float, sigma: float, t: float, r: float, kind: float) -> dict[str, float]:
    """The price and its Greeks from a textbook."""
    spread = sigma * math.sqrt(t)
    d1 = (math.log(s / STRIKE) + (r + sigma**2 / 2) * t) / spread
    d2, density = d1 - spread, math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    bond = STRIKE * math.exp(-r * t)
    return {
        "price": kind * (s * cdf(kind * d1) - bond * cdf(kind * d2)),
        "delta": kind * cdf(kind * d1),
        "vega": s * density * math.sqrt(t),
        "theta": s * density * sigma / (2 * math.sqrt(t)) + kind * r * bond * cdf(kind * d2),
        "rho": kind * t * bond * cdf(kind * d2),
        "gamma": density / (s * spread),
        "vanna": -density * d2 / sigma,
        "volga": s * density * math.sqrt(t) * d1 * d2 / sigma,
    }


GREEKS = [closed_form(*row) for row in zip(*BOOK, strict=True)]


def textbook(name: str) -> list[float]:
    return [greeks[name] for greeks in GREEKS]


@pytest.mark.parametrize("backend", BACKENDS)
def test_greeks_of_all_rows(backend: str) -> None:
    program = ag.compile(price, argnums=(0, 1, 2, 3), reduce=None, backend=backend)
    prices, greeks = program.value_and_grad(*BOOK)
    close(prices, textbook("price"), rtol=1e-12)
    for found, name in zip(greeks, ("delta", "vega", "theta", "rho"), strict=True):
        close(found, textbook(name), rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_second_derivatives_of_all_rows(backend: str) -> None:
    (gamma, vanna), (_, volga) = ag.compile(
        price, argnums=(0, 1), reduce=None, backend=backend
    ).hessian(*BOOK)
    close(gamma, textbook("gamma"), rtol=1e-11)
    close(vanna, textbook("vanna"), rtol=1e-11)
    close(volga, textbook("volga"), rtol=1e-11)


def test_the_same_row_by_row() -> None:
    for row, want in zip(zip(*BOOK, strict=True), GREEKS, strict=True):
        value, greeks = ag.value_and_grad(price, argnums=(0, 1, 2, 3))(*row)
        close([value, *greeks], list(want.values())[:5], rtol=1e-12)
        (gamma, vanna), (_, volga) = ag.hessian(price, argnums=(0, 1))(*row)
        close([gamma, vanna, volga], list(want.values())[5:], rtol=1e-11)


@pytest.mark.parametrize("backend", BACKENDS)
def test_risk_of_the_book_to_a_move_of_the_whole_market(backend: str) -> None:
    """One shift of all prices and one of all volatilities, of the sum over the rows."""

    def book(shift: Any, volatility: Any, count: Any, s: Any, sigma: Any, *rest: Any) -> Any:
        return count * price(s * (1.0 + shift), sigma + volatility, *rest)

    program = ag.compile(
        book, argnums=(0, 1), batched=(False, False, *[True] * 6), reduce="sum", backend=backend
    )
    value, (delta, vega) = program.value_and_grad(0.0, 0.0, COUNT, *BOOK)
    (gamma, _), _ = program.hessian(0.0, 0.0, COUNT, *BOOK)
    close(value, COUNT @ textbook("price"), rtol=1e-12)
    close(delta, COUNT * S @ textbook("delta"), rtol=1e-11)
    close(vega, COUNT @ textbook("vega"), rtol=1e-11)
    close(gamma, COUNT * S**2 @ textbook("gamma"), rtol=1e-11)

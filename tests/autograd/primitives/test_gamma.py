"""ln Γ and its derivatives, off the registry's domain, and on the way to them in programs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from autograd_support import assert_close
from mpmath import mp, mpf

import autograd as ag
from autograd import compile as compiled

NAN, INF = math.nan, math.inf
BACKENDS = ("numpy", "native", "jax")


OUTSIDE = (5e-324, -5e-324, -0.3, -0.5, -0.7, -1.5, -10.3, -100000.25)


@pytest.mark.parametrize("x", [1 + 1e-10, 2 - 1e-10, 2.4999, 2.5, 9.49, 9.5, 2.55e305, *OUTSIDE])
def test_lgamma_keeps_its_digits_near_its_zeros_and_below_nought(x: float) -> None:
    with mp.workdps(60):
        assert_close(ag.lgamma(x), mp.re(mp.loggamma(mpf(x))), rel=4e-15)
    assert ag.lgamma(np.array([x]))[0] == pytest.approx(ag.lgamma(x), rel=1e-15)


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("x", [1e-5, 1.0, 1.4, 9.9, 30.0, 1e5, -0.3, -1.7, -1 - 1e-10, -20.3])
def test_digamma_of_every_order_below_nought_too(order: int, x: float) -> None:
    with mp.workdps(60):
        assert_close(ag.digamma(x, order=order), mp.psi(order, mpf(x)), rel=6e-15)


def test_the_poles_and_the_ends() -> None:
    ends = [0.0, -0.0, -1.0, -3.0, INF, -INF, NAN, 1.0, 2.0, 1e306, -1e306]
    want = {
        ag.lgamma: [INF, INF, INF, INF, INF, INF, NAN, 0.0, 0.0, INF, INF],
        ag.digamma: [-INF, -INF, NAN, NAN, INF, NAN, NAN],
        ag.digamma.bind(order=1.0): [INF, INF, INF, INF, 0.0, NAN, NAN],
    }
    for function, values in want.items():
        np.testing.assert_array_equal([function(x) for x in ends[: len(values)]], values)
        np.testing.assert_array_equal(function(np.array(ends[: len(values)])), values)


@pytest.mark.parametrize("order", [-1.0, 0.5, INF])
def test_an_order_is_a_whole_number(order: float) -> None:
    with pytest.raises(ag.ArgumentError, match="order= of digamma must be a whole number from 0"):
        ag.digamma(1.0, order=order)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_logarithm_of_factorials_in_every_back_end(backend: str) -> None:
    counts = np.array([0.0, 1.0, 2.0, 5.0, 40.0, 0.25])
    program = compiled(lambda k: ag.lgamma(k + 1.0), argnums=0, reduce=None, backend=backend)
    values, slopes = program.value_and_grad(counts)
    with mp.workdps(40):
        np.testing.assert_allclose(
            values, [float(mp.loggamma(mpf(k) + 1)) for k in counts], rtol=1e-13, atol=1e-300
        )
        np.testing.assert_allclose(slopes, [float(mp.psi(0, mpf(k) + 1)) for k in counts], 1e-13)

"""Black and Scholes's price of a call, and its derivatives, for 100,000 rows at once.

Each row has S, K, T, r and σ of its own; the derivatives are with respect to all five.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import erf as array_erf

import autograd
from autograd import erf, exp, log, sqrt
from benchmarks.contest import NATIVE, Contest, Row, against, in_jax, ours
from benchmarks.measure import Numbers, Rival, Seconds

ROWS, BLOCK = 100_000, 16_384
NAMES = ("S", "K", "T", "r", "sigma")
ROOT_HALF, DENSITY = math.sqrt(0.5), 1.0 / math.sqrt(2.0 * math.pi)
Array = Any


def data() -> tuple[Array, ...]:
    """S, K, T, r, σ."""
    rng = np.random.default_rng(0)
    ranges = ((80, 120), (80, 120), (0.1, 2.0), (0.0, 0.05), (0.1, 0.5))
    return tuple(rng.uniform(*between, ROWS) for between in ranges)


def numbers(price: Array, gradient: tuple[Array, ...]) -> Numbers:
    """Price and derivatives by name."""
    return {"price": price, **dict(zip(NAMES, gradient, strict=True))}


def price(S: Any, K: Any, T: Any, r: Any, sigma: Any) -> Any:
    """The price of one call."""
    spread = sigma * sqrt(T)
    d1 = (log(S / K) + (r + 0.5 * sigma * sigma) * T) / spread
    d2 = d1 - spread
    return S * normal(d1) - K * exp(-r * T) * normal(d2)


def normal(x: Any) -> Any:
    """Φ(x), the standard normal distribution."""
    return 0.5 * (1.0 + erf(ROOT_HALF * x))


class Chainrule:
    """Scalar code for one row; compiled over all of them."""

    def __init__(self, backend: str = "auto") -> None:
        self.arguments = data()
        self.program = autograd.compile(
            price, argnums=(0, 1, 2, 3, 4), reduce=None, backend=backend
        )

    def __call__(self) -> tuple[Array, tuple[Array, ...]]:
        """Prices and derivatives."""
        self.result = self.program.value_and_grad(*self.arguments)
        return self.result

    def numbers(self) -> Numbers:
        """The last prices and derivatives."""
        return numbers(*self.result)


class NumPy:
    """The reverse sweep by hand, on buffers made once.

    Args:
        block: how many rows to go through at a time; few enough, and every buffer stays in cache.
    """

    def __init__(self, block: str) -> None:
        self.arguments, self.block = data(), int(block)
        self.outputs = [np.empty(ROWS) for _ in range(6)]
        self.buffers = [np.empty(self.block) for _ in range(11)]

    def __call__(self) -> tuple[Array, ...]:
        """Prices and derivatives."""
        for start in range(0, ROWS, self.block):
            rows = slice(start, start + self.block)
            inputs, outputs = ([x[rows] for x in xs] for xs in (self.arguments, self.outputs))
            self.sweep(*inputs, *outputs)
        return tuple(self.outputs)

    def sweep(
        self, S: Array, K: Array, T: Array, r: Array, sigma: Array, out: Array,
        dS: Array, dK: Array, dT: Array, dr: Array, dsigma: Array,
    ) -> None:  # fmt: skip
        """Forward and backward for a block of rows; x below is what was called ∂out/∂x above."""
        root, spread, rate, d1, d2, p1, p2, disc, x, y, spare = (b[: len(S)] for b in self.buffers)
        np.sqrt(T, out=root)
        np.multiply(sigma, root, out=spread)
        np.multiply(sigma, sigma, out=rate)
        rate *= 0.5
        rate += r
        np.divide(S, K, out=d1)
        np.log(d1, out=d1)
        d1 += np.multiply(rate, T, out=spare)
        d1 /= spread
        np.subtract(d1, spread, out=d2)
        distribution(d1, p1)
        distribution(d2, p2)
        np.multiply(r, T, out=disc)
        np.negative(disc, out=disc)
        np.exp(disc, out=disc)
        np.multiply(S, p1, out=out)
        np.multiply(K, disc, out=dr)
        np.multiply(disc, p2, out=dK)
        np.multiply(dr, p2, out=spare)  # K e^(−rT) Φ(d₂)
        out -= spare

        density(d1, x)
        x *= S  # ∂/∂d₁
        density(d2, y)
        y *= dr  # −∂/∂d₂
        x -= y
        x /= spread  # ∂/∂(ln S/K + rate T)
        d1 *= x
        y -= d1  # ∂/∂spread
        np.divide(x, S, out=dS)
        dS += p1
        np.divide(x, K, out=p1)
        p1 += dK
        np.negative(p1, out=dK)
        np.multiply(spare, r, out=dT)
        np.multiply(x, rate, out=p2)
        dT += p2
        np.multiply(y, sigma, out=p2)
        p2 /= root
        p2 *= 0.5
        dT += p2
        x *= T  # ∂/∂rate
        spare *= T
        np.add(spare, x, out=dr)
        np.multiply(y, root, out=dsigma)
        x *= sigma
        dsigma += x

    def numbers(self) -> Numbers:
        """The last prices and derivatives."""
        return numbers(self.outputs[0], tuple(self.outputs[1:]))


def distribution(x: Array, out: Array) -> None:
    """Φ(x)."""
    np.multiply(x, ROOT_HALF, out=out)
    array_erf(out, out=out)
    out += 1.0
    out *= 0.5


def density(x: Array, out: Array) -> None:
    """Φ′(x)."""
    np.multiply(x, x, out=out)
    out *= -0.5
    np.exp(out, out=out)
    out *= DENSITY


def rows(seconds: Seconds) -> list[Row]:
    """Native code against JAX, the default back end against NumPy, and both against the others."""
    return [
        against(seconds, "JAX", 0.4, "native ≤ 0.4× JAX jit", NATIVE),
        against(seconds, "NumPy, in blocks", 1.3, "≤ 1.3× hand-written NumPy in blocks"),
        against(seconds, "JAX"),
        *[against(seconds, rival, ours=NATIVE) for rival in ("PyTorch", "torch.compile")],
    ]


TORCH = "benchmarks.programs.in_torch"
CONTEST = Contest(
    "Black–Scholes call with gradient, 100,000 rows",
    {
        **ours("benchmarks.programs.black_scholes:Chainrule", 30, 3),
        "NumPy, all rows at once": Rival(f"benchmarks.programs.black_scholes:NumPy:{ROWS}", 30, 3),
        "NumPy, in blocks": Rival(f"benchmarks.programs.black_scholes:NumPy:{BLOCK}", 30, 3),
        **in_jax("formulas:BlackScholes", 30, 5),
        "PyTorch, one thread": Rival(f"{TORCH}:BlackScholes:1", 30, 5),
        "PyTorch, default threads": Rival(f"{TORCH}:BlackScholes:default", 30, 5),
        "torch.compile": Rival(f"{TORCH}:BlackScholesCompiled:default", 30, 5),
    },
    rows,
)

"""Black–Scholes, Lotka–Volterra and the arm in JAX."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy.special import erf

from benchmarks.measure import Numbers
from benchmarks.programs import black_scholes, kinematics, long_loop, lotka_volterra

Array = Any


class BlackScholes:
    """`vmap` of `value_and_grad` in one jit."""

    def __init__(self) -> None:
        self.arguments = tuple(map(jnp.array, black_scholes.data()))
        self.run = jax.jit(jax.vmap(jax.value_and_grad(price, argnums=(0, 1, 2, 3, 4))))

    def __call__(self) -> Any:
        """Prices and derivatives."""
        self.result = jax.block_until_ready(self.run(*self.arguments))
        return self.result

    def numbers(self) -> Numbers:
        """The last prices and derivatives."""
        return black_scholes.numbers(*self.result)


def price(S: Array, K: Array, T: Array, r: Array, sigma: Array) -> Array:
    """The price of one call."""
    spread = sigma * jnp.sqrt(T)
    d1 = (jnp.log(S / K) + (r + 0.5 * sigma * sigma) * T) / spread
    d2 = d1 - spread
    return S * normal(d1) - K * jnp.exp(-r * T) * normal(d2)


def normal(x: Array) -> Array:
    """Φ(x)."""
    return 0.5 * (1.0 + erf(black_scholes.ROOT_HALF * x))


class LotkaVolterra:
    """Loss and gradient of a scan, for one set of parameters or, by `vmap`, for many."""

    def __init__(self, sets: str = "1") -> None:
        self.p = jnp.array(lotka_volterra.sets(int(sets)))
        run = jax.value_and_grad(misfit)
        self.run = jax.jit(run if self.p.ndim == 1 else jax.vmap(run))

    def __call__(self) -> Any:
        """Losses and gradients."""
        self.result = jax.block_until_ready(self.run(self.p))
        return self.result

    def numbers(self) -> Numbers:
        """The last losses and gradients."""
        return lotka_volterra.numbers(*self.result)


def misfit(p: Array) -> Array:
    """The loss of one set of parameters."""
    rates, start = p[:4], (p[4], p[5])

    def advance(state: Any, _: None) -> tuple[Any, Any]:
        state = lotka_volterra.step(*state, rates)
        return state, jnp.stack(state)

    _, states = jax.lax.scan(advance, start, length=lotka_volterra.STEPS)
    seen = states[lotka_volterra.EVERY - 1 :: lotka_volterra.EVERY]
    return ((seen - lotka_volterra.observed()) ** 2).sum() / lotka_volterra.OBSERVATIONS


class LongLoop:
    """Value and gradient of a long scan."""

    def __init__(self) -> None:
        self.p = jnp.array(lotka_volterra.sets(1))
        self.run = jax.jit(jax.value_and_grad(at_the_end))

    def __call__(self) -> Any:
        """The value and its gradient."""
        self.result = jax.block_until_ready(self.run(self.p))
        return self.result

    def numbers(self) -> Numbers:
        """The last value and gradient."""
        return lotka_volterra.numbers(*self.result)


def at_the_end(p: Array) -> Array:
    """The product of prey and predators after many steps."""
    rates = long_loop.rates_of(p)

    def advance(state: Any, _: None) -> tuple[Any, None]:
        return lotka_volterra.step(*state, rates), None

    (x, y), _ = jax.lax.scan(advance, (p[4], p[5]), length=long_loop.STEPS)
    return x * y


class Arm:
    """The Jacobian of the hand's position, for one pose or, by `vmap`, for many.

    Args:
        written: in "matrices", a link being one, or in "scalars", as ours is.
        mode: "forward" or "reverse".
    """

    def __init__(self, written: str, mode: str, poses: str = "1") -> None:
        position = {"matrices": by_matrices, "scalars": partial(kinematics.arm, jnp)}[written]
        differentiate = {"forward": jax.jacfwd, "reverse": jax.jacrev}[mode]
        run = differentiate(lambda q: jnp.stack(position(q)))
        self.q = jnp.array(kinematics.poses(int(poses)))
        self.run = jax.jit(run if self.q.ndim == 1 else jax.vmap(run))

    def __call__(self) -> Any:
        """The Jacobians."""
        self.result = jax.block_until_ready(self.run(self.q))
        return self.result

    def numbers(self) -> Numbers:
        """The last Jacobians."""
        return {"jacobian": self.result}


def by_matrices(q: Array) -> Array:
    """The hand's position by a 4 × 4 matrix for each link."""
    point = jnp.array([*kinematics.TOOL, 1.0])
    for link, angle in reversed(list(zip(kinematics.LINKS, q, strict=True))):
        point = matrix(angle, *link) @ point
    return point[:3]


def matrix(angle: Array, a: float, d: float, cos: float, sin: float) -> Array:
    """From a link's coordinates to those of the one before it."""
    c, s = jnp.cos(angle), jnp.sin(angle)
    rows = [
        [c, -s, 0.0, a],
        [s * cos, c * cos, -sin, -sin * d],
        [s * sin, c * sin, cos, cos * d],
        [0.0, 0.0, 0.0, 1.0],
    ]
    return jnp.array(rows)

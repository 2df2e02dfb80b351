"""A logistic regression's standard errors, Kalman's filter and the eight schools in JAX."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.measure import Numbers
from benchmarks.programs import eight_schools, kalman, logistic

Array = Any


class Logistic:
    """`hessian` of the sum and the inverse, in one jit."""

    def __init__(self) -> None:
        self.arguments = tuple(map(jnp.array, logistic.data()))
        self.run = jax.jit(errors)

    def __call__(self) -> Any:
        """The errors."""
        self.result = jax.block_until_ready(self.run(*self.arguments))
        return self.result

    def numbers(self) -> Numbers:
        """The last Hessian and errors."""
        return dict(zip(("hessian", "errors"), self.result, strict=True))


def errors(w: Array, X: Array, y: Array) -> tuple[Array, Array]:
    """The Hessian and the standard errors."""

    def loss(w: Array) -> Array:
        z = X @ w
        return (jax.nn.softplus(z) - y * z).sum()

    found = jax.hessian(loss)(w)
    return found, jnp.sqrt(jnp.diag(jnp.linalg.inv(found)))


class _ValueAndGradient:
    """`value_and_grad` of a function of one vector, in one jit."""

    def __init__(self, function: Any, place: Any) -> None:
        self.place, self.run = jnp.array(place), jax.jit(jax.value_and_grad(function))

    def __call__(self) -> Any:
        """Value and gradient."""
        self.result = jax.block_until_ready(self.run(self.place))
        return self.result

    def numbers(self) -> Numbers:
        """The last value and gradient."""
        return kalman.numbers(*self.result)


class Kalman(_ValueAndGradient):
    """A scan, in "scalars", as ours is, or in "matrices"."""

    def __init__(self, written: str) -> None:
        ys = jnp.array(kalman.observed())
        in_scalars = partial(kalman.surprise, jnp, jax.lax.scan, ys=ys)
        super().__init__(
            {"scalars": in_scalars, "matrices": partial(by_matrices, ys=ys)}[written], kalman.POINT
        )


def by_matrices(logs: Array, ys: Array) -> Array:
    """−log likelihood, by a vector and a matrix for what is believed."""
    noise, *steps = jnp.exp(logs)
    move, drift = jnp.array([[1.0, 1.0], [0.0, 1.0]]), jnp.diag(jnp.array(steps))
    level, slope, a, b, c = kalman.BEFORE

    def filtered(belief: Any, y: Array) -> tuple[Any, Array]:
        mean, P = belief
        spread, error = P[0, 0] + noise, y - mean[0]
        gain = P[:, 0] / spread
        mean, P = mean + gain * error, P - jnp.outer(gain, P[0])
        return (move @ mean, move @ P @ move.T + drift), jnp.log(spread) + error * error / spread

    start = jnp.array([level, slope]), jnp.array([[a, b], [b, c]])
    _, lost = jax.lax.scan(filtered, start, ys)
    return 0.5 * lost.sum() + 0.5 * kalman.OBSERVATIONS * kalman.LOG_2_PI


class EightSchools(_ValueAndGradient):
    """Over vectors of schools."""

    def __init__(self) -> None:
        super().__init__(log_density, eight_schools.PLACE)


def log_density(q: Array) -> Array:
    """The logarithm of the posterior density, but for a constant."""
    mu, log_tau, z = q[0], q[1], q[2:]
    tau, y, s = jnp.exp(log_tau), jnp.array(eight_schools.EFFECTS), jnp.array(eight_schools.ERRORS)
    prior = log_tau - 0.5 * (mu / 5.0) ** 2 - jnp.log(1.0 + (tau / 5.0) ** 2)
    return prior - 0.5 * (((y - mu - tau * z) / s) ** 2 + z**2).sum()

"""Moons, digits and the LSTM in JAX."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.measure import Numbers
from benchmarks.programs import digits, lstm, moons

Array = Any
Layers = list[tuple[Array, Array]]


def flat(arrays: list[Array]) -> tuple[Array, Callable[[Array], list[Array]]]:
    """All numbers in one vector, and the function that parts it again."""
    shapes = [a.shape for a in arrays]
    ends = np.cumsum([a.size for a in arrays])[:-1]

    def parted(vector: Array) -> list[Array]:
        return [p.reshape(s) for p, s in zip(jnp.split(vector, ends), shapes, strict=True)]

    return jnp.concatenate([jnp.ravel(a) for a in arrays]), parted


def paired(arrays: list[Array]) -> Layers:
    """W, b, W, b, … as (W, b) of each layer."""
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def network(layers: Layers, X: Array) -> Array:
    """A network of ReLUs with a linear output."""
    for W, b in layers[:-1]:
        X = jax.nn.relu(X @ W.T + b)
    W, b = layers[-1]
    return X @ W.T + b


class Moons:
    """Loss, gradient and SGD in one jit."""

    def __init__(self) -> None:
        self.theta, self.parted = flat([a for layer in moons.weights() for a in layer])
        self.X, self.y = map(jnp.array, moons.data())
        self.step = jax.jit(self.stepped)

    def cost(self, theta: Array, X: Array, y: Array) -> Array:
        """Mean hinge loss plus L2."""
        scores = network(paired(self.parted(theta)), X)[:, 0]
        return jax.nn.relu(1 - y * scores).mean() + moons.ALPHA * theta @ theta

    def stepped(self, theta: Array, X: Array, y: Array) -> tuple[Array, Array]:
        """Parameters after the step, loss before it."""
        loss, gradient = jax.value_and_grad(self.cost)(theta, X, y)
        return theta - moons.RATE * gradient, loss

    def __call__(self) -> Array:
        """One step; returns the loss before it."""
        self.theta, self.loss = self.step(self.theta, self.X, self.y)
        return self.loss.block_until_ready()

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return moons.numbers(self.loss, paired(self.parted(self.theta)))


class MoonsAsUsual(Moons):
    """The same with a tree of layers, given away to be written over."""

    def __init__(self) -> None:
        self.theta = jax.tree.map(jnp.array, moons.weights())
        self.X, self.y = map(jnp.array, moons.data())
        self.step = jax.jit(self.stepped, donate_argnums=0)

    def cost(self, theta: Layers, X: Array, y: Array) -> Array:
        """Mean hinge loss plus L2."""
        squares = sum((p * p).sum() for p in jax.tree.leaves(theta))
        scores = network(theta, X)[:, 0]
        return jax.nn.relu(1 - y * scores).mean() + moons.ALPHA * squares

    def stepped(self, theta: Layers, X: Array, y: Array) -> tuple[Layers, Array]:
        """Parameters after the step, loss before it."""
        loss, gradient = jax.value_and_grad(self.cost)(theta, X, y)
        return jax.tree.map(lambda p, g: p - moons.RATE * g, theta, gradient), loss

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return moons.numbers(self.loss, self.theta)


class Digits:
    """Loss, gradient and Adam in one jit, called for each batch."""

    def __init__(self) -> None:
        theta, self.parted = flat([a for layer in digits.weights() for a in layer])
        self.batches = [(jnp.array(X), jnp.array(y)) for X, y in digits.batches()]
        self.state = (theta, jnp.zeros_like(theta), jnp.zeros_like(theta), jnp.zeros(()))
        self.step = jax.jit(self.stepped, donate_argnums=0)

    def cost(self, theta: Array, X: Array, y: Array) -> Array:
        """Mean cross-entropy."""
        logits = network(paired(self.parted(theta)), X)
        chosen = jnp.take_along_axis(logits, y[:, None], axis=1)[:, 0]
        return (jax.nn.logsumexp(logits, axis=1) - chosen).mean()

    def stepped(self, state: tuple[Array, ...], X: Array, y: Array) -> tuple[Any, Array]:
        """State after the step, loss before it."""
        theta, m, v, t = state
        loss, g = jax.value_and_grad(self.cost)(theta, X, y)
        t = t + 1
        m = digits.BETA1 * m + (1 - digits.BETA1) * g
        v = digits.BETA2 * v + (1 - digits.BETA2) * g * g
        root = jnp.sqrt(v) / jnp.sqrt(1 - digits.BETA2**t) + digits.EPS
        return (theta - digits.RATE / (1 - digits.BETA1**t) * m / root, m, v, t), loss

    def __call__(self) -> Array:
        """One epoch; returns the last batch's loss."""
        for X, y in self.batches:
            self.state, self.loss = self.step(self.state, X, y)
        return self.loss.block_until_ready()

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return digits.numbers(self.loss, paired(self.parted(self.state[0])))


class DigitsEpoch(Digits):
    """The whole epoch in one jit."""

    def __init__(self) -> None:
        super().__init__()
        whole, self.rest = self.batches[:-1], self.batches[-1]
        self.whole = tuple(jnp.stack(arrays) for arrays in zip(*whole, strict=True))
        self.epoch = jax.jit(self.epoch_of_steps, donate_argnums=0)

    def epoch_of_steps(self, state: Any, whole: Any, rest: Any) -> tuple[Any, Array]:
        """A scan over the whole batches, and the rest."""
        state, _ = jax.lax.scan(lambda s, batch: self.stepped(s, *batch), state, whole)
        return self.stepped(state, *rest)

    def __call__(self) -> Array:
        """One epoch; returns the last batch's loss."""
        self.state, self.loss = self.epoch(self.state, self.whole, self.rest)
        return self.loss.block_until_ready()


class LSTM:
    """Loss and gradient of a scan, the inputs' products outside it.

    Args:
        unroll: how many steps of the scan are one step of the compiled loop.
    """

    def __init__(self, unroll: str) -> None:
        self.unroll = int(unroll)
        self.theta, self.parted = flat(list(lstm.weights().values()))
        X, Y = lstm.data()
        self.X, self.Y = jnp.array(X.swapaxes(0, 1)), jnp.array(Y)
        self.run = jax.jit(jax.value_and_grad(self.cost))

    def cost(self, theta: Array, X: Array, Y: Array) -> Array:
        """Mean squared error of the last state."""
        W, U, b, c = self.parted(theta)
        zeros = jnp.zeros((lstm.BATCH, lstm.HIDDEN))
        step = partial(cell, U)
        (h, _), _ = jax.lax.scan(step, (zeros, zeros), X @ W.T + b + c, unroll=self.unroll)
        return ((h - Y) ** 2).mean()

    def __call__(self) -> Array:
        """Loss and gradient."""
        self.loss, self.gradient = self.run(self.theta, self.X, self.Y)
        return self.gradient.block_until_ready()

    def numbers(self) -> Numbers:
        """Loss and gradient, weight by weight."""
        named = zip(lstm.NAMES, self.parted(self.gradient), strict=True)
        return {"loss": [self.loss], **{name: jnp.ravel(g) for name, g in named}}


def cell(U: Array, state: tuple[Array, Array], inputs: Array) -> tuple[Any, None]:
    """One step of an LSTM, for the scan."""
    h, c = state
    i, f, g, o = jnp.split(inputs + h @ U.T, 4, axis=1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

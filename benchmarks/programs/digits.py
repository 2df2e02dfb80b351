"""One epoch on data of the shape of scikit-learn's digits: 64-32-10, batches of 64, Adam.

1,797 rows of random numbers with random classes from a fixed seed: 28 whole batches and one of 5.
ReLU, cross-entropy, Adam with PyTorch's defaults.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np

import autograd
import nn
from autograd import logsumexp
from benchmarks.contest import Contest, Row, against, in_jax, of_parameters
from benchmarks.measure import Numbers, Rival, Seconds

ROWS, BATCH, INPUTS, HIDDEN, CLASSES = 1797, 64, 64, 32, 10
RATE, BETA1, BETA2, EPS = 1e-3, 0.9, 0.999, 1e-8
Array = Any


def data() -> tuple[Array, Array]:
    """Inputs, one example a row, and classes."""
    rng = np.random.default_rng(0)
    return rng.random((ROWS, INPUTS)), rng.integers(CLASSES, size=ROWS)


def batches() -> list[tuple[Array, Array]]:
    """The data in slices."""
    X, y = data()
    return [(X[i : i + BATCH], y[i : i + BATCH]) for i in range(0, ROWS, BATCH)]


def weights() -> list[tuple[Array, Array]]:
    """W and b of each layer."""
    rng = np.random.default_rng(1)
    shapes = ((HIDDEN, INPUTS), (CLASSES, HIDDEN))
    return [(rng.normal(0.0, (2 / m) ** 0.5, (n, m)), np.zeros(n)) for n, m in shapes]


def numbers(loss: float, layers: list[tuple[Array, Array]]) -> Numbers:
    """Loss and parameters, neuron by neuron, weights and then bias."""
    rows = [np.column_stack([W, b]).ravel() for W, b in layers]
    return {"loss": [loss], "parameters": np.concatenate(rows)}


class Chainrule:
    """Scalar code for one example; compiled over a batch."""

    def __init__(self, backend: str = "auto") -> None:
        self.model = nn.MLP(INPUTS, [HIDDEN, CLASSES])
        self.parameters = self.model.parameters()
        start = numbers(0.0, weights())["parameters"].tolist()
        for parameter, number in zip(self.parameters, start, strict=True):
            parameter.data = number
        self.batches = batches()
        self.arguments = self.batches[0]
        self.program = autograd.compile(self.cost, backend=backend)
        self.program.trace(*self.arguments)
        self.optimizer = nn.Adam(self.program.parameters, lr=RATE)
        self.open = ExitStack()
        self.theta = self.open.enter_context(self.program.flat_parameters())
        self.steps = [self.program.prepare(X, y) for X, y in self.batches]

    def cost(self, x: Any, y: Any) -> Any:
        """Cross-entropy of one example."""
        logits = self.model(x)
        return logsumexp(logits) - autograd.take(logits, y)

    def __call__(self) -> float:
        """One epoch; returns the last batch's loss."""
        theta, updated = self.theta, self.optimizer.updated
        for step in self.steps:
            self.loss, gradient = step()
            theta[:] = updated(theta, gradient)
        return self.loss

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        theta = of_parameters(self.program, self.theta)
        return {"loss": [self.loss], "parameters": [theta[id(p)] for p in self.parameters]}


class NumPy:
    """By hand, in place, on buffers made once; a column of ones carries each layer's bias."""

    def __init__(self) -> None:
        self.batches = [(np.column_stack([X, np.ones(len(X))]), y) for X, y in batches()]
        self.theta = numbers(0.0, weights())["parameters"]
        self.adam = NumPyAdam(len(self.theta))
        self.gradient = np.empty_like(self.theta)
        self.W1, self.W2 = parted(self.theta)
        self.dW1, self.dW2 = parted(self.gradient)
        self.z1, self.da1 = np.empty((BATCH, HIDDEN)), np.empty((BATCH, HIDDEN))
        self.on = np.empty((BATCH, HIDDEN))
        self.a1, self.z2 = np.ones((BATCH, HIDDEN + 1)), np.empty((BATCH, CLASSES))
        self.rows = np.arange(BATCH)

    def __call__(self) -> float:
        """One epoch; returns the last batch's loss."""
        for X, y in self.batches:
            self.loss = self.loss_and_gradient(X, y)
            self.adam.step(self.theta, self.gradient)
        return self.loss

    def loss_and_gradient(self, X: Array, y: Array) -> float:
        """The mean loss of a batch; its gradient goes to self.gradient."""
        n = len(y)
        z1, a1, z2, da1, rows = self.z1[:n], self.a1[:n], self.z2[:n], self.da1[:n], self.rows[:n]
        np.dot(X, self.W1.T, out=z1)
        np.maximum(z1, 0.0, out=a1[:, :-1])
        np.dot(a1, self.W2.T, out=z2)
        z2 -= np.maximum.reduce(z2, axis=1, keepdims=True)
        chosen = np.add.reduce(z2[rows, y])
        p = np.exp(z2, out=z2)
        total = np.add.reduce(p, axis=1, keepdims=True)
        p /= total
        p[rows, y] -= 1.0
        p *= 1.0 / n
        np.dot(p.T, a1, out=self.dW2)
        np.dot(p, self.W2[:, :-1], out=da1)
        da1 *= np.greater(z1, 0.0, out=self.on[:n])
        np.dot(da1.T, X, out=self.dW1)
        return float((np.add.reduce(np.log(total), axis=None) - chosen) / n)

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return {"loss": [self.loss], "parameters": self.theta}


class NumPyAdam:
    """Adam by hand, in place."""

    def __init__(self, n: int) -> None:
        self.m, self.v, self.part, self.root = (np.zeros(n) for _ in range(4))
        self.t = 0

    def step(self, theta: Array, g: Array) -> None:
        """Move theta; `g` is spoilt."""
        m, v, part, root = self.m, self.v, self.part, self.root
        self.t += 1
        m *= BETA1
        m += np.multiply(g, 1.0 - BETA1, out=part)
        v *= BETA2
        g *= g
        v += np.multiply(g, 1.0 - BETA2, out=g)
        np.sqrt(v, out=root)
        root *= (1.0 - BETA2**self.t) ** -0.5
        root += EPS
        np.divide(m, root, out=part)
        part *= RATE / (1.0 - BETA1**self.t)
        theta -= part


def parted(flat: Array) -> tuple[Array, Array]:
    """[W b] of the two layers, as views."""
    cut = HIDDEN * (INPUTS + 1)
    return flat[:cut].reshape(HIDDEN, -1), flat[cut:].reshape(CLASSES, -1)


def rows(seconds: Seconds) -> list[Row]:
    """Ours against each."""
    return [
        against(seconds, "PyTorch", 0.5, "≤ 0.5× PyTorch"),
        against(seconds, "NumPy", 1.3, "≤ 1.3× hand-written NumPy"),
        against(seconds, "JAX"),
        against(seconds, "torch.compile"),
    ]


TORCH = "benchmarks.programs.in_torch"
CONTEST = Contest(
    "digits 64-32-10, batch 64, cross-entropy, Adam, one epoch",
    {
        "chainrule": Rival("benchmarks.programs.digits:Chainrule", 50, 5),
        "NumPy": Rival("benchmarks.programs.digits:NumPy", 50, 5),
        **in_jax("networks:Digits", 50, 5, "JAX, a jit per step"),
        **in_jax("networks:DigitsEpoch", 50, 5, "JAX, a jit per epoch"),
        "PyTorch, one thread": Rival(f"{TORCH}:Digits:1", 30, 5),
        "PyTorch, default threads": Rival(f"{TORCH}:Digits:default", 30, 5),
        "torch.compile": Rival(f"{TORCH}:DigitsCompiled:1", 30, 5),
    },
    rows,
    calls=2,
)

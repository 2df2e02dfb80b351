"""One training step of microgpt: a GPT of scalars, written op by op, imports changed.

One layer, four heads, 16 numbers a token, 4,192 parameters. A step takes one name letter by
letter, with keys and values kept for the letters to come, and ends with Adam on `p.data` and
`p.grad`. Everything is loops over +, ×, a power, exp, log and relu of whatever class of node is
given: ours are not told that a sum of products is a `dot`.
"""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

from benchmarks.baseline import KINDS
from benchmarks.contest import (
    COMPILED,
    LISTS,
    PURE,
    Contest,
    Row,
    against,
    in_both_builds,
    report_on,
)
from benchmarks.measure import Numbers, Rival, Seconds

NAMES = ("sophia", "daniel", "amelia", "samuel", "hannah", "victor", "olivia", "martin")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BOUNDARY = len(LETTERS)
WIDTH, HEADS, BLOCK = 16, 4, 16
RATE, BETA1, BETA2, EPS, STEPS = 0.01, 0.85, 0.99, 1e-8, 1000

Vector = list[Any]
Matrix = list[Vector]


def linear(x: Vector, w: Matrix) -> Vector:
    """A matrix times a vector."""
    return [sum(w_i * x_i for w_i, x_i in zip(row, x, strict=True)) for row in w]


def softmax(logits: Vector) -> Vector:
    """Positive weights with sum 1."""
    largest = max(z.data for z in logits)
    exponentials = [(z - largest).exp() for z in logits]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def rms_norm(x: Vector) -> Vector:
    """A vector scaled to mean square 1."""
    mean_square = sum(x_i * x_i for x_i in x) / len(x)
    scale = (mean_square + 1e-5) ** -0.5
    return [x_i * scale for x_i in x]


def add(x: Vector, y: Vector) -> Vector:
    """The residual connection."""
    return [x_i + y_i for x_i, y_i in zip(x, y, strict=True)]


def attention(q: Vector, keys: Matrix, values: Matrix) -> Vector:
    """One head: the values of all letters so far, mixed by how well their keys agree with q."""
    root = len(q) ** 0.5
    weights = softmax([sum(a * b for a, b in zip(q, k, strict=True)) / root for k in keys])
    return [
        sum(weight * v_i for weight, v_i in zip(weights, column, strict=True))
        for column in zip(*values, strict=True)
    ]


class Step:
    """The training run, a step for each call; `kind` names the class of its nodes."""

    def __init__(self, kind: str) -> None:
        rng = random.Random(42)
        shapes = {
            "token": (len(LETTERS) + 1, WIDTH),
            "position": (BLOCK, WIDTH),
            "out": (len(LETTERS) + 1, WIDTH),
            **dict.fromkeys(("query", "key", "value", "mix"), (WIDTH, WIDTH)),
            "up": (4 * WIDTH, WIDTH),
            "down": (WIDTH, 4 * WIDTH),
        }
        self.weights: dict[str, Matrix] = {
            name: [[KINDS[kind](rng.gauss(0.0, 0.08)) for _ in range(n)] for _ in range(m)]
            for name, (m, n) in shapes.items()
        }
        self.parameters = [p for w in self.weights.values() for row in w for p in row]
        self.m = [0.0] * len(self.parameters)
        self.v = [0.0] * len(self.parameters)
        self.step, self.last = 0, 0.0

    def logits(self, token: int, position: int, keys: Matrix, values: Matrix) -> Vector:
        """The network for one letter; adds its key and its value to those of the letters before."""
        w = self.weights
        x = rms_norm(add(w["token"][token], w["position"][position]))
        normed = rms_norm(x)
        keys.append(linear(normed, w["key"]))
        values.append(linear(normed, w["value"]))
        q, mixed, size = linear(normed, w["query"]), [], WIDTH // HEADS
        for at in range(0, WIDTH, size):
            head = slice(at, at + size)
            mixed += attention(q[head], [k[head] for k in keys], [v[head] for v in values])
        x = add(linear(mixed, w["mix"]), x)
        hidden = [z.relu() for z in linear(rms_norm(x), w["up"])]
        return linear(add(linear(hidden, w["down"]), x), w["out"])

    def loss(self, name: str) -> Any:
        """Mean cross-entropy of the letters of a name and its end."""
        tokens = [BOUNDARY, *map(LETTERS.index, name), BOUNDARY]
        keys: Matrix = []
        values: Matrix = []
        losses = []
        for position, (token, target) in enumerate(pairwise(tokens)):
            weights = softmax(self.logits(token, position, keys, values))
            losses.append(-weights[target].log())
        return (1 / len(losses)) * sum(losses)

    def update(self) -> None:
        """Adam, with a rate that falls to 0; sets the gradients to 0."""
        rate = RATE * (1 - self.step / STEPS)
        self.step += 1
        for i, p in enumerate(self.parameters):
            self.m[i] = BETA1 * self.m[i] + (1 - BETA1) * p.grad
            self.v[i] = BETA2 * self.v[i] + (1 - BETA2) * p.grad**2
            m_hat = self.m[i] / (1 - BETA1**self.step)
            v_hat = self.v[i] / (1 - BETA2**self.step)
            p.data -= rate * m_hat / (v_hat**0.5 + EPS)
            p.grad = 0.0

    def __call__(self) -> None:
        """One step, on the next name."""
        loss = self.loss(NAMES[self.step % len(NAMES)])
        loss.backward()
        self.update()
        self.last = loss.data

    def numbers(self) -> Numbers:
        """The last loss, the parameters, and the gradients for the first name."""
        self.loss(NAMES[0]).backward()
        gradients = [p.grad for p in self.parameters]
        for p in self.parameters:
            p.grad = 0.0
        return {
            "loss": self.last,
            "parameters": [p.data for p in self.parameters],
            "gradients": gradients,
        }


def rows(seconds: Seconds) -> list[Row]:
    """Either build against the lists."""
    return [
        against(seconds, LISTS, 1 / 4, "≥ 4× as fast as lists, compiled", COMPILED),
        against(seconds, LISTS, None, "as fast as lists, pure", PURE),
    ]


CONTEST = Contest(
    title="microgpt's training step: one name of six letters, 4,192 parameters, Adam",
    rivals={
        **in_both_builds("benchmarks.microgpt:Step:chainrule", 5),
        LISTS: Rival("benchmarks.microgpt:Step:lists", 5),
    },
    rows=rows,
    calls=3,
)


def report() -> None:
    """Print the table."""
    report_on(CONTEST)

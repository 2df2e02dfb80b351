"""Random graphs, models and large graphs in files of every language: the eager engine's numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from file_support import Case, Suite

import autograd as ag
import nn

LANGUAGES = ("c", "js", "straight", "arrays")
FUNCTIONS: list[tuple[int, Callable[..., Any]]] = [
    *((1, f) for f in (
        ag.sin, ag.tanh, ag.sigmoid, ag.softplus, ag.atan, ag.relu, ag.abs, ag.gelu, ag.erf,
        lambda a: ag.exp(-a * a), lambda a: ag.log(a * a + 1.0), lambda a: a**2.0 * 0.1,
        lambda a: ag.clip(a, -0.5, 0.5), lambda a: ag.sqrt(ag.abs(a)),
        lambda a: ag.log(ag.sigmoid(a)),
    )),
    *((2, f) for f in (
        lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * ag.tanh(b),
        lambda a, b: a / (1.0 + b * b), ag.maximum, ag.minimum, ag.hypot, ag.atan2,
        lambda a, b: ag.where(a > b, a, 0.5 * b), lambda a, b: (1.0 + a * a) ** ag.tanh(b),
        lambda a, b: ag.where((a > 0.0) & (b < 1.0), ag.log(a), b), lambda a, b: -ag.relu(-a) + -b,
    )),
    *((3, f) for f in (
        lambda a, b, c: ag.mean([a, b, c]), lambda a, b, c: ag.logsumexp([a, b, c, a]),
        lambda a, b, c: ag.norm([a, b, 1.0, c]), lambda a, b, c: ag.dot([a, b], [c, a], b),
        lambda a, b, c: ag.prod([ag.tanh(a), ag.tanh(b), c]),
        lambda a, b, c: ag.sum([a, b, c, -0.5]),
    )),
]  # fmt: skip
"""With how many operands each takes."""


def irregular(seed: int, n: int) -> Callable[[Any], Any]:
    """n operations chosen by lot, on values chosen by lot."""
    rng = random.Random(seed)
    steps = []
    for i in range(n):
        count, f = rng.choice(FUNCTIONS)
        steps.append((f, [rng.randrange(4 + i) for _ in range(count)]))
    kept = [rng.randrange(4 + n) for _ in range(5)]

    def f(x: Any) -> Any:
        pool = [*x]
        for step, places in steps:
            pool.append(step(*(pool[i] for i in places)))
        return ag.sum([ag.tanh(pool[i]) for i in kept]) + ag.tanh(pool[-1])

    return f


def graphs() -> list[Case]:
    rng = np.random.default_rng(0)
    cases = [
        Case(f"graph_{seed}", irregular(seed, 10 + 6 * seed),
             [[rng.normal(size=4).tolist()] for _ in range(3)], scale=10.0)
        for seed in range(12)
    ]  # fmt: skip
    cases.append(Case("long", irregular(100, 700), [[[0.5, -1.0, 2.0, 0.1]]], 1e-11, 100.0))
    many = ag.sum
    cases.append(Case("sums", lambda x: many([*x] * 15) + ag.mean([*x] * 20) * ag.dot(x, x, x[0]),
                      [[rng.normal(size=5).tolist()]]))  # fmt: skip
    return cases


def models() -> list[Case]:
    """Differentiated by their inputs, and by their parameters."""
    found = []
    rng = np.random.default_rng(1)
    for name, model, size in (
        ("tanh", nn.MLP(3, [4, 2], seed=1, activation="tanh"), (3,)),
        ("relu", nn.MLP(3, [4, 4, 2], seed=2, activation="relu"), (3,)),
        ("softmax", nn.MLP(3, [4, 3], seed=3, output_activation="softmax"), (3,)),
        ("gelu", nn.MLP(3, [4, 1], seed=4, activation="gelu"), (3,)),
        ("lstm", nn.LSTMCell(2, 3, seed=5), (4, 2)),
        ("gru", nn.GRUCell(2, 3, seed=6), (4, 2)),
    ):
        f, x = _loss(model), [[rng.normal(size=size).tolist()]]
        found.append(Case(f"{name}_by_inputs", f, x, scale=1.0))
        found.append(Case(f"{name}_by_parameters", f, x, 1e-12, 1.0, model.parameters()))
    return found


def _loss(model: Any) -> Callable[[Any], Any]:
    recurrent = isinstance(model, (nn.LSTMCell, nn.GRUCell))

    def loss(x: Any) -> Any:
        out = nn.unroll(model, x)[0] if recurrent else model(x)
        return ag.sum([v * v for v in _flat(out)])

    return loss


def _flat(x: Any) -> list[Any]:
    if isinstance(x, (list, tuple)):
        return [v for part in x for v in _flat(part)]
    return [x]


@pytest.fixture(scope="module")
def suite() -> Suite:
    return Suite([*graphs(), *models()])


@pytest.mark.parametrize("language", LANGUAGES)
def test_random_graphs_and_models(suite: Suite, language: str, tmp_path: Path) -> None:
    suite.assert_agrees_in(language, tmp_path)

"""Parameter groups: settings of their own, against PyTorch's numbers."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd import Value

# Parameters after four steps on (ab − c)² + a² + bc with StepLR(2, 0.5), from PyTorch 2.13.
PYTORCH = [
    (nn.SGD, {"momentum": 0.5}, [-0.09605537557878778, -0.19825854597265177, -0.14276505266286793]),
    (nn.Adam, {}, [0.8536556137233868, -1.4120424614111975, -0.08022998060405727]),
    (nn.RMSprop, {}, [0.4206998926617423, 0.0017707147841788385, -0.015948571007777305]),
    (nn.AdamW, {}, [0.8529612615930274, -1.3098150387284133, -0.09464017483935064]),
]


@pytest.mark.parametrize(("kind", "settings", "expected"), PYTORCH)
def test_groups_are_pytorchs(kind, settings, expected):
    a, b, c = Value(1.0), Value(-2.0), Value(0.5)
    groups = [{"params": [a]}, {"params": [b, c], "lr": 0.2, "weight_decay": 0.1}]
    optimizer = kind(groups, lr=0.05, **settings)
    schedule = nn.StepLR(optimizer, 2, gamma=0.5)
    for _ in range(4):
        optimizer.zero_grad()
        ((a * b - c) ** 2 + a * a + b * c).backward()
        optimizer.step()
        schedule.step()
    np.testing.assert_allclose([a.data, b.data, c.data], expected, rtol=1e-12)


def test_a_parameter_without_a_gradient_stays_and_its_group_goes_on():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    optimizer = nn.Adam([{"params": [a, b], "lr": 0.5}, {"params": c}, {"params": []}], lr=0.1)
    (a * c).backward()
    optimizer.step()
    assert (a.data, b.data) == (pytest.approx(0.5), 2.0)
    assert c.data == pytest.approx(2.9)
    (b * 1.0).backward()
    optimizer.step()
    assert b.data == pytest.approx(1.5)
    assert optimizer.state_dict()["steps"] == [2.0, 1.0, 2.0]


@pytest.mark.parametrize("backend", [None, "auto", "jax"])
def test_fit_moves_groups(backend):
    if backend == "jax":
        pytest.importorskip("jax")
    X, y = nn.data.moons(60, seed=0)

    def run(compiled, **settings):
        model = nn.MLP(2, [4, 1], seed=0)
        first, last = (layer.parameters() for layer in model.layers)
        optimizer = nn.Adam(
            [{"params": first}, {"params": last, "lr": 0.1, "betas": (0.8, 0.9)}], lr=0.01
        )
        nn.fit(
            model, X, y, loss="bce_with_logits", optimizer=optimizer, schedule="cosine", epochs=4,
            progress=False, compiled=compiled, **settings,
        )  # fmt: skip
        return [p.data for p in model.parameters()]

    expected = run(False)
    settings = {} if backend is None else {"backend": backend}
    np.testing.assert_allclose(run(backend is not None, **settings), expected, rtol=1e-9)

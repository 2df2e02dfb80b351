"""Training of a model whose output contains its own derivatives: u″ + u = 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import grad

STARTS = [0.5, 0.1, -1.2, 0.2, 0.8, -0.3, 1.0, -0.7, 0.4, 0.05]
TIMES = np.array([[0.0], [0.5], [1.0], [1.5]])


class Residual(nn.Module):
    """u″(t) + u(t) of a network u."""

    def __init__(self) -> None:
        self.net = nn.MLP(1, [3, 1], activation="tanh", seed=0)
        for parameter, number in zip(self.net.parameters(), STARTS, strict=True):
            parameter.data = number

    def u(self, t: Any) -> Any:
        return self.net([t])

    def __call__(self, t: Any) -> Any:
        return grad(grad(self.u))(t[0]) + self.u(t[0])


WAYS: dict[str, dict[str, Any]] = {
    "eagerly": {"compiled": False},
    "compiled": {"compiled": True},
    **{name: {"backend": name} for name in ("numpy", "native", "jax")},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_differential_equation_as_pytorch_trains_it(way: str) -> None:
    """Fifty steps of gradient descent, against PyTorch's numbers in float64."""
    model = Residual()
    history = nn.fit(
        model, TIMES, np.zeros(4), loss=lambda out, y: (out - y) ** 2, optimizer="sgd", lr=0.05,
        epochs=50, batch_size=None, progress=False, **WAYS[way],
    )  # fmt: skip
    assert history.why_not_compiled is None
    found = [history.loss[i] for i in (0, 1, 49)]
    want = [0.3271591647644855, 0.26504590602917044, 0.019078278577745904]
    np.testing.assert_allclose(found, want, rtol=1e-12)
    weights = [
        0.37384829025951927, -0.040695326721873606, -0.9527258254067587, 0.5199649784181228,
        0.783614873096635, -0.4366816588833042, 0.8251106242980905, -0.5114474187105139,
        0.29333118774801387, -0.17455755793264108,
    ]  # fmt: skip
    np.testing.assert_allclose([p.data for p in model.parameters()], weights, rtol=1e-11)

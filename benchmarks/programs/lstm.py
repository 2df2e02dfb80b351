"""An LSTM cell (8 → 16) over 10 steps, batch of 32: loss and gradient for all weights.

Mean squared error of the last state h against 16 targets, averaged over the batch.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np

import autograd
import nn
from benchmarks.contest import (
    NATIVE,
    Contest,
    Row,
    against,
    in_jax,
    of_parameters,
    ours,
)
from benchmarks.measure import Numbers, Rival, Seconds

STEPS, BATCH, INPUTS, HIDDEN = 10, 32, 8, 16
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
Array = Any


def data() -> tuple[Array, Array]:
    """Sequences (example, step, input), and targets."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(BATCH, STEPS, INPUTS)), rng.uniform(-1, 1, (BATCH, HIDDEN))


def weights() -> dict[str, Array]:
    """PyTorch's names and gate order: i, f, g, o."""
    rng, rows, bound = np.random.default_rng(1), 4 * HIDDEN, HIDDEN**-0.5
    shapes = ((rows, INPUTS), (rows, HIDDEN), (rows,), (rows,))
    return {
        name: rng.uniform(-bound, bound, shape) for name, shape in zip(NAMES, shapes, strict=True)
    }


class Chainrule:
    """Scalar code for one sequence; compiled over the batch."""

    def __init__(self, backend: str = "auto") -> None:
        self.cell = nn.LSTMCell(INPUTS, HIDDEN)
        self.cell.load_state_dict({name: w.tolist() for name, w in weights().items()})
        self.arguments = data()
        self.program = autograd.compile(self.cost, backend=backend)
        self.program.trace(*self.arguments)
        self.open = ExitStack()
        self.open.enter_context(self.program.flat_parameters())

    def cost(self, sequence: Any, target: Any) -> Any:
        """Mean squared error for one sequence."""
        _, (h, _) = nn.unroll(self.cell, sequence)
        return autograd.mean([(a - y) ** 2 for a, y in zip(h, target, strict=True)])

    def __call__(self) -> tuple[float, Array]:
        """Loss and gradient."""
        self.loss, self.gradient = self.program.value_and_grad(*self.arguments)
        return self.loss, self.gradient

    def numbers(self) -> Numbers:
        """Loss and gradient, weight by weight."""
        gradient = of_parameters(self.program, self.gradient)
        named = {name: [] for name in NAMES}
        for path, parameter in self.cell.named_parameters():
            named[path.partition("[")[0]].append(gradient[id(parameter)])
        return {"loss": [self.loss], **named}


def rows(seconds: Seconds) -> list[Row]:
    """Native code against JAX, the default back end against PyTorch, each against the others."""
    return [
        against(seconds, "JAX, scan", 0.8, "native ≤ 0.8× JAX scan", NATIVE),
        against(seconds, "PyTorch", 0.5, "≤ 0.5× PyTorch"),
        against(seconds, "JAX, scan"),
        against(seconds, "torch.compile", ours=NATIVE),
    ]


TORCH = "benchmarks.programs.in_torch"
CONTEST = Contest(
    "LSTM cell (hidden 16) over 10 steps, batch 32, gradient",
    {
        **ours("benchmarks.programs.lstm:Chainrule", 300, 20),
        **in_jax("networks:LSTM:1", 300, 30, "JAX, scan"),
        **in_jax(f"networks:LSTM:{STEPS}", 300, 30, "JAX, unrolled"),
        "PyTorch nn.LSTMCell, one thread": Rival(f"{TORCH}:LSTMCell:1", 100, 10),
        "PyTorch nn.LSTM, one thread": Rival(f"{TORCH}:LSTM:1", 100, 10),
        "PyTorch nn.LSTM, default threads": Rival(f"{TORCH}:LSTM:default", 100, 10),
        "PyTorch by hand, one thread": Rival(f"{TORCH}:LSTMByHand:1", 100, 10),
        "torch.compile": Rival(f"{TORCH}:LSTMCompiled:1", 300, 20),
    },
    rows,
)

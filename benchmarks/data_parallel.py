"""Training on several devices: what they say to each other in one step, from the compiled text.

Four devices that are forced on one machine share its cores, so their time would say nothing; that
a step takes one all-reduce, of the gradient and the loss together, holds for four machines too.
"""

from __future__ import annotations

import re
from typing import Any

import jax
import numpy as np

import autograd
from benchmarks.measure import Numbers, Rival, in_own_processes
from benchmarks.moons import RATE
from benchmarks.programs.moons import Network, data

DEVICES = 4
COLLECTIVES = ("all-reduce", "all-gather", "all-to-all", "reduce-scatter", "collective-permute")


class Step:
    """The moons step, its batch spread over devices: loss, gradient and update in one jit."""

    def __init__(self) -> None:
        jax.config.update("jax_num_cpu_devices", DEVICES)
        mesh = jax.sharding.Mesh(jax.devices(), ("batch",))
        self.arguments = data()
        program = autograd.compile(Network().cost, backend="jax", mesh=mesh)
        self.functions = program.trace(*self.arguments).to_jax()

    def stepped(self, theta: Any, *arguments: Any) -> tuple[Any, Any]:
        """Parameters after the step, loss before it."""
        loss, gradient = self.functions.value_and_grad(theta, *arguments)
        return theta - RATE * gradient, loss

    def __call__(self) -> str:
        """The compiled text."""
        with jax.enable_x64():
            step = jax.jit(self.stepped).lower(self.functions.theta, *self.arguments)
            self.text = step.compile().as_text()
        return self.text

    def numbers(self) -> Numbers:
        """How many of each collective operation there are, by name."""
        return {name: np.array(count(name, self.text)) for name in COLLECTIVES}


def count(collective: str, text: str) -> int:
    """Operations of that name in a compiled text; one that is split counts by its start."""
    return len(re.findall(rf" {collective}(?:-start)?\(", text))


def report() -> None:
    """Print the table."""
    with in_own_processes({"step": Rival("benchmarks.data_parallel:Step", 1)}) as processes:
        found = processes["step"].numbers(1)
    print(f"\nData parallel: the moons step on {DEVICES} forced host devices, in compiled text")
    for name, times in found.items():
        print(f"  {name:28}{times:8d} a step")
    verdict = "met" if sum(found.values()) == found["all-reduce"] == 1 else "missed"
    print(f"  one all-reduce a step, and nothing else: {verdict}")

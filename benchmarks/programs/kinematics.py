"""Forward kinematics of an arm of seven joints: the Jacobian of its hand's position by the angles.

The arm is Franka Emika's Panda, by Denavit and Hartenberg's parameters in Craig's convention, with
a tool that is off the last axis, so that every joint moves it. For one pose, and for 10,000.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

import autograd
from benchmarks.contest import NATIVE, Contest, Row, against, in_jax, ours, within
from benchmarks.measure import Numbers, Rival, Seconds

POSES = 10_000
LINKS = (
    (0.0, 0.333, 1.0, 0.0),
    (0.0, 0.0, 0.0, -1.0),
    (0.0, 0.316, 0.0, 1.0),
    (0.0825, 0.0, 0.0, 1.0),
    (-0.0825, 0.384, 0.0, -1.0),
    (0.0, 0.0, 0.0, 1.0),
    (0.088, 0.0, 0.0, 1.0),
)
"""Of each link: a and d in metres, cos α and sin α."""
TOOL = (0.1, 0.0, 0.107)
Array = Any


def poses(count: int) -> Array:
    """Angles in radians: those of one pose, or a row for each of several."""
    angles = np.random.default_rng(0).uniform(-2.5, 2.5, (count, len(LINKS)))
    return angles[0] if count == 1 else angles


def arm(functions: ModuleType, q: Any) -> tuple[Any, Any, Any]:
    """The tool's x, y, z in metres, its coordinates turned and moved link by link to the base."""
    x, y, z = TOOL
    for (a, d, cos, sin), angle in zip(LINKS[::-1], q[::-1], strict=True):
        c, s = functions.cos(angle), functions.sin(angle)
        x, y, z = c * x - s * y + a, s * x + c * y, z + d
        y, z = cos * y - sin * z, sin * y + cos * z
    return x, y, z


def position(q: Any) -> tuple[Any, Any, Any]:
    """The same of Values."""
    return arm(autograd, q)


class Chainrule:
    """Scalar code for one pose; compiled, for one or over a batch."""

    def __init__(self, count: str, backend: str = "auto") -> None:
        self.q = poses(int(count))
        self.program = autograd.compile(
            position, argnums=0, batched=self.q.ndim == 2, reduce=None, backend=backend
        )

    def __call__(self) -> Array:
        """The Jacobians, one for each of x, y, z."""
        self.result = self.program.jacobian(self.q)
        return self.result

    def numbers(self) -> Numbers:
        """The last Jacobians."""
        return {"jacobian": np.stack(self.result, axis=-2)}


class Eager:
    """`autograd.jacobian` of the scalar code, recorded anew each time."""

    def __init__(self) -> None:
        self.q = poses(1).tolist()
        self.jacobian = autograd.jacobian(position)

    def __call__(self) -> Any:
        """The Jacobian."""
        self.result = self.jacobian(self.q)
        return self.result

    def numbers(self) -> Numbers:
        """The last Jacobian."""
        return {"jacobian": self.result}


def rows(seconds: Seconds) -> list[Row]:
    """One pose: native code against the clock, and against each."""
    return [
        within(seconds, NATIVE, 1e-5),
        against(seconds, "JAX", ours=NATIVE),
        against(seconds, "CasADi SX", ours=NATIVE),
    ]


def rows_of_many(seconds: Seconds) -> list[Row]:
    """Many poses: native code against JAX."""
    return [
        against(seconds, "JAX", 0.15, "native ≤ 0.15× JAX", NATIVE),
        against(seconds, "JAX"),
    ]


MAKE = "benchmarks.programs.kinematics"
CASADI = "benchmarks.programs.in_casadi"
ONE = Contest(
    "arm of seven joints, Jacobian, one pose",
    {
        **ours(f"{MAKE}:Chainrule:1", 2000, 200),
        "eager": Rival(f"{MAKE}:Eager", 100, 10),
        **in_jax("formulas:Arm:scalars:forward", 2000, 200),
        "CasADi SX": Rival(f"{CASADI}:arm", 2000, 200),
        "CasADi, buffers": Rival(f"{CASADI}:arm:buffers", 2000, 200),
    },
    rows,
)
MANY = Contest(
    f"arm of seven joints, Jacobian, {POSES:,} poses",
    {
        **ours(f"{MAKE}:Chainrule:{POSES}", 50, 5),
        **in_jax(f"formulas:Arm:scalars:forward:{POSES}", 20, 3, "JAX, scalars, forward"),
        **in_jax(f"formulas:Arm:scalars:reverse:{POSES}", 20, 3, "JAX, scalars, reverse"),
        **in_jax(f"formulas:Arm:matrices:reverse:{POSES}", 10, 2, "JAX, matrices, reverse"),
    },
    rows_of_many,
)

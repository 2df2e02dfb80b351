"""An arm of seven joints: its Jacobian by geometry, and angles that reach a point.

The arm is Franka Emika's Panda by Denavit and Hartenberg's parameters in Craig's convention. Joint
i turns about the axis zᵢ through oᵢ, so that it moves the tool at p by zᵢ × (p − oᵢ).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from application_support import BACKENDS, WAYS, Array, by, close
from scipy.optimize import least_squares, root

from autograd import cos, sin
from autograd.scipy import objective

LINKS = (
    (0.0, 0.333, 0.0), (0.0, 0.0, -1.0), (0.0, 0.316, 1.0), (0.0825, 0.0, 1.0),
    (-0.0825, 0.384, -1.0), (0.0, 0.0, 1.0), (0.088, 0.0, 1.0),
)  # fmt: skip
"""Of each link: a and d in metres, sin α of an angle of 0 or ±90°."""
TOOL = (0.1, 0.0, 0.107)
POSE = [0.3, -0.5, 0.2, -1.8, 0.1, 1.4, 0.6]


def position(q: Any) -> list[Any]:
    """The tool's place, its coordinates turned and moved link by link to the base."""
    x, y, z = TOOL
    for (a, d, tilt), angle in zip(LINKS[::-1], q[::-1], strict=True):
        c, s, level = cos(angle), sin(angle), 1.0 - abs(tilt)
        x, y, z = c * x - s * y + a, s * x + c * y, z + d
        y, z = level * y - tilt * z, tilt * y + level * z
    return [x, y, z]


def by_geometry(q: list[float]) -> tuple[Array, Array]:
    """The tool's place and its Jacobian, from the frames of all joints."""
    frame, axes, origins = np.eye(4), [], []
    for (a, d, s), angle in zip(LINKS, q, strict=True):
        c = 1.0 - abs(s)
        tilted = np.array([[1, 0, 0, a], [0, c, -s, -s * d], [0, s, c, c * d], [0, 0, 0, 1]])
        turned = np.eye(4)
        turned[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        frame = frame @ tilted @ turned
        axes.append(frame[:3, 2])
        origins.append(frame[:3, 3])
    place = (frame @ [*TOOL, 1.0])[:3]
    return place, np.cross(axes, place - origins).T


@pytest.mark.parametrize("way", WAYS)
def test_jacobian(way: str) -> None:
    place, slopes = by_geometry(POSE)
    close(position(POSE), place, rtol=1e-13)
    close(by(way, position).jacobian(POSE), slopes, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("backend", BACKENDS)
def test_angles_that_reach_a_point(backend: str) -> None:
    there = by_geometry([q + 0.2 for q in POSE])[0]
    miss = objective(
        lambda q, there: [x - y for x, y in zip(position(q), there, strict=True)], backend=backend
    )
    found = least_squares(miss.fun, POSE, miss.jac, args=(there,), xtol=1e-15, gtol=1e-15)
    close(by_geometry(found.x)[0], there, rtol=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_joints_by_the_law_of_cosines(backend: str) -> None:
    upper, fore, (x, y) = 1.0, 0.7, (0.9, 0.8)
    elbow = math.acos((x * x + y * y - upper**2 - fore**2) / (2.0 * upper * fore))
    shoulder = math.atan2(y, x) - math.atan2(fore * math.sin(elbow), upper + fore * math.cos(elbow))
    miss = objective(
        lambda q: [
            upper * cos(q[0]) + fore * cos(q[0] + q[1]) - x,
            upper * sin(q[0]) + fore * sin(q[0] + q[1]) - y,
        ],
        backend=backend,
    )
    found = root(miss.fun, [0.1, 1.0], jac=miss.jac, tol=1e-13)
    close(found.x, [shoulder, elbow], rtol=1e-10)

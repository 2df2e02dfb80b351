"""Kinks and jumps of a function, found from its slopes on both sides."""

from __future__ import annotations

import math
from collections.abc import Callable

SMALL, SMALLER = 1e-4, 1e-6
"""Steps, in units of x but of no more than 1, at which the slopes on both sides are compared."""


def slopes_beside(
    change: Callable[[float], float], x: float, floor: float
) -> tuple[float, float] | None:
    """The slopes left and right of `x`, if they stay apart however small the step.

    Where a function is smooth their distance falls with the step, and at a kink it stays as it
    is. Where the function jumps, a slope grows as the step falls: it is infinite. `change` is how
    much the function changes over a step from `x`, `floor` how far rounding alone can move it.

    >>> slopes_beside(lambda step: abs(1.0 + step) - 1.0, 1.0, 1e-16) is None
    True
    >>> slopes_beside(abs, 0.0, 0.0)
    (-1.0, 1.0)
    """
    unit = min(1.0, abs(x)) or 1.0
    far, near = (
        (-change(-size) / size, change(size) / size) for size in (SMALL * unit, SMALLER * unit)
    )
    if not all(map(math.isfinite, (*far, *near))):
        return None
    noise = 1e3 * floor / (SMALLER * unit)
    if any(abs(n) > max(noise, 20.0 * abs(f)) for f, n in zip(far, near, strict=True)):
        return -math.inf, math.inf
    apart, nearer = abs(far[1] - far[0]), abs(near[1] - near[0])
    return near if nearer > max(noise, 0.5 * apart) else None

"""The range of an axis, from a number to a larger one."""

from __future__ import annotations

import math

from viz.errors import DrawingError

Range = tuple[float, float]


def checked_range(given: Range, what: str) -> Range:
    """Both ends of a range, as floats.

    Raises:
        DrawingError: it is no pair of finite numbers, or empty.

    >>> checked_range((-1, 2), "x_range")
    (-1.0, 2.0)
    """
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        raise DrawingError(
            f"{what}= is a pair of numbers such as (-1.0, 1.0), not {given!r:.60}"
        ) from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise DrawingError(f"{what}= goes from a number to a larger one, not from {low} to {high}")
    return low, high

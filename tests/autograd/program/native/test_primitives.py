"""Every primitive as native code: of one example, and in the lanes of a batch."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from autograd_support import FEW, sample
from program_support import assert_close, eager
from registry import COUNTS, variants

from autograd import compile as compiled
from autograd.primitives.primitive import Primitive

EDGES = (
    0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, math.inf, -math.inf, math.nan, 1e20, -1e20, 1e-300,
    5e-324, -1e308,
)  # fmt: skip


def rows(primitive: Primitive, count: int) -> list[list[float]]:
    """Operands all over the domain, at kinks and at the edges of IEEE 754."""
    if count == 1:
        domain = primitive.domain[0] if primitive.arity else (-math.inf, math.inf)
        return [[x] for x in (*sample(domain, primitive.kinks), *EDGES)]
    if count == 2:
        near = itertools.product(FEW, [y * 1.125 for y in FEW])
        return [[x, y] for x, y in (*near, *itertools.product(EDGES, EDGES))]
    found = [[spread * math.sin(1.0 + 2.3 * i) + 0.05 for i in range(count)]
             for spread in (0.1, 1.0, 6.0)]  # fmt: skip
    # what several subnormal numbers round to, and those beyond all floats, depends on the order
    edges = [y for y in EDGES if y not in (5e-324, -1e308)]
    return found + [[x] + [y] * (count - 1) for x, y in itertools.product(EDGES, edges)]


@pytest.mark.parametrize(("primitive", "constants"), variants())
def test_every_primitive(primitive: Primitive, constants: dict[str, Any]) -> None:
    bound = primitive.bind(**constants) if constants else primitive
    counts = (bound.arity,) if bound.arity else COUNTS.get(bound.name, (1, 2, 7))

    def f(xs: Any) -> Any:
        return bound(list(xs)) if bound.arity is None else bound(*xs)

    program = compiled(f, argnums=0, reduce=None, backend="native")
    for count in counts:
        points = rows(bound, count)
        want = [eager(f, [row]) for row in points]
        of_batch = zip(*program.value_and_grad(np.array(points)), strict=True)
        of_one = (program.value_and_grad(row) for row in points)
        for row, (value, _, slopes), *both in zip(points, want, of_batch, of_one, strict=True):
            for got, gradient in both:
                what = f"{bound.name}{tuple(row)}"
                assert_close(got, value, rel=1e-12, scale=0.0, what=what)
                for g, w in zip(gradient, slopes, strict=True):
                    assert_close(g, w, rel=1e-12, scale=0.0, what=f"a slope of {what}")

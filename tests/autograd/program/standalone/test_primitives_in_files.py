"""Every primitive on its grid and at the edges of IEEE 754, in files of every language."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import pytest
from autograd_support import FEW, sample
from file_support import Case, Suite
from registry import COUNTS, VARIANTS

from autograd import PRIMITIVES
from autograd.primitives.primitive import Primitive

EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, math.inf, -math.inf, math.nan, 1e20, -1e20, 1e-300,
         5e-324, -1e308)  # fmt: skip
LANGUAGES = ("c", "js", "straight", "arrays")


def cases() -> list[Case]:
    bound = [(name, {}) for name in PRIMITIVES]
    bound += [(name, constants) for name, given in VARIANTS.items() for constants in given]
    found = []
    for name, constants in bound:
        primitive = PRIMITIVES[name].bind(**constants) if constants else PRIMITIVES[name]
        for count in _counts(primitive):
            points = _points(primitive, count)
            found.append(Case(f"{name}_{len(found)}", _function(primitive), points))
    return found


def _counts(primitive: Primitive) -> tuple[int, ...]:
    return (primitive.arity,) if primitive.arity else COUNTS.get(primitive.name, (1, 2, 7))


def _function(primitive: Primitive) -> Any:
    if primitive.arity is None:
        return lambda xs: primitive(xs)
    return lambda xs: primitive(*xs)


def _points(primitive: Primitive, count: int) -> list[list[Any]]:
    if count == 1:
        domain = primitive.domain[0] if primitive.arity else (-math.inf, math.inf)
        return [[[x]] for x in (*sample(domain, primitive.kinks), *EDGES)]
    if count == 2:
        pairs = [
            *itertools.product(FEW, [y * 1.125 for y in FEW]),
            *itertools.product(EDGES, EDGES),
        ]
        return [[[x, y]] for x, y in pairs]
    points = [[spread * math.sin(1.0 + 2.3 * i) + 0.05 for i in range(count)]
              for spread in (0.1, 1.0, 6.0)]  # fmt: skip
    # what several subnormal numbers round to, and those beyond all floats, depends on the order
    edges = [y for y in EDGES if y not in (5e-324, -1e308)]
    points += [[x] + [y] * (count - 1) for x, y in itertools.product(EDGES, edges)]
    return [[xs] for xs in points]


@pytest.fixture(scope="module")
def suite() -> Suite:
    return Suite(cases())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_primitive(suite: Suite, language: str, tmp_path: Path) -> None:
    suite.assert_agrees_in(language, tmp_path, optimised=1)

"""The arithmetic of live pages, in a real browser: every primitive against Python's floats."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from autograd_support import FEW, assert_close, sample
from registry import COUNTS, VARIANTS

from autograd import PRIMITIVES, Graph, Primitive, Value, to_javascript
from viz.pages import asset
from viz.text import number

EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, math.inf, -math.inf, math.nan, 1e20, -1e20, 1e-300,
         5e-324, -1e308)  # fmt: skip
RUN = """
const all = numbers();
const text = (x) => x === undefined ? "none" : Object.is(x, -0) ? "-0" : String(x);
window.found = POINTS.map((point) => {
  point.forEach((x, i) => { all[1 + i] = Number(x); });
  forward(all);
  const { locals, gradients } = backward(all);
  const leaves = point.map((_, i) => gradients[1 + i]);
  return [all[OUTPUT], ...locals[OUTPUT], ...leaves].map(text);
});
"""


def points(primitive: Primitive, count: int) -> list[list[float]]:
    """The grid of its domain, its kinks, and the edges of IEEE 754."""
    if count == 1:
        domain = primitive.domain[0] if primitive.arity else (-math.inf, math.inf)
        return [[x] for x in (*sample(domain, primitive.kinks), *EDGES)]
    if count == 2:
        return [[x, y] for some in (FEW, EDGES) for x in some for y in some]
    found = [[6.0 * math.sin(1.0 + 2.3 * i) + 0.05 for i in range(count)]]
    # what several subnormal numbers round to, and those beyond all floats, depends on the order
    edges = [y for y in EDGES if y not in (5e-324, -1e308)]
    return found + [[x] + [y] * (count - 1) for x in EDGES for y in edges]


def applied(primitive: Primitive, xs: list[float]) -> Graph:
    values = [Value(x) for x in xs]
    return Graph.of(primitive(*values) if primitive.arity else primitive(values))


def read(text: str) -> float | None:
    return None if text == "none" else float(text.replace("Infinity", "inf"))


def given(x: float) -> str:
    return "NaN" if x != x else repr(x).replace("inf", "Infinity")


def variants() -> list[Any]:
    every = [(p, {}) for p in PRIMITIVES.values()]
    return every + [(PRIMITIVES[name], c) for name, cs in VARIANTS.items() for c in cs]


def test_every_primitive_to_twelve_digits(browser) -> None:
    tried = 0
    for primitive, constants in variants():
        bound = primitive.bind(**constants) if constants else primitive
        counts = (primitive.arity,) if primitive.arity else COUNTS.get(primitive.name, (1, 2, 7))
        for count in counts:
            at = points(bound, count)
            graph = applied(bound, [1.0] * count)
            output = graph.ends[-1]
            task = (
                f"const OUTPUT = {output}, POINTS = {json.dumps([[*map(given, p)] for p in at])};"
            )
            script = f"(() => {{ {to_javascript(graph)}\n{task}\n{RUN} }})();"
            found = browser.run(f"{script} return window.found;")
            for xs, texts in zip(at, found, strict=True):
                made = applied(bound, xs)
                slopes = made.gradients()
                wanted = [made.values[output].data, *made.values[output].local_gradients]
                wanted += [slopes.get(i) for i in range(1, count + 1)]
                for text, want in zip(texts, wanted, strict=True):
                    got = read(text)
                    assert (got is None) == (want is None), f"{bound} of {xs}: {got}, {want}"
                    if got is not None:
                        assert_close(got, want, what=f"{bound} of {xs}")
                        tried += 1
    assert tried > 20_000


TEXTS = [
    0.0, -0.0, 1.0, -1.0, 0.5, 1234.4, 1234.5, 1235.5, 9999.4, 9999.5, 10000.0, 12345.0, 99995.0,
    1.0625, 1.0635, 0.03125, 2.03125, 0.001, 0.0009999, 0.00099999, 0.0001234, 1e-5, 1.25e-7, 1e22,
    1e100, -1.7e308, 5e-324, 1 / 3, 2 / 3, -0.1, 1e-4, 0.12345, 0.62345, math.inf, -math.inf,
    math.nan,
]  # fmt: skip


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-8, 1e5, 1e120])
def test_numbers_are_written_as_python_writes_them(browser, scale: float) -> None:
    some = [x * scale for x in TEXTS] + [k / 64 * scale for k in range(-640, 640, 7)]
    some += [k / 1024 * scale for k in range(1, 40_000, 97)]
    texts = browser.run(
        f"{asset('numbers.js')} return arguments[0].map((x) => number(Number(x)));",
        [*map(given, some)],
    )
    assert dict(zip(map(repr, some), texts, strict=True)) == {repr(x): number(x) for x in some}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2", 2.0), (" -1,5 ", -1.5), ("−3e−2", -0.03), ("inf", math.inf), ("-∞", -math.inf),
     ("1e400", math.inf), ("", None), ("two", None), ("1 2", None), ("0x10", 16.0)],
)  # fmt: skip
def test_numbers_are_read_as_they_are_typed(browser, typed: str, meant: float | None) -> None:
    found = browser.run(f"{asset('numbers.js')} return String(read(arguments[0]));", typed)
    assert (None if found == "undefined" else read(found)) == meant

"""Native source: every instruction that runs, as a line of text that a reader can run, too."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd import compile as compiled
from autograd.primitives.operations import OPERATIONS

W = [Value(0.5), Value(-1.5)]
SHARED, EACH, AFTER = "# what the examples share", "# for each example", "# after the last example"


def loss(x: Any, k: Any) -> Any:
    return ag.where(x[1] > 0.0, ag.sigmoid(W[0] * x[0]), ag.log(x[1])) * ag.exp(k * W[1])


def sections(text: str) -> dict[str, list[str]]:
    """The lines under each heading."""
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line in text.splitlines():
        if line in (SHARED, EACH, AFTER):
            name = line
            found[name] = []
        elif line and not line.startswith("#"):
            found[name].append(line)
    return found


def test_the_listing_of_a_batch_computes_what_the_program_does() -> None:
    rng = np.random.default_rng(0)
    x, k = rng.normal(size=(5, 2)), 0.25
    program = compiled(loss, reduce="sum", backend="native").trace(x, k)
    value, gradient = program.value_and_grad(x, k)
    parts = sections(str(program.source))
    scope: dict[str, Any] = {**OPERATIONS, "seed": 1.0, "n": 5, "x1": k, "total": [0.0] * 9}
    scope |= {f"p{i}": p.data for i, p in enumerate(program.parameters)}
    scope |= {"shared": [0.0] * 9, "out": [0.0] * 3}
    with np.errstate(all="ignore"):
        exec("\n".join(parts[SHARED]), scope)
        for row in x:
            scope["x0"] = row
            exec("\n".join(parts[EACH]), scope)
        exec("\n".join(parts[AFTER]), scope)
    np.testing.assert_allclose(scope["out"], [value, *gradient], 1e-13)


def test_the_listing_of_one_example() -> None:
    program = compiled(loss, argnums=0, backend="native").trace([0.5, 2.0], 0.25)
    text = str(program.source)
    assert text.startswith("# x0: argument 0\n# x1: argument 1\n# p0, p1, …: parameters\n\n")
    scope: dict[str, Any] = {**OPERATIONS, "x0": [0.5, 2.0], "x1": 0.25, "seed": 1.0}
    scope |= {f"p{i}": p.data for i, p in enumerate(program.parameters)} | {"out": [0.0] * 3}
    exec(text, scope)
    value, slopes = program.value_and_grad([0.5, 2.0], 0.25)
    np.testing.assert_allclose(scope["out"], [value, *slopes], 1e-13)


def test_a_program_of_nothing() -> None:
    assert str(compiled(lambda: 2.0, backend="native").trace().source) == "\nout[0] = 2.0"
    program = compiled(lambda xs: ag.sum([*xs, W[0]]), batched=False, backend="native")
    assert program(np.array([])) == 0.5
    assert program.value_and_grad(np.zeros((0, 3)))[1].tolist() == [1.0]
    assert "argument" not in str(program.source)


def test_what_is_printed_is_as_long_as_what_runs() -> None:
    program = compiled(loss, backend="native").trace(np.ones((3, 2)), 2.0)
    source = program.source
    assert len(source) == program.stats.statements
    assert repr(source) == f"<source of {len(source)} instructions>"
    assert "define void @whole(" in source.code
    assert source.code.count("fmul <") == str(source).split(EACH)[1].split(AFTER)[0].count(" * ")


def test_labels_are_not_in_the_text() -> None:
    hostile = 'w"\n}\ndefine void @whole() { ret void }; {0} %x $y'
    w = Value(2.0, label=hostile)

    def f(x: Any) -> Any:
        y = w * x
        y.label = hostile
        return y * y

    program = compiled(f, backend="native").trace(np.ones(3))
    assert program(np.array([1.0, 2.0])).tolist() == [4.0, 16.0]
    for text in (str(program.source), program.source.code):
        assert "ret void };" not in text
        assert "$y" not in text


@pytest.mark.parametrize("c", [math.inf, -math.inf, math.nan, -0.0, 5e-324, 1e300])
def test_numbers_in_the_text_are_exact(c: float) -> None:
    program = compiled(lambda x: ag.where(x > 0.0, c, x), backend="native")
    assert np.float64(program(1.0)).tobytes() == np.float64(c).tobytes() or c != c
    assert np.isnan(program(1.0)) == (c != c)
    bits = np.float64(c).view(np.uint64)
    assert re.search(f"0x{int(bits):016X}", program.source.code)

"""Loops in files of C, JavaScript and Python: the eager engine's numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from file_support import Case, Suite
from loop_cases import CASES, PARAMETERS, B, W, nested, unrolled

import autograd as ag
from autograd import scan


def many(x: Any) -> Any:
    """Loops among so many operations that the file's functions are cut into pieces."""
    total = x
    for i in range(60):
        total = ag.tanh(total * W + ag.sin(x * float(i)) * B)
        if i % 20 == 5:
            last, ys = scan(lambda c, x: (c * W + x, c * x), total, [x, total, 0.5])
            total = total + last * ys[1]
    return total * nested(scan)(total)


@pytest.fixture(scope="module")
def suite() -> Suite:
    found = []
    for case in CASES:
        f, points = case(scan), [[0.7], [1.3]]
        found.append(Case(f"{case.__name__}_by_inputs", f, points, scale=1.0))
        found.append(Case(f"{case.__name__}_by_parameters", f, points, 1e-12, 1.0, PARAMETERS))
    found.append(Case("many", many, [[0.7], [-0.2]], 1e-11, 1.0))
    return Suite(found)


@pytest.mark.parametrize("language", ["c", "js", "straight"])
def test_loops(suite: Suite, language: str, tmp_path: Path) -> None:
    suite.assert_agrees_in(language, tmp_path)


def test_a_file_has_a_loop(tmp_path: Path) -> None:
    f = ag.compile(lambda x: scan(lambda c, _: (c * W, None), x, length=100_000)[0]).trace(1.0)
    text = f.export(tmp_path / "f.c").read_text()
    assert "for (int r6 = 0; r6 < 100000; r6++) {" in text
    assert "for (int r15 = 99999; r15 >= 0; r15--) {" in text
    assert "Takes 800,024 bytes of the stack." in text
    assert len(text) < 3000


def test_cases_are_what_they_say() -> None:
    for case in CASES:
        found, expected = float(case(scan)(0.7)), float(case(unrolled)(0.7))
        assert found == pytest.approx(expected, rel=1e-14)

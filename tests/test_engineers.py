"""docs/engineers.md keeps its word. Its snippets run as doctests."""

from __future__ import annotations

import math
import random
import re
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.special

import autograd as ag
from autograd import TraceError

PAGE = (Path(__file__).parents[1] / "docs" / "engineers.md").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("## Coming from elsewhere") :]


def test_every_name_of_the_last_table_exists() -> None:
    ours = [row.split("|")[2] for row in TABLE.splitlines() if row.startswith("| ")]
    names = re.findall(r"`autograd\.([\w.]+)`", " ".join(ours))
    assert len(names) > 30
    for name in names:
        reduce(getattr, name.split("."), ag)


def test_every_file_it_links_exists() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (Path(__file__).parents[1] / "docs" / link).exists(), link


def filled(x: Any) -> Any:
    a = np.zeros(2)
    a[0] = x
    return a[0]


REFUSED: dict[str, tuple[Any, str]] = {
    "`if x > 0:`": (lambda x: x if x > 0.0 else 0.0, "where"),
    "`float(x)`": (float, "the same in every later run"),
    "`math.exp(x)`": (math.exp, "the same in every later run"),
    "`a[i] = x`": (filled, "the same in every later run"),
    "`scipy.special.j0(x)`": (scipy.special.j0, "not among the functions"),
    "`while error > 1e-9:`": (lambda x: halved(x), "where"),
    "`np.linalg.solve(A, b)`": (lambda x: np.linalg.solve(np.array([[x]]), [1.0])[0], "dtype"),
    "`random.random()`": (lambda x: x * random.random(), "random"),
}


def halved(x: Any) -> Any:
    while x > 1e-9:
        x = 0.5 * x
    return x


@pytest.mark.parametrize("name", REFUSED)
def test_what_it_says_is_refused_is_refused(name: str) -> None:
    f, said = REFUSED[name]
    assert name in PAGE
    with pytest.raises((TraceError, TypeError), match=said):
        ag.compile(f)(1.0)


def test_numpys_functions_of_values_are_ours() -> None:
    assert ag.grad(np.exp)(0.0) == 1.0
    assert ag.grad(scipy.special.erf)(0.0) == ag.grad(ag.erf)(0.0)

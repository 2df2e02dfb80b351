"""README.md and CONTRIBUTING.md keep their word. README's snippets run as doctests."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from viz import find_engine
from viz.demo import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_is_what_the_demo_draws(tmp_path: Path) -> None:
    if "graphviz-pure" not in str(find_engine()):
        pytest.skip("another layout engine comes first here; it gives other bytes")
    assert main(["--out", str(tmp_path)]) == 0
    drawn = (tmp_path / "neuron.svg").read_bytes()
    assert drawn == (ROOT / "docs" / "neuron.svg").read_bytes()


def test_the_blocks_of_contributing_are_a_primitive_and_a_loss() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    primitive, loss = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    entered: list[dict[str, object]] = []
    names = {
        **vars(autograd), **vars(nn.losses), "math": math, "np": np,
        "enter": lambda **facts: lambda f: entered.append(facts) or f,
    }  # fmt: skip
    try:
        exec(primitive, names)
        bell, log_cosh = names["bell"], exec(loss, names) or names["log_cosh"]
        assert bell(-3.0) == math.exp(-9.0)
        autograd.check_grads(bell, [-0.7], order=2)
        assert autograd.compile(bell)(np.array([0.0, 1.0])).tolist() == [1.0, math.exp(-1.0)]
        expected = 0.5 * math.log(math.cosh(1.0) * math.cosh(2.0))
        assert log_cosh([1.0, 2.0], [0.0, 4.0]) == pytest.approx(expected)
        assert entered == [{"targets": "numbers"}]
    finally:
        autograd.PRIMITIVES.pop("bell", None)


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make (\w+)", README)) - {"measures"}:
        assert f"\n{target}:" in makefile, target


def test_every_file_it_links_exists() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link

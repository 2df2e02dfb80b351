"""README.md keeps its word. Its snippet's numbers run as a doctest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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


def test_the_block_it_shows_is_the_block_there_is() -> None:
    shown = re.search(r"    local=lambda out, x: sigmoid\(x\).*\n", README)
    block = (ROOT / "autograd" / "primitives" / "activations.py").read_text(encoding="utf-8")
    assert shown is not None
    assert "local=lambda out, x: sigmoid(x)," in block
    assert "return max(x, 0.0) + math.log1p(math.exp(-abs(x)))" in README
    assert "return max(x, 0.0) + math.log1p(math.exp(-abs(x)))" in block


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make (\w+)", README)) - {"measures"}:
        assert f"\n{target}:" in makefile, target


def test_every_file_it_links_exists() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link

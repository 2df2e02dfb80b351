"""Figures whose DOT text and SVG structure are kept in `golden/`.

`GOLDEN_UPDATE=1 python -m pytest tests/viz/figure/test_golden.py` writes them anew; read the
difference.
"""

import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from autograd import Value
from viz import draw, find_engine
from viz.demo import PARAMETERS
from viz.demo import neuron as document_004

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"
BACKWARD = {
    "regression": (lambda build: build.regression(), {"wrt": ["w", "b"]}),
    "fan_out": (lambda build: build.fan_out(), {}),
    "neuron_004": (lambda build: document_004()["C"], {"wrt": PARAMETERS}),
    "square": (lambda build: build.square(), {}),
    "mlp": (lambda build: build.mlp(), {}),
    "moons_1": (lambda build: build.moons(1), {}),
    "moons_100": (lambda build: build.moons(100), {}),
    "rnn": (lambda build: build.unrolled(4), {}),
    "path": (lambda build: build.fan_out(), {"path": ("b", "f")}),
}
FORWARD_ONLY = {
    "before_backward": (lambda build: build.regression(), {"wrt": ["w", "b"]}),
    "nan_inf": (lambda build: _not_finite(), {}),
}


def _not_finite() -> Value:
    return Value(float("nan"), label="n") * Value(float("-inf"), label="i")


def figure(build, name: str):
    make, options = (BACKWARD | FORWARD_ONLY)[name]
    root = make(build)
    if name in BACKWARD:
        root.backward()
    return draw(root, **options)


def structure(svg: str) -> str:
    """Ids, classes and texts of an SVG, without coordinates."""
    lines = []
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        texts = [text.text or "" for text in group.iter(f"{SVG}text")]
        if group.get("class") and group.get("class") != "graph":
            lines.append(f"{group.get('id')} [{group.get('class')}] {' | '.join(texts)}".rstrip())
    return "\n".join(lines) + "\n"


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("GOLDEN_UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "GOLDEN_UPDATE=1 writes it anew"


@pytest.mark.parametrize("name", BACKWARD | FORWARD_ONLY)
def test_dot_text(build, name: str) -> None:
    compare(f"{name}.gv", figure(build, name).source)


@pytest.mark.parametrize("name", BACKWARD | FORWARD_ONLY)
def test_svg_structure(build, name: str) -> None:
    if "graphviz-pure" not in find_engine():
        pytest.skip("another layout engine comes first here; it may order elements otherwise")
    compare(f"{name}.txt", structure(figure(build, name).svg))


def test_golden_files_are_small() -> None:
    assert sum(path.stat().st_size for path in GOLDEN.iterdir()) < 200_000

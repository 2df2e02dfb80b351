"""Text that can be read: no figure of the documentation has any below 10 pixels at 860."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from autograd import Value, logsumexp, tanh
from notebooks.execution import committed, paths
from viz import draw
from viz.figure.drawing import Node, Wire

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"
LEAST = 10.0


def smallest_text(svg: str, width: float = 860) -> float:
    """The size in pixels of the smallest text of a figure that is shown at most so wide."""
    root = ElementTree.fromstring(svg)
    natural = float(root.get("width").removesuffix("pt")) / 0.75
    scale = min(natural, width) / float(root.get("viewBox").split()[2])
    graph = next(root.iter(f"{SVG}g"))
    inner = re.search(r"scale\(([\d.]+)", graph.get("transform", ""))
    scale *= float(inner[1]) if inner else 1.0
    return scale * min(float(text.get("font-size")) for text in root.iter(f"{SVG}text"))


def chain(count: int) -> Value:
    x = Value(0.7, label="x")
    for _ in range(count):
        x = tanh(1.5 * x + 0.1)
    return x


@pytest.mark.parametrize(
    "name", ["regression", "fan_out", "square", "marked", "neuron", "mlp", "moons", "unrolled"]
)
def test_every_kind_of_figure_is_legible(build, name: str) -> None:
    root = getattr(build, name)()
    root.backward()
    assert smallest_text(draw(root).svg) >= LEAST


@pytest.mark.parametrize("name", ["regression", "nonlinear"])
def test_a_narrower_page_has_more_rows(build, name: str) -> None:
    root = build.regression() if name == "regression" else chain(3)
    narrow = draw(root, width="11cm", legend=False)
    assert smallest_text(narrow.svg, 11 / 2.54 * 96) >= LEAST
    assert len(narrow.drawing.elements) > len(draw(root, legend=False).drawing.elements)


@pytest.mark.parametrize("count", [3, 12, 40])
def test_a_chain_goes_on_below(count: int) -> None:
    figure = draw(chain(count), max_nodes=None)
    assert smallest_text(figure.svg) >= LEAST
    assert smallest_text(draw(chain(12), wrap=False).svg) < LEAST


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.name[:2])
def test_every_figure_of_the_notebooks_is_legible(path: Path) -> None:
    outputs = [out for cell in committed(path).cells for out in cell.get("outputs", [])]
    for svg in (out.get("data", {}).get("image/svg+xml", "") for out in outputs):
        if 'class="graph"' in svg:
            assert smallest_text(svg) >= LEAST


def places(figure) -> dict[str, tuple[float, float]]:
    """The upper left text of each wire."""
    found = {}
    for group in ElementTree.fromstring(figure.svg).iter(f"{SVG}g"):
        texts = list(group.iter(f"{SVG}text"))
        if group.get("class") == "node wire" and texts:
            found[group.get("id")] = (float(texts[0].get("x")), float(texts[0].get("y")))
    return found


def test_rows_read_from_top_to_bottom_and_nothing_is_lost() -> None:
    root = chain(5)
    figure = draw(root, max_nodes=None)
    at = places(figure)
    assert len(at) == len(figure.scene.wires) + 1
    order = sorted(at, key=lambda name: int(re.match(r"w(\d+)", name)[1]))
    rows = [at[name][1] for name in order]
    assert rows == sorted(rows)
    assert len(set(rows)) > 1
    pills = [e for e in figure.drawing.elements if isinstance(e, Node) and e.stands_for]
    assert len(pills) == 2 * (len(set(rows)) - 1)
    for one in (e for e in figure.drawing.elements if isinstance(e, Wire)):
        assert one.start in ("", one.source) or one.start in {p.id for p in pills}


def test_a_frame_is_not_cut_where_it_fits(build) -> None:
    figure = draw(build.unrolled(4))
    frames = re.findall(r"subgraph (\w+)", figure.source)
    assert len(frames) == 4
    assert "_row" not in figure.source


def test_half_a_square_is_one_operation(build) -> None:
    y = 0.5 * (Value(3.0, label="r")) ** 2
    y.backward()
    assert "½( )²" in draw(y).svg
    assert "½( )²" not in draw(y, constants=True).svg
    assert "½( )²" not in draw(y, path=("r", y)).svg
    square = Value(3.0, label="r") ** 2
    assert "½( )²" not in draw(0.5 * square + square).svg


def test_a_leaf_says_how_its_gradient_adds_up() -> None:
    x = Value(2.0, label="x")
    y = x * 4.0 + x * x
    y.backward()
    assert "∂ 8 = 4 + 2 + 2" in draw(y).svg
    y.backward()  # a leaf that holds more than one pass says nothing of sums
    assert " = 4 + 2" not in draw(y).svg


def test_the_first_nan_is_framed() -> None:
    x = Value(-1.0, label="x")
    figure = draw((x.log() * 2.0 + 1.0) * Value(float("inf"), label="i"))
    marked = [e.id for e in figure.drawing.elements if isinstance(e, Node) and e.first]
    assert marked == ["v2"]
    assert "framed: nan or inf begins here" in figure.svg
    zero = Value(0.0, label="z")
    root = zero.sqrt() * 3.0
    root.backward()
    marked = [e.id for e in draw(root).drawing.elements if isinstance(e, Node) and e.first]
    assert marked == ["v2"]
    assert "framed" not in draw(Value(1.0) * 2.0).svg


def test_minus_of_one_and_of_two_are_told_apart() -> None:
    a, b = Value(3.0, label="a"), Value(2.0, label="b")
    svg = draw(-(a - b)).svg
    assert svg.count(">−( )<") == 1
    assert svg.count(">−<") == 1


def test_lse_is_explained() -> None:
    zs = [Value(v, label=f"z{v:g}") for v in (1.0, 2.0)]
    assert "LSE: log Σ exp" in draw(logsumexp(zs)).svg
    assert "log Σ exp" not in draw(zs[0] + zs[1]).svg
    assert "log Σ exp" not in draw(logsumexp(zs), notes=False).svg

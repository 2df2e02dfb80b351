"""SVG that is safe to put anywhere."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

import nn
from autograd import Value
from viz import draw, step
from viz.errors import DrawingError
from viz.layout.svg import LEGIBLE, WIDEST, cleaned, fluid, inline, legible

NASTY = [
    "</text><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "javascript:alert(1)",
    'x" URL="javascript:alert(1)" y="',
    'x" href="https://example.org" id="v1',
    "]]><!-- -->",
    "<!DOCTYPE a><!ENTITY b>",
    "&lt;script&gt;&#60;b&#62;",
    '\\N \\G \\" \\',
    "><image href='x'/>",
    "a];\nb [URL=x]",
    "w[0]; } digraph {",
]


def attributes(svg: str) -> list[tuple[str, str]]:
    return [pair for element in ElementTree.fromstring(svg).iter() for pair in element.items()]


def check_harmless(svg: str) -> None:
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "title", "text", "path", "polygon", "polyline", "ellipse"}
    for name, value in attributes(svg):
        name = name.rpartition("}")[2]
        assert not name.startswith("on"), name
        assert name not in ("href", "src", "style"), (name, value)
        assert name == "font-family" or "javascript" not in value
    assert "<!" not in svg


@pytest.mark.parametrize("label", NASTY)
def test_labels_cannot_inject(label: str) -> None:
    model = nn.MLP(2, [2, 1], seed=0)
    xs = [Value(v, label=label) for v in (1.0, 2.0)]
    root = model(xs) * 2.0
    root.label = label
    for options in ({}, {"max_nodes": 10}, {"max_nodes": 1}, {"depth": 1}, {"dark": True}):
        figure = draw(root, title=label, path=(xs[0], root), **options)
        check_harmless(figure.svg)
        check_harmless(figure.inline("f-"))


@pytest.mark.parametrize("label", NASTY)
def test_paths_of_parameters_cannot_inject(label: str) -> None:
    class Path(str):
        __slots__ = ()

    w, b = (Value(2.0, label=Path(f"{label}.neuron1.{name}")) for name in ("w[0]", "b"))
    root = (w * 3.0 + b).tanh() * 2.0
    for options in ({}, {"max_nodes": 1}):
        check_harmless(draw(root, **options).svg)


def test_the_card_is_opaque(build) -> None:
    root = ElementTree.fromstring(draw(build.mlp()).svg)
    card = next(root.iter("{http://www.w3.org/2000/svg}polygon"))
    assert card.get("fill") == "white"


def test_nothing_points_outside(build) -> None:
    svg = draw(build.mlp()).svg
    addresses = set(re.findall(r"\w+://[^\"' >]+", svg))
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_two_figures_in_one_page(build) -> None:
    figures = [draw(build.mlp()).inline(prefix) for prefix in ("a-", "b-")]
    page = ElementTree.fromstring(f"<div>{''.join(figures)}</div>")
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) > 20
    assert {i[:2] for i in ids} == {"a-", "b-"}


def test_an_inline_figure_keeps_its_colours(build) -> None:
    figure = draw(build.mlp())
    colours = {value for name, value in attributes(figure.svg) if name in ("fill", "stroke")}
    inside = attributes(figure.inline("f-"))
    assert {value for name, value in inside if name in ("fill", "stroke")} == colours


def test_texts_that_look_like_ids_are_left_alone() -> None:
    figure = draw(Value(1.0, label='a id="x"')).inline("f-")
    assert 'a id="x"' in [e.text for e in ElementTree.fromstring(figure).iter()]


@pytest.mark.parametrize("prefix", ["", "1", 'a"', "a b", "<"])
def test_a_prefix_must_be_one(build, prefix: str) -> None:
    with pytest.raises(DrawingError, match="prefix="):
        draw(build.square()).inline(prefix)


def test_cleaning() -> None:
    assert cleaned("<!-- a -->\n<svg/>") == "<svg/>"
    assert inline('<svg><path fill="url(#g)"/></svg>', "p") == '<svg><path fill="url(#pg)"/></svg>'


def test_text_stays_readable_in_a_long_graph() -> None:
    x = Value(1.0)
    for _ in range(30):
        x = x * 1.5
    svg = draw(x, wrap=False).svg
    width = float(re.search(r'<svg width="(\d+)pt"', svg)[1])
    box = re.search(r'viewBox="0.00 0.00 ([\d.]+)', svg)[1]
    scale = float(re.search(r'transform="scale\(([\d.]+)', svg)[1])
    assert scale < LEGIBLE
    assert width / float(box) * scale >= min(0.99 * LEGIBLE, WIDEST * scale)
    assert "A long graph: the SVG is wider than a page" in svg
    assert legible("<svg/>") == "<svg/>"
    assert fluid(svg).count("max-width") == 1


def test_a_dense_graph_has_straight_lines(build) -> None:
    assert "splines=line;" in draw(build.by_hand(4, (2, 10, 10, 1)), max_nodes=None).source
    assert "splines" not in draw(build.by_hand(2), max_nodes=None).source


def test_any_program_can_show_a_saved_figure(build, tmp_path) -> None:
    """No sizes that need a page around them, and nothing drawn inside a link."""
    root = build.mlp()
    for picture in (
        draw(root),
        draw(root, max_nodes=None),
        draw(root, dark=True),
        step(root, max_nodes=None),
    ):
        svg = ElementTree.fromstring(picture.svg)
        assert re.fullmatch(r"\d+pt", svg.get("width"))
        assert re.fullmatch(r"\d+pt", svg.get("height"))
        assert "style" not in svg.attrib
        assert not list(svg.iter("{http://www.w3.org/2000/svg}a"))
    bundle = draw(root)._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith(("<?xml", "<svg"))
    assert 'style="max-width:100%;height:auto"' in bundle["image/svg+xml"]


def test_tooltips_stand_in_their_groups(build) -> None:
    svg = ElementTree.fromstring(draw(build.regression()).svg)
    titles = [t.text for t in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert any(t.startswith("w = 5.0\nbackpropagated gradient") for t in titles)

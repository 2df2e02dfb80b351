"""A figure as data, and as DOT."""

import re

import pytest

from viz import draw
from viz.figure.dot import dot
from viz.figure.drawing import Drawing, Line, Node, Wire
from viz.figure.heading import LEGEND
from viz.theme import DARK, FADED, INK


def drawing(build, name: str, **options) -> Drawing:
    root = getattr(build, name)()
    root.backward()
    return draw(root, **options).drawing


def wires(one: Drawing) -> dict[str, Wire]:
    return {e.id: e for e in one.elements if isinstance(e, Wire)}


def test_a_drawing_tells_every_number(build) -> None:
    wire = wires(drawing(build, "fan_out"))["w2_3_1"]
    assert (wire.source, wire.target) == ("v2", "v3")
    assert (wire.value, wire.gradient, wire.share, wire.local) == ("1", "∂ 9", " (+7)", "×1")


@pytest.mark.parametrize("name", ["regression", "marked", "mlp", "unrolled"])
def test_a_drawing_has_no_colours_and_no_markup(build, name: str) -> None:
    text = repr(drawing(build, name, constants=True))
    assert not re.search("#[0-9A-Fa-f]{6}", text)
    assert not re.search(r"<[A-Z]|&\w+;", text)


@pytest.mark.parametrize("options", [{}, {"max_nodes": 10}, {"max_nodes": None}, {"depth": 2}])
def test_each_id_is_there_once_and_lines_have_ends(build, options) -> None:
    elements = drawing(build, "mlp", constants=True, **options).elements
    named = [e for e in elements if isinstance(e, (Node, Wire, Line))]
    ids = [e.id for e in named]
    assert len(ids) == len(set(ids))
    nodes = {e.id for e in named if isinstance(e, Node)}
    for line in (e for e in named if isinstance(e, Line)):
        assert line.target in nodes
    for wire in (e for e in named if isinstance(e, Wire)):
        assert not wire.target or wire.target in nodes
        assert (wire.start or wire.source) in nodes


def test_a_path_is_pointed_out_by_the_nodes_on_it(build) -> None:
    found = drawing(build, "fan_out", path=("b", "f"))
    assert found.on == {"v2", "v3", "v5", "v6", "out"}
    focus = {e.id: found.focus(e) for e in found.elements if isinstance(e, (Node, Wire))}
    assert [name for name, f in focus.items() if f == "off"] == ["v1", "v4", "w1_3_0", "w4_5_1"]
    assert set(focus.values()) == {"on", "off"}
    assert drawing(build, "fan_out").focus(found.elements[0]) == ""


def test_pointing_out_changes_classes_and_colours_alone(build) -> None:
    found = drawing(build, "fan_out", path=("b", "f"))
    plain, shown = dot(found._replace(on=None)), dot(found)
    assert (shown.count(FADED[INK]), shown.count("penwidth=1.5")) == (10, 10)
    added = r' (?:on|off)(?=")| color="#\w+" (?:fontcolor="#B4B4B4"|penwidth=1.5)(?=\];)'
    assert re.sub("#[0-9A-F]{6}", "", re.sub(added, "", shown)) == re.sub("#[0-9A-F]{6}", "", plain)


def test_a_dark_card_changes_colours_alone(build) -> None:
    found = drawing(build, "marked", constants=True, path=("x", "f"))
    light, dark = dot(found), dot(found, dark=True)
    assert not set(re.findall('="(#[0-9A-F]{6}|white)"', light)) & set(DARK.values())
    assert not set(re.findall('="(#[0-9A-F]{6}|white)"', dark)) & set(DARK)
    plain = re.sub(f' fontcolor="{DARK[INK]}";', "", dark, count=1)
    assert re.sub("#[0-9A-F]{6}|white", "", light) == re.sub("#[0-9A-F]{6}|white", "", plain)


def test_the_legend_explains_what_is_drawn_and_nothing_else(build) -> None:
    assert drawing(build, "regression").heading.marks == (
        "forward", "gradient", "local", "input", "output",
    )  # fmt: skip
    marked = drawing(build, "marked", constants=True).heading.marks
    assert {"message", "constant", "off", "saturated"} <= set(marked)
    assert list(marked) == [mark for mark in LEGEND if mark in marked]


def test_a_constant_that_a_box_hides_is_not_explained(build) -> None:
    """Inside a folded neuron there are constants, but none is drawn."""
    root = build.by_hand(4, (2, 10, 10, 1))
    found = draw(root, constants=True).drawing
    kinds = {e.kind for e in found.elements if isinstance(e, Node)}
    assert "constant" not in kinds
    assert "constant" not in found.heading.marks

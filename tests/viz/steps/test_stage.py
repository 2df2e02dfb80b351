"""The figure that steps are shown on."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from autograd import Value
from viz.steps.frames import frames
from viz.steps.stage import Stage, stage
from viz.text import number, signed


def marks(figure: Stage, key: str) -> dict[str, list[int]]:
    """For each text, the frames in which copies of it appear."""
    found: dict[str, list[int]] = {}
    for element in figure.svg.iter():
        if key in element.attrib and element.text:
            text = element.text.replace("\xa0", " ")
            found.setdefault(text.strip(), []).append(int(element.attrib[key]))
    return found


def test_numbers_appear_when_they_are_computed(build) -> None:
    found = marks(stage(frames(build.regression())), "data-from")
    assert (found["5"], found["v3 = 5"], found["z = 6"], found["r = 4"]) == ([0], [1], [2], [3])
    assert found["16"] == [4]
    assert found["∂ 1"] == [5]
    assert (found["∂ 40"], found["×5"], found["×−1"]) == ([12], [12], [8])


def test_a_shared_gradient_appears_with_its_last_message(build) -> None:
    found = marks(stage(frames(build.fan_out())), "data-from")
    assert found["∂ 9"] == [10, 10]
    assert (found["(+2)"], found["(+7)"]) == ([7], [10])


def test_every_number_of_the_graph_is_marked(graph: Value) -> None:
    steps = frames(graph)
    found = marks(stage(steps), "data-from")
    for wire in steps.scene.wires:
        shown = steps.scene.value(wire.source)
        assert f"×{number(wire.local)}" in found
        assert f"∂ {number(shown.grad)}" in found
        assert not wire.shared or f"({signed(wire.message)})" in found
    last = len(steps) - 1
    assert {frame for several in found.values() for frame in several} <= set(range(last + 1))


def test_only_what_is_found_can_be_predicted(build) -> None:
    figure = stage(frames(build.square()))
    for element in figure.svg.iter():
        text = (element.text or "").strip()
        if "data-from" in element.attrib and element.tag != "polygon":  # the head of a wire
            assert ("data-answer" in element.attrib) == (not text.startswith("×"))


def test_wires_are_pointed_out_forward_and_backward(build) -> None:
    steps = frames(build.regression())
    groups = {g.get("id"): g for g in stage(steps).svg.iter("g")}
    assert groups["w1_3_0"].get("data-now") == "1 11"
    assert groups["w1_3_0_b"].get("data-sent") == "11"
    assert groups["v3"].get("data-live") == "1"
    assert groups["out"].get("data-now") == "5"


def test_the_picture_holds_nothing_but_shapes_and_texts(graph: Value) -> None:
    figure = stage(frames(graph), head=True, title="a title")
    tags = {element.tag for element in figure.svg.iter()}
    assert tags <= {"svg", "g", "path", "polygon", "ellipse", "text", "tspan"}
    assert "href" not in figure.markup()
    assert not re.search(r'="[^"]*url\(', figure.markup())
    ElementTree.fromstring(figure.markup())


def test_the_heading_does_not_tell_the_result(build) -> None:
    figure = stage(frames(build.regression()), head=True, title="Regression")
    assert marks(figure, "data-from")["J = 16"] == [4]


@pytest.mark.parametrize("root", [Value(3.0, label="x"), Value(2.0) * 3.0])
def test_the_smallest_graphs(root: Value) -> None:
    figure = stage(frames(root))
    assert figure.width > 0
    assert marks(figure, "data-from")["∂ 1"]


@pytest.mark.parametrize("op", ['"><script>', 'x" URL="javascript:alert(1)', "\\", "a;b]", "∂ ½"])
def test_operations_made_by_hand_may_be_called_anything(op: str) -> None:
    figure = stage(frames(Value(9.0, (Value(3.0),), op)))
    assert {element.tag for element in figure.svg.iter()} <= {
        "svg", "g", "path", "polygon", "ellipse", "text", "tspan",
    }  # fmt: skip
    assert op in [(element.text or "").replace("\xa0", " ") for element in figure.svg.iter("text")]

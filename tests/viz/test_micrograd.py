"""`trace` and `draw_dot` as micrograd's notebooks use them."""

import xml.etree.ElementTree as ElementTree

import graphviz
import pytest
from graphviz.backend import dot_command

from autograd import Value
from viz import draw_dot, trace
from viz.errors import DrawingError, EngineNotFoundError


def test_trace_gives_sets_of_nodes_and_edges(build) -> None:
    root = build.square()
    (a,) = set(root.parents)
    assert trace(root) == ({a, root}, {(a, root)})


def test_draw_dot_has_a_node_per_value_and_per_operation(build) -> None:
    root = build.regression()
    root.backward()
    dot = draw_dot(root)
    assert isinstance(dot, graphviz.Digraph)
    assert (dot.format, dot.graph_attr["rankdir"]) == ("svg", "LR")
    assert dot.source.count("shape=record") == 8
    assert 'label="{ w | data 5.0000 | grad 8.0000 }"' in dot.source
    assert 'v8_op [label="**2"]' in dot.source
    assert "v8_op -> v8" in dot.source
    assert "v1 -> v3_op" in dot.source


def test_both_uses_of_a_value_are_edges(build) -> None:
    assert draw_dot(build.square()).source.count("v1 -> v2_op") == 2


def test_constants_are_drawn() -> None:
    source = draw_dot(2 * Value(3.0)).source
    assert "v2_0 [label=2.0000 shape=record style=dashed]" in source
    assert "v2_0 -> v2_op" in source


def test_a_gradient_never_computed_is_not_zero(build) -> None:
    assert draw_dot(build.square()).source.count("grad –") == 2


def test_rankdir_and_format() -> None:
    dot = draw_dot(Value(1.0), format="png", rankdir="TB")
    assert (dot.format, dot.graph_attr["rankdir"]) == ("png", "TB")
    assert dot.pipe().startswith(b"\x89PNG")
    with pytest.raises(DrawingError, match="rankdir= is 'LR' or 'TB', not 'up'"):
        draw_dot(Value(1.0), rankdir="up")


@pytest.mark.parametrize("label", ['{ | } < > & " \\', "<b>x</b>", "\\N", "σ ∂ 漢字", "n" * 200])
def test_labels_survive(label: str) -> None:
    svg = draw_dot(Value(1.0, label=label)).pipe(format="svg", encoding="utf-8")
    texts = [element.text for element in ElementTree.fromstring(svg).iter() if element.text]
    assert label in [text.strip() for text in texts]


def test_render_and_display_leave_graphviz_as_it_was(tmp_path, build) -> None:
    before = dot_command.DOT_BINARY
    dot = draw_dot(build.square())
    assert dot.render(tmp_path / "g", format="png").endswith("g.png")
    assert "<svg" in dot._repr_mimebundle_()["image/svg+xml"]
    assert before == dot_command.DOT_BINARY


def test_without_an_engine(no_engine, build) -> None:
    dot = draw_dot(build.square())
    shown = dot._repr_mimebundle_()["text/plain"]
    assert shown.startswith("f = 9")
    assert "pip install graphviz-pure" in shown
    with pytest.raises(EngineNotFoundError):
        dot.pipe()


@pytest.mark.parametrize("wrong", [None, 3, "x", [Value(1.0)]])
def test_only_a_value_has_a_graph(wrong) -> None:
    for function in (trace, draw_dot):
        with pytest.raises(DrawingError, match="only a graph can be drawn"):
            function(wrong)

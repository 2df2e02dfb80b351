"""`trace` and `draw_dot` as micrograd's notebooks use them."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import graphviz
import pytest
from graphviz.backend import dot_command

from autograd import Value
from viz import draw_dot, trace
from viz.errors import DrawingError, EngineNotFoundError, LayoutError, SaveError
from viz.layout.engine import introduce_to_graphviz


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
    with pytest.raises(DrawingError, match=r"format= is one of Graphviz's, .*not 'word'"):
        draw_dot(Value(1.0), format="word")


def test_outfile(build, tmp_path) -> None:
    root = build.square()
    draw_dot(root, outfile=tmp_path / "new" / "graph")
    draw_dot(root, outfile=f"{tmp_path}/graph.png", format="png")
    draw_dot(root, outfile=f"{tmp_path}/v1.2")
    made = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*"))
    assert made == ["graph.png", "new/graph.svg", "v1.2.svg"]
    with pytest.raises(SaveError, match="is no folder"):
        draw_dot(root, outfile=tmp_path / "graph.png" / "x")


def test_what_the_engine_cannot_write_is_explained(build, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CHAINRULE_DOT", "graphviz-pure")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    for call in (lambda dot: dot.pipe(), lambda dot: dot.render(tmp_path / "g")):
        with pytest.raises(LayoutError, match="graphviz-pure cannot write pdf"):
            call(draw_dot(build.square(), format="pdf"))


def test_a_digraph_of_ones_own_needs_no_dot_on_the_machine(tmp_path) -> None:
    code = (
        "import graphviz, viz; dot = graphviz.Digraph(body=['a -> b'], format='svg');"
        "print(dot.pipe(encoding='utf-8'));"
        "from graphviz.backend import dot_command; print(dot_command.DOT_BINARY)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "<svg" in done.stdout
    assert done.stdout.strip().endswith("graphviz-pure")


def test_a_dot_that_is_there_stays_graphvizs_own(tmp_path, monkeypatch) -> None:
    dot = tmp_path / "dot"
    dot.write_text("#!/bin/sh\n")
    dot.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dot_command, "DOT_BINARY", Path("dot"))
    introduce_to_graphviz()
    assert Path("dot") == dot_command.DOT_BINARY
    own = tmp_path / "own"
    dot.rename(own)
    dot_command.DOT_BINARY = own
    introduce_to_graphviz()
    assert own == dot_command.DOT_BINARY


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

"""The wire figure: its text, its files, its display."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz.layout.engine
from autograd import Value, topological_order
from viz import draw
from viz.errors import DrawingError, EngineNotFoundError, SaveError, VizError
from viz.extras import MissingExtraError
from viz.graph.given import graph_of
from viz.graph.scene import read
from viz.text import full, number, shorten, signed
from viz.theme import FILL

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def node(source: str, name: str) -> str:
    """The DOT statement of one node."""
    found = re.search(rf"^{re.escape(name)} \[.*?\];$", source, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[0]


def test_every_label_is_the_engines_number(graph: Value) -> None:
    scene = read(graph_of(graph))
    source = draw(graph).source
    for wire in scene.wires:
        name = f"w{wire.source}_{wire.target}_{wire.slot}"
        shown = scene.value(wire.source)
        cells = re.findall(r'<FONT COLOR="(#\w+)"[^>]*>([^<]*)</FONT>', node(source, name))
        by_colour = dict(cells)
        assert by_colour["#00694B"].split(" = ")[-1] == number(shown.data)
        share = f" ({signed(wire.message)})" if wire.shared else ""
        assert by_colour["#A84300"] == f"∂ {number(shown.grad)}{share}"
        edge = re.search(rf"^{name}:m:e -> v{wire.target}\b.*$", source, re.MULTILINE)
        assert f">×{number(wire.local)}<" in edge[0] + node(source, name)
        assert full(wire.local) in edge[0]
        assert full(shown.grad) in node(source, name)


def test_document_003_linear_regression(build) -> None:
    root = build.regression()
    root.backward()
    shown = texts(draw(root, wrt=["w", "b"]).svg)
    gradients = [text for text in shown if re.fullmatch("∂ −?[0-9]+", text)]
    assert sorted(gradients) == sorted(["∂ 8"] * 5 + ["∂ 40", "∂ −8", "∂ 1"])
    for text in ("J = 16", "z = 6", "r = 4", "×5", "×8", "×−1", "( )²"):
        assert any(text in line for line in shown), text
    assert any("∂J/∂·" in line for line in shown)


def test_shape_of_the_wire_figure(build) -> None:
    root = build.regression()
    root.backward()
    source = draw(root, wrt="w").source
    assert 'bgcolor="white"' in source
    assert "v1 -> w1_3_0:m:w [" in source
    assert "w1_3_0:m:e -> v3 [" in source
    assert "×5" in node(source, "w2_3_0" if "w2_3_0 [" in source else "w2_3_1")
    assert "headlabel" not in source
    assert "shape=plain" in node(source, "w1_3_0")
    assert 'PORT="m"' in node(source, "w1_3_0")
    assert FILL["parameter"] in node(source, "v1")
    assert FILL["input"] in node(source, "v2")
    assert "shape=circle" in node(source, "v3")
    assert FILL["output"] in node(source, "out")
    assert "bold" in node(source, "out")


def test_a_value_used_twice_has_two_wires_and_their_messages(build) -> None:
    root = build.square()
    root.backward()
    source = draw(root).source
    assert source.count("v1 -> w1_2_") == 2
    assert texts(draw(root).svg).count("∂ 6 (+3)") == 2


def test_fan_out_shows_what_each_wire_brings(build) -> None:
    root = build.fan_out()
    root.backward()
    shown = texts(draw(root).svg)
    assert {"∂ 9 (+7)", "∂ 9 (+2)"} <= set(shown)
    assert "(+) message on this wire" in shown


def test_before_backward_a_dash_stands_for_each_gradient(build) -> None:
    shown = texts(draw(build.regression()).svg)
    assert shown.count("∂ –") == 8
    assert any("J.backward() has not been called" in line for line in shown)


def test_a_gradient_that_began_elsewhere_is_not_called_its_own(build) -> None:
    root = build.regression()
    root.backward()
    r = root.parents[0]
    assert any("∂ comes from beyond r" in line for line in texts(draw(r).svg))


def test_marks(build) -> None:
    root = build.marked()
    root.backward()
    shown = texts(draw(root).svg)
    assert "off" in shown
    assert shown.count("saturated") == 2
    assert "2 ×" in shown
    assert "+ 1 constant" in shown
    assert any("off: passes no gradient" in line for line in shown)
    assert "constant" not in [line.strip() for line in shown]


def test_constants_are_drawn_on_demand(build) -> None:
    source = draw(build.marked(), constants=True).source
    assert source.count('class="leaf constant"') == 3
    assert "constant</FONT>" not in source.replace(" constant </FONT>", "")
    assert "2 ×" not in source
    assert 'class="leaf constant"' not in draw(build.marked()).source


def test_nan_and_inf_are_shown_as_such() -> None:
    root = Value(float("nan"), label="n") * Value(float("-inf"), label="i")
    shown = texts(draw(root).svg)
    assert {"nan", "−inf", "×−inf", "×nan"} <= set(shown)


def test_a_leaf_alone_is_a_figure() -> None:
    shown = texts(draw(Value(3.0, label="x")).svg)
    assert shown.count("x") == 2
    assert "3" in shown


NASTY = [
    "{ } | < > & \" ' \\ \\N \\G",
    "</FONT></TD>",
    "]]>",
    "<script>alert(1)</script>",
    'x" URL="javascript:alert(1)',
    "σ ∂ ½ → ŷ 漢字 🙂",
    "two\nlines\tand\0nul",
    "n" * 200,
    "\ud800",
]


@pytest.mark.parametrize("label", NASTY)
def test_labels_survive(build, label: str) -> None:
    root = build.named(Value(2.0, label=label) * 3.0, label)
    figure = draw(root, title=label)
    svg = ElementTree.fromstring(figure.svg)
    tips = [element.text for element in svg.iter(f"{SVG}title")]
    clean = label.replace("\0", "\ufffd").replace("\ud800", "\ufffd").replace("\t", " ")
    assert any((tip or "").replace("\t", " ").startswith(f"{clean} = 2.0") for tip in tips)
    assert not [e for e in svg.iter() if e.tag.endswith("script") or e.get("href")]
    assert not [e for e in svg.iter() if e.get("{http://www.w3.org/1999/xlink}href")]
    assert shorten(clean) in texts(figure.svg)


def test_a_blank_label_is_no_label() -> None:
    assert read(graph_of(Value(1.0, label=" "))).output.name == "v1"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_any_label_gives_a_picture(label: str) -> None:
    root = Value(1.0, label=label) + Value(2.0, label=label)
    ElementTree.fromstring(draw(root, title=label).svg)


def test_a_name_of_200_characters_leaves_the_layout_alone() -> None:
    wide = ElementTree.fromstring(draw(Value(1.0, label="n" * 200) * 2).svg).get("width")
    assert float(wide.removesuffix("pt")) <= 7.2 * 72 + 1


@pytest.mark.parametrize("name", ["regression", "fan_out", "square", "marked", "neuron"])
@pytest.mark.parametrize("backward", [False, True])
def test_bytes_are_stable(build, name: str, backward: bool) -> None:
    def once() -> tuple[str, str]:
        root = getattr(build, name)()
        if backward:
            root.backward()
        figure = draw(root, constants=True)
        return figure.source, figure.svg

    assert once() == once()


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    program = (
        "from autograd import Value; from viz import draw;"
        "a, b = Value(2.0, label='a'), Value(3.0, label='b'); f = a * b + a; f.backward();"
        "print(draw(f).source)"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_drawing_changes_nothing_and_keeps_what_it_saw(build) -> None:
    root = build.regression()
    figure = draw(root)
    source = figure.source
    before = [(v.data, v.has_grad, v.label) for v in topological_order(root)]
    draw(root, wrt="w", constants=True)
    assert [(v.data, v.has_grad, v.label) for v in topological_order(root)] == before
    root.backward()
    assert figure.source == source
    assert "∂ –" in str(figure)


@pytest.mark.parametrize("suffix", [".svg", ".png", ".gv", ".SVG"])
def test_save_makes_folders(build, tmp_path, suffix: str) -> None:
    path = draw(build.regression()).save(tmp_path / "a" / "b" / f"j{suffix}")
    start = {".svg": b"<?xml", ".png": b"\x89PNG", ".gv": b"digraph"}[suffix.lower()]
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["j.jpg", "j", "j.svg.txt"])
def test_save_with_another_suffix(build, tmp_path, name: str) -> None:
    with pytest.raises(DrawingError, match=r"give one of \.svg, \.png, \.gv, \.pdf, \.tex"):
        draw(build.regression()).save(tmp_path / name)


@pytest.mark.parametrize(("count", "widest"), [(15, 9_000), (300, 160 * 192)])
def test_a_png_is_as_large_as_its_text_needs(tmp_path, count: int, widest: int) -> None:
    x = Value(1.0)
    for _ in range(count):
        x = x * 1.01
    png = draw(x, max_nodes=None, wrap=False).save(tmp_path / "x.png").read_bytes()
    width = int.from_bytes(png[16:20], "big")
    assert min(count * 192, 0.9 * widest) < width <= widest


def test_save_where_nothing_can_be_written(build, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    figure = draw(build.square())
    with pytest.raises(SaveError, match=r"cannot write .*file/x\.gv: .*file is no folder"):
        figure.save(tmp_path / "file" / "x.gv")
    (tmp_path / "d.gv").mkdir()
    with pytest.raises(SaveError, match=r"cannot write .*d\.gv: "):
        figure.save(tmp_path / "d.gv")


def test_pdf_says_what_it_needs(build, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab.pdfgen.canvas", None)
    with pytest.raises(MissingExtraError, match=r'a PDF needs reportlab.*"chainrule\[pdf\]"'):
        draw(build.square()).save(tmp_path / "j.pdf")
    assert not (tmp_path / "j.pdf").exists()


def test_display_in_a_notebook(build) -> None:
    bundle = draw(build.regression())._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    assert 'fill="white"' in bundle["image/svg+xml"]
    assert bundle["text/plain"].startswith("J = 16   ∂ –   (( )²)")


def test_without_an_engine_there_is_a_text_drawing_and_advice(build, no_engine, tmp_path) -> None:
    figure = draw(build.regression())
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert bundle["text/plain"].startswith(str(figure))
    assert bundle["text/plain"].splitlines()[-1].count("pip install graphviz-pure") == 1
    with pytest.raises(EngineNotFoundError):
        figure.save(tmp_path / "j.svg")
    figure.save(tmp_path / "j.gv")


def test_display_never_raises(build, monkeypatch) -> None:
    def broken(*_, **__):
        raise KeyError("surprise")

    monkeypatch.setattr(viz.layout.engine, "render", broken)
    assert "surprise" in draw(build.square())._repr_mimebundle_()["text/plain"]


def many(count: int) -> Value:
    total = Value(0.0)
    for _ in range(count // 2):
        total = total + Value(1.0)
    return total


def test_a_large_graph_is_summarised() -> None:
    figure = draw(many(2000))
    assert "max_nodes=None draws every value" in str(figure)
    assert "2,001 values" in str(figure)
    assert "max_nodes=None" in " ".join(texts(figure.svg))
    assert any(re.fullmatch("… 1,9.. more values", text) for text in texts(figure.svg))
    assert not figure.complete


def test_a_large_graph_is_drawn_on_demand() -> None:
    root = many(200)
    assert draw(root, max_nodes=None).source.count('class="wire"') == 201
    assert draw(root, max_nodes=201).source.count('class="wire"') == 201
    assert draw(root, max_nodes=54).complete
    assert not draw(root, max_nodes=53).complete


def test_a_very_long_chain_does_not_recurse() -> None:
    x = Value(1.0)
    for _ in range(5_000):
        x = x * 1.0
    figure = draw(x, max_nodes=None)
    assert figure.source.count('class="wire"') == 5_001
    assert "goes on" in str(figure)


@pytest.mark.parametrize("limit", [0, -1, 1.5, "all", True])
def test_max_nodes_must_be_a_whole_number(build, limit) -> None:
    with pytest.raises(DrawingError, match="max_nodes= is a whole number"):
        draw(build.square(), max_nodes=limit)


def test_an_engine_can_be_named(build) -> None:
    figure = draw(build.square(), engine="no-such-dot")
    with pytest.raises(VizError, match="no-such-dot"):
        _ = figure.svg


def test_a_neuron_with_many_inputs_keeps_its_local_gradients_on_the_wires(build) -> None:
    root = build.neuron()
    root.backward()
    figure = draw(root)
    dot_node = root.parents[0]
    for local in dot_node.local_gradients:
        assert f"×{number(local)}" in texts(figure.svg)
    assert unescape(figure.source).count("headlabel") <= 1


@pytest.mark.parametrize("op", ['x" URL="javascript:alert(1)', 'a">b', "a\\", "<b>&", "{|}"])
def test_an_operations_name_cannot_inject_attributes(op: str) -> None:
    a = Value(3.0, label="a")
    svg = draw(Value(9.0, (a,), op)).svg
    assert "xlink:href" not in svg
    ElementTree.fromstring(svg)


def test_labels_that_recur_stay_as_they_are_and_are_told_apart_in_formulas() -> None:
    w, h = Value(0.5, label="w"), Value(1.0, label="h")
    for _ in range(2):
        h = w * h
        h.label = "h"
    h.backward()
    figure = draw(h, path=(w, h))
    assert "h = 0.5" in texts(figure.svg)
    tips = [t.text or "" for t in ElementTree.fromstring(figure.svg).iter(f"{SVG}title")]
    assert "h = 0.5\nbackpropagated gradient: 0.5\nmade by mul\nin formulas: h⁽²⁾" in tips
    assert any(t.startswith("local gradient ∂h⁽³⁾/∂h⁽²⁾: 0.5\nmessage to h⁽²⁾: ") for t in tips)
    assert "path 2: ∂h⁽³⁾/∂h⁽²⁾ · ∂h⁽²⁾/∂w = 0.5 · 1 = 0.5" in str(figure)


def test_no_title_and_dark_by_any_truth() -> None:
    y = Value(2.0, label="x") * 3.0
    assert draw(y, title=None).source == draw(y).source  # type: ignore[arg-type]
    assert draw(y, dark=1).source == draw(y, dark=True).source  # type: ignore[arg-type]
    assert draw(y, dark=None).source == draw(y).source  # type: ignore[arg-type]

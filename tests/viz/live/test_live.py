"""Live pages as files: self-contained, small, and safe whatever a label holds."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

import nn
from autograd import GraphError, Value, exp, log, sigmoid, where
from viz.errors import DrawingError
from viz.live.figure import live_figure
from viz.live.live import Live, live
from viz.text import number

HOSTILE = [
    "</script><script>alert(1)</script>", "<!--<script>", '"><img src=x onerror=alert(1)>',
    "${title} $figure $$", "\u2028\u2029\0\x0b\ud800", "&lt;b&gt; &amp;", "`+alert(1)+`",
]  # fmt: skip


def cost(label: str = "w") -> Value:
    w, x = Value(2.0, label=label), Value(-1.0, label=f"{label}2")
    made = 0.5 * (sigmoid(w * x) - 1.0) ** 2
    made.label = label
    return made


def test_a_neuron_is_small_and_asks_for_nothing(tmp_path) -> None:
    path = live(cost()).save(tmp_path / "page.html")
    html = path.read_text()
    assert len(html.encode()) < 150_000
    assert not re.search(r"(src|href)\s*=|url\(|@import|https?://(?!www\.w3\.org/)", html)
    assert "default-src 'none'" in html


def test_the_first_numbers_are_in_the_page_without_its_script() -> None:
    html = live(cost()).html
    graph = live(cost())._view.graph
    for i, slope in graph.gradients().items():
        assert f'data-gradient="{i}">∂\N{NO-BREAK SPACE}{number(slope)}<' in html
    for i in graph.computed:
        assert f'data-value="{i}">{number(graph.values[i].data)}<' in html


def test_the_graph_is_only_read() -> None:
    root = cost()
    root.backward()
    before = [(v.data, v.grad, v.label) for v in (root, *root.parents)]
    assert live(root).html
    assert [(v.data, v.grad, v.label) for v in (root, *root.parents)] == before


def test_gradients_are_those_of_one_pass_from_nothing() -> None:
    root = cost()
    fresh = live(root).html
    root.backward()
    root.backward()
    assert live(root).html == fresh


@pytest.mark.parametrize("label", HOSTILE)
def test_labels_are_only_text(label: str) -> None:
    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: tags.append(tag)  # type: ignore[method-assign]
    reader.feed(live(cost(label), title=label).html)
    plain = HTMLParser()
    expected: list[str] = []
    plain.handle_starttag = lambda tag, attributes: expected.append(tag)  # type: ignore[method-assign]
    harmless = re.sub(r"[^\w ()]", "x", label)  # as wide, so that rows end where they did
    plain.feed(live(cost(harmless), title="t").html)
    assert tags == expected


def test_the_script_is_told_names_as_data() -> None:
    html = live(cost("</script><b>")).html
    data = re.search(r'id="data">(.*)</script>', html)
    assert data
    assert "<" not in data[1]
    assert "</script><b>2" in json.loads(data[1])["names"].values()


@pytest.mark.parametrize("data", [float("inf"), float("-inf"), float("nan"), -0.0])
def test_numbers_that_json_has_not(data: float) -> None:
    page = live(Value(data, label="w") * 2.0)
    (told,) = json.loads(re.search(r'id="data">(.*)</script>', page.html)[1])["inputs"]
    assert told["data"] == repr(data)


def test_networks_fold_and_what_is_too_large_is_refused() -> None:
    model = nn.MLP(2, [8, 8, 1], seed=0)
    page = live((model([1.0, 2.0]) - 1.0) ** 2)
    assert page._view.level == "neurons"
    assert sum(box.kind == "neuron" for box in page._view.boxes) == 17
    chain = Value(0.5)
    for _ in range(300):
        chain = exp(-chain)
    with pytest.raises(DrawingError, match=r"up to 240 values .* this graph has 601"):
        live(chain)
    batch = sum((model([float(i), 1.0]) - 1.0) ** 2 for i in range(20))
    with pytest.raises(DrawingError, match=r"take one training example, .* play\(model, X, y\)"):
        live(batch)


def test_a_neuron_box_has_room_for_a_and_delta_and_no_number_that_stays() -> None:
    model = nn.MLP(2, [4, 3, 1], activation="tanh", seed=1)
    loss = (model([Value(1.0, label="x1"), Value(2.0, label="x2")]) - 1.0) ** 2
    loss.backward()
    html = live(loss, title="t").html
    assert (html.count("data-delta="), html.count("data-note=")) == (8, 7)  # the last is linear
    assert "|∂|" not in html


def test_a_branch_that_was_taken_is_told() -> None:
    x = Value(2.0, label="x")
    assert "keeps the branch that it took" in live(where(x > 1.0, x * x, log(x))).html
    assert "keeps the branch" not in live(x * x).html


def test_data_that_was_assigned_to_is_refused() -> None:
    root = cost()
    leaf = root.parents[0].parents[0].parents[0].parents[0].parents[0]
    leaf.data = 7.0
    with pytest.raises(DrawingError, match="compute the graph again"):
        live(root)


def test_a_node_made_by_hand_is_refused() -> None:
    with pytest.raises(GraphError, match="made by hand"):
        live(Value(6.0, (Value(2.0),), (3.0,)) * 2.0)


@pytest.mark.parametrize("given", [3.0, "w", None, [Value(1.0)]])
def test_what_is_no_value_is_refused(given: object) -> None:
    with pytest.raises(DrawingError, match="live takes the Value that a graph ends in"):
        live(given)  # type: ignore[arg-type]


def test_a_leaf_alone() -> None:
    assert "data-field" in live(Value(2.0, label="w")).html


def test_other_files_are_refused(tmp_path) -> None:
    with pytest.raises(DrawingError, match=r"write 'page.html'"):
        live(cost()).save(tmp_path / "page.svg")


def test_in_a_notebook_there_is_a_frame_a_picture_and_a_text() -> None:
    shown = live(cost())._repr_mimebundle_()
    assert shown["text/html"].startswith('<iframe sandbox="allow-scripts"')
    assert "<svg" in shown["image/svg+xml"]
    assert shown["text/plain"] == "w⁽²⁾ = 0.3879 of w⁽¹⁾ = 2, w2 = −1"


def test_the_picture_of_a_long_graph_goes_on_below() -> None:
    a = Value(0.5, label="x")
    for _ in range(12):
        a = sigmoid(a)
    width = re.search(r'<svg width="(\d+)pt"', live(a).svg)
    assert width is not None
    assert int(width[1]) <= 645  # 860 pixels


def test_without_an_engine_a_notebook_shows_the_text(no_engine) -> None:
    shown = live(cost())._repr_mimebundle_()
    assert set(shown) == {"text/plain"}
    assert "pip install graphviz-pure" in shown["text/plain"]


def test_marks_are_on_every_text_that_changes(graph: Value) -> None:
    page = live(graph)
    figure = live_figure(page._view, page._scene, page.inputs, None)
    places = [e.get("data-local") for e in figure.svg.iter("tspan") if e.get("data-local")]
    assert sorted(places) == sorted(f"{wire.target} {wire.slot}" for wire in page._scene.wires)
    fields = [e.get("data-field") for e in figure.svg.iter("input")]
    assert sorted(fields) == sorted(str(one.number) for one in page.inputs)
    assert isinstance(page, Live)

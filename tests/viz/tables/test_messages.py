"""Messages: the engine's backward pass, told without running it."""

import importlib
import re
import sys

import pytest
from hypothesis import given, settings

from autograd import Value, log, topological_order, where
from viz.errors import DrawingError
from viz.extras import MissingExtraError
from viz.graph.given import graph_of, names_of
from viz.tables.messages import Message, messages
from viz.tables.nudge import nudge
from viz.tables.values import table
from viz.theme import FORWARD, GRADIENT, LOCAL

graphs = importlib.import_module("strategies").graphs


def last_totals(rows) -> dict[str, float]:
    return {row.node: row.total for row in rows}


def test_document_003_example_7(build) -> None:
    rows = messages(build.fan_out())
    assert rows == [
        Message("x", "f", 1, 7, 7, 7),
        Message("y", "f", 1, 2, 2, 2),
        Message("b", "y", 2, 1, 2, 2),
        Message("c", "y", 2, 1, 2, 2),
        Message("a", "x", 7, 1, 7, 7),
        Message("b", "x", 7, 1, 7, 9),
    ]
    assert rows.target == "f"


def test_text(build) -> None:
    assert str(messages(build.regression())).splitlines() == [
        "node  from  upstream ∂J/∂succ.  local  message  running sum",
        "────  ────  ──────────────────  ─────  ───────  ───────────",
        "r     J                      1      8        8            8",
        "z     r                      8      1        8            8",
        "y     r                      8     −1       −8           −8",
        "v3    z                      8      1        8            8",
        "b     z                      8      1        8            8",
        "w     v3                     8      1        8            8",
        "x     v3                     8      5       40           40",
    ]


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_totals_are_the_engines_gradients(plan_and_point) -> None:
    plan, point = plan_and_point
    root = plan.run([Value(x) for x in point])
    rows = messages(root)
    assert not any(v.has_grad for v in topological_order(root))
    root.backward()
    graph = graph_of(root)
    names = names_of(graph)
    expected = {names[i]: v.grad for i, v in graph.values.items() if v.has_grad}
    assert {names[len(graph)]: 1.0} | last_totals(rows) == expected
    assert all(row.message == row.upstream * row.local for row in rows)
    assert messages(root) == rows


def test_a_value_used_twice_gets_two_messages(build) -> None:
    assert [row.total for row in messages(build.square())] == [3, 6]


def test_a_branch_not_taken_is_sent_nothing() -> None:
    x, y = Value(0.0, label="x"), Value(2.0, label="y")
    rows = messages(where(x.data > 0, log(x), y))
    assert [row.node for row in rows] == ["y"]


def test_seed_gradient(build) -> None:
    assert last_totals(messages(build.regression(), gradient=0.5))["w"] == 4


def test_values_with_the_same_label_are_told_apart() -> None:
    h = Value(2.0, label="h")
    out = h * 3.0
    out.label = "h"
    assert messages(out) == [Message("h⁽¹⁾", "h⁽²⁾", 1, 3, 3, 3)]


@pytest.mark.parametrize("make", [messages, table])
def test_html_is_escaped(make) -> None:
    x = Value(2.0, label="<script>alert('x')&")
    html = make(x * x)._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<table" in html
    assert "background" not in html


def test_the_colour_of_a_heading_says_the_kind_of_its_numbers(build) -> None:
    def colours(html: str) -> dict[str, str]:
        found = re.findall(r'<th style="(?:color:(#\w+);)?text-align[^>]*>([^<]*)<', html)
        return {head: colour for colour, head in found}

    root = build.regression()
    assert colours(messages(root)._repr_html_()) == {
        "node": "",
        "from": "",
        "upstream ∂J/∂succ.": GRADIENT,
        "local": LOCAL,
        "message": GRADIENT,
        "running sum": GRADIENT,
    }
    assert colours(table(root)._repr_html_()) == {
        "value": "",
        "operation": "",
        "forward": FORWARD,
        "∂J/∂·": GRADIENT,
        "local gradients": LOCAL,
    }
    assert set(colours(nudge(root, "w")._repr_html_()).values()) == {""}


def test_long_tables_are_cut_in_print_and_whole_as_data() -> None:
    x = Value(1.0)
    y = x
    for _ in range(500):
        y = y + 1.0
    rows = messages(y)
    assert len(rows) == 500
    assert str(rows).endswith("… 300 more rows")
    assert "… 300 more rows" in rows._repr_html_()


@pytest.mark.parametrize("make", [messages, table])
def test_to_pandas(make, build) -> None:
    pytest.importorskip("pandas")
    rows = make(build.regression())
    frame = rows.to_pandas()
    assert list(frame.columns) == list(rows[0]._fields)
    assert len(frame) == len(rows)
    assert frame.iloc[-1].tolist()[:1] == [rows[-1][0]]


@pytest.mark.parametrize("make", [messages, table])
def test_without_pandas(make, build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(
        MissingExtraError, match=r"^to_pandas\(\) needs pandas.*pip install pandas$"
    ):
        make(build.regression()).to_pandas()


def test_a_lone_leaf_sends_nothing() -> None:
    assert messages(Value(1.0)) == []
    assert len(str(messages(Value(1.0))).splitlines()) == 2


def test_only_a_value_has_messages() -> None:
    with pytest.raises(DrawingError, match=r"messages takes the Value .* not float"):
        messages(1.0)

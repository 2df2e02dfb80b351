"""The text drawing."""

from autograd import Value
from viz.figure.text_drawing import DEPTH, LINES, draw_tree
from viz.graph.given import graph_of
from viz.graph.scene import read


def test_document_003_linear_regression(build) -> None:
    root = build.regression()
    root.backward()
    assert draw_tree(read(graph_of(root))).splitlines() == [
        "J = 16   ∂ 1   (( )²)",
        "└─ ×8 ─ r = 4   ∂ 8   (−)",
        "   ├─ ×1 ─ z = 6   ∂ 8   (+)",
        "   │  ├─ ×1 ─ v3 = 5   ∂ 8   (×)",
        "   │  │  ├─ ×1 ─ w = 5   ∂ 8",
        "   │  │  └─ ×5 ─ x = 1   ∂ 40",
        "   │  └─ ×1 ─ b = 1   ∂ 8",
        "   └─ ×−1 ─ y = 2   ∂ −8",
    ]


def test_a_shared_value_is_written_out_once() -> None:
    x = Value(2.0, label="x")
    for _ in range(60):
        x = x + x
    lines = draw_tree(read(graph_of(x))).splitlines()
    assert len(lines) <= 3 * DEPTH
    assert any("shown above" in line for line in lines)


def test_at_most_so_many_lines() -> None:
    total = Value(0.0)
    for _ in range(5):
        part = Value(0.0)
        for _ in range(60):
            part = part + Value(1.0)
        total = total + part
    lines = draw_tree(read(graph_of(total))).splitlines()
    assert len(lines) <= LINES + 1


def test_notes_are_written(build) -> None:
    assert "(ReLU) off" in draw_tree(read(graph_of(build.marked())))

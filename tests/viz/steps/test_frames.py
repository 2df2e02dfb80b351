"""The steps of a forward and a backward pass."""

import dataclasses
import math
import operator
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, maximum, tanh, topological_order, where
from autograd import sum as total
from viz.demo import neuron
from viz.errors import DrawingError
from viz.steps.frames import Frames, frames
from viz.text import number


def captions(root: Value) -> list[str]:
    return [frame.caption for frame in frames(root)]


def test_document_003_reads_as_on_the_board(build) -> None:
    assert str(frames(build.regression())).splitlines() == [
        "forward",
        "   1  given: w = 5, x = 1, b = 1, y = 2",
        "   2  v3 = w · x = 5 · 1 = 5",
        "   3  z = v3 + b = 5 + 1 = 6",
        "   4  r = z − y = 6 − 2 = 4",
        "   5  J = r² = 4² = 16",
        "backward",
        "   6  ∂J/∂J = 1",
        "   7  ∂J/∂r = ∂J/∂J · ∂J/∂r = 1 · 8 = 8",
        "   8  ∂J/∂z = ∂J/∂r · ∂r/∂z = 8 · 1 = 8",
        "   9  ∂J/∂y = ∂J/∂r · ∂r/∂y = 8 · (−1) = −8",
        "  10  ∂J/∂v3 = ∂J/∂z · ∂z/∂v3 = 8 · 1 = 8",
        "  11  ∂J/∂b = ∂J/∂z · ∂z/∂b = 8 · 1 = 8",
        "  12  ∂J/∂w = ∂J/∂v3 · ∂v3/∂w = 8 · 1 = 8",
        "  13  ∂J/∂x = ∂J/∂v3 · ∂v3/∂x = 8 · 5 = 40",
    ]


def test_messages_to_one_value_add_up_before_ones_eyes(build) -> None:
    found = captions(build.fan_out())
    assert "∂f/∂b = ∂f/∂y · ∂y/∂b + … = 2 · 1 + … = 2 + …" in found
    assert found[-1] == "∂f/∂b = 2 + ∂f/∂x · ∂x/∂b = 2 + 7 · 1 = 2 + 7 = 9"


def test_a_value_used_twice_by_one_operation(build) -> None:
    assert captions(build.square())[-2:] == [
        "∂f/∂a = ∂f/∂f · ∂f/∂(1st a) + … = 1 · 3 + … = 3 + …",
        "∂f/∂a = 3 + ∂f/∂f · ∂f/∂(2nd a) = 3 + 1 · 3 = 3 + 3 = 6",
    ]


def test_names_that_are_formulas_keep_their_meaning() -> None:
    found = captions(neuron()["C"])
    assert "y − a = 1 − 0.7311 = 0.2689" in found
    assert "v13 = (y − a)² = 0.2689² = 0.07233" in found
    assert any(line.startswith("∂C/∂a = ∂C/∂(y − a) · ∂(y − a)/∂a = ") for line in found)


def test_many_leaves_are_not_all_listed() -> None:
    total = sum((Value(float(i), label=f"x{i}") for i in range(11)), Value(0.0, label="start"))
    assert captions(total)[0].endswith("x6 = 6 and 4 more")


def test_a_leaf_alone() -> None:
    assert captions(Value(3.0, label="x")) == ["given: x = 3", "∂x/∂x = 1"]


def test_an_operand_that_was_not_taken_gets_no_message() -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    root = where(True, a, tanh(b))
    found = frames(root)
    assert [frame.number for frame in found[-2:]] == [None, None]
    assert found[-2].caption == "v4 did not take v3, so v3 gets no message from it"
    assert found[-1].caption == "no message reaches v3, so b gets none from it"
    assert same_as_backward(root, found)


def test_nan_and_inf_are_written_as_such() -> None:
    root = Value(math.inf, label="i") * Value(math.nan, label="n")
    assert captions(root)[1] == "v3 = i · n = inf · nan = nan"


def same_as_backward(root: Value, found: Frames) -> bool:
    """Whether every gradient equals the engine's, bit for bit, and every message adds up."""
    root.backward()
    for value, shown in zip(topological_order(root), found.scene.values, strict=True):
        expected = value.grad if value.has_grad else None
        assert shown.grad == expected or (math.isnan(shown.grad) and math.isnan(expected))
        last = [f.number for f in found if f.phase == "backward" and f.value == shown.index]
        sums = [number for number in last if number is not None]
        assert (sums[-1:] or [None]) == [expected] or math.isnan(expected)
    return True


def test_every_number_is_the_engines(graph: Value) -> None:
    for value in topological_order(graph):
        value.zero_grad()
    assert same_as_backward(graph, frames(graph))


OPERATIONS = [operator.add, operator.sub, operator.mul, maximum, lambda x, y: tanh(x) * y]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 4)), max_size=12))
def test_any_graph_gives_the_engines_numbers(plan: list[tuple[int, int, int]]) -> None:
    made = [Value(0.5), Value(-2.0), Value(1.25)]
    for left, right, which in plan:
        made.append(OPERATIONS[which](made[left % len(made)], made[right % len(made)]))
    found = frames(made[-1])
    assert same_as_backward(made[-1], found)
    for frame in found:
        if frame.number is not None and "…" not in frame.caption:
            assert frame.caption.endswith(number(frame.number))


def test_each_wire_carries_one_message_in_reverse_topological_order(graph: Value) -> None:
    found = frames(graph)
    backward = [frame.wire for frame in found if frame.wire is not None]
    assert sorted(w.target for w in backward) == [w.target for w in reversed(backward)]
    assert set(backward) == set(found.scene.wires)
    assert [f.phase for f in found] == sorted((f.phase for f in found), reverse=True)


def test_gradients_the_graph_holds_make_no_difference_and_stay(build) -> None:
    root = build.fan_out()
    before = captions(root)
    root.backward()
    root.zero_grad()
    held = [(v.data, v.has_grad, v.grad, v.label) for v in topological_order(root)]
    assert captions(root) == before
    assert [(v.data, v.has_grad, v.grad, v.label) for v in topological_order(root)] == held


def test_equal_labels_are_told_apart() -> None:
    h = Value(0.5, label="h")
    for _ in range(2):
        h = h * 2.0
        h.label = "h"
    assert captions(h)[1:3] == ["h⁽²⁾ = h⁽¹⁾ · 2 = 0.5 · 2 = 1", "h⁽³⁾ = h⁽²⁾ · 2 = 1 · 2 = 2"]


def test_a_graph_that_is_out_of_date_is_refused(build) -> None:
    root = build.regression()
    topological_order(root)[0].data = 7.0
    with pytest.raises(DrawingError, match=r"v3 = 5 was computed before .* give 7 now"):
        frames(root)


def test_frames_are_immutable(build) -> None:
    found = frames(build.square())
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.steps = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found[0].number = 1.0


def test_parts_say_which_number_is_which(build) -> None:
    frame = frames(build.regression())[8]
    assert [(p.text, p.role) for p in frame.parts] == [
        ("∂J/∂y = ", ""),
        ("∂J/∂r · ∂r/∂y = ", ""),
        ("8", "gradient"),
        (" · ", ""),
        ("(−1)", "local"),
        (" = ", ""),
        ("−8", "gradient"),
    ]
    assert str(frame) == "".join(part.text for part in frame.parts)


def test_a_long_chain_does_not_recurse() -> None:
    x = Value(1.0)
    for _ in range(3_000):
        x = x * 1.0
    assert len(frames(x)) == 6_002


def test_long_names_are_shortened() -> None:
    root = Value(1.0, label="n" * 300) * 2
    assert max(map(len, captions(root))) < 150


def test_nodes_made_by_hand() -> None:
    a = Value(3.0, label="a")
    assert captions(Value(9.0, (a, a), (3.0, 3.0)))[-1].endswith("= 6")
    assert re.search(r"custom\(a\)", captions(Value(9.0, (a,), "custom"))[1])


def test_only_values_have_steps() -> None:
    with pytest.raises(DrawingError, match="not float"):
        frames(3.0)
    with pytest.raises(DrawingError, match="wrt='q' is no leaf"):
        frames(Value(1.0), wrt="q")


def test_a_direct_part_beside_longer_paths_has_its_own_sign() -> None:
    x = Value(3.0, label="x")
    L = (x * 2.0) * (x + 1.0) + x
    L.label = "L"
    found = frames(L)
    assert found[7].caption == "∂L/∂x = ∂L/∂L · ∂⁺L/∂x + … = 1 · 1 + … = 1 + …"
    assert found[-1].caption == "∂L/∂x = 7 + ∂L/∂v2 · ∂v2/∂x = 7 + 4 · 2 = 7 + 8 = 15"
    assert found.notes == ("∂⁺: the direct part alone, without the paths over other values",)
    assert str(found).endswith(found.notes[0])
    assert frames(x * 2.0).notes == ()


def test_a_value_used_thousands_of_times_takes_time_in_proportion() -> None:
    x = Value(1.0, label="x")
    found = frames(total([x * 1.0 for _ in range(3_000)]))
    assert found[-1].number == 3_000.0
    assert found[-1].caption.endswith("= 2999 + 1 = 3000")
    assert found[-2].caption.endswith("= 2998 + 1 + … = 2999 + …")

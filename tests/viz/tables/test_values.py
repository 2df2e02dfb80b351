"""The table of every value."""

import pytest

from autograd import Value, topological_order
from autograd import sum as total
from viz import Row, table
from viz.errors import DrawingError


def test_rows_are_the_engines_numbers(graph: Value) -> None:
    for value, row in zip(topological_order(graph), table(graph), strict=True):
        assert isinstance(row, Row)
        assert (row.data, row.grad) == (value.data, value.grad)
        assert tuple(local.gradient for local in row.local) == value.local_gradients
        assert row.op == ("" if value.is_leaf else value.primitive.name)


def test_text_of_the_table(build) -> None:
    root = build.regression()
    root.backward()
    assert str(table(root)).splitlines() == [
        "value  operation  forward  ∂J/∂·  local gradients",
        "─────  ─────────  ───────  ─────  ──────────────────────",
        "w                       5      8",
        "x                       1     40",
        "v3     mul              5      8  ∂v3/∂w = 1  ∂v3/∂x = 5",
        "b                       1      8",
        "z      add              6      8  ∂z/∂v3 = 1  ∂z/∂b = 1",
        "y                       2     −8",
        "r      sub              4      8  ∂r/∂z = 1  ∂r/∂y = −1",
        "J      power           16      1  ∂J/∂r = 8",
    ]


def test_a_parent_used_twice_is_there_twice(build) -> None:
    assert [local.parent for local in table(build.square())[-1].local] == ["a", "a"]


def test_before_backward(build) -> None:
    rows = table(build.regression())
    assert {row.grad for row in rows} == {None}
    assert str(rows).count("–") == 8


def test_wide_letters_and_long_lists_stay_aligned() -> None:
    root = total([Value(1.0, label="漢字")] + [Value(1.0) for _ in range(20)])
    lines = str(table(root)).splitlines()
    assert lines[-1].endswith("… 13 more")
    assert lines[2].startswith("漢字 ")


def test_values_with_one_label_are_told_apart_and_calculations_in_parentheses() -> None:
    w, also_w = Value(2.0, label="w"), Value(3.0, label="w")
    product = w * also_w
    product.label = "w − w"
    assert [row.name for row in table(product)] == ["w⁽¹⁾", "w⁽²⁾", "w − w"]
    assert str(table(product)).endswith("∂(w − w)/∂w⁽¹⁾ = 3  ∂(w − w)/∂w⁽²⁾ = 2")


def test_only_a_value_has_a_table() -> None:
    with pytest.raises(DrawingError, match="not float"):
        table(1.0)


def test_names_that_would_read_the_same_are_numbered() -> None:
    one, two = (Value(k, label=f"encoder.block[{k}].attention.w[3].x") for k in (12, 13))
    product = one * two
    assert [row.name for row in table(product)] == [
        "encoder.block[12].attention.w[3].x⁽¹⁾",
        "encoder.block[13].attention.w[3].x⁽²⁾",
        "v3",
    ]
    first, second = (line.split()[0] for line in str(table(product)).splitlines()[2:4])
    assert first == "encoder.block[…w[3].x⁽¹⁾" and second == "encoder.block[…w[3].x⁽²⁾"
    one.label = "v3"
    assert [row.name for row in table(product)][::2] == ["v3⁽¹⁾", "v3⁽²⁾"]


def test_gradients_of_a_later_output_are_not_called_those_of_this_one() -> None:
    a = Value(2.0, label="a")
    b = a * 3.0
    b.label = "b"
    (b * b).backward()
    lines = str(table(b)).splitlines()
    assert "∂b/∂·" not in lines[0] and lines[0].split()[3] == "∂"
    assert lines[-1] == "∂ comes from beyond b, whose own is 12"

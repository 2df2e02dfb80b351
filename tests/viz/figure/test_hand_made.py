"""Pictures and texts of nodes made by hand: local gradients are measured, else written as ?."""

import pytest

from autograd import GraphError, Value
from viz import derive, draw, frames, messages, nudge, table
from viz.text import UNKNOWN, full, number, signed


def doubled(x: Value) -> Value:
    out = Value(2.0 * x.data, (x,), "twice", label="h")

    def _backward() -> None:
        x.grad += 2.0 * out.grad

    out._backward = _backward
    return out


@pytest.fixture
def known() -> tuple[Value, Value]:
    a = Value(2.0, label="a")
    y = doubled(a) * 3.0
    y.label = "y"
    return a, y


@pytest.fixture
def unknown() -> tuple[Value, Value]:
    a = Value(2.0, label="a")
    y = Value(4.0, (a,), "sq", label="h") * 3.0 + a
    y.label = "y"
    return a, y


def test_measured_numbers_everywhere(known) -> None:
    a, y = known
    assert str(derive(y, a)) == "∂y/∂a = ∂y/∂h · ∂h/∂a = 3 · 2 = 6"
    assert "×2 ─ a = 2" in str(draw(y))
    assert "∂h/∂a = 2" in str(table(y))
    assert messages(y)[-1].total == 6.0
    assert frames(y)[-1].caption == "∂y/∂a = ∂y/∂h · ∂h/∂a = 3 · 2 = 6"
    assert "∂y/∂a = ∂y/∂h · ∂h/∂a = 3 · 2 = 6" in str(draw(y, path=(a, y)))
    assert not a.has_grad
    y.backward()
    assert a.grad == 6.0


def test_a_question_mark_where_nothing_is_known(unknown) -> None:
    _, y = unknown
    figure = draw(y)
    assert "×? ─ a = 2" in str(figure)
    assert "×?" in figure.svg and "×nan" not in figure.svg
    assert "∂h/∂a = ?" in str(table(y))
    assert str(messages(y)).splitlines()[-1].split() == ["a", "h", "3", "?", "?", "?"]
    assert frames(y)[-1].caption == "∂y/∂a = 1 + ∂y/∂h · ∂h/∂a = 1 + 3 · ? = 1 + ? = ?"
    assert "nan" not in str(frames(y))


def test_a_derivative_through_it_is_an_error(unknown) -> None:
    a, y = unknown
    with pytest.raises(GraphError, match="'sq' has no local gradients yet"):
        derive(y, a)
    with pytest.raises(GraphError, match="'sq' has no local gradients yet"):
        draw(y, path=(a, y))
    with pytest.raises(GraphError, match="cannot be computed again"):
        nudge(y, a)
    x = Value(1.0, label="x")
    assert derive(y + 2.0 * x, x).value == 2.0


def test_unknown_stays_unknown() -> None:
    for x in (UNKNOWN, 2.0 * UNKNOWN, UNKNOWN + 1.0, 1.0 + UNKNOWN, UNKNOWN * 3.0):
        assert (number(x), full(x), signed(x)) == ("?", "?", "?")
    assert number(float("nan")) == "nan"

"""Chains: total and direct derivatives are told apart."""

import importlib

import pytest
from hypothesis import given, settings

import autograd as ag
from autograd import Value
from viz.formulas.chain import Chain
from viz.formulas.derivation import derive
from viz.graph.given import find, graph_of, names_of

graphs = importlib.import_module("strategies").graphs

NOTE = "∂⁺f/∂x: the direct part alone, without the paths over other values"


def named(value: Value, label: str) -> Value:
    value.label = label
    return value


def bypass() -> tuple[Value, Value, Value]:
    """f is computed from x directly, and over p."""
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    return named(named(x * y, "p") + x, "f"), x, y


def test_a_direct_wire_beside_a_longer_path_has_its_own_symbol() -> None:
    f, x, y = bypass()
    assert str(derive(f, x)).splitlines() == [
        "∂f/∂x = ∂f/∂p · ∂p/∂x + ∂⁺f/∂x = 1 · y + 1 = 1 · 3 + 1 = 3 + 1 = 4",
        NOTE,
    ]
    assert "⁺" not in str(derive(f, y))


def test_it_has_one_in_latex_too() -> None:
    f, x, y = bypass()
    latex = derive(f, x).latex
    direct = r"\frac{\partial^{+} f}{\partial x}"
    assert rf"\frac{{\partial p}}{{\partial x}} + {direct} \\" in latex
    assert latex.splitlines()[-2] == rf"& {direct}\text{{{NOTE[len('∂⁺f/∂x') :]}}}"
    assert "^{+}" not in derive(f, y).latex


def test_it_is_explained_once_and_keeps_its_symbol_in_front_of_a_delta() -> None:
    f, x, y = bypass()
    text = str(derive(named(ag.sin(f), "q"), [x, y]))
    assert "∂q/∂x = δ · ∂f/∂p · ∂p/∂x + δ · ∂⁺f/∂x\n" in text
    assert text.count("the direct part alone") == 1
    assert text.splitlines()[-1] == NOTE


def test_the_direct_links_are_those_beside_longer_paths() -> None:
    f, x, _ = bypass()
    graph = graph_of(f)
    chain = Chain(graph, [find(x, graph)], every_node=False)
    assert chain.bypassed == {(find(f, graph), find(x, graph))}


@settings(max_examples=60, deadline=None)
@given(graphs(max_steps=8))
def test_a_derivative_without_a_plus_is_the_whole_derivative(plan_and_point) -> None:
    plan, point = plan_and_point
    xs = [Value(x, label=f"x{i}") for i, x in enumerate(point)]
    root = plan.run(xs)
    order = ag.topological_order(root)
    for i, value in enumerate(order):
        value.label = value.label or f"n{i}"
    by_name = dict(zip(names_of(graph_of(root)).values(), order, strict=True))
    for equation in derive(root, [x for x in xs if x in order]).equations:
        for factor in (f for p in equation.products for f in p.factors if not f.direct):
            whole = derive(by_name[factor.above], by_name[factor.below])
            assert whole.value == pytest.approx(factor.local, rel=1e-9, nan_ok=True)

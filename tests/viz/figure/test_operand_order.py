"""Operands stand in a figure in the order in which they are written, from top to bottom."""

import random
import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Value
from viz import draw, step
from viz.figure.figure import Figure
from viz.figure.groups import SYMMETRIC

SVG = "{http://www.w3.org/2000/svg}"
OPERATIONS = [
    lambda a, b: a - b,
    lambda a, b: a / b,
    lambda a, b: a**b,
    lambda a, b: ag.atan2(a, b),
    lambda a, b: ag.where(a > b, a, b),
    lambda a, b: 2.0 - a,
    lambda a, b: a / 3.0,
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: ag.sum([a, b, a]),
    lambda a, b: ag.tanh(a),
]


def heights(svg: str) -> dict[str, float]:
    """How far down each wire's label and each constant's box stand, by id."""
    found = {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        name = group.get("id") or ""
        ys = [float(text.get("y") or 0) for text in group.iter(f"{SVG}text")]
        if ys and re.fullmatch(r"w\d+_\d+_\d+|c\d+_\d+", name):
            found[name] = sum(ys) / len(ys)
    return found


def permuted(figure: Figure, *, constants: bool = False, symmetric: bool = True) -> list[str]:
    """The operations whose operands do not stand in their order."""
    at, scene = heights(figure.svg), figure.scene
    wrong = []
    for shown in scene.values:
        wires = [
            (w.slot, at[f"w{w.source}_{w.target}_{w.slot}"])
            for w in scene.wires_into.get(shown.index, ())
        ]
        fixed = [c for c in scene.constants if c.target == shown.index and constants]
        order = sorted([*wires, *((c.slot, at[f"c{c.target}_{c.slot}"]) for c in fixed)])
        down = [y for _, y in order]
        if down != sorted(down) and (symmetric or shown.primitive not in SYMMETRIC):
            wrong.append(shown.primitive)
    return wrong


@st.composite
def graphs(draw_) -> Value:
    found = [Value(1.0 + k, label=name) for k, name in enumerate("xyz")]
    for _ in range(draw_(st.integers(2, 10))):
        operation = draw_(st.sampled_from(OPERATIONS))
        found.append(operation(*(draw_(st.sampled_from(found[-6:])) for _ in "ab")))
    return found[-1]


@given(graphs())
@settings(max_examples=20, deadline=None)
def test_every_operand_keeps_its_place(root: Value) -> None:
    assert permuted(draw(root, max_nodes=None)) == []


@pytest.mark.parametrize("number", range(len(OPERATIONS)))
def test_constants_keep_their_places_beside_operands(number: int) -> None:
    """In larger graphs the engine puts one in fifty of these boxes on the other side."""
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    figure = draw(OPERATIONS[number](x, y), max_nodes=None, constants=True)
    assert permuted(figure, constants=True) == []


def test_a_difference_of_a_value_that_is_used_before() -> None:
    """A cross-entropy: LSE − z5, although z5 goes into LSE from below."""
    zs = [Value(k / 3.0, label=f"z{k}") for k in range(1, 6)]
    lse = ag.logsumexp(zs)
    lse.label = "LSE"
    assert permuted(draw(lse - zs[4])) == []
    assert permuted(draw(zs[0] - lse)) == []


def test_losses_behind_framed_layers() -> None:
    model = nn.MLP(2, [2, 1], activation="tanh", seed=0)
    y, s = Value(1.0, label="y"), Value(2.0, label="s")
    for loss in (lambda o: (y - o) / s, lambda o: (o - y) / (y + o), lambda o: s / (o - y)):
        figure = draw(loss(model([0.5, 0.25])) ** 2 - y, max_nodes=None)
        assert "cluster_" in figure.source
        assert permuted(figure, symmetric=False) == []


@pytest.mark.parametrize("seed", range(4))
def test_neurons_with_an_order_of_their_own_have_no_frame(seed: int) -> None:
    rng = random.Random(seed)
    names = [f"layer1.neuron{k}.{p}" for k in (0, 1) for p in ("w[0]", "w[1]", "b")]
    p = [Value(rng.random() + 1.0, label=name) for name in names]
    x, y = Value(1.5, label="x"), Value(0.5, label="y")
    zs = [rng.choice(OPERATIONS[:2])(b, w * x - y * v) for w, v, b in (p[:3], p[3:])]
    figure = draw(ag.tanh(zs[0]) - ag.tanh(zs[1]), max_nodes=None)
    assert permuted(figure, symmetric=False) == []
    assert "layer1.neuron0.w[0]" in figure.svg


def test_steps_keep_the_order_too() -> None:
    zs = [Value(k / 3.0, label=f"z{k}") for k in range(1, 4)]
    found = step(ag.logsumexp(zs) - zs[2])
    at = heights(found.svg)
    assert at["w4_5_0"] < at["w3_5_1"]


def test_weights_in_frames_stand_in_their_order(build) -> None:
    at = heights(draw(build.neuron()).svg)
    weights = [at[f"w{k}_8_{k - 1}"] for k in (1, 2, 3)]
    assert weights == sorted(weights)

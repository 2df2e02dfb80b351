"""Graphs of every size: what is folded, what is written on the boxes, and that nothing changes."""

import random
import re
import sys
import threading
import xml.etree.ElementTree as ElementTree

import pytest

import nn
from autograd import Value, topological_order
from autograd import sum as total
from viz import draw
from viz.errors import DrawingError
from viz.graph.folding import view
from viz.graph.given import graph_of
from viz.text import number
from viz.theme import FORWARD, GRADIENT

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def level(root: Value, **options) -> str:
    return view(graph_of(root), **options).level


def chain(count: int) -> Value:
    x = Value(1.0)
    for _ in range(count - 1):
        x = x * 1.0
    return x


def test_levels_by_size(build) -> None:
    assert level(nn.MLP(2, [2, 1], seed=0)([1.0, 2.0])) == "values"
    assert level(build.mlp()) == "neurons"
    assert level(build.moons(1)) == "layers"
    assert level(build.moons(100)) == "diagram"
    assert level(build.mlp(), max_nodes=None) == "values"
    assert level(chain(150)) == "values"
    assert level(chain(151)) == "near"


def test_every_value_is_drawn_or_in_one_box(build) -> None:
    for root in (build.mlp(), build.moons(3), build.by_hand(3), build.unrolled(5, 3), chain(400)):
        for options in ({}, {"max_nodes": 10}, {"max_nodes": 1}):
            found = view(graph_of(root), **options)
            inside = [i for box in found.boxes for i in box.members]
            assert sorted([*inside, *found.drawn]) == list(range(1, len(found.graph) + 1))
            assert all(found.box_of[i] is box for box in found.boxes for i in box.members)


def test_the_numbers_on_neurons_are_the_engines(build) -> None:
    root = build.mlp()
    root.backward()
    figure = draw(root)
    found = view(graph_of(root))
    for box in found.boxes:
        output = found.graph.values[box.output]
        node = re.search(rf"^{box.node} \[.*?\];$", figure.source, re.DOTALL | re.MULTILINE)[0]
        cells = dict(re.findall(r'COLOR="(#\w+)">([^<]*)</FONT>', node))
        assert cells[FORWARD] == f"a = {number(output.data)}"
        assert cells[GRADIENT] == f"∂ {number(output.grad)}"
        own = [p for p in topological_order(root) if str(p.label).startswith(f"{box.path}.")]
        norm = sum(p.grad**2 for p in own) ** 0.5
        assert f"{len(own)} parameters, |∂| {number(norm)}" in node


def test_a_layer_diagram(build) -> None:
    root = build.moons(100)
    root.backward()
    shown = texts(draw(root).svg)
    for text in ("layer1", "2→16 ReLU", "16→16 ReLU", "16→1 linear", "outputs → loss"):
        assert text in shown, text
    assert sum("× 100 examples" in text for text in shown) == 3
    assert any(text.startswith("272 parameters, |∂| ") for text in shown)
    assert number(root.data) in shown


def test_steps_and_examples_are_told_apart(build) -> None:
    assert "step 3" in texts(draw(build.unrolled(4, 3)).svg)
    assert "cell[1] · step 3: Σ w·x + b → tanh" in str(draw(build.unrolled(4, 3)))
    assert "cell · step 3" in texts(draw(build.unrolled(12, 4)).svg)
    assert "layer1 · example 2" in texts(draw(build.by_hand(2)).svg)


def test_expanding(build) -> None:
    root = build.mlp()
    one = draw(root, expand="layer1.neuron2")
    assert one.source.count('class="fold neuron"') == 8
    assert one.source.count('class="leaf parameter"') == 4
    whole = draw(build.moons(1), expand=["layer2"])
    assert whole.source.count('class="fold neuron"') == 16
    assert whole.source.count('class="fold layer"') == 2
    many = draw(build.moons(50), expand="layer1.neuron3")
    assert many.source.count('class="fold others"') == 1
    assert "15 other neurons" in texts(many.svg)
    assert len(many.source) < 60_000


def test_expanding_what_is_not_there(build) -> None:
    with pytest.raises(DrawingError, match=r"expand='layer9' is no layer or neuron .* layer1, lay"):
        draw(build.mlp(), expand="layer9")
    with pytest.raises(DrawingError, match="it has none with a name"):
        draw(build.regression(), expand="layer1")


def test_depth(build) -> None:
    figure = draw(build.regression(), depth=1)
    assert figure.source.count('class="op ') == 2
    assert "… 6 more values" in texts(figure.svg)
    assert draw(build.regression(), depth=9).complete
    assert draw(build.regression(), depth=0).source.count('class="op ') == 1
    for wrong in (-1, 1.5, "2", True):
        with pytest.raises(DrawingError, match="depth= is a whole number from 0"):
            draw(build.regression(), depth=wrong)


def test_a_sum_of_very_many_shows_some_and_counts_the_rest() -> None:
    figure = draw(total([Value(float(i)) for i in range(5_000)]))
    assert "… 4,988 more values" in texts(figure.svg)
    assert len(figure.source) < 30_000


def test_many_inputs_are_one_box() -> None:
    xs = [Value(float(i), label=f"x{i}") for i in range(30)]
    figure = draw(nn.Layer(30, 3, seed=0)(xs)[0])
    assert "30 inputs" in texts(figure.svg)


def test_advice_says_how_to_see_more(build) -> None:
    for root in (build.mlp(), build.moons(1), build.moons(20), chain(500)):
        text = " ".join(texts(draw(root).svg))
        assert "max_nodes=None draws every value" in text
        assert "path=(w, L)" in text
        assert "max_nodes=None" in str(draw(root))
    assert 'expand="layer1" opens one' in str(draw(build.moons(20)))


def test_no_gradients_yet(build) -> None:
    shown = texts(draw(build.mlp()).svg)
    assert shown.count("∂ –") >= 9
    assert not any("|∂| 0" in text for text in shown)


@pytest.mark.parametrize("options", [{}, {"max_nodes": 5}, {"depth": 2}, {"dark": True}])
def test_drawing_changes_nothing(build, options) -> None:
    root = build.mlp()
    root.backward()

    def state() -> list[tuple]:
        return [
            (id(v), v.data, v.grad, v.has_grad, v.label, type(v.label), v.parents, dict(vars(v)))
            for v in topological_order(root)
        ]

    before = state()
    figure = draw(root, **options, path=("layer1.neuron1.w[0]", "L"))
    str(figure), repr(figure), figure.svg
    assert state() == before


@pytest.mark.skipif(
    sys.version_info >= (3, 13),
    reason="Python 3.13 frees chains of any objects too deep for a small stack, and dies",
)
def test_a_hundred_thousand_values_in_a_small_stack() -> None:
    neuron = nn.Neuron(1, activation="tanh", seed=0)
    x = Value(1.0, label="x")
    deep = x
    for _ in range(20_000):
        deep = neuron([deep])
    drawn: list[str] = []

    def work() -> None:
        for root in (deep, chain(100_000)):
            drawn.append(draw(root).source)
            drawn.append(str(draw(root, path=(x, deep)) if root is deep else draw(root, depth=3)))

    size = threading.stack_size(128 * 1024)
    thread = threading.Thread(target=work)
    thread.start()
    threading.stack_size(size)
    thread.join()
    assert len(drawn) == 4
    assert "× 20,000 steps" in drawn[0]


def test_dark_has_light_text_on_a_dark_card(build) -> None:
    svg = draw(build.mlp(), dark=True).svg
    assert 'fill="white"' not in svg.lower()
    assert 'fill="#16181d"' in svg.lower()
    assert "#00694b" not in svg.lower()
    assert "#4fd1a5" in svg.lower()


def tangle(count: int) -> Value:
    """A graph of random sums and products, each value used by several later ones."""
    chance = random.Random(1)
    made = [Value(1.0) for _ in range(4)]
    while len(made) < count:
        a, b = chance.choice(made[-9:]), chance.choice(made[-9:])
        made.append(a * b if chance.random() < 0.5 else a + b)
    return made[-1]


@pytest.mark.parametrize("options", [{}, {"depth": 3}, {"depth": 5, "max_nodes": None}])
def test_nothing_drawn_goes_into_what_is_hidden(options) -> None:
    found = view(graph_of(tangle(300)), **options)
    hidden = found.boxes[0].members
    assert found.drawn.isdisjoint(p for i in hidden for p in found.graph.parents[i])
    assert len(found.drawn) > 3


def test_depth_shows_some_of_very_many_siblings(build) -> None:
    root = build.moons(100)
    assert draw(root, depth=2).source.count('class="op relu"') == 12
    assert draw(root, depth=2, max_nodes=None).source.count('class="op relu"') == 100


def test_neurons_of_one_layer_stand_side_by_side(build) -> None:
    source = draw(build.mlp(), expand="layer2").source
    assert re.search(r"{rank=same; n\d+; n\d+; n\d+; n\d+;}", source)


def test_inputs_that_neurons_share_are_pills_in_their_frames(build) -> None:
    source = draw(build.mlp(), expand="layer1").source
    frames = re.findall(r"cluster_1_\d .*\n(.*)", source)
    assert len(frames) == 4
    for k, frame in enumerate(frames):
        assert len(re.findall(r"\bw\d+_\d+_\d", frame)) == 3 + 3 + 1 + 1, k
        assert len(re.findall(r"\bp\d+_\d+_\d", frame)) == 3, k


def test_the_legend_lists_the_marks_on_boxes(build) -> None:
    assert "folded" in " ".join(texts(draw(build.mlp()).svg))
    assert "/// saturated" in " ".join(texts(draw(build.mlp()).svg))
    assert "folded" not in " ".join(texts(draw(build.regression()).svg))


def test_numbers_of_one(build) -> None:
    a = Value(3.0, label="a")
    text = str(draw(a * a, depth=0))
    assert "0 parameters, 1 input, 1 operation (mul 1)" in text
    assert "… 1 more value\n" in text


def test_a_gradient_over_examples_says_so(build) -> None:
    root = build.by_hand(3)
    root.backward()
    assert "over 3 examples" in str(draw(root, max_nodes=40, expand="layer1"))


def test_framed_parameters_stand_in_reading_order(build) -> None:
    svg = draw(build.mlp(), expand="layer1").svg
    height = {
        element.text: float(element.get("y"))
        for element in ElementTree.fromstring(svg).iter(f"{SVG}text")
    }
    assert height["w[0]"] < height["w[1]"] < height["w[2]"] < height["b"]

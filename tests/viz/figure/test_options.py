"""Every option of `draw`: what it changes in the picture, and what it refuses."""

import re
import struct

import pytest

from autograd import Value, sigmoid
from viz import draw
from viz.errors import DrawingError
from viz.figure.drawing import Node, Wire


def neuron(w: float = 1.0) -> Value:
    w, x, b = Value(w, label="w"), Value(-1.0, label="x"), Value(-0.5, label="b")
    cost = 0.5 * (sigmoid(w * x + b) - 1.0) ** 2
    cost.label = "C"
    cost.backward()
    return cost


def wires(figure) -> dict[str, Wire]:
    return {e.id: e for e in figure.drawing.elements if isinstance(e, Wire)}


def test_notes_and_legend_can_be_left_out(build) -> None:
    root = build.mlp()
    whole = draw(root)
    assert "expand=" in whole.svg
    assert "forward value" in whole.svg
    assert "expand=" not in draw(root, notes=False).svg
    assert "forward value" not in draw(root, legend=False).svg
    assert str(draw(root, notes=False, legend=False)) == str(whole)


@pytest.mark.parametrize(
    ("width", "points"),
    [(430, 322.5), ("12cm", 340.2), ("90mm", 255.1), ("5in", 360), ("300pt", 300)],
)
def test_width_is_that_of_the_page(width, points: float) -> None:
    figure = draw(neuron(), width=width)
    assert float(re.search(r'width="([\d.]+)pt"', figure.svg)[1]) <= points + 1
    assert len(wires(figure)) == len(wires(draw(neuron())))
    pills = sum(isinstance(e, Node) and bool(e.stands_for) for e in figure.drawing.elements)
    assert pills > 0


def test_wrap_can_be_switched_off() -> None:
    figure = draw(neuron(), width="7cm", wrap=False)
    assert not [e for e in figure.drawing.elements if isinstance(e, Node) and e.stands_for]


def test_width_grad_makes_wires_as_thick_as_gradients() -> None:
    root = neuron()
    found = wires(draw(root, width="grad"))
    sizes = {
        name: abs(float(w.gradient.removeprefix("∂ ").replace("−", "-")))
        for name, w in found.items()
    }
    order = sorted(found, key=lambda name: sizes[name])
    strokes = [found[name].stroke for name in order]
    assert strokes == sorted(strokes)
    assert (strokes[0], strokes[-1]) == (3, 6)
    source = draw(root, width="grad").source
    assert f"penwidth={strokes[-1]} " in source
    assert f'HEIGHT="{strokes[-1]}" BGCOLOR' in source
    assert {w.stroke for w in wires(draw(root)).values()} == {1}


@pytest.mark.parametrize("width", [0, -3, True, None, "12", "12 miles", "wide", float("nan")])
def test_width_is_a_length(width) -> None:
    with pytest.raises(DrawingError, match=r"width= is how wide .* or 'grad', .*; not "):
        draw(neuron(), width=width)


def test_digits() -> None:
    root = neuron()
    last = next(name for name, w in wires(draw(root)).items() if w.gradient == "∂ −0.8176")
    assert wires(draw(root, digits=2))[last].gradient == "∂ −0.82"
    assert wires(draw(root, digits=7))[last].gradient == "∂ −0.8175745"
    assert wires(draw(root))[last].gradient == "∂ −0.8176"
    assert "0.33 " in str(draw(root, digits=2))
    tiny = Value(1.2e-7, label="t") * 1.0
    assert "1e−07" in draw(tiny, digits=1).svg
    for digits in (0, 18, 2.5, True, "3"):
        with pytest.raises(DrawingError, match="digits= is a whole number from 1 to 17"):
            draw(root, digits=digits)
    assert "0.8176" in draw(root).svg


def test_themes() -> None:
    root = neuron()
    light, dark, auto = (draw(root, theme=theme).svg for theme in ("light", "dark", "auto"))
    assert light == draw(root).svg
    assert dark == draw(root, dark=True).svg
    assert "@media (prefers-color-scheme:dark)" in auto
    assert '.adaptive [fill="#00694B" i]{fill:#4FD1A5}' in auto
    assert re.sub(r"<style>.*?</style>", "", auto).replace(' class="adaptive"', "", 1) == light
    with pytest.raises(DrawingError, match="theme= is 'light', 'dark', 'auto', not 'sepia'"):
        draw(root, theme="sepia")


def test_font_stands_before_the_others() -> None:
    svg = draw(neuron(), font="Fira Sans").svg
    assert 'font-family="Fira Sans,Helvetica,' in svg
    assert 'font-family="Helvetica,' not in svg
    for font in ("a;b", '"', "x,y", 7):
        with pytest.raises(DrawingError, match="font= is the name of one face"):
            draw(neuron(), font=font)


def test_two_runs_in_one_figure() -> None:
    figure = draw(neuron(1.0), after=neuron(1.25))
    found = wires(figure)
    assert found["w1_3_0"].value == "1 → 1.25"
    assert found["w2_3_1"].value == "−1"
    assert found["w2_3_1"].local == "×1 → ×1.25"
    assert found["w1_3_0"].gradient.startswith("∂ ")
    assert found["w1_3_0"].gradient.count("→") == 1
    assert re.fullmatch(r"C = 0\.\d+ → 0\.\d+", figure.drawing.heading.result)
    same = draw(neuron(1.0), after=neuron(1.0))
    assert "→" not in same.svg


def test_a_line_that_only_one_run_has() -> None:
    x, y = Value(2.0, label="x"), Value(2.0, label="x")
    before, after = x * x + x, y * y + y
    after.backward()
    (leaf,) = [
        e for e in draw(before, after=after).drawing.elements if getattr(e, "id", "") == "v1"
    ]
    assert [line.text for line in leaf.lines] == ["x", "– → ∂ 5 = 2 + 2 + 1"]


def test_two_runs_are_of_one_computation() -> None:
    with pytest.raises(DrawingError, match="after= is the same computation once more"):
        draw(neuron(), after=Value(1.0) + 2.0)
    with pytest.raises(DrawingError, match="after= is the same computation once more, and has"):
        draw(Value(1.0, label="x") * 2.0, after=(Value(1.0) * 2.0) + 1.0)
    with pytest.raises(DrawingError, match="only a graph can be drawn"):
        draw(neuron(), after=3.0)


def test_an_unknown_option_names_ours() -> None:
    with pytest.raises(
        DrawingError, match=r"no option fontsize=\. Did you mean font=\? Its opt.*wrap"
    ):
        draw(neuron(), fontsize=12)
    with pytest.raises(DrawingError, match=r"no option zzz=\. Its options: wrt, constants"):
        draw(neuron(), zzz=1)


def test_png_at_any_size(tmp_path) -> None:
    figure = draw(neuron())

    def size(**options) -> tuple[int, int]:
        png = figure.save(tmp_path / "n.png", **options).read_bytes()
        return struct.unpack(">II", png[16:24])

    natural = size(scale=1)
    assert size() == pytest.approx([2 * side for side in natural], abs=3)
    assert size(width=500)[0] == pytest.approx(500, abs=2)
    for options in ({"scale": 0}, {"scale": "big"}, {"width": -1}, {"width": float("inf")}):
        with pytest.raises(DrawingError, match=r"(scale|width)= is a number above 0"):
            size(**options)

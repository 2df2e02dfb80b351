"""Numbers and names in pictures."""

import math
import re
import unicodedata
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from viz import VizError, animate, derive, draw, draw_dot, messages, parse, step, table
from viz.layout.engine import render
from viz.text import columns, full, html, number, printable, quoted, shorten, signed, width


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (8.0, "8"),
        (40.0, "40"),
        (-8.0, "−8"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.73105857863, "0.7311"),
        (-0.05287709, "−0.05288"),
        (0.5, "0.5"),
        (1.2e-5, "1.2e−05"),
        (-1.23456e-7, "−1.235e−07"),
        (9.9999e-4, "1e−03"),
        (1e-3, "0.001"),
        (1234.0, "1234"),
        (12345.0, "1.234e+04"),
        (5e-324, "4.941e−324"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
        (math.nan, "nan"),
    ],
)
def test_number(x: float, text: str) -> None:
    assert number(x) == text


@given(st.floats(-1e308, 1e308))
def test_a_number_keeps_four_digits(x: float) -> None:
    text = number(x)
    read = float(text.replace("−", "-"))
    assert read == pytest.approx(x, rel=5.01e-4, abs=5e-324)
    assert "-" not in text
    mantissa = text.split("e")[0].lstrip("−").replace(".", "").lstrip("0")
    assert len(mantissa) <= 4
    assert not text.endswith(".")
    assert "." not in text.split("e")[0] or not mantissa.endswith("0")


@given(st.floats())
def test_full_precision_reads_back(x: float) -> None:
    read = float(full(x).replace("−", "-"))
    assert read == x or (math.isnan(read) and math.isnan(x))


@pytest.mark.parametrize(
    ("x", "text"), [(7.0, "+7"), (-2.0, "−2"), (0.0, "+0"), (math.nan, "nan"), (math.inf, "+inf")]
)
def test_signed(x: float, text: str) -> None:
    assert signed(x) == text


@given(st.text(max_size=300), st.integers(8, 40))
def test_shorten_keeps_both_ends_within_the_limit(name: str, limit: int) -> None:
    short = shorten(name, limit)
    assert len(short) <= limit
    assert "\n" not in short
    if len(name) > limit and name.isalnum():
        assert short[0] == name[0]
        assert short[-1] == name[-1]
        assert "…" in short


@given(st.text(max_size=60))
def test_html_stays_inside_its_tag(text: str) -> None:
    element = ElementTree.fromstring(f"<b>{html(text)}</b>")
    shown = (element.text or "").replace("\\\\", "\\")
    assert shown == printable(" ".join(_spaces(text)))
    assert len(element) == 0


def _spaces(text: str) -> list[str]:
    return re.split(r"[\s\u2028\u2029]+", text)


@given(st.text(max_size=60))
def test_a_quoted_string_ends_where_it_should(text: str) -> None:
    inside = quoted(text)[1:-1]
    assert '"' not in inside
    assert "\n" not in inside
    trailing = len(inside) - len(inside.rstrip("\\"))
    assert trailing % 2 == 0


@pytest.mark.parametrize(
    "text",
    ["plain", r"a \N b \G \\ c", "{ } | < >", "& &amp; &lt;", "\"quoted\" 'too'", "σ ∂ ½ 漢字 🙂"],
)
def test_text_survives_the_engine(text: str) -> None:
    source = f"digraph {{ a [shape=box label=<<B>{html(text)}</B>> tooltip={quoted(text)}]; }}"
    svg = render(source, "svg").decode()
    root = ElementTree.fromstring(svg)
    shown = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    tips = [
        element.get("{http://www.w3.org/1999/xlink}title")
        for element in root.iter("{http://www.w3.org/2000/svg}a")
    ]
    assert shown == [text]
    assert tips == [text]


def test_control_characters_and_lone_surrogates_are_replaced() -> None:
    assert printable("a\x00b\ud800c\ufffe") == "a\ufffdb\ufffdc\ufffd"


def test_widths() -> None:
    assert width("iii") < width("nnn") < width("WWW")
    assert width("漢字") > width("nn")
    assert columns("漢字") == 4
    assert columns("é") == columns("e\u0301") == 1


@pytest.mark.parametrize(
    "nasty", ["\x1b[31mred\x1b[0m", "\x9b31m", "bell\x07", "\x00", "\ud800", "\u202e"]
)
def test_nothing_that_is_written_is_obeyed_by_a_terminal(nasty: str) -> None:
    """Labels, names of operations and titles, in every text and figure there is."""
    a, b = Value(2.0, label=nasty), Value(3.0, label="b")
    computed = a * b + a
    computed.label = nasty
    by_hand = Value(5.0, (computed, b), nasty, label="h")
    by_hand._backward = lambda: None
    for root in (computed.tanh(), by_hand * a):
        figures = [draw(root, title=nasty), draw(root, title=nasty, max_nodes=1)]
        texts = [str(figure) for figure in figures] + [figure.svg for figure in figures]
        texts += [figure.source for figure in figures]
        texts += map(str, (step(root, title=nasty), table(root), messages(root), derive(root, b)))
        texts += [step(root, title=nasty).html, animate(root, title=nasty).svg]
        texts += [draw_dot(root).source.replace("\t", ""), derive(root, b).latex]
        texts += [table(root)._repr_html_()]
        for text in texts:
            assert not [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]
            assert "\u202e" not in text
    for wrong in (
        lambda: draw(root, path=(nasty + "?", root)),
        lambda: draw(root, expand=nasty + "?"),
        lambda: draw(root).save(f"/{nasty}.txt"),
        lambda: draw(root).save(f"/dev/null/{nasty}.svg"),
        lambda: parse(f"{nasty} * 2"),
    ):
        with pytest.raises(VizError) as error:
            wrong()
        assert str(error.value) == printable(str(error.value))

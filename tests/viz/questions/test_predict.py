"""`predict` as plain text, as folded HTML, and with boxes, driven in a kernel."""

from __future__ import annotations

import math
import re
import sys
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest

from autograd import Value
from notebooks.execution import execute
from viz import DrawingError, draw, live, messages, predict
from viz.questions.answers import Typed
from viz.questions.boxes import typed
from viz.questions.predict import Prediction
from viz.questions.prose import html_of, literal, plain_of
from viz.questions.score import PREDICTIONS, SCORE, Score

WIDGET = "application/vnd.jupyter.widget-view+json"


def neuron() -> Value:
    w, x = Value(5.0, label="w"), Value(2.0, label="x")
    J = w * x
    J.label = "J"
    J.backward()
    return J


def asked(**more: object) -> Prediction:
    slips = {-0.5: "Once more.", 2.0: "That is **twice**."}
    given = {"answer": 0.0362, "slips": slips, "hint": "Half.", "because": "$C$ has a ½."} | more
    return predict("What is $C$?", **given)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0.0362", True), ("0.036", True), ("3.62e-2", True), (".03620", True), ("0.04", False),
        ("0.0365", False), ("0.037", False), ("0.03621", True), ("1/2 * 0.0724", True),
        ("½·0.0724", True), ("−0.0362", False), ("36.2e-3", True), ("½(1 - 0.7311)^2", True),
    ],
)  # fmt: skip
def test_a_number_is_right_to_the_digits_that_were_typed(text: str, right: bool) -> None:
    assert asked().judge(text).right is right


def test_what_is_said_to_a_wrong_number() -> None:
    one = asked()
    assert one.judge("2").text == "That is **twice**."
    assert one.judge("7").text == "Half."
    assert "sign" in one.judge("-0.0362").text
    assert "one more" in one.judge("0.04").text
    assert "write one number, with a point: 0.036" in one.judge("0,036").text
    grouped = "This is read as 1024; a decimal is written with a point. Half."
    assert one.judge("1,024").text == grouped
    assert one.judge("δ").text == "write a number, such as 0.27, 1/4, 2·0.3 or −3, not δ"
    assert asked(answer=0.7311).judge("σ(1)").right
    assert "Give one number, not list" in one.judge([1.0]).text
    assert one.judge("w + 1").text == typed("w + 1")
    assert not one.judge(float("nan")).right


def test_estimates_and_edges() -> None:
    assert predict("?", answer=100.0, within=20.0).judge("85").right
    assert not predict("?", answer=100.0, within=20.0).judge("79").right
    assert predict("?", answer=0.0).judge("0").right
    assert not predict("?", answer=0.0).judge("0.1").right
    assert predict("?", answer=float("inf")).judge(float("inf")).right
    assert predict("?", answer=Value(3.0)).judge(3).right
    assert Typed.read("0").half_unit == 0.0
    assert str(predict("?", answer=-0.0).answer) == "0"


def test_a_small_number_is_not_taken_for_another() -> None:
    assert predict("?", answer=1e-12).judge("1e-12").right
    assert not predict("?", answer=1e-12).judge("5e-10").right
    assert not predict("?", answer=1e-12).judge("0").right
    assert predict("?", answer=0.1 + 0.2 - 0.3).judge("0").right
    assert predict("?", answer=0.0).judge(1e-10).right


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1½", 1.5), ("−2½", -2.5), ("½ + ½", 1.0), ("1,024", 1024.0), ("12,345.6", 12345.6),
        ("1 024", 1024.0), ("∞", float("inf")), ("-inf", -float("inf")), ("x = 3", 3.0),
        ("2^10", 1024.0), ("-.5", -0.5), ("3.", 3.0), ("3·10^−2", 0.03), ("π²", math.pi**2),
        ("σ(0)", 0.5), ("½(1 - 3)", -1.0), ("2½·2", 5.0),
    ],
)  # fmt: skip
def test_a_number_as_people_write_it(text: str, number: float) -> None:
    assert typed(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "50 %",
        "1,2,3",
        "1e400",
        "3 apples",
        "w",
        "δ",
        "½x",
        "(" * 999,
        "1" * 999,
        "__import__('os')",
        "\0",
    ],
)
def test_a_text_that_is_no_number_is_told_what_one_is(text: str) -> None:
    assert "write a number, such as 0.27" in str(typed(text))
    assert len(str(typed(text))) < 90
    assert not asked().judge(text).right


def test_a_comma_may_stand_between_thousands_or_be_a_decimal_one() -> None:
    assert predict("?", answer=4192.0).judge("4,192").right
    told = predict("?", answer=4.192, hint="Half.").judge("4,192").text
    assert told == "This is read as 4192; a decimal is written with a point. Half."


def test_a_word() -> None:
    one = predict("Does it?", "grows", choices=("grows", "shrinks"), slips={"shrinks": "No: up."})
    assert one.judge("grows").right
    assert one.judge("shrinks").text == "No: up."
    assert "Answer with 'grows' or 'shrinks'" in one.judge("stays").text
    assert "(grows · shrinks)" in str(one)
    assert "(grows · shrinks)" in one.folded()


def test_several_numbers() -> None:
    one = predict("After the step?", {"w": 1.947, "b": -2.947}, slips={2.053: "The sign."})
    assert one.judge({"w": 1.95, "b": -2.95}).right
    assert one.judge([1.947, -2.947]).right
    assert one.judge({"w": 2.053, "b": -2.947}).text == "Look at w again. The sign."
    assert one.judge({"w": 1.947}).text == "Give 2 numbers (w, b); b is missing."
    assert one.judge({"w": "1.947", "b": "−2.947"}).right
    assert one.judge({"w": "1.947", "b": "b"}).text == typed("b")
    assert predict("?", {"w": 1.0}).judge(1.0).text == "Give 1 number (w)."
    assert "w = 1.947, b = −2.947" in one.folded()


def test_words_are_told_apart_by_their_case_where_they_must() -> None:
    one = predict("Which?", "w", choices=("w", "W"), slips={"W": "The other."})
    assert one.judge("w").right
    assert one.judge("W").text == "The other."
    assert predict("Up?", "yes", choices=("yes", "no")).judge(" YES ").right


@pytest.mark.parametrize(
    ("question", "given", "told"),
    [
        ("  ", {"answer": 1.0}, "a question is a text"),
        ("?", {"answer": {}}, "is no number"),
        ("?", {"answer": 10**400}, "is no number"),
        ("?", {"answer": 1.0, "within": -0.1}, "within= is how far off"),
        ("?", {"answer": 1.0, "within": float("nan")}, "within= is how far off"),
        ("?", {"answer": 1.0, "slips": {1.001: "So."}}, "slips= names 1.001, which is right"),
        ("?", {"answer": 1.0, "within": 0.5, "slips": {1.4: "So."}}, "slips= names 1.4, which is"),
        ("?", {"answer": 1.0, "slips": {"one": "So."}}, "slips='one' is no number"),
        ("?", {"answer": "a", "choices": ("a", "b"), "slips": {"c": "So."}}, "slips= names 'c'"),
        ("?", {"answer": "a", "choices": ("a", "a")}, "each of choices= is another word"),
        ("?", {"answer": "a", "choices": "ab"}, "choices= are words"),
        ("?", {"answer": 3, "choices": (3, 4)}, "choices= are words"),
        ("?", {"choices": ("a", "b")}, "need answer="),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(question: str, given: dict, told: str) -> None:
    with pytest.raises(DrawingError, match=re.escape(told)):
        predict(question, **given)


@pytest.mark.parametrize("answer", ["nine", [1.0], object()])
def test_an_answer_that_is_none_is_refused(answer: object) -> None:
    with pytest.raises(DrawingError, match="no number; give a number, a Value, a dict"):
        predict("?", answer)
    with pytest.raises(DrawingError, match="none of the choices yes, no"):
        predict("?", answer, choices=("yes", "no"))


def test_as_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    one = asked(reveal=[draw(neuron()), "So it **is**."])
    assert str(one) == repr(one)
    assert str(one) == "Predict. What is C?  [.guess(…) judges, .show() tells]"
    one.guess(2)
    one.guess("0.036")
    one.show()
    printed = capsys.readouterr().out
    assert printed.startswith("✗ That is twice.\n✓ 0.0362. C has a ½.\n0.0362. C has a ½.\nJ = 10 ")
    assert printed.endswith("So it is.\n")


def test_an_open_question_only_unfolds(capsys: pytest.CaptureFixture[str]) -> None:
    one = predict("What will you see?", because="A line.")
    with pytest.raises(DrawingError, match="open question"):
        one.guess(1)
    one.show()
    assert capsys.readouterr().out == "A line.\n"
    assert "<details>" in one.folded()


def test_folded_the_answer_stands_only_behind_show_me() -> None:
    J = neuron()
    one = predict("What is $J$?", J, because="5 · 2 < 11", reveal=[draw(J), live(J)])
    before, _, inside = one.folded().partition("<details><summary>Show me</summary>")
    assert "10" not in before
    assert before == "<p><b>Predict.</b> What is $J$?</p>"
    assert "<b>10</b>" in inside
    assert "5 · 2 &lt; 11" in inside
    assert inside.count('src="data:image/svg+xml;base64,') == 2
    assert 'alt="J = 10   ∂ 1   (×)"' in inside
    assert "<script" not in inside
    assert "<iframe" not in inside


def test_a_plot_is_shown_by_the_question_alone() -> None:
    mpl.use("Agg")
    before = plt.get_fignums()
    one = predict("?", 1.0, reveal=lambda: plt.figure())
    assert len(one.figures) == 1
    assert plt.get_fignums() == before


def test_a_table_unfolds_as_one_thing_though_it_is_a_list() -> None:
    table = messages(neuron())
    for reveal in (table, [table], lambda: table):
        assert asked(reveal=reveal).figures == (table,)
    assert asked(reveal=[table, table]).figures == (table, table)
    assert "running sum" in asked(reveal=table).folded()


def test_text_is_text() -> None:
    assert html_of("<script> & $a<b$ `x*y*z`") == (
        "<p>&lt;script&gt; &amp; $a&lt;b$ <code>x*y*z</code></p>"
    )
    assert html_of("one\n\ntwo **b** *i*") == "<p>one</p><p>two <b>b</b> <i>i</i></p>"
    assert plain_of("`a_1*b*` and $\\frac12$") == "a_1*b* and \\frac12"
    names = "x1*w1 + x2*w2 `$x$` **b**"
    assert plain_of(literal(names)) == names
    assert html_of(literal(names)) == ("<p>x1*w1 + x2*w2 `<span>$</span>x<span>$</span>` **b**</p>")
    assert html_of(r"$a\*b$ \*") == r"<p>$a\*b$ *</p>"


def test_names_in_answers_are_no_markup() -> None:
    one = predict("Which?", "w*x", choices=("w*x", "v*x"))
    assert one.folded().startswith("<p><b>Predict.</b> Which? (w*x · v*x)</p>")
    assert "<b>w*x</b>" in one.folded()


def test_what_is_made_one_by_one_unfolds_so_and_none_is_nothing() -> None:
    assert asked(reveal=(text for text in "ab")).figures == ("a", "b")
    assert asked(reveal=None).figures == ()


def test_the_score(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Score()
    monkeypatch.setattr(sys.modules[Prediction.__module__], "SCORE", kept)
    assert str(kept) == "no questions yet"
    first, second, third, fourth = (predict(name, 1.0) for name in "abcd")
    first.judge(1)
    second.judge(2)
    second.judge(1)
    third.show()
    third.judge(1)
    fourth.judge(3)
    predict("a", 1.0)  # the cell run again
    predict("open")
    expected = "1 of 4 predictions right at the first try, 1 later, 1 shown"
    assert str(kept) == expected
    kept.ask("exercises", "5.1")
    kept.answered("exercises", "5.1", True)
    assert str(kept) == f"{expected}; 1 of 1 exercises solved"


def test_without_ipywidgets_the_folded_form_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert WIDGET in asked()._repr_mimebundle_()
    monkeypatch.setitem(sys.modules, "ipywidgets", SimpleNamespace(Widget=object))  # of old
    assert set(asked()._repr_mimebundle_()) == {"text/html", "text/plain"}
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert set(asked()._repr_mimebundle_()) == {"text/html", "text/plain"}
    assert set(SCORE._repr_mimebundle_()) == {"text/plain"}
    SCORE.ask(PREDICTIONS, "What is $C$?")


CELLS = """
from autograd import Value
from viz import draw, live, predict, score
w, x = Value(5.0, label="w"), Value(2.0, label="x")
J = w * x
one = predict("What is $J$?", answer=J, slips={7.0: "That is the sum."}, because="5 · 2",
              reveal=[draw(J), "text", live(J)])
one

from viz.questions.boxes import Box, widgets
def kinds(widget):
    return [type(widget).__name__, *(k for c in getattr(widget, "children", ()) for k in kinds(c))]
box = one.box(widgets())
asked, row, said, unfolded = box.widget.children
field, check, show = row.children
field.value = "7"; print(said.value); print(len(unfolded.children))
field.value = "x"; print(said.value)
field.value = ""; check.click(); print(said.value)
field.value = "10"; print(said.value)
print(kinds(unfolded), "<img" in unfolded.children[1].value)

word = predict("Up?", "yes", choices=("yes", "no")).box(widgets())
yes, no, show = word.widget.children[1].children
no.click(); print(word.widget.children[2].value)
show.click(); print(word.widget.children[3].children[0].value)

two = predict("Both?", {"a": 1.0, "b": 2.0}).box(widgets())
a, b, *_ = two.widget.children[1].children
a.value = "1"; print(repr(two.widget.children[2].value))
b.value = "2"; print(two.widget.children[2].value)

score()
"""


def test_in_a_kernel_with_boxes() -> None:
    cells = [nbformat.v4.new_code_cell(code) for code in CELLS.strip().split("\n\n")]
    notebook, _ = execute(nbformat.v4.new_notebook(cells=cells))
    first, second, third, fourth, last = (cell.outputs for cell in notebook.cells)
    assert set(first[0].data) == {"text/html", "text/plain"}  # as it is committed
    assert "data:image/svg+xml" in first[0].data["text/html"]
    assert second[0].text.splitlines()[:4] == [
        "✗ That is the sum.", "0", f"? {typed('x')}", "? Type a number."
    ]  # fmt: skip
    assert second[0].text.splitlines()[4].startswith("✓")
    unfolded = "['VBox', 'HTMLMath', 'HTMLMath', 'HTMLMath', 'Output'] True"
    assert second[0].text.splitlines()[5] == unfolded
    assert third[0].text.splitlines() == ["✗ Not that.", "<p><b>yes</b></p>"]
    assert fourth[0].text.splitlines() == ["''", "✓ Right."]
    assert "right at the first try" in last[0].data["text/plain"]

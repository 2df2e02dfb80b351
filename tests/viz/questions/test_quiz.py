"""`quiz`: answers found again in exact fractions, slips that are wrong, the same everywhere."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import Graph, Value, relu, sigmoid, where
from viz import DrawingError, Question, quiz
from viz.questions.boxes import widgets
from viz.questions.quiz.effects import NUDGE, about_most, about_nudge
from viz.questions.quiz.kinds import (
    about_gradient,
    about_local,
    about_message,
    about_sum,
    about_value,
)
from viz.questions.quiz.material import MOST_VALUES, Material
from viz.questions.quiz.quiz import KINDS
from viz.questions.quiz.random_graph import LEAST, MOST, random_graph
from viz.questions.quiz.slips import about_slip, at_other_numbers

SEEDS = st.integers(0, 10_000)
SIZES = st.integers(LEAST, MOST)
EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True)


@dataclass(frozen=True)
class Exact:
    """A value and its derivative by one other value, as fractions: an engine of its own."""

    x: Fraction
    d: Fraction

    def of(self, name: str, other: Exact | None) -> Exact:
        match name:
            case "add":
                return Exact(self.x + other.x, self.d + other.d)
            case "sub":
                return Exact(self.x - other.x, self.d - other.d)
            case "mul":
                return Exact(self.x * other.x, self.d * other.x + self.x * other.d)
            case "power":
                return Exact(self.x**2, 2 * self.x * self.d)
            case "relu":
                return self if self.x > 0 else Exact(Fraction(0), Fraction(0))
            case "maximum":
                return self if self.x > other.x else other
        raise AssertionError(name)


def exactly(graph: Graph, moved: int) -> dict[int, Exact]:
    """Every value, and its derivative by the value `moved`, in fractions."""
    found = {i: Exact(Fraction(graph.values[i].data), Fraction(0)) for i in graph.leaves}
    for i in graph.numbers:
        if i in graph.computed:
            operands = [found[p] for p in graph.parents[i]]
            found[i] = operands[0].of(graph.made[i], operands[1] if operands[1:] else None)
        if i == moved:
            found[i] = Exact(found[i].x, Fraction(1))
    return found


@EXAMPLES
@given(SEEDS, SIZES)
def test_every_answer_agrees_with_exact_fractions(seed: int, size: int) -> None:
    material = Material(random_graph(seed, size))
    graph, root = material.graph, material.root
    slope = {i: exactly(graph, i)[root].d for i in graph.numbers}
    assert material.asked == [*graph.numbers]
    assert len(graph.computed) == size
    for i in material.computed:
        assert about_value(material, i).answer == exactly(graph, i)[i].x
    for wire in material.wires:
        local = exactly(graph, wire.source)[wire.target].d
        others = [p for p in graph.parents[wire.target] if p != wire.source]
        inner = sum(exactly(graph, wire.source)[p].d != 0 for p in others)
        if not inner:  # nothing but this wire leads from one to the other
            assert about_local(material, wire).answer == local
        message = slope[wire.target] * Fraction(wire.local)
        assert about_message(material, wire).answer == message
    for i in material.shared:
        assert about_sum(material, i).answer == slope[i]
    for i in material.inputs:
        assert about_gradient(material, i).answer == slope[i]
        assert about_nudge(material, i).answer == pytest.approx(float(slope[i]) * NUDGE, rel=1e-15)
    steepest = max(material.inputs, key=lambda i: abs(slope[i]))
    assert about_most(material).answer == material.names[steepest]


@EXAMPLES
@given(SEEDS, SIZES)
def test_a_random_graph_is_for_paper(seed: int, size: int) -> None:
    graph = Graph.of(random_graph(seed, size))
    numbers = [n for value in graph.values.values() for n in (value.data, value.grad)]
    assert all(n.is_integer() and abs(n) <= 100.0 for n in numbers)
    targets = [p for parents in graph.parents.values() for p in parents]
    assert len(targets) > len(set(targets)), "no fan-out"
    assert {*targets} == {*graph.numbers} - {*graph.outputs}, "something is not used"


@EXAMPLES
@given(SEEDS, SIZES)
def test_slips_are_wrong_and_get_their_hint(seed: int, size: int) -> None:
    exercises = quiz(seed=seed, size=size, count=12)
    assert [*KINDS].index(exercises[0].kind) <= [*KINDS].index(exercises[-1].kind)
    for question in exercises:
        asked = question.predict()
        assert asked.judge(question.answer).right, question
        for wrong, hint in question.slips.items():
            verdict = asked.judge(wrong)
            assert not verdict.right, (question, wrong)
            assert verdict.text == hint


LINE = re.compile(r"\(\d+\) ∂f/∂(\w+) = .* = ([^=]*)")
TERM = re.compile(r"(\(−[\d.]+\)|[\d.]+) · (\(−[\d.]+\)|[\d.]+)")


def _number(text: str) -> Fraction:
    return Fraction(text.strip("() ").replace("−", "-"))


@EXAMPLES
@given(SEEDS, st.integers(3, 9))
def test_one_line_of_a_backward_pass_is_wrong(seed: int, size: int) -> None:
    """Each line is multiplied and added rightly, and all but one have the engine's factors."""
    material = Material(random_graph(seed, size))
    other = at_other_numbers(material, random.Random(seed))
    if other is None:
        return
    question = about_slip(other, random.Random(seed))
    found, carried = [], {"f": Fraction(1)}
    for line in question.lines:
        name, total = LINE.fullmatch(line).groups()
        terms = [(_number(a), _number(b)) for a, b in TERM.findall(line.rpartition(" = ")[0])]
        assert sum(a * b for a, b in terms) == _number(total)
        i = next(k for k, known in other.names.items() if known == name)
        sent = other.sent(i)
        right = [(carried[other.names[w.target]], Fraction(w.local)) for w in sent]
        carried[name] = _number(total)
        if terms != right:
            found.append(f"line {line[1:].partition(')')[0]}")
    assert found == [question.answer]


def test_the_same_seed_gives_the_same_quiz_in_every_process() -> None:
    code = "from viz import quiz; q = quiz(seed=7); print(q); print(q.key); print([*q])"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": salt, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for salt in ("0", "1")
    }  # fmt: skip
    assert len(printed) == 1
    assert str(quiz(seed=7)) in printed.pop()
    assert str(quiz(seed=7)) != str(quiz(seed=8))


def neuron() -> Value:
    w, x, b, y = (Value(v, label=n) for v, n in ((2.0, "w"), (-1.0, "x"), (3.0, "b"), (1.0, "y")))
    z = w * x + b
    a = sigmoid(z)
    C = 0.5 * (a - y) ** 2
    z.label, a.label, C.label = "z", "a", "C"
    return C


def test_a_quiz_about_a_graph_of_ones_own() -> None:
    cost = neuron()
    exercises = quiz(cost, count=30)
    assert {one.kind for one in exercises} == set(KINDS) - {"sum"}
    assert not any(v.has_grad for v in Graph.of(cost).values.values()), "it is left as it is"
    text = str(exercises)
    assert "z = w·x + b" in text
    by_text = {one.text: one for one in exercises}
    cost.backward()
    w = next(v for v in Graph.of(cost).values.values() if v.label == "w")
    assert by_text["What is ∂C/∂w?"].answer == w.grad
    assert by_text["What is the value of w·x?"].answer == -2.0
    assert quiz(cost, count=30).answers == exercises.answers, "nor does backward() change it"
    assert "∂" in exercises.sheet.answers.svg


def test_what_cannot_be_confirmed_is_not_asked() -> None:
    x, y = Value(0.0, label="x"), Value(2.0, label="y")
    f = relu(x) * y + y
    f.label = "f"
    texts = "\n".join(one.text for one in quiz(f, count=40))
    assert "∂f/∂y" in texts
    assert "∂f/∂x" not in texts, "x is at the kink of ReLU"
    u = Value(1e308, label="u")
    with pytest.raises(DrawingError, match="confirms"):
        quiz(u * 10.0)
    with pytest.raises(DrawingError, match="confirms"):
        quiz(Value(3.0, label="x"))


def test_a_value_that_no_message_reaches() -> None:
    x, y = Value(3.0, label="x"), Value(2.0, label="y")
    f = where(y > 1.0, y * y, x * x)
    f.label = "f"
    texts = [one.text for one in quiz(f, count=40)]
    assert "What is ∂f/∂x?" in texts
    assert any(text.startswith("y is used twice") for text in texts)
    assert not any(text.startswith("x is used") for text in texts)


def chain(length: int) -> Value:
    x = Value(1.0, label="x")
    for _ in range(length):
        x = x + 1.0
    return x


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quiz(kinds="values"), "kinds= is one or more of 'value', 'local'"),
        (lambda: quiz(kinds=()), "kinds= is"),
        (lambda: quiz(count=0), "count= is at least 1, not 0"),
        (lambda: quiz(count=2.0), "count= is a whole number"),
        (lambda: quiz(seed=1.5), "seed= is a whole number such as seed=3, not 1.5"),
        (lambda: quiz(neuron(), seed="a"), "seed= is a whole number such as seed=3, not 'a'"),
        (lambda: quiz(size=True), "size= is a whole number"),
        (lambda: quiz(size=1), "size= is from 2 to 12 operations, not 1"),
        (lambda: quiz(size=13), "size= is from 2 to 12"),
        (lambda: quiz("f"), "quiz takes the Value that a graph ends in, not str"),
        (lambda: quiz(chain(MOST_VALUES)), f"at most {MOST_VALUES} values, not 61"),
        (lambda: quiz(neuron(), kinds="sum"), "nothing to ask of the kinds sum"),
        (lambda: quiz(seed=1).save("quiz.docx"), "give one of .pdf, .html, .md"),
    ],
)
def test_wrong_arguments(call, message: str) -> None:
    with pytest.raises(DrawingError, match=re.escape(message)):
        call()


def test_handouts(tmp_path) -> None:
    exercises = quiz(seed=2, title="Lesson <2>")
    assert (len(exercises), len(exercises[:2]), exercises[-1].kind) == (8, 2, "slip")
    pdf = exercises.save(tmp_path / "quiz.pdf").read_bytes()
    assert pdf.count(b"/Type /Page\n") == pdf.count(b"/MediaBox") >= 4
    page = exercises.save(tmp_path / "quiz.html").read_text(encoding="utf-8")
    assert "<h1>Lesson &lt;2&gt;</h1>" in page
    assert page.count("<details>") == len(exercises)
    assert 'fill="#blank' not in page
    markdown = exercises.save(tmp_path / "quiz.md").read_text(encoding="utf-8")
    assert "![" in markdown and "](quiz.svg)" in markdown
    assert markdown.count("<summary>Answer</summary>") == len(exercises)
    for name in ("quiz.svg", "quiz-answers.svg"):
        assert (tmp_path / name).read_text().startswith("<?xml")
    asked = page.partition("The figure with its numbers")[0]
    assert all(one.text.replace("<", "&lt;") in asked for one in exercises)


def test_a_notebook_shows_boxes_or_folded_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = quiz(seed=2, count=3)._repr_mimebundle_()
    assert shown["text/html"].count("<details>") == 3
    assert shown["text/plain"].startswith("Given: ")
    assert ("application/vnd.jupyter.widget-view+json" in shown) == (widgets() is not None)
    monkeypatch.setattr("viz.questions.quiz.quiz.widgets", lambda: None)
    assert {*quiz(seed=2, count=3)._repr_mimebundle_()} == {"text/html", "text/plain"}
    assert isinstance(quiz(seed=2)[0], Question)
    assert repr(quiz(seed=2)) == "<quiz of 8 questions, seed 2>"
    assert {"quiz", "Quiz", "Question"} <= {*viz.__all__}


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (lambda a, b: a + b, {6.0: "product", -1.0: "difference"}),
        (lambda a, b: a * b, {5.0: "sum", -1.0: "difference"}),
        (lambda a, b: a - b, {1.0: "other way round", 5.0: "sum"}),
        (lambda a, b: a / b, {1.5: "other way round", 6.0: "product"}),
        (lambda a, b: a**2 + b - b, {}),
    ],
)
def test_slips_of_values(made, wrong: dict[float, str]) -> None:
    f = made(Value(2.0, label="a"), Value(3.0, label="b"))
    f.label = "f"
    asked = {one.text: one for one in quiz(f, kinds="value", count=9)}
    slips = asked["What is the value of f?"].slips
    for number, words in wrong.items():
        assert words in slips[number]


def test_parameters_are_marked_whatever_their_labels() -> None:
    w, v, x = Value(2.0, label="w"), Value(3.0, label="w"), Value(4.0, label="x")
    f = w * x + v
    f.label = "f"
    exercises = quiz(f, wrt=[w, v], count=20)
    assert not any("∂f/∂x" in one.text for one in exercises)
    assert exercises.sheet.answers.svg.count(">w<") == 2
    assert "parameter" in exercises.sheet.questions.svg


def test_labels_are_no_markup(tmp_path) -> None:
    x, w = Value(2.0, label="$\\href{javascript:alert(1)}{x}$"), Value(3.0, label="<b>")
    f = x * w
    f.label = "x*w*1"
    exercises = quiz(f, kinds=("value", "message", "most"), title="*Two* <i>")
    for one in (question.predict().folded() for question in exercises):
        assert "$" not in one.replace("<span>$</span>", "")
        assert "<i>" not in one and "<b>x" not in one.replace("<b>x*w", "")
    page = exercises.save(tmp_path / "quiz.html").read_text(encoding="utf-8")
    assert "<h1>*Two* &lt;i&gt;</h1>" in page
    markdown = exercises.save(tmp_path / "quiz.md").read_text(encoding="utf-8")
    assert markdown.startswith("# \\*Two\\* &lt;i&gt;\n")
    assert "What is the value of x\\*w\\*1?" in markdown


def test_only_what_can_be_seen_to_move_most_is_asked_for() -> None:
    a, b = Value(1.0, label="a"), Value(1.0 + 1e-9, label="b")
    f = a * b
    f.label = "f"
    assert {one.kind for one in quiz(f, count=20)} >= {"gradient", "nudge"}
    with pytest.raises(DrawingError, match="nothing to ask of the kinds most"):
        quiz(f, kinds="most")


def test_no_nudge_is_asked_for_where_a_gradient_says_little_of_it() -> None:
    x, c, k = Value(0.002, label="x"), Value(3.0, label="c"), Value(5000.0, label="k")
    f = x * x + c + k  # x is curved, and 5000.01 is written as 5000
    f.label = "f"
    nudges = [one.text for one in quiz(f, kinds="nudge")]
    assert len(nudges) == 1 and nudges[0].startswith("c goes from 3")


@pytest.mark.parametrize(("seed", "size"), [(46, 5), (48, 5), (59, 6), (245, 5), (27, 7)])
def test_no_slip_is_looked_for_at_a_kink(seed: int, size: int) -> None:
    material = Material(random_graph(seed, size))
    other = at_other_numbers(material, random.Random(f"{seed} quiz"))
    assert other is not None
    for one in (material, other):
        made, parents = one.graph.made, one.graph.parents
        assert all(one.data[parents[i][0]] for i in made if made[i] == "relu")


def test_no_gradient_is_asked_for_twice() -> None:
    x = Value(3.0, label="x")
    f = x * x + x
    f.label = "f"
    kinds = [one.kind for one in quiz(f, count=20)]
    assert "sum" in kinds
    assert "gradient" not in kinds
    assert "gradient" in [one.kind for one in quiz(f, kinds=("gradient", "nudge"))]

"""`quiz`: exercises with answers, on a random graph or on one of your own."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from autograd import Graph, Value
from viz.errors import DrawingError
from viz.figure.worksheet import Worksheet, worksheet
from viz.files import checked_suffix, write
from viz.questions.boxes import widgets
from viz.questions.prose import still
from viz.questions.quiz.effects import about_most, about_nudge, is_faithful
from viz.questions.quiz.handout import Handout, html_of, markdown_of
from viz.questions.quiz.kinds import (
    about_gradient,
    about_local,
    about_message,
    about_sum,
    about_value,
)
from viz.questions.quiz.material import Material
from viz.questions.quiz.paper import pdf_of
from viz.questions.quiz.question import Answer, Question
from viz.questions.quiz.random_graph import check_whole, random_graph
from viz.questions.quiz.slips import about_slip, at_other_numbers

Makers = list[Callable[[], Question]]

KINDS: dict[str, str] = {
    "value": "the value on a wire",
    "local": "a local gradient",
    "message": "the message along a wire",
    "sum": "the sum of the messages at a value that is used more than once",
    "gradient": "the gradient of the output by an input",
    "nudge": "the effect of a small change",
    "most": "the input that moves the output most",
    "slip": "the wrong step of a backward pass",
}
"""The kinds of questions, in the order in which they are asked."""


class Quiz(Sequence[Question]):
    """Questions about a graph, with their answers; `print` it for the questions alone.

    A notebook shows the figure with blanks, and each question as `predict` does.

    Attributes:
        root: the output of the graph.
        seed: what the choice of questions depends on, and the graph where none was given.
        title: the heading of a handout.
        graph: the leaves with their numbers, then a line for each operation, such as `x = a + b`.
    """

    suffixes = (".pdf", ".html", ".md")

    def __init__(
        self, root: Value, questions: Sequence[Question], seed: int, title: str, material: Material
    ):
        self.root, self.seed, self.title, self.graph = root, seed, title, material.told
        self._parameters = sorted(material.graph.parameters)
        self._questions = tuple(questions)

    def __len__(self) -> int:
        return len(self._questions)

    def __getitem__(self, index: Any) -> Any:
        return self._questions[index]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The right answers: numbers and words."""
        return tuple(question.answer for question in self)

    @property
    def key(self) -> str:
        """The answers with the way to them, a line for each."""
        rows = (f"{k}. {one.told}: {one.because}" for k, one in enumerate(self, start=1))
        return "\n".join(rows)

    @cached_property
    def sheet(self) -> Worksheet:
        """The figure with blanks, and with its numbers."""
        own = copy.deepcopy(self.root)
        values = Graph.of(own).values
        for value in values.values():
            value.zero_grad()
        own.backward()
        return worksheet(own, wrt=[values[i] for i in self._parameters])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a handout: PDF, a page, or Markdown with its figures in files beside it.

        A PDF has the answers on sheets of their own; in the others they are folded.

        Raises:
            DrawingError: a suffix that is none of `suffixes`.
            EngineNotFoundError, LayoutError: the figure could not be laid out.
            MissingExtraError: (an ImportError) what makes a PDF is not installed.
            SaveError: the file cannot be written.
        """
        path = Path(path)
        suffix = checked_suffix(path, *self.suffixes)
        if suffix == ".pdf":
            return write(path, pdf_of(self._handout))
        if suffix == ".html":
            return write(path, html_of(self._handout).encode())
        figure = self.sheet.save(path.with_suffix(".svg"))
        return write(path, markdown_of(self._handout, figure.name).encode())

    @property
    def _handout(self) -> Handout:
        sheet = self.sheet
        return Handout(self.title, self.graph, sheet.questions, sheet.answers, self._questions)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        figure = still(self.sheet)
        asked = [question.predict() for question in self]
        html = figure + "".join(one.folded() for one in asked)
        shown: dict[str, Any] = {"text/html": html, "text/plain": str(self)}
        kit = widgets()
        if kit is not None:
            boxes = [kit.HTML(figure), *(one.box(kit).widget for one in asked)]
            shown = {**kit.VBox(boxes)._repr_mimebundle_(), **shown}
        return shown

    def __str__(self) -> str:
        return "\n".join([*self.graph, *(f"{k}. {one}" for k, one in enumerate(self, start=1))])

    def __repr__(self) -> str:
        return f"<quiz of {len(self)} questions, seed {self.seed}>"


def quiz(
    root: Value | None = None,
    *,
    seed: int = 0,
    count: int = 8,
    kinds: str | Iterable[str] = tuple(KINDS),
    wrt: Iterable[Value | str] = (),
    size: int = 5,
    title: str = "",
) -> Quiz:
    """Make exercises about a graph, with answers, and hints for the answers that slips give.

    Numbers that are asked for have been found twice: by the engine, and by evaluating the graph
    again, its gradients by measured slopes. A value at a kink is not asked for. The same arguments
    give the same quiz, in every process.

    Args:
        root: the output of a graph, with labels on what is to be asked; without it, a random graph
            in which every value and gradient is a small whole number.
        seed: another one gives other questions, and another random graph.
        count: the number of questions; fewer where the graph has no more to ask.
        kinds: one or more of "value", "local", "message", "sum", "gradient", "nudge", "most" and
            "slip", see `viz.questions.quiz.KINDS`.
        wrt: leaves to mark as parameters, as in `draw`; then gradients are asked for by these.
        size: the operations of a random graph, from 2 to 12.
        title: the heading of a handout.

    Raises:
        DrawingError: an argument makes no sense, or the graph is too large for paper.

    >>> exercises = quiz(seed=3, count=4, size=3)
    >>> print(exercises)
    Given: b = −3, c = 3, a = −1
    u = c·a
    v = b + u
    f = b + v
    1. In the backward pass, what message does v send to u?
    2. b is used twice. What is ∂f/∂b, the sum of the messages that come back to it?
    3. What is ∂f/∂c?
    4. c goes from 3 to 3.01. By about how much does f change?
    >>> exercises.answers
    (1.0, 2.0, -1.0, -0.01)
    >>> print(exercises.key)
    1. 1: ∂f/∂v · ∂v/∂u = 1 · 1 = 1
    2. 2: ∂f/∂b = ∂f/∂f · ∂f/∂b + ∂f/∂v · ∂v/∂b = 1 · 1 + 1 · 1 = 2
    3. −1: ∂f/∂c = ∂f/∂u · ∂u/∂c = 1 · (−1) = −1
    4. −0.01: ∂f/∂c · 0.01 = −1 · 0.01 = −0.01; computed again, it changes by −0.01.
    """
    asked = [kinds] if isinstance(kinds, str) or not isinstance(kinds, Iterable) else [*kinds]
    if not asked or any(one not in [*KINDS] for one in asked):
        raise DrawingError(f"kinds= is one or more of {', '.join(map(repr, KINDS))}, not {kinds!r}")
    check_whole("seed", seed)
    check_whole("count", count)
    if count < 1:
        raise DrawingError(f"count= is at least 1, not {count}")
    if root is None:
        root = random_graph(seed, size)
    material = Material(root, wrt)
    rng = random.Random(f"{seed} quiz")
    makers = {kind: _makers(kind, asked, material, rng) for kind in KINDS if kind in asked}
    chosen = _dealt(makers, count, rng)
    if not chosen:
        raise DrawingError(f"this graph has nothing to ask of the kinds {', '.join(asked)}")
    questions = [make() for make in chosen]
    return Quiz(root, questions, seed, title or f"Quiz {seed}", material)


def _makers(kind: str, asked: Sequence[str], material: Material, rng: random.Random) -> Makers:
    """The questions of a kind that the graph has, each to be made on demand.

    The gradient of a value that is used more than once is asked for as a sum, if that is asked.
    """
    inputs, shared = material.inputs, material.shared
    sent = [wire for wire in material.wires if wire.target != material.root]
    match kind:
        case "value":
            return [partial(about_value, material, i) for i in material.computed]
        case "local":
            return [partial(about_local, material, wire) for wire in material.wires]
        case "message":
            return [partial(about_message, material, wire) for wire in sent]
        case "sum":
            return [partial(about_sum, material, i) for i in shared]
        case "gradient":
            left = [i for i in inputs if i not in shared or "sum" not in asked]
            return [partial(about_gradient, material, i) for i in left]
        case "nudge":
            moving = [i for i in inputs if is_faithful(material, i)]
            return [partial(about_nudge, material, i) for i in moving]
        case "most":
            return [partial(about_most, material)] if material.has_steepest else []
    other = at_other_numbers(material, rng)
    return [partial(about_slip, other, rng)] if other else []


def _dealt(makers: dict[str, Makers], count: int, rng: random.Random) -> Makers:
    """So many questions, of each kind in turn, and then in the order of the kinds."""
    hands = [
        (place, rng.sample(several, len(several))) for place, several in enumerate(makers.values())
    ]
    rng.shuffle(hands)
    rounds = zip_longest(*([(place, make) for make in hand] for place, hand in hands))
    dealt = [one for row in rounds for one in row if one is not None][:count]
    return [make for _, make in sorted(dealt, key=lambda one: one[0])]

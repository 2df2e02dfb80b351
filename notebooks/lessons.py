"""`python -m notebooks.lessons`: the handouts of a lesson, as `docs/teaching.md` plans it.

python -m notebooks.lessons                # which lessons there are
python -m notebooks.lessons 2              # the handouts of lesson 2, in out/lesson-2
python -m notebooks.lessons 2 group-b --seed 7   # in group-b, with another practice quiz
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import nn
from autograd import Value
from viz import VizError, animate, draw, live, parse, play, quiz, step, worksheet

__all__ = ["LESSONS", "Lesson", "handouts", "main"]


class Lesson(NamedTuple):
    """A lesson of 45 minutes: what it is about, and the graph that it is about.

    Attributes:
        title: the heading of its sheets.
        formula, numbers: the graph, as `viz.parse` reads it.
        wrt: the names that are parameters.
        size: of the random graph to practise on: how many operations.
    """

    title: str
    formula: str
    numbers: dict[str, float]
    wrt: tuple[str, ...]
    size: int

    def root(self) -> Value:
        """The output of the graph, after `backward()`."""
        root = parse(self.formula, **self.numbers).output
        root.backward()
        return root


LESSONS = {
    1: Lesson(
        "What a gradient says",
        "q = p**3; r = 2*q; s = sqrt(r)",
        {"p": 2},
        ("p",),
        size=3,
    ),
    2: Lesson(
        "Forward and backward by hand",
        "u = w*x; ŷ = u + b; e = ŷ - y; J = e**2",
        {"w": 5, "x": 1, "b": 1, "y": 2},
        ("w", "b"),
        size=4,
    ),
    3: Lesson(
        "A value used twice",
        "x = a + b; y = b + c; f = x*y",
        {"a": -3, "b": 5, "c": 2},
        (),
        size=5,
    ),
    4: Lesson(
        "One neuron, one step",
        "u = w1*x1 + w2*x2; z = u + b; a = sigmoid(z); e = y - a; C = 0.5*e**2",
        {"w1": 2, "w2": -3, "b": -3, "x1": -1, "x2": -2, "y": 1},
        ("w1", "w2", "b"),
        size=6,
    ),
    5: Lesson(
        "A network: backpropagation",
        "z1 = w1*x1 + w2*x2; h1 = relu(z1); z2 = w3*x1 + w4*x2; h2 = relu(z2); "
        "o = v1*h1 + v2*h2; e = o - y; C = 0.5*e**2",
        {
            "w1": 1, "w2": 2, "w3": 3, "w4": -1, "v1": 1, "v2": -2, "x1": 1, "x2": 2, "y": 1,
        },
        ("w1", "w2", "w3", "w4", "v1", "v2"),
        size=8,
    ),
    6: Lesson(
        "When learning stands still",
        "z1 = w1*x; a1 = sigmoid(z1); z2 = w2*a1; a2 = sigmoid(z2); z3 = w3*a2; a3 = sigmoid(z3); "
        "e = a3 - y; C = 0.5*e**2",
        {"w1": 1, "w2": 2, "w3": -6, "x": 4, "y": 1},
        ("w1", "w2", "w3"),
        size=6,
    ),
}  # fmt: skip
"""The six lessons by number."""

PLAYGROUND = 6
"""The lesson that ends with a playground."""


class Saved(Protocol):
    """Something that writes itself to a file."""

    def save(self, path: Path) -> Path:
        """Write to `path`."""


class Handout(NamedTuple):
    """A file, and the use that a teacher has for it."""

    name: str
    use: str
    made: Saved


def handouts(number: int, seed: int | None = None) -> Iterator[Handout]:
    """The files of a lesson, made one by one.

    Args:
        number: of the lesson, a key of `LESSONS`.
        seed: of the practice quiz; by default the lesson's number.
    """
    lesson = LESSONS[number]
    root, title = lesson.root(), f"Lesson {number}: {lesson.title}"
    practice = number if seed is None else seed
    figure = draw(root, wrt=lesson.wrt)
    yield Handout("figure.svg", "the graph with its numbers, for slides and web pages", figure)
    yield Handout("figure.pdf", "the same for LaTeX and print", figure)
    yield Handout("figure.tex", "the same as TikZ, to \\input", figure)
    animation = animate(root, wrt=lesson.wrt)
    yield Handout("passes.gif", "forward and backward by itself, for slides", animation)
    stepper = step(root, wrt=lesson.wrt, title=title)
    yield Handout("steps.html", "the two passes by key, with a mode to predict", stepper)
    page = live(root, lesson.wrt, title=title)
    yield Handout("live.html", "the graph to drag numbers in", page)
    sheet = worksheet(root, wrt=lesson.wrt, title=title)
    yield Handout("worksheet.pdf", "the graph with blanks; the answers on page 2", sheet)
    asked = quiz(root, seed=number, wrt=lesson.wrt, title=title)
    yield Handout("quiz.pdf", "questions about this graph; the answers at the end", asked)
    yield Handout("quiz.html", "the same to click, with folded answers", asked)
    other = quiz(seed=practice, size=lesson.size, title=f"{title}, practice {practice}")
    yield Handout("practice.pdf", "homework: a graph that nobody has seen", other)
    if number == PLAYGROUND:
        X, y = nn.data.moons(160, noise=0.12, seed=0)
        model = nn.MLP(2, [6, 1], activation="sigmoid", seed=0)
        loss = nn.losses.get("bce_with_logits")
        yield Handout("playground.html", "a network to train", play(model, X, y, loss, title=title))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the handouts of a lesson, or list the lessons; 1 where one cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m notebooks.lessons")
    parser.add_argument("lesson", type=int, nargs="?", choices=[*LESSONS], help="its number")
    parser.add_argument("folder", type=Path, nargs="?", help="by default out/lesson-2 and so on")
    parser.add_argument("--seed", type=int, help="another practice quiz")
    given = parser.parse_args(arguments)
    if given.lesson is None:
        for number, lesson in LESSONS.items():
            print(f"{number}  {lesson.title:<30}{lesson.formula}")
        return 0
    folder = given.folder or Path("out") / f"lesson-{given.lesson}"
    well = [_saved(one, folder) for one in handouts(given.lesson, given.seed)]
    return 0 if all(well) else 1


def _saved(handout: Handout, folder: Path) -> bool:
    """Write one file, and tell its use; False, and the reason, where it cannot be written."""
    path = folder / handout.name
    try:
        handout.made.save(path)
    except VizError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return False
    print(f"{path}: {handout.use}")
    return True


if __name__ == "__main__":
    sys.exit(main())

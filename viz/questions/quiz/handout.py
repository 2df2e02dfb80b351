"""A quiz as Markdown and as a page: figure, questions, and the answers folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from viz.figure.figure import Figure
from viz.pages import page_of, safe
from viz.questions.prose import literal
from viz.questions.quiz.question import Question
from viz.text import number


class Handout(NamedTuple):
    """All that is on the paper: the heading, the graph, its figures, and the questions.

    Attributes:
        title: the heading.
        graph: the leaves with their numbers, then a line for each operation.
        blank, filled: the figure without its numbers, and with them.
        questions: in order.
    """

    title: str
    graph: Sequence[str]
    blank: Figure
    filled: Figure
    questions: Sequence[Question]


FIGURE = "The graph: write the numbers that you find on its wires."


def known_slips(question: Question) -> list[str]:
    """Hints to the numbers that slips give: `7: That is the message from x alone.`"""
    if question.choices:
        return []
    return [f"{number(wrong)}: {hint}" for wrong, hint in question.slips.items()]


def markdown_of(handout: Handout, figure: str) -> str:
    """The handout as Markdown, with its figure in a file of this name."""
    rows = [f"# {_shown(handout.title)}", f"![{FIGURE}]({figure})", "```", *handout.graph, "```"]
    for k, one in enumerate(handout.questions, start=1):
        rows += ["", f"**{k}.** {_shown(one.asked)}"]
        rows += ["", "```", *one.lines, "```"] if one.lines else []
        answer = f"**{_shown(one.told)}**. {_shown(one.because)}"
        rows += ["", "<details><summary>Answer</summary>", "", answer, ""]
        rows += [f"- {_shown(line)}" for line in known_slips(one)]
        rows += ["", "</details>"]
    return "\n".join(rows) + "\n"


def _shown(text: str) -> str:
    """The text as Markdown in which no sign of it is markup."""
    return literal(escape(text, quote=False))


def html_of(handout: Handout) -> str:
    """The handout as a page that needs no other file and no script but its own."""
    return page_of(
        "quiz",
        title=handout.title,
        script="",
        figure=handout.blank.inline("blank-"),
        filled=handout.filled.inline("filled-"),
        graph=safe("\n".join(handout.graph)),
        questions="\n".join(map(_item, handout.questions)),
    )


def _item(question: Question) -> str:
    return "".join(_parts(question))


def _parts(question: Question) -> Iterator[str]:
    yield f"<li><p>{safe(question.asked)}</p>"
    if question.lines:
        yield f"<pre>{safe(chr(10).join(question.lines))}</pre>"
    yield "<details><summary>Answer</summary>"
    yield f"<p><b>{safe(question.told)}</b>. {safe(question.because)}</p>"
    slips = known_slips(question)
    if slips:
        yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in slips)}</ul>"
    yield "</details></li>"

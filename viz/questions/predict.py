"""`predict`: a question whose answer stays folded until its reader has one, or asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from viz.errors import DrawingError
from viz.questions.answers import Answer, Choice, Number, Numbers, Verdict, as_float
from viz.questions.boxes import Box, typed, widgets
from viz.questions.prose import figures_of, html_of, inline, plain_of, still
from viz.questions.score import PREDICTIONS, SCORE


class Prediction:
    """A question, its answer, and what unfolds with it.

    A notebook shows it as a box to type into (ipywidgets), or, where there are none, with its
    answer folded; a terminal prints the question, and `guess` and `show` do the rest.

    Attributes:
        question: as Markdown.
        answer: what judges an answer; None for an open question.
        because: the reason, as Markdown.
        figures: what unfolds with the answer.
    """

    def __init__(
        self,
        question: str,
        answer: Answer | None,
        choices: Sequence[str],
        because: str,
        figures: Sequence[Any],
    ):
        self.question, self.answer, self.because = question, answer, because
        self.choices, self.figures = tuple(choices), tuple(figures)
        if answer is not None:
            SCORE.ask(PREDICTIONS, question)

    def judge(self, given: Any) -> Verdict:
        """The verdict on an answer: a number, numbers by name, a word, or a text that says one.

        Raises:
            DrawingError: it is an open question, of which nobody but its reader is the judge.
        """
        if self.answer is None:
            raise DrawingError("this is an open question: .show() shows what there is to see")
        if isinstance(given, str) and not self.choices:
            read = typed(given)
            if isinstance(read, str):
                return Verdict(False, read)
            given = read
        verdict = self.answer.judge(given)
        SCORE.answered(PREDICTIONS, self.question, verdict.right)
        return verdict

    def guess(self, given: Any) -> None:
        """Print whether an answer is right, a hint where it is not, the reason where it is.

        Args:
            given: a number, a text such as "1/2", a dict of numbers by name, or a word.
        """
        verdict = self.judge(given)
        if verdict.right:
            print(f"✓ {plain_of(self._solution)}")
        else:
            print(f"✗ {plain_of(verdict.text) or 'Not yet.'}")

    def show(self) -> None:
        """Print the answer, the reason and what unfolds, as text."""
        self._looked_at()
        print(plain_of(self._solution))
        for figure in self.figures:
            print(plain_of(figure) if isinstance(figure, str) else figure)

    def _looked_at(self) -> None:
        if self.answer is not None:
            SCORE.shown(PREDICTIONS, self.question)

    @property
    def _solution(self) -> str:
        """The answer and the reason, as Markdown."""
        answer = "" if self.answer is None else f"**{self.answer}**"
        joint = ". " if answer and self.because else ""
        return f"{answer}{joint}{self.because}"

    def folded(self) -> str:
        """The question as HTML, with its answer behind "Show me"; it needs no script."""
        inside = html_of(self._solution) + "".join(still(figure) for figure in self.figures)
        asked = f"<p><b>Predict.</b> {inline(self.question)}{self._options}</p>"
        return f"{asked}<details><summary>Show me</summary>{inside}</details>"

    @property
    def _options(self) -> str:
        return f" ({inline(' · '.join(self.choices))})" if self.choices else ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown: dict[str, Any] = {"text/html": self.folded(), "text/plain": str(self)}
        kit = widgets()
        if kit is not None:
            shown = {**self.box(kit).widget._repr_mimebundle_(), **shown}
        return shown

    def box(self, kit: Any) -> Box:
        """The question as widgets of `kit`, the package ipywidgets."""
        names: Sequence[str] = () if self.answer is None or self.choices else ("",)
        if isinstance(self.answer, Numbers):
            names = self.answer.names
        return Box(
            kit,
            self.question + (" Think of an answer first." if self.answer is None else ""),
            names,
            self.choices,
            self.judge,
            self._looked_at,
            self._solution,
            self.figures,
        )

    def __str__(self) -> str:
        options = f" ({' · '.join(self.choices)})" if self.choices else ""
        ways = ".show() unfolds it" if self.answer is None else ".guess(…) judges, .show() tells"
        return f"Predict. {plain_of(self.question)}{options}  [{ways}]"

    __repr__ = __str__


def predict(
    question: str,
    answer: Any = None,
    *,
    choices: Sequence[str] = (),
    slips: Mapping[Any, str] | None = None,
    hint: str = "",
    within: float = 0.0,
    because: str = "",
    reveal: Any = (),
) -> Prediction:
    r"""Ask a question, and keep the answer folded until the reader has one or wants to see it.

    A number is right if it is rounded correctly to the digits that were typed, two at least, or if
    it is right to three. It may be typed as `0.27`, `1/4`, `2·0.3` or `−3`.

    Args:
        question: Markdown, with formulas in `$…$`.
        answer: a number or Value; numbers by name, each with a box of its own; a word, if there are
            choices. None for an open question, which has an answer to look at but none to check.
        choices: the words to choose from, the answer among them.
        slips: known wrong answers, each with a hint.
        hint: to any other wrong answer.
        within: how far off a number may be, where an estimate is asked for.
        because: Markdown, shown with the answer.
        reveal: a figure, a text, or a list of these; or a function that makes it.

    Raises:
        DrawingError: the answer is no number, or none of the choices.

    >>> asked = predict("What is $3^2$?", answer=9.0, slips={6.0: "That is 2·3."}, because="3 · 3.")
    >>> asked
    Predict. What is 3²?  [.guess(…) judges, .show() tells]
    >>> asked.guess(6)
    ✗ That is 2·3.
    >>> asked.guess("18/2")
    ✓ 9. 3 · 3.
    """
    judge = None if answer is None else _answer(answer, choices, slips or {}, hint, within)
    return Prediction(question, judge, choices, because, figures_of(reveal))


def _answer(
    answer: Any, choices: Sequence[str], slips: Mapping[Any, str], hint: str, within: float
) -> Answer:
    if choices:
        others = {word: slips.get(word, hint or "Not that.") for word in choices if word != answer}
        if answer not in choices:
            raise DrawingError(f"answer={answer!r} is none of the choices {', '.join(choices)}")
        return Choice(answer, others)
    mistakes = [(float(wrong), text) for wrong, text in slips.items()]
    if isinstance(answer, Mapping):
        numbers = [_number(one) for one in answer.values()]
        return Numbers(numbers, list(answer), hint, mistakes=mistakes, within=within)
    return Number(_number(answer), hint, mistakes, within=within)


def _number(given: Any) -> float:
    found = as_float(given)
    if found is None:
        raise DrawingError(
            f"answer={given!r} is no number; give a number, a Value, a dict of these by name, or a "
            "word and choices="
        )
    return found

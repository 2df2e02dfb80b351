"""`predict`: a question whose answer stays folded until its reader has one, or asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from viz.errors import DrawingError
from viz.questions.answers import Answer, Choice, Number, Numbers, Verdict, as_float
from viz.questions.boxes import Box, typed, widgets
from viz.questions.prose import figures_of, html_of, inline, literal, plain_of, still
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
        if not self.choices:
            several = isinstance(given, Mapping)
            read = {name: _read(one) for name, one in (given if several else {"": given}).items()}
            for found in read.values():
                if isinstance(found, str):
                    return Verdict(False, found)
            given = read if several else read[""]
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
        answer = "" if self.answer is None else f"**{literal(str(self.answer))}**"
        joint = ". " if answer and self.because else ""
        return f"{answer}{joint}{self.because}"

    def folded(self) -> str:
        """The question as HTML, with its answer behind "Show me"; it needs no script."""
        inside = html_of(self._solution) + "".join(still(figure) for figure in self.figures)
        asked = f"<p><b>Predict.</b> {inline(self.question)}{self._options}</p>"
        return f"{asked}<details><summary>Show me</summary>{inside}</details>"

    @property
    def _options(self) -> str:
        return f" ({inline(literal(' · '.join(self.choices)))})" if self.choices else ""

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
    choices: Iterable[str] = (),
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
        slips: known wrong answers, each with a hint; of several numbers, to any of them.
        hint: to any other wrong answer.
        within: how far off a number may be, where an estimate is asked for.
        because: Markdown, shown with the answer.
        reveal: a figure, a text, or a list of these; or a function that makes it.

    Raises:
        DrawingError: there is no question; the answer is no number, or none of the choices; a
            choice is no word or stands twice; a slip is no wrong answer; `within` is no distance.

    >>> asked = predict("What is $3^2$?", answer=9.0, slips={6.0: "That is 2·3."}, because="3 · 3.")
    >>> asked
    Predict. What is 3²?  [.guess(…) judges, .show() tells]
    >>> asked.guess(6)
    ✗ That is 2·3.
    >>> asked.guess("18/2")
    ✓ 9. 3 · 3.
    """
    if not isinstance(question, str) or not question.strip():
        raise DrawingError(f"a question is a text such as 'What is $z$?', not {question!r:.60}")
    words, hints = _words(choices), dict(slips or {})
    if answer is None and (words or hints):
        raise DrawingError("choices= and slips= need answer=, which says what is right")
    if not within >= 0.0:
        raise DrawingError(f"within= is how far off a number may be, such as 0.02, not {within!r}")
    judge = None if answer is None else _answer(answer, words, hints, hint, within)
    return Prediction(question, judge, words, because, figures_of(reveal))


def _words(choices: Iterable[str]) -> tuple[str, ...]:
    words = tuple(choices)
    if isinstance(choices, str) or not all(isinstance(word, str) for word in words):
        raise DrawingError(f"choices= are words such as ('yes', 'no'), not {choices!r:.60}")
    if len({*words}) < len(words):
        raise DrawingError(f"each of choices= is another word, not {choices!r:.60}")
    return words


def _answer(
    answer: Any, choices: Sequence[str], slips: Mapping[Any, str], hint: str, within: float
) -> Answer:
    if choices:
        if answer not in choices:
            raise DrawingError(f"answer={answer!r:.60} is none of the choices {', '.join(choices)}")
        others = {word: slips.get(word, hint or "Not that.") for word in choices if word != answer}
        for word in slips.keys() - others.keys():
            raise DrawingError(f"slips= names {word!r:.60}, which is none of the wrong choices")
        return Choice(answer, others)
    mistakes = [(_number(wrong, "slips"), text) for wrong, text in slips.items()]
    if isinstance(answer, Mapping) and answer:
        numbers = [_number(one) for one in answer.values()]
        return Numbers(numbers, list(answer), hint, mistakes=mistakes, within=within)
    judge = Number(_number(answer), hint, mistakes, within=within)
    for wrong, _ in mistakes:
        if judge.judge(wrong).right:
            raise DrawingError(f"slips= names {wrong!r}, which is right: answer={answer!r:.60}")
    return judge


def _number(given: Any, name: str = "answer") -> float:
    found = as_float(given)
    if found is None:
        raise DrawingError(
            f"{name}={given!r:.60} is no number; give a number, a Value, a dict of these by name, "
            "or a word and choices="
        )
    return found


def _read(given: Any) -> Any:
    """The number in a text, or what is wrong with it; what is no text, as it is."""
    return typed(given) if isinstance(given, str) else given

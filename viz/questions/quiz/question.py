"""One question of a quiz: a text, the right answer, and the wrong ones that known slips give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from viz.questions.answers import Number
from viz.questions.predict import Prediction, predict
from viz.questions.prose import literal
from viz.text import number

Answer = float | str
Slip = tuple[float, str]


@dataclass(frozen=True)
class Question:
    """A question about a graph.

    Attributes:
        kind: one of the names in `viz.questions.quiz.KINDS`.
        text: the question.
        answer: a number, or one of the `choices`.
        because: the way to the answer, in formulas and numbers.
        slips: wrong answers, and what each of them forgot.
        choices: the words to choose from; none where the answer is a number.
        within: how far off an answer may be that is not exact.
        lines: what the question is about, such as the lines of a derivation.
    """

    kind: str
    text: str
    answer: Answer
    because: str
    slips: Mapping[Any, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    within: float = 0.0
    lines: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The answer as it is written: `−3`, or the word."""
        return self.answer if isinstance(self.answer, str) else number(self.answer)

    @property
    def asked(self) -> str:
        """The question, with the words there are to choose from, unless its lines name them."""
        named = self.choices and not self.lines
        return self.text + (f" ({' · '.join(self.choices)})" if named else "")

    def predict(self) -> Prediction:
        """The question with a box to type into, or with its answer folded, as `predict` has it."""
        return predict(
            literal("  \n".join([self.text, *self.lines])),
            self.answer,
            choices=self.choices,
            slips={wrong: literal(hint) for wrong, hint in self.slips.items()},
            within=self.within,
            because=literal(self.because),
        )

    def __str__(self) -> str:
        return "\n".join([self.asked, *(f"  {line}" for line in self.lines)])


def distinct(slips: Iterable[Slip], answer: float, within: float = 0.0) -> dict[float, str]:
    """The slips by the number they give: those that give the answer, or one met before, go."""
    found: dict[float, str] = {}
    for wrong, hint in slips:
        known = [Number(answer, within=within), *map(Number, found)]
        if math.isfinite(wrong) and not any(one.judge(wrong).right for one in known):
            found[wrong + 0.0] = hint  # no −0
    return found

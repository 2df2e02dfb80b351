"""The kinds of answers an exercise can ask for: a number, numbers, a choice, a function."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["Choice", "Exercise", "Function", "Number", "Numbers"]

Verdict = tuple[bool, str]


class Exercise(Protocol):
    """Something that can judge an answer."""

    def judge(self, answer: Any) -> Verdict:
        """Whether the answer is right, and what to say."""


def _as_float(answer: Any) -> float | None:
    """The number an answer is: a float, an int, a Value, a NumPy scalar."""
    if isinstance(answer, (str, bytes)):
        return None
    try:
        return float(answer)
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Number:
    """One number.

    Attributes:
        expected: the right one.
        hint: what to say to a wrong one.
        mistakes: numbers that a known slip gives, each with what to say to it.
        digits: how many significant digits have to be right.
        praise: what to say to the right one.
    """

    expected: float
    hint: str
    mistakes: Sequence[tuple[float, str]] = ()
    digits: int = 3
    praise: str = ""

    def judge(self, answer: Any) -> Verdict:
        """Whether the answer is the number, to `digits` digits."""
        given = _as_float(answer)
        if given is None:
            return False, f"Give one number, not {type(answer).__name__}. {self.hint}"
        if self._near(given, self.expected):
            return True, self.praise
        for wrong, words in self.mistakes:
            if self._near(given, wrong):
                return False, words
        return False, self.hint

    def _near(self, given: float, wanted: float) -> bool:
        tolerance = 0.5 * 10.0 ** (1 - self.digits)
        return math.isclose(given, wanted, rel_tol=tolerance, abs_tol=1e-9)


@dataclass(frozen=True)
class Numbers:
    """Several numbers, in order; `names` says what each is."""

    expected: Sequence[float]
    names: Sequence[str]
    hint: str
    digits: int = 3
    praise: str = ""

    def judge(self, answer: Any) -> Verdict:
        """Whether all the numbers are right; otherwise which one is not."""
        if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
            return False, f"Give {len(self.expected)} numbers: {', '.join(self.names)}."
        given = list(answer)
        if len(given) != len(self.expected):
            wanted = f"{len(self.expected)} numbers ({', '.join(self.names)})"
            return False, f"Give {wanted}, not {len(given)}."
        for name, one, wanted in zip(self.names, given, self.expected, strict=True):
            right, _ = Number(wanted, "", digits=self.digits).judge(one)
            if not right:
                return False, f"Look at {name} again. {self.hint}"
        return True, self.praise


@dataclass(frozen=True)
class Choice:
    """One of several words; `replies` says what to say to each wrong one."""

    expected: str
    replies: dict[str, str] = field(default_factory=dict)
    praise: str = ""

    def judge(self, answer: Any) -> Verdict:
        """Whether the word is the right one."""
        word = str(answer).strip().lower()
        if word == self.expected:
            return True, self.praise
        options = " or ".join(repr(o) for o in sorted([self.expected, *self.replies]))
        return False, self.replies.get(word, f"Answer with {options}.")


@dataclass(frozen=True)
class Function:
    """A function, tried on examples.

    Attributes:
        trials: each a tuple of arguments.
        expected: a function that gives the right result for them.
        hint: what to say where a result is wrong.
        digits: how many significant digits have to be right.
        praise: what to say when all are right.
    """

    trials: Sequence[tuple[Any, ...]]
    expected: Callable[..., Any]
    hint: str
    digits: int = 6
    praise: str = ""

    def judge(self, answer: Any) -> Verdict:
        """Whether the function gives the right result for every trial."""
        if not callable(answer):
            return False, f"Give a function, not {type(answer).__name__}."
        for trial in self.trials:
            call = f"({', '.join(map(repr, trial))})"
            try:
                given = answer(*trial)
            except Exception as error:
                return False, f"{call} raises {type(error).__name__}: {error}. {self.hint}"
            if not self._agrees(given, self.expected(*trial)):
                return False, f"{call} gives {given!r}. {self.hint}"
        return True, self.praise

    def _agrees(self, given: Any, wanted: Any) -> bool:
        if isinstance(wanted, Iterable):
            numbers = list(wanted)
            judge = Numbers(numbers, [""] * len(numbers), "", digits=self.digits)
            return judge.judge(given)[0]
        return Number(wanted, "", digits=self.digits).judge(given)[0]

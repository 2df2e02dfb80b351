"""The kinds of answers a question can ask for: a number, numbers, a choice, a function."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from viz.errors import FormulaError
from viz.formulas.parse import parse
from viz.text import MINUS, counted, number

DIGITS = 3
"""How many significant digits of a number have to be right, where nothing else is said."""

NOTHING, ROUNDING = 1e-9, 1e-14
"""How far from 0 a number may be where 0 is right, and how far apart any two, for rounding."""

_WRITTEN = str.maketrans(
    {"−": "-", "–": "-", "·": "*", "×": "*", "^": "**", "²": "**2", "³": "**3", "½": "0.5"}
    | {"π": "pi", "σ": "sigmoid"}
)
_MIXED, _HALF_OF = re.compile(r"(?<=\d)½"), re.compile(r"½(?=\s*[\w(])")
_DECIMAL = re.compile(r"[-+]?(?P<digits>\d*\.?\d*)(?:[eE][-+]?\d+)?")
_COMMA = re.compile(r"[-+]?\d*,\d+")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}([, '’\u202f])\d{3}(\1\d{3})*(\.\d*)?")
_NO_DECIMAL = re.compile(r"[-+]?(∞|inf|nan)")


class Verdict(NamedTuple):
    """A judgement of an answer: if it is right, and what to say."""

    right: bool
    text: str


class Answer(Protocol):
    """Something that can judge an answer."""

    def judge(self, answer: Any) -> Verdict:
        """The verdict on an answer."""


class Typed(float):
    """A number that was typed, of which one knows how many digits were.

    Attributes:
        digits: how many.
        is_grouped: whether it had a sign between thousands, which may be meant as a decimal comma.
    """

    digits: int = 17
    is_grouped: bool = False

    @classmethod
    def read(cls, text: str) -> Typed:
        """The number in `text`, which may be a sum such as `1/2` or `2·0.27`.

        Raises:
            FormulaError: it is no number.

        >>> Typed.read("−0.27"), Typed.read("0.270").digits, Typed.read("1/2"), Typed.read("1,024")
        (-0.27, 3, 0.5, 1024.0)
        """
        plain = _HALF_OF.sub("0.5*", _MIXED.sub(".5", text)).translate(_WRITTEN).strip()
        if _NO_DECIMAL.fullmatch(plain):
            return cls(plain.replace("∞", "inf"))
        grouped = _GROUPED.fullmatch(plain)
        if grouped:
            plain = plain.replace(grouped[1], "")
        elif _COMMA.fullmatch(plain):
            raise FormulaError(f"write one number, with a point: {plain.replace(',', '.')}")
        try:
            found = cls(parse(plain).output.data)
        except FormulaError:
            given = text.strip()[:24] or "nothing"
            raise FormulaError(
                f"write a number, such as 0.27, 1/4, 2·0.3 or −3, not {given}"
            ) from None
        found.is_grouped = bool(grouped)
        literal = _DECIMAL.fullmatch(plain)
        if literal:
            found.digits = len(literal["digits"].replace(".", "").lstrip("0")) or 1
        return found

    @property
    def half_unit(self) -> float:
        """Half a unit of the last digit that was typed."""
        if not self or not math.isfinite(self):
            return 0.0
        return 0.5 * 10.0 ** (math.floor(math.log10(abs(self))) + 1 - self.digits)


def _in_full(x: float) -> str:
    """A whole number with all its digits, any other as numbers are written everywhere.

    >>> _in_full(7_840_000.0), _in_full(-0.05288)
    ('7840000', '−0.05288')
    """
    x += 0.0  # no −0
    return f"{x:.0f}".replace("-", MINUS) if x.is_integer() and abs(x) < 1e15 else number(x)


def as_float(answer: Any) -> float | None:
    """The number an answer is: a float, an int, a Value, a NumPy scalar; None if it is none."""
    if isinstance(answer, (str, bytes)):
        return None
    try:
        return answer if isinstance(answer, Typed) else float(answer)
    except (TypeError, ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Number:
    """One number.

    Attributes:
        expected: the right one.
        hint: what to say to a wrong one.
        mistakes: numbers that a known slip gives, each with what to say to it.
        digits: how many significant digits have to be right. Of a number that was typed two
            are enough, if it is rounded correctly.
        praise: what to say to the right one.
        within: how far off the number may be, where an estimate is asked for.

    >>> Number(0.0529, "").judge(Typed.read("0.053")).right, Number(0.0529, "").judge(0.053).right
    (True, True)
    """

    expected: float
    hint: str = ""
    mistakes: Sequence[tuple[float, str]] = ()
    digits: int = DIGITS
    praise: str = ""
    within: float = 0.0

    def judge(self, answer: Any) -> Verdict:
        """The verdict: right to `digits` digits, a known slip, or the hint."""
        given = as_float(answer)
        if given is None:
            told = f"Give one number, not {type(answer).__name__}. {self.hint}"
            return Verdict(False, told.rstrip())
        if self._near(given, self.expected) or abs(given - self.expected) <= self.within:
            return Verdict(True, self.praise)
        for wrong, words in self.mistakes:
            if self._near(given, wrong):
                return Verdict(False, words)
        if isinstance(given, Typed) and given.is_grouped:
            told = f"This is read as {_in_full(given)}; a decimal is written with a point."
            return Verdict(False, f"{told} {self.hint}".rstrip())
        if isinstance(given, Typed) and abs(given - self.expected) <= given.half_unit:
            return Verdict(False, "That is as near as so few digits can be: give one more.")
        if self.expected and self._near(-given, self.expected):
            return Verdict(False, f"The size is right. Look at the sign. {self.hint}".rstrip())
        return Verdict(False, self.hint)

    def _near(self, given: float, wanted: float) -> bool:
        if math.isnan(wanted):
            return math.isnan(given)
        if isinstance(given, Typed) and given.digits > 1 and abs(given - wanted) <= given.half_unit:
            return True
        tolerance = 0.5 * 10.0 ** (1 - self.digits)
        rounding = ROUNDING if wanted else NOTHING
        return math.isclose(given, wanted, rel_tol=tolerance, abs_tol=rounding)

    def __str__(self) -> str:
        return _in_full(self.expected)


@dataclass(frozen=True)
class Numbers:
    """Several numbers, in order; `names` says what each is."""

    expected: Sequence[float]
    names: Sequence[str]
    hint: str = ""
    digits: int = DIGITS
    praise: str = ""
    mistakes: Sequence[tuple[float, str]] = ()
    within: float = 0.0

    def judge(self, answer: Any) -> Verdict:
        """The verdict: right if all the numbers are; otherwise which one is not."""
        several = f"{counted(len(self.expected), 'number')} ({', '.join(self.names)})"
        if isinstance(answer, Mapping):
            missing = [name for name in self.names if name not in answer]
            if missing:
                return Verdict(False, f"Give {several}; {missing[0]} is missing.")
            answer = [answer[name] for name in self.names]
        if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
            return Verdict(False, f"Give {several}.")
        given = list(answer)
        if len(given) != len(self.expected):
            return Verdict(False, f"Give {several}, not {len(given)}.")
        for name, one, wanted in zip(self.names, given, self.expected, strict=True):
            verdict = self._one(wanted).judge(one)
            if not verdict.right:
                return Verdict(False, f"Look at {name} again. {verdict.text}".rstrip())
        return Verdict(True, self.praise)

    def _one(self, wanted: float) -> Number:
        return Number(wanted, self.hint, self.mistakes, self.digits, within=self.within)

    def __str__(self) -> str:
        each = zip(self.names, self.expected, strict=True)
        return ", ".join(f"{name} = {_in_full(expected)}" for name, expected in each)


@dataclass(frozen=True)
class Choice:
    """One of several words; `replies` says what to say to each wrong one."""

    expected: str
    replies: dict[str, str] = field(default_factory=dict)
    praise: str = ""

    def judge(self, answer: Any) -> Verdict:
        """The verdict on a word."""
        word, options = str(answer).strip(), sorted({self.expected, *self.replies})
        alike = [option for option in options if option.lower() == word.lower()]
        found = word if word in options or len(alike) != 1 else alike[0]
        if found == self.expected:
            return Verdict(True, self.praise)
        told = f"Answer with {' or '.join(map(repr, options))}."
        return Verdict(False, self.replies.get(found, told))

    def __str__(self) -> str:
        return self.expected


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
        """The verdict: right if the function gives the right result for every trial."""
        if not callable(answer):
            return Verdict(False, f"Give a function, not {type(answer).__name__}.")
        for trial in self.trials:
            call = f"({', '.join(map(repr, trial))})"
            try:
                given = answer(*trial)
            except Exception as error:
                raised = f"{call} raises {type(error).__name__}: {error}."
                return Verdict(False, f"{raised} {self.hint}")
            if not self._agrees(given, self.expected(*trial)):
                return Verdict(False, f"{call} gives {given!r}. {self.hint}")
        return Verdict(True, self.praise)

    def _agrees(self, given: Any, wanted: Any) -> bool:
        if isinstance(wanted, Iterable):
            numbers = list(wanted)
            judge = Numbers(numbers, [""] * len(numbers), digits=self.digits)
            return judge.judge(given).right
        return Number(wanted, digits=self.digits).judge(given).right

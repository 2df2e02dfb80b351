"""The grammar of formulas: text into statements, each a list of steps in postfix order.

    program   = statement (";" statement)* [";"]
    statement = [NAME "="] sum
    sum       = product (("+" | "-") product)*
    product   = signed (("*" | "/") signed)*
    signed    = ("+" | "-")* power
    power     = atom ["**" signed]
    atom      = NUMBER | NAME | NAME "(" arguments ")" | "(" sum ")" | "[" [sum ("," sum)*] "]"
    arguments = [argument ("," argument)*],  argument = [NAME "="] sum

Nothing is evaluated here, and nothing else can be written.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from viz.errors import FormulaError

LONGEST = 20_000
DEEPEST = 40
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SYMBOLS = ("**", "+", "-", "*", "/", "(", ")", "[", "]", ",", "=", ";")
_WRITE = {
    "^": "**",
    "−": "-",
    "–": "-",
    "×": "*",
    "·": "*",
    "÷": "/",
    "²": "**2",
    "³": "**3",
    "½": "0.5",
    "π": "pi",
}


class Token(NamedTuple):
    """A number, name or sign of a formula, and where in it that stands."""

    kind: str
    text: str
    position: int


class Call(NamedTuple):
    """A function call: its last arguments on the stack are those given by keyword."""

    function: str
    positional: int
    keywords: tuple[str, ...]


Argument = float | str | int | Call | None


class Step(NamedTuple):
    """One step: "number", "name", "list", "call", "negate", or an operator such as "**"."""

    kind: str
    argument: Argument
    position: int
    length: int


class Statement(NamedTuple):
    """`name = …` (or just an expression, with name ""), as steps in postfix order."""

    name: str
    steps: list[Step]
    position: int


def statements(text: str) -> list[Statement]:
    """The statements of a formula, in order.

    Raises:
        FormulaError: with the place in `text`.

    >>> [[step.kind for step in s.steps] for s in statements("z = w*x; -z**2")]
    [['name', 'name', '*'], ['name', 'number', '**', 'negate']]
    """
    if not text.strip():
        raise FormulaError('the formula is empty; write one such as "(w*x + b - y)**2"')
    if len(text) > LONGEST:
        raise FormulaError(
            f"the formula has {len(text):,} characters; at most {LONGEST:,} are read. "
            "Build larger graphs in Python"
        )
    return _Parser(text).program()


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token = _token(text, position)
        yield token
        position += len(token.text)
    yield Token("end", "", len(text.rstrip()))


def _token(text: str, position: int) -> Token:
    character = text[position]
    if number := _NUMBER.match(text, position):
        return Token("number", number[0], position)
    if character in _WRITE:
        raise FormulaError(f"write {_WRITE[character]} for {character}", text, position)
    if character.isidentifier():
        end = position + 1
        while end < len(text) and ("a" + text[end]).isidentifier():
            end += 1
        return Token("name", text[position:end], position)
    for symbol in _SYMBOLS:
        if text.startswith(symbol, position):
            return Token(symbol, symbol, position)
    raise FormulaError(
        f"{character!r} has no meaning in a formula; it is made of numbers, names, "
        "+ - * / ** ( ) [ ] and function calls",
        text,
        position,
    )


class _Parser:
    def __init__(self, text: str):
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0
        self._steps: list[Step] = []

    def program(self) -> list[Statement]:
        found = []
        while self._next.kind != "end":
            found.append(self._statement())
            if self._next.kind not in (";", "end"):
                self._trailing()
            self._skip(";")
        return found

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _skip(self, kind: str) -> bool:
        if self._next.kind == kind:
            self._at += 1
            return True
        return False

    def _fail(self, reason: str, token: Token) -> FormulaError:
        return FormulaError(reason, self._text, token.position, max(1, len(token.text)))

    def _step(self, kind: str, token: Token, argument: Argument = None) -> None:
        self._steps.append(Step(kind, argument, token.position, len(token.text)))

    def _assigned(self) -> str:
        """The name of a `name =` that comes next, which is taken, or ""."""
        if self._next.kind != "name" or self._tokens[self._at + 1].kind != "=":
            return ""
        name = _plain(self._take().text)
        self._take()
        return name

    def _statement(self) -> Statement:
        start = self._next
        name = self._assigned()
        self._steps = []
        self._sum()
        return Statement(name, self._steps, start.position)

    def _trailing(self) -> None:
        token = self._next
        if token.kind in ("number", "name", "(", "["):
            raise self._fail("an operator is missing; a product is written with *", token)
        if token.kind == "=":
            raise self._fail("only a name can stand before =, at the start of a statement", token)
        if token.kind in (")", "]"):
            raise self._fail(f"this {token.kind} closes nothing", token)
        raise self._fail(f"{token.text} cannot stand here", token)

    def _sum(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fail(f"nested more than {DEEPEST} deep; name a part: z = …; …", self._next)
        self._product()
        while self._next.kind in ("+", "-"):
            operator = self._take()
            self._product()
            self._step(operator.kind, operator)
        self._depth -= 1

    def _product(self) -> None:
        self._signed()
        while self._next.kind in ("*", "/"):
            operator = self._take()
            self._signed()
            self._step(operator.kind, operator)

    def _signed(self) -> None:
        minus = None
        negative = False
        while self._next.kind in ("+", "-"):
            sign = self._take()
            if sign.kind == "-":
                minus, negative = minus or sign, not negative
        self._power()
        if negative and minus is not None:
            self._step("negate", minus)

    def _power(self) -> None:
        self._atom()
        if self._next.kind != "**":
            return
        operator = self._take()
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fail(f"more than {DEEPEST} powers of powers", operator)
        self._signed()
        self._depth -= 1
        self._step("**", operator)

    def _atom(self) -> None:
        token = self._take()
        if token.kind == "number":
            self._step("number", token, self._float(token))
        elif token.kind == "name" and self._next.kind == "(":
            self._call(token)
        elif token.kind == "name":
            self._step("name", token, _plain(token.text))
        elif token.kind == "(":
            self._sum()
            self._close(")", token)
        elif token.kind == "[":
            self._step("list", token, self._items("]", token))
        else:
            where = f"before {token.text}" if token.text else "at the end of the formula"
            raise self._fail(f"a number or a name is missing {where}", token)

    def _float(self, token: Token) -> float:
        number = float(token.text)
        if math.isinf(number):
            raise self._fail("this number is beyond the range of a float, about 1.8e308", token)
        return number

    def _call(self, function: Token) -> None:
        opening = self._take()
        positional, keywords = 0, []
        while self._next.kind != ")":
            start = self._next
            if keyword := self._assigned():
                if keyword in keywords:
                    raise self._fail(f"{keyword}= is given twice", start)
                keywords.append(keyword)
            elif keywords:
                raise self._fail("arguments without a name come before those with one", start)
            else:
                positional += 1
            self._sum()
            if not self._skip(","):
                break
        self._close(")", opening)
        call = Call(_plain(function.text), positional, tuple(keywords))
        self._step("call", function, call)

    def _items(self, closing: str, opening: Token) -> int:
        count = 0
        while self._next.kind != closing:
            self._sum()
            count += 1
            if not self._skip(","):
                break
        self._close(closing, opening)
        return count

    def _close(self, closing: str, opening: Token) -> None:
        if self._skip(closing):
            return
        if self._next.kind in ("end", ";"):
            raise self._fail(f"this {opening.text} is never closed", opening)
        self._trailing()


def _plain(name: str) -> str:
    """The name as Python would read it, so that two spellings of one letter are one name."""
    return unicodedata.normalize("NFKC", name)

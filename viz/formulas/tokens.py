"""The numbers, names and signs that a formula is made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from viz.errors import FormulaError

LONGEST = 20_000
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SIGNS = ("**", "+", "-", "*", "/", "(", ")", "[", "]", ",", "=", ";")
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
    """A "number", a "name", a sign (its kind is the sign itself) or the "end", and its place."""

    kind: str
    text: str
    position: int

    @property
    def name(self) -> str:
        """The name, in the one form that two spellings of the same letters have."""
        return unicodedata.normalize("NFKC", self.text)


def checked_name(name: str) -> str:
    """A name in that form, if it is one."""
    if not name.isidentifier():
        raise FormulaError(f"{name!r} is no name; a name has letters, digits and _, such as w1")
    return Token("name", name, 0).name


def tokens(text: str) -> list[Token]:
    """The tokens of a formula, the last of them its end."""
    if not text.strip():
        raise FormulaError('the formula is empty; write one such as "(w*x + b - y)**2"')
    if len(text) > LONGEST:
        raise FormulaError(
            f"the formula has {len(text):,} characters; at most {LONGEST:,} are read. "
            "Build larger graphs in Python"
        )
    return list(_tokens(text))


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
    for sign in _SIGNS:
        if text.startswith(sign, position):
            return Token(sign, sign, position)
    raise FormulaError(
        f"{character!r} has no meaning in a formula; it is made of numbers, names, "
        "+ - * / ** ( ) [ ] and function calls",
        text,
        position,
    )

"""Loops in a file: a `for` around the lines of a step, in any of the languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from autograd.program.straight.loops import LoopLine


def loop_lines(function: Any, line: LoopLine) -> Iterator[str]:
    """The lines of a loop; `function` writes those of its step."""
    language, loop, number = function.language, line.loop, f"r{line.number}"
    if line.target not in function.kept_arrays:
        yield language.array.format(line.target, loop.rows)
    body, used = list[str](), line.used
    for along in line.along:
        array = along.array or f"r{along.leaves[0][1:]}"
        if not along.array:
            yield _listed(function, array, along.operands)
        for i, leaf in enumerate(along.leaves, start=along.first):
            if leaf in used:
                place = function.at(array, _place(i, number, len(along.leaves)))
                body.append(_set(language, leaf, place, language.constant))
    body += function.written(line.body)
    for result, first, size in line.stored():
        to = function.at(line.target, _place(first, number, size))
        body.append(f"{to} = {function.name(result)}{language.end}")
    after = [f"{leaf}_next" for leaf in line.carry]
    for name, result in zip(after, line.results, strict=False):
        body.append(_set(language, name, function.name(result), language.constant))
    for leaf, name in zip(line.carry, after, strict=True):
        body.append(f"{leaf} = {name}{language.end}")
    for leaf, first in zip(line.carry, line.first, strict=True):
        yield _set(language, leaf, function.name(first), language.variable)
    head = language.down if loop.backwards else language.up
    yield head.format(number, loop.count, loop.count - 1)
    yield from (f"{language.indent}{text}" for text in body)
    yield from filter(None, [language.close])
    for i, leaf in enumerate(line.carry):
        yield f"{function.at(line.target, str(i))} = {leaf}{language.end}"


def _listed(function: Any, array: str, operands: Iterable[Any]) -> str:
    texts = [function.name(x) for x in operands]
    return str(function.language.listed.format(array, len(texts), ", ".join(texts)))


def _set(language: Any, name: str, text: str, how: str) -> str:
    return f"{how}{name} = {text}{language.end}"


def _place(first: int, number: str, size: int) -> str:
    """The place of a number in a step, of so many in each."""
    text = number if size == 1 else f"{number} * {size}"
    return f"{text} + {first}" if first else text

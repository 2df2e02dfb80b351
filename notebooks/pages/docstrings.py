"""Docstrings of this project as reStructuredText.

They are plain text for `help`, with code between backquotes: `|x|` and `a*b` mean what they say.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import autograd
from autograd import Primitive
from notebooks.pages.primitives import math_of

_CODE = re.compile(r"(`[^`]*`)")
_RAISED = re.compile(r"\w+(, \w+)*(?=:)")
_NAME = re.compile(r"\w+")
_MARKUP = re.compile(r"[*|]|(?<=\w)_(?!\w)")


def process(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Escape what would be markup, and typeset a primitive's formulas below its summary."""
    lines[:] = _escaped(_exact(lines, importlib.import_module(name.split(".")[0])))
    if isinstance(thing, Primitive):
        end = lines.index("") if "" in lines else len(lines)
        lines[end:end] = math_of(thing)


def _exact(lines: list[str], package: ModuleType) -> Iterator[str]:
    """Lines in which errors that are raised have their full names: packages share some."""
    is_raised = False
    for line in lines:
        if line.strip() in ("Raises:", "Warns:"):
            is_raised = True
        elif not line.strip():
            is_raised = False
        elif is_raised:
            line = _RAISED.sub(lambda found: _full(found[0], package), line)
        yield line


def _full(names: str, package: ModuleType) -> str:
    owners = {name: owner for owner in (autograd, package) for name in owner.__all__}
    return _NAME.sub(
        lambda name: f"~{owners[name[0]].__name__}.{name[0]}" if name[0] in owners else name[0],
        names,
    )


def skip(app: Any, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out fields of named tuples, which the tuple's docstring describes, and others' code."""
    home = getattr(thing, "__module__", None) or "autograd"
    is_foreign = home.split(".")[0] not in ("autograd", "nn", "viz")
    return True if is_foreign or type(thing).__name__ == "_tuplegetter" else None


def _escaped(lines: list[str]) -> Iterator[str]:
    is_example = False
    for line in lines:
        is_example = line.lstrip().startswith(">>>") or (is_example and bool(line.strip()))
        yield line if is_example else outside_code(line)


def outside_code(line: str) -> str:
    """Text in which only what stands between backquotes is markup."""
    parts = _CODE.split(line)
    parts[::2] = (_MARKUP.sub(r"\\\g<0>", text) for text in parts[::2])
    return "".join(parts)

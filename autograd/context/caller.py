"""The call that asks for a Value's number: `math.exp(v)`, `a[i] = v`, `"%f" % v`, …

Python's C code asks by `Value.__float__` alone. What it was called for can be read off the
instruction that the calling frame stands at, and, for a call, off the loads before it that begin
at the same place in the source: those of the function that is called.
"""

from __future__ import annotations

import dis
from types import BuiltinFunctionType, CodeType, FrameType, ModuleType
from typing import Any, NamedTuple

import numpy as np


class Conversion(NamedTuple):
    """A call that asks for a number: kind is "math", "store", "text" or "other".

    For "math", the name of the function is known, such as `math.exp`.
    """

    kind: str
    name: str = ""


class _Site(NamedTuple):
    """One instruction: what it does, and the dotted name that it calls (a global one, or not)."""

    kind: str
    names: tuple[str, ...] = ()
    is_global: bool = False


_SITES: dict[int, tuple[CodeType, dict[int, _Site]]] = {}
"""All that is known of each instruction, by the id of its code object (kept alive here)."""
MOST_CODES = 1000
_STORING_METHODS = ("fill", "put")
_OTHER = Conversion("other")
_MISSING = object()


def conversion(frame: FrameType | None) -> Conversion:
    """The conversion that the instruction at which `frame` stands makes."""
    if frame is None:
        return _OTHER
    site = _site(frame.f_code, frame.f_lasti)
    if site.kind != "call":
        return Conversion(site.kind)
    function = _resolved(frame, site)
    if not isinstance(function, BuiltinFunctionType):
        return _OTHER
    if isinstance(function.__self__, np.ndarray) and function.__name__ in _STORING_METHODS:
        return Conversion("store")
    module = function.__module__
    known = module in ("math", "cmath")
    return Conversion("math", f"{module}.{function.__name__}") if known else _OTHER


def _site(code: CodeType, at: int) -> _Site:
    """As `_read`, once for each instruction."""
    kept = _SITES.get(id(code))
    if kept is None:
        if len(_SITES) >= MOST_CODES:
            _SITES.clear()
        kept = _SITES[id(code)] = code, {}
    sites = kept[1]
    if at not in sites:
        sites[at] = _read(code, at)
    return sites[at]


def _read(code: CodeType, at: int) -> _Site:
    before = [i for i in dis.get_instructions(code) if i.offset <= at]
    here = before.pop()
    if here.opname in ("STORE_SUBSCR", "STORE_SLICE"):
        return _Site("store")
    if here.opname == "BINARY_OP" and here.argrepr.rstrip("=") == "%":
        return _Site("text")
    if "CALL" not in here.opname or _start(here) is None:
        return _Site("other")
    found: list[dis.Instruction] = []
    for instruction in before:
        if _start(instruction) == _start(here):
            if instruction.opname.startswith("LOAD") and isinstance(instruction.argval, str):
                found.append(instruction)
            elif instruction.opname.startswith("CALL") or not _same_place(instruction, here):
                found.clear()  # the end of another expression that begins there
    if not found or found[0].opname in ("LOAD_ATTR", "LOAD_METHOD"):  # of something computed
        return _Site("other")
    names = tuple(instruction.argval for instruction in found)
    return _Site("call", names, found[0].opname == "LOAD_GLOBAL")


def _same_place(instruction: dis.Instruction, other: dis.Instruction) -> bool:
    return instruction.positions == other.positions or instruction.opname == "PUSH_NULL"


def _start(instruction: dis.Instruction) -> tuple[int, int] | None:
    place = instruction.positions
    if place is None or place.lineno is None or place.col_offset is None:
        return None
    return place.lineno, place.col_offset


def _resolved(frame: FrameType, site: _Site) -> Any:
    """The thing that a dotted name stands for in a frame; None where only running it could tell."""
    name = site.names[0]
    found = _MISSING if site.is_global else frame.f_locals.get(name, _MISSING)
    if found is _MISSING:
        found = frame.f_globals.get(name, frame.f_builtins.get(name))
    for name in site.names[1:]:
        if not isinstance(found, (ModuleType, np.ndarray)):
            return None
        found = getattr(found, name, None)
    return found

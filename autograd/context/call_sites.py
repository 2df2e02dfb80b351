"""The user's line: the place in their program that called."""

from __future__ import annotations

import linecache
import os
import sys
import sysconfig
from functools import lru_cache
from traceback import walk_tb
from types import FrameType

OURS = {"autograd", "nn", "viz"}
LIBRARIES = {"numpy", "scipy", "pandas"}
"""Packages that call what they are given, so that the line to name is that of their caller."""


def user_frame() -> tuple[FrameType, int]:
    """The innermost frame outside this package, and how many levels up it is.

    Modules that set `__tracebackhide__ = True` are passed over too (pytest's convention).
    """
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and _is_ours(frame):
        frame, level = frame.f_back, level + 1
    return frame, level


def user_line() -> str:
    """File, number and text of the user's line, for an error message."""
    frame, _ = user_frame()
    return _line(frame, frame.f_lineno)


def raising_line(error: BaseException) -> str:
    """As `user_line`, for the user's innermost line that an error came through."""
    found = ""
    for frame, number in walk_tb(error.__traceback__):
        if not _is_ours(frame):
            found = _line(frame, number)
    return found


def entered() -> tuple[str, str]:
    """Module and name of our function that the user (or a trace) called on the way here."""
    frame: FrameType | None = sys._getframe(1)
    found = "", ""
    while frame is not None and _is_ours(frame):
        module = frame.f_globals.get("__name__", "")
        if module == "autograd.program.tracing.trace":
            break
        if _package(frame) in OURS:
            found = module, _name(frame)
        frame = frame.f_back
    return found


def _name(frame: FrameType) -> str:
    """The name of the function of a frame; of a method, with the class of what it is called of."""
    name = frame.f_code.co_qualname.partition(".<locals>")[0]
    owner, _, method = name.rpartition(".")
    if owner and "self" in frame.f_locals:
        return f"{type(frame.f_locals['self']).__name__}.{method}"
    return name


def shown_by_us() -> bool:
    """True if the text of a Value is wanted by a function of ours, such as an error message."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and _package(frame) == "numpy":
        frame = frame.f_back
    return frame is not None and _package(frame) in OURS


def _line(frame: FrameType, number: int) -> str:
    name = frame.f_code.co_filename
    text = linecache.getline(name, number).strip()
    return f"{name}:{number}" + (f": {text}" if text else "")


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _is_ours(frame: FrameType) -> bool:
    known = OURS | LIBRARIES
    return (
        _package(frame) in known
        or bool(frame.f_globals.get("__tracebackhide__"))
        or is_standard(frame.f_code.co_filename)
    )


_STANDARD = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib")})


@lru_cache(maxsize=1024)
def is_standard(file: str) -> bool:
    """True if a file of Python code belongs to Python's standard library."""
    return file.startswith(_STANDARD) and "-packages" not in file


def is_installed(file: str) -> bool:
    """True if it belongs to the standard library or an installed package, not to the user."""
    return is_standard(file) or f"-packages{os.sep}" in file

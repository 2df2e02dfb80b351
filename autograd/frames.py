"""Where in the user's program we are."""

from __future__ import annotations

import linecache
import sys
import sysconfig
from traceback import walk_tb
from types import FrameType

__all__ = ["raising_line", "user_frame", "user_line"]


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


def _line(frame: FrameType, number: int) -> str:
    name = frame.f_code.co_filename
    text = linecache.getline(name, number).strip()
    return f"{name}:{number}" + (f": {text}" if text else "")


_OURS = ("autograd", "numpy", "scipy", "pandas")
"""This package, and those that call what they are given: the line to name is their caller's."""
_STANDARD = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))


def _is_ours(frame: FrameType) -> bool:
    module, file = frame.f_globals, frame.f_code.co_filename
    package = str(module.get("__name__", "")).partition(".")[0]
    if package in _OURS or module.get("__tracebackhide__"):
        return True
    return file.startswith(_STANDARD) and "site-packages" not in file

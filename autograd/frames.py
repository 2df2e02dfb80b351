"""Where in the user's program we are."""

from __future__ import annotations

import linecache
import sys
from types import FrameType

__all__ = ["user_frame", "user_line"]


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
    name, number = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, number).strip()
    return f"{name}:{number}" + (f": {text}" if text else "")


def _is_ours(frame: FrameType) -> bool:
    module = frame.f_globals
    package = str(module.get("__name__", "")).partition(".")[0]
    return package in ("autograd", "numpy") or bool(module.get("__tracebackhide__"))

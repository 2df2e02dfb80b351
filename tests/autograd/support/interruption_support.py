"""Ctrl-C at a chosen line of code, the same every time."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["interrupted"]


def interrupted(work: Callable[[], Any], lines: int, ours: Callable[[FrameType], bool]) -> bool:
    """Run `work`, with KeyboardInterrupt after so many lines of code that is `ours`.

    Never at a line that says `with` or `try`: there it would come between the end of the block and
    the call of `__exit__`, or where nothing is guarded yet, and Python looks for no signal at
    either. False if `work` ended before.
    """
    left = lines

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not ours(frame):
            return None
        if event == "line" and not _is_between(frame):
            left -= 1
            if left < 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def _is_between(frame: FrameType) -> bool:
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
    return line.lstrip().startswith(("with ", "async with ", "try:"))

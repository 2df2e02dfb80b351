"""Holding Ctrl-C back while something must be done as a whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back until the end of the block, and raise KeyboardInterrupt there.

    Only where Ctrl-C would raise that: in the main thread, with Python's own handler.
    """
    usual = signal.default_int_handler
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not usual:
        yield
        return
    pressed: list[Any] = []
    try:
        signal.signal(signal.SIGINT, lambda *_: pressed.append(_))
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if pressed:
            raise KeyboardInterrupt

"""Locks that a forked child does not inherit as locked.

A fork copies the memory but only the thread that forks: a lock that another thread held would
stay locked in the child for ever.
"""

from __future__ import annotations

import os
from threading import RLock
from typing import Any
from weakref import ref

_locks: set[ref[Any]] = set()
"""Every lock there is. (A `WeakSet` forgets one in lines of Python, where Ctrl-C would be lost.)"""


def fork_safe_lock() -> Any:
    """A `threading.RLock` that is free in a forked child, unless the forking thread holds it."""
    lock: Any = RLock()
    _locks.add(ref(lock, _locks.discard))
    return lock


def _free_those_of_other_threads() -> None:
    for lock in [found() for found in _locks]:
        if lock is not None and not lock._is_owned():
            lock._at_fork_reinit()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_free_those_of_other_threads)

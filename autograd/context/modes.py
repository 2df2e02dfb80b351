"""Modes that change how operations are recorded: `no_grad()`, `detect_anomaly()`, transforms.

A mode holds for the current thread (and asyncio task) only, and modes nest. The usual case
costs an operation one look at `ACTIVE`.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar, overload

from autograd.context.call_sites import entered, user_line
from autograd.context.differentiating import CLOCK
from autograd.context.settings import Mode, Setting
from autograd.core.wiring import become_leaf, parents, wires
from autograd.errors import AnomalyError, TraceError

F = TypeVar("F", bound=Callable[..., Any])

ACTIVE: set[Any] = set()
"""One entry for every mode that is on in any thread."""


class Watch:
    """The nodes that are recorded in one block, in order, wherever they are computed.

    Another thread (or context) has modes of its own; but what it computes from the values of a
    watched block belongs to that block.
    """

    def __init__(self, leaves: Iterable[Any]) -> None:
        self.leaves, self.nodes = list(leaves), list[Any]()
        self._ids = set(map(id, self.leaves))
        self._known = 0

    def holds(self, value: Any) -> bool:
        """True if it is one of the leaves, or was computed in the block."""
        known, now = self._known, len(self.nodes)
        self._ids.update(map(id, self.nodes[known:now]))
        self._known = now
        return id(value) in self._ids


WATCHES: list[Watch] = []
"""Those that are on, in any thread."""

_recording = Setting("recording", True, ACTIVE)
_anomaly = Setting("anomaly", False, ACTIVE)
_watched = Setting("watched", None, ACTIVE)


@overload
def no_grad(function: None = None) -> Mode: ...
@overload
def no_grad(function: F) -> F: ...
def no_grad(function: Any = None) -> Any:
    """Compute without recording: results are leaves, with no parents and no gradient.

    Usable as a decorator too (`@no_grad()`, or `@no_grad`), of generators and coroutines as well:
    then for as long as they run, and not in between. Holds for the current thread only, and nests.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """
    mode = Mode(_recording, False)
    return mode if function is None else mode(function)


def recording() -> AbstractContextManager[None]:
    """Record operations, even within `no_grad()`: what a transform does for its function."""
    return nullcontext() if _recording.get() else Mode(_recording, True)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Give `watch` every node that is recorded, in order; record even within `no_grad()`."""
    try:
        WATCHES.append(watch)
        with Mode(_watched, watch), Mode(_recording, True):
            yield
    finally:
        if watch in WATCHES:
            WATCHES.remove(watch)


def watch_over(*values: Any) -> Watch | None:
    """The watch that is on in this thread, or one in another thread that holds one of these."""
    own = _watched.get()
    if own is not None or not WATCHES:
        return own
    return next((w for w in list(WATCHES) if any(map(w.holds, values))), None)


def detect_anomaly() -> Mode:
    """Turn the first nan or infinity into an error that says where it came from.

    Going forward it names the operation, its operands and the line that ran it; in `backward()`
    the operation whose local gradient spoiled a gradient. Slows everything down: for debugging.
    Usable as a decorator too.

    Raises:
        AnomalyError: (in the block) at the first value or gradient that is not finite.

    >>> from autograd import Value
    >>> with detect_anomaly():
    ...     Value(0.0, label="x").log()
    Traceback (most recent call last):
        ...
    autograd.errors.AnomalyError: log gave -inf...
    """
    return Mode(_anomaly, True)


_pauses: list[object] = []
"""The `paused_gc` blocks that are running, in any thread."""

_found_on: list[bool] = []
"""Not empty if one of them found the collector on. (No lock: an interrupt could leave it taken.)"""


def _pause(block: object) -> None:
    _pauses.append(block)
    if gc.isenabled():
        _found_on.append(True)
        gc.disable()


def _resume(block: object) -> None:
    if block in _pauses:
        _pauses.remove(block)
    if _found_on and not _pauses:
        gc.enable()
        _found_on.clear()


@contextmanager
def paused_gc() -> Iterator[None]:
    """Pause Python's cyclic garbage collector while many nodes are built.

    Graphs hold no reference cycles and are freed by reference counting, so nothing is lost; the
    collector only spends time on looking through live nodes. It is an interpreter-wide setting,
    which is why this is yours to choose. When the last such block ends, in whatever thread, the
    collector is as it was before the first.

    >>> with paused_gc():
    ...     gc.isenabled()
    False
    """
    block = object()
    try:
        try:
            _pause(block)
            yield
        finally:
            _resume(block)
    except BaseException:  # an interrupt may have come before the end was reached
        _resume(block)
        raise


def settle(out: Any) -> Any:
    """A fresh node, as the modes that are on in this thread want it."""
    if _anomaly.get():
        line = user_line()
        if not math.isfinite(out._float):
            raise AnomalyError(_describe(out, f"gave {out._float!r}", line))
        out.__dict__["_line"] = line
    watched = _watched.get()
    if watched is None and WATCHES:
        watched = watch_over(*parents(out))
    if watched is not None:
        watched.nodes.append(out)
    if not _recording.get():
        if watched is not None:
            raise TraceError(
                f"no_grad() is used{_by()} while a program is traced, where every value is part of "
                f"the program; leave it out\n  at {user_line()}"
            )
        become_leaf(out, CLOCK[0])
    return out


def _by() -> str:
    """The function of ours, if it is one, that the user called and that computed something."""
    module, name = entered()
    return f" by {name}" if module.partition(".")[0] in ("nn", "viz") else ""


def is_recording() -> bool:
    """True if operations are recorded in this thread, as they are but within `no_grad()`."""
    return not ACTIVE or _recording.get()


def anomaly_detected() -> bool:
    """True if `detect_anomaly()` is on in this thread."""
    return bool(ACTIVE) and _anomaly.get()


def anomalies_allowed() -> AbstractContextManager[None]:
    """A block in which `detect_anomaly()` is off, if it is on at all."""
    return Mode(_anomaly, False) if anomaly_detected() else nullcontext()


def check_gradient(node: Any, parent: Any, grad: Any) -> None:
    """Raise if a parent's gradient is not finite after `node` sent its message."""
    if grad is not None and not math.isfinite(grad) and not parent._frozen:
        place = next(i for i, (p, _) in enumerate(wires(node), start=1) if p is parent)
        what = f"sent a gradient of {float(grad)!r} to its operand {place}"
        raise AnomalyError(_describe(node, what, node.__dict__.get("_line", "")))


def check_tangent(node: Any, tangent: Any) -> None:
    """Raise if a node's directional derivative is not finite."""
    if not math.isfinite(tangent):
        what = f"has a directional derivative of {float(tangent)!r}"
        raise AnomalyError(_describe(node, what, node.__dict__.get("_line", "")))


def _describe(node: Any, what: str, line: str) -> str:
    found = wires(node)
    operands = ", ".join(_name(parent, number) for parent, number in found[:8])
    more = f", … ({len(found)} in all)" if len(found) > 8 else ""
    label = f" (label {node.label!r})" if node.label else ""
    place = f"\n  at {line}" if line else ""
    return f"{node._primitive.name} {what}{label}; operands: {operands}{more}{place}"


def _name(parent: Any, number: float) -> str:
    if parent is None or not parent.label:
        return f"{number!r}"
    label = str(parent.label)
    return f"{label if label.isprintable() else repr(label)} = {number!r}"

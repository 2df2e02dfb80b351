"""Teaching lints: programs that run, but probably do not mean what they say.

They are warnings of one class, `TeachingWarning`; `lints(False)` switches them off.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from autograd.context.call_sites import is_installed, user_frame, user_line
from autograd.context.caller import Conversion, conversion
from autograd.context.differentiating import RUNNING, is_differentiated
from autograd.context.modes import is_recording
from autograd.context.settings import Mode, Setting
from autograd.core.wiring import moved
from autograd.errors import TeachingWarning
from autograd.node_sets import node_set

F = TypeVar("F", bound=Callable[..., Any])

_enabled = Setting("lints", True)


def lints(on: bool) -> AbstractContextManager[None]:
    """Switch the teaching lints on or off; as a context manager, until the end of the block.

    A block switches them for the current thread only, and nests.

    >>> with lints(False):
    ...     pass
    """
    before = _enabled.default
    try:
        _enabled.default = bool(on)
        return _Block(_enabled, bool(on), before)
    except BaseException:
        _enabled.default = before
        raise


class _Block(Mode):
    """`lints(on)`, which has switched them for good: of a block only for its time."""

    def __init__(self, setting: Setting, value: bool, before: bool) -> None:
        super().__init__(setting, value)
        self._before = before

    def __enter__(self) -> None:
        self.setting.default = self._before
        super().__enter__()

    def __call__(self, function: F) -> F:
        self.setting.default = self._before
        return super().__call__(function)


def warn_if_stale(order: list[Any], leaves: Iterable[Any]) -> None:
    """Warn when a leaf that the graph was built from has been given another number since.

    Only leaves that were ever assigned to are looked at.
    """
    assigned = [leaf for leaf in leaves if leaf._assigned] if _enabled else ()
    if assigned:
        found = moved(order, node_set(assigned))
        if found is not None:
            _warn_of_stale(*found)


def _warn_of_stale(leaf: Any, number: float) -> None:
    teach(
        f"{_name(leaf)} was {number!r} when this graph was built and is {leaf._float!r} now; "
        "backward() differentiates the numbers that the graph was built with. Build the graph "
        "again to use the new ones."
    )


class Leftover:
    """Marks the leaves in which a backward pass added to gradients of other numbers than theirs.

    That alone is no mistake: in alternating training the gradients that one step leaves in the
    other network are forgotten before that one's own step. It is one when such a sum is read, and
    the leaf then moved.
    """

    __slots__ = ("read", "told")

    def __init__(self) -> None:
        self.read = self.told = False


def warn_of_leftover(leaf: Any) -> None:
    """Warn when a leaf moves after its gradient, the sum of two steps' gradients, was read."""
    found = leaf._grad_at
    if _enabled and leaf.has_grad and found.read and not found.told and leaf.grad:
        found.told = True
        teach(
            f"{_name(leaf)} still holds the gradient of an earlier graph, computed before its data "
            "changed: backward() added to it, and this step follows the sum of both. Call "
            "zero_grad() (or set .grad = 0) after each step."
        )


_PREDICATES = ("isclose", "isfinite", "isinf", "isnan")
_WHOLE = ("ceil", "floor", "trunc")
"""Functions of `math` that give whole numbers, as `int` does."""
_STORED = "a Value is stored in an array of plain numbers"
_KEEP = "use autograd.sin, autograd.exp, … and operators, which take Values"
_KEEP_STORED = "use a list, or an array of objects (np.empty(n, dtype=object))"


def warn_of_lost_gradient(value: Any, by: str) -> None:
    """Warn that a Value becomes a plain number, through which no gradient flows.

    Called by the method that converts it, `by` name. In a transform's function everything that
    depends on the variables counts. Elsewhere a plain `float(v)` is fine; `math.exp(v)` and
    `a[i] = v` are not, where the user's own code shows them (a library that plots has its reasons).
    """
    if not _enabled or not is_recording():
        return
    caller = sys._getframe(1).f_back
    asked = conversion(caller)
    function = asked.name.partition(".")[2]
    if asked.kind == "text" or function in _PREDICATES:
        return
    if is_differentiated(value):
        _warn_lost_number(asked, by, "it depends on the variables that a transform differentiates")
    elif asked.kind in ("math", "store") and function not in _WHOLE and value.requires_grad:
        _warn_lost_eagerly(caller, asked, by)


def _warn_lost_eagerly(caller: Any, asked: Conversion, by: str) -> None:
    if not is_installed(caller.f_code.co_filename):
        _warn_lost_number(asked, by, "only its number is kept")


def _warn_lost_number(asked: Conversion, by: str, why: str) -> None:
    if asked.kind == "store":
        _warn_lost(_STORED, why, _KEEP_STORED)
    else:
        _warn_lost(f"{asked.name or by}(…) of a Value", why, _KEEP)


def warn_of_lost_copy(value: Any) -> None:
    """Warn that a Value is copied, with all it was computed from, in a transform's function."""
    if RUNNING and _enabled and is_recording() and is_differentiated(value):
        _warn_lost("a copy of a Value", "it is a graph of its own", "use the Value itself")


def warn_of_plain_gradients(value: Any) -> None:
    """Warn that `backward()` gives plain numbers as gradients in a transform's function."""
    if RUNNING and _enabled and is_recording() and is_differentiated(value):
        keep = "use autograd.grad, or backward(create_graph=True)"
        _warn_lost("backward()", "the gradients that it leaves are plain numbers", keep)


def warn_of_plain_results(reason: object) -> None:
    """Warn that a transform gives plain numbers where Values were to be expected."""
    teach(
        "the results of this transform are plain numbers, and no gradient flows through them to "
        f"the Values that its function closes over or is given: {reason}. If numbers are meant, "
        "call it within no_grad()"
    )


def _warn_lost(what: str, why: str, keep: str) -> None:
    teach(
        f"the gradient is lost: {what} at\n  {user_line()}\nis a constant to the derivative; "
        f"{why}. To keep it, {keep}; write x.data if only the number is meant"
    )


def warn_of_tracing_again(name: str, times: int) -> None:
    """Warn that a program is traced again and again, because something it closes over changes."""
    teach(
        f"{name!r} changed between the calls of a program {times} times, and each time it was "
        "traced again, which takes as long as its first call. Give what changes to the function "
        "as an argument."
    )


def warn_of_matrices(weights: int) -> None:
    """Warn that native code is made of what is mostly large matrix products."""
    teach(
        f"backend='native' writes every product of {weights:,} weights out, and takes long to "
        "compile; as matrix products NumPy's BLAS does them faster: leave backend= out."
    )


def _name(leaf: Any) -> str:
    return repr(leaf.label) if leaf.label else "a leaf"


def teach(message: str) -> None:
    """Give a `TeachingWarning` at the user's line, unless the lints are off.

    Frames of modules that set `__tracebackhide__ = True` are passed over.

    >>> with lints(False):
    ...     teach("a gradient is lost")
    """
    if _enabled:
        _, level = user_frame()
        warnings.warn(message, TeachingWarning, stacklevel=level)

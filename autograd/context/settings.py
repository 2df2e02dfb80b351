"""Settings of the current context (a thread, an asyncio task), and modes that change them.

A mode is a context manager and a decorator. An interrupt (Ctrl-C) at any moment leaves no mode on:
one is on only as long as its own flag says so and the block that entered it holds it, whatever else
is left over from it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, TypeVar, cast
from weakref import ref

from autograd.errors import OperandError

F = TypeVar("F", bound=Callable[..., Any])


class Setting:
    """The value of the innermost mode that is on in this context, or else the default.

    Args:
        listed: where to keep one entry for every mode of this setting that is on in any context.
    """

    def __init__(self, name: str, default: Any, listed: set[Any] | None = None) -> None:
        self.name, self.default = name, default
        self.listed: set[Any] = set() if listed is None else listed
        self.entered: ContextVar[_Entry | None] = ContextVar(name, default=None)

    def innermost(self, mode: Mode | None = None) -> _Entry | None:
        """The innermost entry that is on in this context, of one mode or of any."""
        entry = self.entered.get()
        while entry is not None and not (entry.is_on() and mode in (None, entry())):
            entry = entry.outer
        return entry

    def get(self) -> Any:
        """The value that holds in this context."""
        entry = self.innermost()
        return self.default if entry is None else entry.value

    def __bool__(self) -> bool:
        return bool(self.get())


class _Entry(ref["Mode"]):
    """One entering of a mode: its value, whether it is still on, and the entry around it.

    It refers to the mode weakly. If an interrupt keeps `__exit__` from being called, the mode goes,
    and the entry leaves the list by itself: without a line of Python, such as those of a
    `__del__`, in which another interrupt would be lost.
    """

    __slots__ = ("on", "outer", "value")
    __eq__, __hash__ = object.__eq__, object.__hash__

    def __new__(cls, mode: Mode) -> _Entry:
        return super().__new__(cls, mode, mode.setting.listed.discard)

    def __init__(self, mode: Mode) -> None:
        self.value, self.outer, self.on = mode.value, mode.setting.innermost(), False

    def is_on(self) -> bool:
        """True if its block has not ended, in whatever way."""
        return self.on and self() is not None


class Mode:
    """A setting that has another value within a `with` block, or while a function runs.

    Of a generator or a coroutine that it decorates it covers every resumption, and nothing of
    what runs in between. It nests, and may be entered again while it is on.
    """

    def __init__(self, setting: Setting, value: Any) -> None:
        self._entries: list[_Entry] = []
        self.setting, self.value = setting, value

    def __enter__(self) -> None:
        setting, entry = self.setting, _Entry(self)
        try:
            self._entries.append(entry)
            setting.listed.add(entry)
            setting.entered.set(entry)
            entry.on = True
        except BaseException:
            self._leave(entry)
            raise

    def __exit__(self, *_: object) -> None:
        entry = self.setting.innermost(self) or self._entries[-1]
        try:
            entry.on = False
            self._leave(entry)
        except BaseException:
            self._leave(entry)
            raise

    def _leave(self, entry: _Entry) -> None:
        """Take an entry out of every list, if it is still there."""
        entry.on = False
        if self.setting.entered.get() is entry:
            self.setting.entered.set(entry.outer)
        self.setting.listed.discard(entry)
        if entry in self._entries:
            self._entries.remove(entry)

    def __call__(self, function: F) -> F:
        """The function, run in this mode."""
        if not callable(function):
            raise OperandError(
                f"a mode is for a block (with no_grad(): …) or for a function (@no_grad), not for "
                f"{function!r:.40}"
            )
        fresh = partial(Mode, self.setting, self.value)
        if inspect.isasyncgenfunction(function):
            return _resumed_async(function, fresh)
        if inspect.isgeneratorfunction(function):
            return _resumed(function, fresh)
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def waited_for(*args: Any, **kwargs: Any) -> Any:
                with fresh():
                    return await function(*args, **kwargs)

            return cast("F", waited_for)

        @wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            with fresh():
                return function(*args, **kwargs)

        return cast("F", called)


def _resumed(function: Callable[..., Any], fresh: Callable[[], Mode]) -> Any:
    @wraps(function)
    def generator(*args: Any, **kwargs: Any) -> Any:
        inner = function(*args, **kwargs)
        resume: Callable[[], Any] = partial(next, inner)
        while True:
            try:
                with fresh():
                    out = resume()
            except StopIteration as end:
                return end.value
            try:
                resume = partial(inner.send, (yield out))
            except GeneratorExit:
                with fresh():
                    inner.close()
                raise
            except BaseException as error:
                resume = partial(inner.throw, error)

    return generator


def _resumed_async(function: Callable[..., Any], fresh: Callable[[], Mode]) -> Any:
    @wraps(function)
    async def generator(*args: Any, **kwargs: Any) -> Any:
        inner = function(*args, **kwargs)
        resume: Callable[[], Any] = inner.__anext__
        while True:
            try:
                with fresh():
                    out = await resume()
            except StopAsyncIteration:
                return
            try:
                resume = partial(inner.asend, (yield out))
            except GeneratorExit:
                with fresh():
                    await inner.aclose()
                raise
            except BaseException as error:
                resume = partial(inner.athrow, error)

    return generator

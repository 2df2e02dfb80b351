"""The traces of a function: one for each structure of arguments, those that were used last."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.context.differentiating import RUNNING, is_differentiated
from autograd.context.lints import warn_of_tracing_again
from autograd.context.locks import fork_safe_lock
from autograd.context.modes import paused_gc
from autograd.errors import GraphError
from autograd.program.running.parameters import FlatParameters
from autograd.program.running.runner import Runner
from autograd.program.tracing.arguments import Arguments, likeness, take_apart
from autograd.program.tracing.options import Options

Array = np.ndarray[Any, Any]
KEPT = 128
"""So many traces are kept."""
_NONE: Array = np.zeros(0)
PATIENCE = 5
"""So often something may change between calls before there is a word about what that costs."""


class Traces:
    """A function, and its traces. Of the arguments, only the structure is kept.

    Attributes:
        latest: the trace that was used last.
        flat: where the parameters' numbers are, while they are in one array. Lists of parameters
            are not looked into meanwhile, and no other structure is traced.
    """

    def __init__(self, function: Callable[..., Any], options: Options) -> None:
        self.function, self.options = function, options
        self.latest: Runner | None = None
        self.flat: FlatParameters | None = None
        self.lock = fork_safe_lock()
        self._kept: OrderedDict[Any, Runner] = OrderedDict()
        self._alike: dict[Any, tuple[Arguments, Runner]] = {}
        self._changes: Counter[str] = Counter()

    def find(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Arguments, Runner | None]:
        """A call's arguments and their trace; None if it is part of a transform that is running.

        It is if it is given one of the transform's variables, or closes over one. A call with
        arrays, floats or flat lists like those of an earlier one goes a shorter way.
        """
        inside = bool(RUNNING)
        key = None if inside or named else likeness(args)
        known = None if key is None else self._alike.get(key)
        if known is not None:
            arguments, runner = known
            if not runner.changed(self.flat is None):
                self.latest = runner
                return arguments.with_leaves([*args]), runner
        arguments = take_apart(args, named, self.options, values=inside)
        if inside and arguments.has_values:
            return arguments, None
        runner = self.of(arguments, tell=True)
        if key is not None and [*map(id, arguments.leaves)] == [*map(id, args)]:
            if len(self._alike) >= KEPT:  # batches of ever other lengths
                self._alike.clear()
            self._alike[key] = arguments.with_leaves([]), runner
        inside = inside and any(map(is_differentiated, runner.parameters))
        return arguments, None if inside else runner

    def of(self, arguments: Arguments, *, tell: bool = False) -> Runner:
        """The trace for arguments of this structure; a new one if the surroundings changed.

        `tell`: warn of changes, if there are many.
        """
        key = arguments.key
        found = self._kept.get(key)
        changed = found and found.changed(self.flat is None)
        if changed and tell:
            self._note_change(changed)
        if found is None and self.flat is not None:
            raise GraphError(
                "a new structure of arguments cannot be traced within flat_parameters(); call "
                "program.trace(…) with it before"
            )
        if found is None or changed:
            with paused_gc():  # half of the time that a large graph takes
                found = Runner(self.function, arguments, self.options)
        if found is not self.latest:
            self._keep(key, found)
        return found

    def _keep(self, key: Any, runner: Runner) -> None:
        """Keep it as the one used last, and forget the one that was not used for longest."""
        with self.lock:
            self.latest = runner
            self._kept[key] = runner
            self._kept.move_to_end(key)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
                self._alike.clear()

    def _note_change(self, name: str) -> None:
        self._changes[name] += 1
        if self._changes[name] == PATIENCE:
            warn_of_tracing_again(name, PATIENCE)

    def numbers(self, runner: Runner) -> Array:
        """The parameters' numbers, in the order of this trace."""
        if not runner.parameters:
            return _NONE
        if self.flat is None:
            return np.array([p._float for p in runner.parameters], dtype=np.float64)
        if not self.flat.is_of(runner.parameters):
            raise GraphError(
                "flat_parameters() is in use for calls of another structure, whose parameters "
                "are in another order; open it after a call (or trace) of this structure"
            )
        return self.flat.theta

    @contextmanager
    def in_one_array(self) -> Iterator[Array]:
        """One array of all parameters of the latest trace, which is read while the block lasts."""
        runner = self.the_latest()
        if self.flat is not None:
            raise GraphError("flat_parameters() is in use; one block at a time")
        flat = FlatParameters(runner.parameters, self.numbers(runner))
        try:
            try:
                flat.hold()
                self.flat = flat
                yield flat.theta
            finally:
                self._close(flat)
        finally:
            self._close(flat)  # if Ctrl-C came in between

    def _close(self, flat: FlatParameters) -> None:
        flat.close()
        if self.flat is flat:
            self.flat = None

    def the_latest(self) -> Runner:
        """The trace that was used last.

        Raises:
            GraphError: there is none yet.
        """
        if self.latest is None:
            raise GraphError(
                "nothing has been traced yet; call the program, or program.trace(…) with arguments "
                "of the kind that it will be called with"
            )
        return self.latest

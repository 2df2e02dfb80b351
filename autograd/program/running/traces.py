"""The traces of a function: one for each structure of arguments, those that were used last."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

from autograd.context.lints import warn_of_tracing_again
from autograd.context.locks import fork_safe_lock
from autograd.context.running import RUNNING, is_differentiated
from autograd.errors import GraphError
from autograd.program.running.runner import Runner
from autograd.program.tracing.arguments import Arguments, take_apart
from autograd.program.tracing.options import Options

KEPT = 128
"""So many traces are kept."""
PATIENCE = 5
"""So often something may change between calls before there is a word about what that costs."""


class Traces:
    """A function, and its traces. Of the arguments, only the structure is kept."""

    def __init__(self, function: Callable[..., Any], options: Options) -> None:
        self.function, self.options = function, options
        self.latest: Runner | None = None
        self.lock = fork_safe_lock()
        self._kept: OrderedDict[Any, Runner] = OrderedDict()
        self._changes: Counter[str] = Counter()

    def find(
        self, args: tuple[Any, ...], named: dict[str, Any], *, may_be_new: bool
    ) -> tuple[Arguments, Runner | None]:
        """A call's arguments and their trace; None if it is part of a transform that is running.

        It is if it is given one of the transform's variables, or closes over one.
        """
        arguments = take_apart(args, named, self.options, values=bool(RUNNING))
        if RUNNING and arguments.has_values:
            return arguments, None
        runner = self.of(arguments, may_be_new=may_be_new, tell=True)
        inside = RUNNING and any(map(is_differentiated, runner.parameters))
        return arguments, None if inside else runner

    def of(self, arguments: Arguments, *, may_be_new: bool, tell: bool = False) -> Runner:
        """The trace for arguments of this structure; a new one if the surroundings changed.

        Args:
            may_be_new: trace another structure, if need be; look into lists of parameters, too.
            tell: warn of changes, if there are many.
        """
        key = arguments.key
        found = self._kept.get(key)
        changed = found and found.changed(may_be_new)
        if changed and tell:
            self._note_change(changed)
        if found is None and not may_be_new:
            raise GraphError(
                "a new structure of arguments cannot be traced within flat_parameters(); call "
                "program.trace(…) with it before"
            )
        if found is None or changed:
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

    def _note_change(self, name: str) -> None:
        self._changes[name] += 1
        if self._changes[name] == PATIENCE:
            warn_of_tracing_again(name, PATIENCE)

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

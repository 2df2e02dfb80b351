"""The traces of a function: one for each structure of arguments, those that were used last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.context.lints import warn_of_tracing_again
from autograd.context.running import RUNNING, is_differentiated
from autograd.errors import GraphError
from autograd.program.running.recent import Recent
from autograd.program.running.replay import Replay
from autograd.program.tracing.arguments import Arguments, take_apart
from autograd.program.tracing.rules import Rules

KEPT = 128
"""How many traces are kept."""
PATIENCE = 5
"""How often something may change between calls before there is a word about what that costs."""

_USUAL = Rules()


class Traces:
    """A function, and its traces. Of the arguments, only the structure is kept.

    Attributes:
        latest: the trace that was used last.
    """

    latest: Replay | None = None

    def __init__(
        self, function: Callable[..., Any], rules: Rules, reduce: str | None, dtype: Any
    ) -> None:
        self.function, self.rules, self.reduce, self.dtype = function, rules, reduce, dtype
        self._replays: Recent[Any, Replay] = Recent(KEPT)
        self._known: Recent[Any, Arguments] = Recent(KEPT)
        self._changes: Counter[str] = Counter()

    def is_batch(self, args: tuple[Any, ...]) -> bool:
        """Whether every argument is an array of numbers with a batch axis, by the usual rules."""
        usual = self.rules == _USUAL and bool(args)
        return usual and all(map(_has_batch_axis, args))

    def arguments(self, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
        """The arguments taken apart; arrays as those of an earlier call were."""
        if named or not self.is_batch(args):
            return take_apart(args, named, self.rules)
        key = tuple((a.dtype, a.shape[1:]) for a in args)
        known = self._known.get(key)
        if known is None or any(len(a) != len(args[0]) for a in args) or not len(args[0]):
            known = take_apart(args, named, self.rules)
            self._known[key] = known._replace(leaves=[])
        return known._replace(leaves=list(args), examples=len(args[0]))

    def with_values(self, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
        """The arguments taken apart, with Values among them."""
        return take_apart(args, named, self.rules, values=True)

    def find(
        self, args: tuple[Any, ...], named: dict[str, Any], *, may_be_new: bool
    ) -> tuple[Arguments, Replay | None]:
        """A call's arguments and their trace; None if it is part of a transform that is running.

        It is if it is given one of the transform's variables, or closes over one.
        """
        if not RUNNING:
            arguments = self.arguments(args, named)
            return arguments, self.of(arguments, may_be_new=may_be_new, tell=True)
        arguments = self.with_values(args, named)
        if arguments.has_values:
            return arguments, None
        replay = self.of(arguments, may_be_new=may_be_new, tell=True)
        depends = any(map(is_differentiated, replay.parameters))
        return arguments, None if depends else replay

    def of(self, arguments: Arguments, *, may_be_new: bool, tell: bool = False) -> Replay:
        """The trace for arguments of this structure; a new one if the surroundings changed.

        Args:
            tell: warn of changes, if there are many.

        Raises:
            GraphError: it would be a new one, and may not be.
        """
        found = self._replays.get(arguments.key)
        changed = found and found.changed(may_be_new)
        if changed and tell:
            self._note_change(changed)
        if found is None or changed:
            if found is None and not may_be_new:
                raise GraphError(
                    "a new structure of arguments cannot be traced within flat_parameters(); call "
                    "program.trace(…) with it before"
                )
            found = Replay(self.function, arguments, self.reduce, self.dtype)
            self._replays[arguments.key] = found
        self.latest = found
        return found

    def _note_change(self, name: str) -> None:
        self._changes[name] += 1
        if self._changes[name] == PATIENCE:
            warn_of_tracing_again(name, PATIENCE)

    def the_latest(self) -> Replay:
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


def _has_batch_axis(x: Any) -> bool:
    return type(x) is np.ndarray and bool(x.ndim) and not x.dtype.hasobject

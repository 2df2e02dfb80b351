"""One call of a function by a transform: Values in, and results tied to what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.backward import gradients, push_forward
from autograd.context.differentiating import begin, differentiating, is_differentiated, made_before
from autograd.context.lints import warn_of_plain_results
from autograd.context.modes import is_recording, recording
from autograd.context.tracing import is_tracing
from autograd.core.wiring import leaves_of, order_of, rewire
from autograd.errors import ArgumentError, GraphError
from autograd.primitives.arithmetic import identity
from autograd.transforms.structures import Nested, join, opened, take_apart
from autograd.value import Value


def _stand_in(x: Any) -> Any:
    """A fresh leaf with x's number (and x's label, if it is a Value).

    While a program is traced, a node computed from x: its number is not known.
    """
    if not isinstance(x, Value):
        return Value(x)
    return identity(x) if is_tracing(x) else Value(x._float, label=x.label)


class Call:
    """One call of a function on fresh Values in place of some of its arguments.

    Arguments given by name have the places after those given by position. With `has_aux`, the
    function returns a pair: what is differentiated, and what is only handed on.

    Attributes:
        out: what the function returned; `recorded` are the Values in it.
        split: puts one element per input back in the shapes of the arguments.
        again: whether results must be differentiable again; `outputs` says.
    """

    again: bool
    recorded: list[Value]
    out: Any
    _aux: Any

    def __init__(
        self,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        named: dict[str, Any],
        chosen: list[int],
        has_aux: bool,
    ) -> None:
        self._began, self._recording, self._has_aux = begin(), is_recording(), has_aux
        filled, names = [*args, *named.values()], [*range(len(args)), *named]
        self.arguments = [take_apart(filled[i], what=f"argument {names[i]!r}") for i in chosen]
        together = join(self.arguments)
        self.split, self.given = together.like, together.elements
        self.inputs = [_stand_in(x) for x in self.given]
        for i, part in zip(chosen, self.split(self.inputs), strict=True):
            filled[i] = part
        with recording(), differentiating(self.inputs):
            out = f(*filled[: len(args)], **dict(zip(named, filled[len(args) :], strict=True)))
        self.out, self._aux = pair(out) if has_aux else (out, None)

    def outputs(self, what: str) -> Nested:
        """The function's result, taken apart; settles whether results stay differentiable."""
        outputs = take_apart(self.out, what=f"what {what}'s function returns")
        self.recorded = [out for out in outputs.elements if isinstance(out, Value)]
        self._order = order_of(self.recorded)
        of_values = any(isinstance(x, Value) for x in self.given)
        self.again = is_tracing() or (self._recording and (of_values or self._closes_over_values()))
        return outputs

    def _closes_over_values(self) -> bool:
        """True if the result depends on a Value from before the call that requires a gradient.

        The inputs of a transform that this one runs within are among those.
        """
        return any(
            made_before(leaf, self._began) and not leaf._frozen for leaf in leaves_of(self._order)
        )

    def differentiable_with(self, numbers: Sequence[Any]) -> bool:
        """True if results must be differentiable again, computed with these seeds or tangents."""
        return self.again or (is_recording() and any(isinstance(x, Value) for x in numbers))

    def gradients(self, seeds: list[tuple[Any, Any]]) -> list[Any]:
        """Σ seed · ∂output/∂input for every input; outputs that are constants count nothing."""
        seeds = [(out, seed) for out, seed in seeds if isinstance(out, Value)]
        whole = len(seeds) == len(self.recorded)
        order = self._order if whole else order_of(out for out, _ in seeds)
        return self._computed(lambda again: gradients(order, seeds, self.inputs, again=again))

    def tangents(self, seeds: Any) -> list[Any]:
        """The directional derivative of every recorded output, given those of the inputs."""
        return self._computed(
            lambda again: push_forward(self._order, self.recorded, seeds, again=again)
        )

    def _computed(self, derivatives: Callable[[bool], list[Any]]) -> list[Any]:
        """Derivatives that can be differentiated again, if that is asked for.

        Where a rule has first derivatives only, they are plain numbers, and that is told; only an
        outer transform cannot do with those.
        """
        with recording():
            try:
                return derivatives(self.again)
            except GraphError as error:
                if not self.again or is_tracing() or any(map(is_differentiated, self._reached())):
                    raise
                reason = error
            self.again, found = False, derivatives(False)
        warn_of_plain_results(reason)
        return found

    def _reached(self) -> list[Value]:
        """The Values that results depend on."""
        return [*self.recorded, *(x for x in self.given if isinstance(x, Value))]

    def finish(self, elements: Sequence[Any]) -> list[Any]:
        """Results, tied to the Values that the inputs stand for (or as plain numbers)."""
        if not self.again:
            return [x._float if isinstance(x, Value) else float(x) for x in elements]
        for stand_in, x in zip(self.inputs, self.given, strict=True):
            if isinstance(x, Value) and stand_in.is_leaf:
                rewire(stand_in, identity, x, None, x._float)
        return [x if isinstance(x, Value) else Value(x) for x in elements]

    def aux(self) -> tuple[Any, ...]:
        """The second of the pair that the function returned, as one element; or none."""
        if not self._has_aux:
            return ()
        return (self._aux if self.again else _in_numbers(self._aux),)

    def beside(self, found: Any) -> Any:
        """A result, in a pair with the second of those that the function returned, if it did."""
        return (found, *self.aux()) if self._has_aux else found


def pair(out: Any) -> tuple[Any, Any]:
    """The pair that a function with `has_aux` returns, or an ArgumentError."""
    if type(out) not in (tuple, list) or len(out) != 2:
        count = f" of {len(out)}" if isinstance(out, (tuple, list)) else ""
        raise ArgumentError(
            "with has_aux=True the function returns a pair, (what is differentiated, aux), not "
            f"{type(out).__name__}{count}; write return loss, aux"
        )
    return tuple(out)


def check_pair(result: Nested) -> None:
    """Raise an ArgumentError unless a result is a pair of a number and something else."""
    value, _ = pair(result.like([0.0] * len(result.elements)))
    if not isinstance(value, (float, np.ndarray)) or np.ndim(value):
        raise ArgumentError(
            "with has_aux=True the first of the pair is one number, which is differentiated, not "
            f"{type(value).__name__}; return a sum or a mean"
        )


def _in_numbers(x: Any) -> Any:
    """A structure, which may hold anything, with the numbers of the Values in it."""
    if isinstance(x, Value):
        return x._float
    if isinstance(x, np.ndarray) and x.dtype == object:
        parts = take_apart(x, what="an array of aux")
        return parts.like([*map(_in_numbers, parts.elements)])
    container = opened(x)
    return x if container is None else container.build([_in_numbers(y) for _, y in container.parts])

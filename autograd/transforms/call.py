"""One call of a function by a transform: Values in, and results tied to what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.backward import gradients, push_forward
from autograd.context.differentiating import begin, differentiating, is_differentiated, made_before
from autograd.context.lints import warn_of_plain_results
from autograd.context.modes import ACTIVE, is_recording, recording
from autograd.context.tracing import refuse
from autograd.core.wiring import leaves_of, order_of, rewire
from autograd.errors import GraphError
from autograd.primitives.arithmetic import identity
from autograd.transforms.structures import Nested, join, take_apart
from autograd.value import Value

COMPILED = (
    "compile the function that it differentiates, and ask the program for its derivatives: "
    "program.value_and_grad, program.grad"
)


def _stand_in(x: Any) -> Value:
    """A fresh leaf with x's number (and x's label, if it is a Value)."""
    return Value(x._float, label=x.label) if isinstance(x, Value) else Value(x)


class Call:
    """One call of a function on fresh Values in place of some of its arguments.

    Attributes:
        out: what the function returned; `recorded` are the Values in it.
        split: puts one element per input back in the shapes of the arguments.
        again: whether results must be differentiable again; `outputs` says.
    """

    again: bool
    recorded: list[Value]

    def __init__(
        self, f: Callable[..., Any], args: tuple[Any, ...], chosen: list[int], kwargs: Any
    ) -> None:
        if ACTIVE:
            refuse("a transform, such as grad, is called", COMPILED)
        self._began, self._recording = begin(), is_recording()
        self.arguments = [take_apart(args[i], what=f"argument {i}") for i in chosen]
        together = join(self.arguments)
        self.split, self.given = together.like, together.elements
        self.inputs = [_stand_in(x) for x in self.given]
        filled = list(args)
        for i, part in zip(chosen, self.split(self.inputs), strict=True):
            filled[i] = part
        with recording(), differentiating(self.inputs):
            self.out = f(*filled, **kwargs)

    def outputs(self, what: str) -> Nested:
        """The function's result, taken apart; settles whether results stay differentiable."""
        outputs = take_apart(self.out, what=f"what {what}'s function returns")
        self.recorded = [out for out in outputs.elements if isinstance(out, Value)]
        self._order = order_of(self.recorded)
        of_values = any(isinstance(x, Value) for x in self.given)
        self.again = self._recording and (of_values or self._closes_over_values())
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
        return self._computed(lambda again: push_forward(self.recorded, seeds, again=again))

    def _computed(self, derivatives: Callable[[bool], list[Any]]) -> list[Any]:
        """Derivatives that can be differentiated again, if that is asked for.

        Where a rule has first derivatives only, they are plain numbers, and that is told; only an
        outer transform cannot do with those.
        """
        with recording():
            try:
                return derivatives(self.again)
            except GraphError as error:
                if not self.again or any(map(is_differentiated, self._reached())):
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

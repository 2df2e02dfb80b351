"""The two ways to compute a run: Value by Value, or by a program that was traced from that."""

from __future__ import annotations

from typing import NamedTuple

from autograd import AutogradError, Surroundings, Value
from nn.data.examples import Examples
from nn.errors import KindError, NNError
from nn.objective.objective import Objective
from nn.training.compiled import CompiledObjective
from nn.training.flat import FlatStepper, can_be_flat
from nn.training.updates import Stepper

__tracebackhide__ = True

WORTH = 200
"""A trace takes about as long as the gradients of this many examples, or less."""


class Way(NamedTuple):
    """How a run is computed.

    Attributes:
        objective, stepper: what gives the gradients of a batch, and what follows them.
        why_not: why the scalar way was taken although a program was looked for, in one line.
    """

    objective: Objective | CompiledObjective
    stepper: Stepper
    why_not: str | None = None

    @property
    def compiled(self) -> bool:
        """Whether a program computes the batches."""
        return isinstance(self.objective, CompiledObjective)


def checked_wish(compiled: bool | None) -> bool | None:
    """Whether there is to be a program: True, False, or None for where it is possible and pays.

    Raises:
        KindError: it is something else.
    """
    if compiled not in (None, True, False):
        raise KindError(f"compiled= is None, True or False, not {compiled!r:.60}")
    return compiled


def chosen_way(
    objective: Objective, stepper: Stepper, train: Examples, *, wish: bool | None, held_out: bool
) -> Way:
    """That of a program, if it can be had, else the scalar way.

    Raises:
        what tracing raises, if there must be a program.
    """
    scalar = Way(objective, stepper)
    if not _is_recording():
        return scalar
    try:
        return _compiled_way(objective, stepper, train, held_out)
    except Exception as error:
        if wish is None:
            return scalar._replace(why_not=_one_line(error))
        error.add_note(
            "compiled=True trains with a program, traced from model and loss; compiled=False "
            "(and by default None) does it Value by Value, where everything is allowed"
        )
        raise


def _is_recording() -> bool:
    """Not within no_grad(), where nothing can be learned; the scalar way says so."""
    return not (Value(0.0) + 1.0).is_leaf


def _compiled_way(scalar: Objective, stepper: Stepper, train: Examples, held_out: bool) -> Way:
    objective = CompiledObjective(scalar, train, held_out=held_out)
    looks = Surroundings(scalar.metric).values  # which a metric could not read in arrays
    if can_be_flat(stepper.optimizer) and not looks:
        stepper = FlatStepper(stepper, objective.flat)
    return Way(objective, stepper)


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    if not isinstance(error, (AutogradError, NNError)):  # whose texts speak for themselves
        text = f"{type(error).__name__}: {text}"
    return text if len(text) <= 500 else f"{text[:500]} …"

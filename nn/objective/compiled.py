"""The objective as programs: what `Objective` computes, traced once and run over batches.

One program gives the cost of an example, penalties included, and its gradient. Another gives what
is reported beside it, loss and outputs, without a gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Program
from nn import noise
from nn.checks import Array
from nn.data.examples import Examples, subset
from nn.loss_checks import targets_tried
from nn.losses import facts_of
from nn.models.programs import MANY, program_of
from nn.objective.metrics import mean_metric
from nn.objective.objective import Measured, Objective, penalty
from nn.objective.outputs import listed

__tracebackhide__ = True

Arrays = tuple[Array, ...]
Function = Callable[[Any, Any], Any]


def arrays_of(objective: Objective, examples: Examples) -> Arrays:
    """Inputs and targets as the programs take them: class numbers whole, others floats.

    After these come the weights and the noise of the examples, where there are any.
    """
    whole = objective.facts.targets == "classes" and examples.targets.ndim == 1
    targets = examples.targets.astype(np.int64 if whole else np.float64, copy=False)
    more = (a for a in (examples.weights, examples.noise) if a is not None)
    return examples.inputs, targets, *more


# What a trace watches for changes are the names that a function uses; so these are closures. The
# parameters that a penalty sees are named nowhere: with others of them it is another program.


def gives_outputs(objective: Objective) -> bool:
    """True if the program of the cost can give the outputs, too, that the metric is of."""
    # A metric is of outputs without noise. And a loss of the user's may leave out some of them,
    # whose parameters would then be among those of the cost.
    known = objective.facts.name is not None
    return objective.metric is not None and known and not objective.kinds


def cost_program(objective: Objective, example: Examples, *, outputs: bool = False) -> Program:
    """The cost of an example, with its output or not; nobody else has it until it is given back."""
    loss, l2, regularizer = objective.loss, objective.l2, objective.regularizer
    weighted, kinds = example.weights is not None, objective.kinds
    penalised = list(objective.model.parameters()) if objective.penalised else []

    def make(model: Callable[[], Any]) -> Function:
        def cost(x: Any, y: Any, *more: Any) -> Any:
            with noise.handed_out(more[-1] if kinds else (), kinds):
                output = model()(listed(x))
                found = _loss(loss, output, y)
            found = found * more[0] if weighted else found
            found = found + penalty(model(), l2, regularizer) if l2 or regularizer else found
            return (found, output) if outputs else found

        return cost

    key = ("cost", loss, l2, regularizer, penalised, weighted, kinds, outputs)
    given, by = arrays_of(objective, example), _computed_by(objective) | {"has_aux": outputs}
    return program_of(objective.model, key, make, given, alone=True, **by)


def loss_program(objective: Objective, example: Examples, *, alone: bool = False) -> Program:
    """The loss of an example without penalties and noise, and the output if there is a metric."""
    loss, measures = objective.loss, objective.metric is not None

    def make(model: Callable[[], Any]) -> Function:
        def seen(x: Any, y: Any) -> Any:
            with noise.off():
                output = model()(listed(x))
                found = _loss(loss, output, y)
            return (found, output) if measures else found

        return seen

    key, by = ("loss", measures, loss), _computed_by(objective)
    given = arrays_of(objective, example)[:2]
    return program_of(objective.model, key, make, given, alone=alone, **by)


def _computed_by(objective: Objective) -> dict[str, Any]:
    return {"backend": objective.backend, "mesh": objective.mesh}


def _loss(loss: Function, output: Any, y: Any) -> Any:
    """The loss of an example; ours need not look at targets that have been tried out."""
    with targets_tried(facts_of(loss).name is not None):
        return loss(output, listed(y))


def measured(objective: Objective, examples: Examples) -> Measured:
    """Mean loss and metric of examples: by a program, where they are many and it can be had."""
    if len(examples.inputs) < MANY:
        return objective.measure(examples)
    try:
        program = loss_program(objective, subset(examples, [0]))
    except Exception:  # whatever is wrong, the model itself says it best
        return objective.measure(examples)
    return measured_by(objective, program(*arrays_of(objective, examples)), examples)


def measured_by(
    objective: Objective, found: Any, examples: Examples, before: Callable[[], None] = lambda: None
) -> Measured:
    """The means of what a program found; where it is not finite, the model is asked why."""
    each = found if objective.metric is None else found[0]
    bad = np.flatnonzero(~np.isfinite(each))
    if len(bad):
        before()
        objective.measure(subset(examples, bad))
    return Measured(math.fsum(each.tolist()) / len(each), metric_of(objective, found, examples))


def metric_of(objective: Objective, found: Any, examples: Examples) -> Any:
    """The mean metric of the outputs that a program found; nan if there is no metric."""
    if objective.metric is None:
        return math.nan
    return mean_metric(objective.metric, found[1], examples.targets)

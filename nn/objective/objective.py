"""Objective: what training minimises, for one batch: its value, its gradients, its metric.

Here Value by Value; `nn.objective.compiled` makes programs of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from autograd import (
    AnomalyError,
    Value,
    detect_anomaly,
    dot,
    mean,
    no_grad,
    paused_gc,
    topological_order,
)
from nn import losses, noise
from nn.checks import as_number, check_model, finite, is_number
from nn.data.examples import Examples, a_few_targets, pairs
from nn.decision import output_activation
from nn.errors import ArgumentError, KindError, NNError
from nn.objective.metrics import Metric, chosen_metrics, mean_metric, parts_of
from nn.objective.outputs import plain, stacked

__tracebackhide__ = True

Regularizer = Callable[[Any], Any] | None
Leaves = dict[int, Value]
"""Leaves by their identity: a subclass may define an equality of its own."""


class Measured(NamedTuple):
    """Mean loss of some examples (with penalties, if any), and mean metric (nan without one).

    Of several metrics, `metric` is an array, or for users a dict by their names.
    """

    loss: float
    metric: Any


class Objective:
    """The cost of a batch I of s examples, and what is reported beside it.

        C = (1/s) Σ ℓ(model(xᵢ), yᵢ) over i in I + l2 · Σ p² + regularizer(model)

    (Nielsen; Lei's notes, section 2.4; p runs over all parameters). ∂C/∂p is then the average
    of the examples' gradients. Arguments as for `fit`.

    Attributes:
        facts: about the loss, see `nn.losses`.
        backend, mesh: of programs; see `autograd.compile`.
        metric: a function of (output, target), plain numbers, or None.
        unreached: parameters that are looked for among the leaves of each loss, until found.
        kinds: of the random numbers that model and loss draw for an example (see `nn.noise`).
        rng: where those of a batch come from.
    """

    def __init__(
        self,
        model: Any,
        loss: Any,
        *,
        l2: float = 0.0,
        regularizer: Regularizer = None,
        backend: str = "auto",
        mesh: Any = None,
    ) -> None:
        check_model(model)
        if regularizer is not None and not callable(regularizer):
            raise KindError(
                "regularizer= is a function of the model, such as lambda m: 1e-4 * "
                f"sum(p * p for p in m.parameters()), not {type(regularizer).__name__}"
            )
        self.model, self.loss = model, losses.get(loss)
        self.facts = losses.facts_of(self.loss)
        self._check_last_layer()
        self.l2, self.regularizer = finite(l2, "l2", least=0.0), regularizer
        self.backend, self.mesh = backend, mesh
        self.metric: Metric | None = None
        self.unreached: Leaves = {}
        self.kinds: tuple[str, ...] = ()
        self.rng = np.random.default_rng(0)

    def _check_last_layer(self) -> None:
        """A loss on logits applies softmax or sigmoid itself: the last layer must not do so."""
        known = self.facts
        if known.on_logits and output_activation(self.model) == known.activation:
            raise ArgumentError(
                f"{known.name} takes logits and applies {known.activation} itself; drop the "
                f"model's output_activation={known.activation!r}, or write loss={known.twin!r}"
            )

    def prepare(
        self, metric: Any, examples: Examples, held_out: Examples | None = None
    ) -> tuple[str, ...]:
        """Take a metric as for `fit`, or several; give the names; try all out on the examples."""
        with _indices_explained():
            names, self.metric = chosen_metrics(
                metric, self.loss, examples.targets, self.model, examples.inputs
            )
        for several in (held_out, examples):
            if several is not None:
                self.try_out(several)
        return names

    def with_noise(self, batch: Examples) -> Examples:
        """The batch with the random numbers that the model draws for it."""
        if not self.kinds:
            return batch
        return batch._replace(noise=noise.table(self.kinds, len(batch.inputs), self.rng))

    def gradients(self, batch: Examples) -> Measured:
        """Add ∂C/∂p of this batch to the gradient of every parameter p; measure it on the way."""
        with paused_gc():
            outputs, costs = self._costs(batch)
            loss = mean(costs)
            if self.unreached:
                found = _leaves(loss)
                self.unreached = {i: p for i, p in self.unreached.items() if i not in found}
            cost = loss + penalty(self.model, self.l2, self.regularizer)
            cost.backward()
        if self.metric is not None and self.kinds:
            with no_grad(), noise.off():
                outputs = [self.model(x) for x, _ in pairs(batch)]
        return Measured(cost.data, self._metric(outputs, batch.targets.tolist()))

    def _costs(self, batch: Examples) -> tuple[list[Any], list[Any]]:
        """Outputs and weighted losses of the examples of a batch, with its noise."""
        outputs, costs = [], []
        n = len(batch.inputs)
        drawn = [()] * n if batch.noise is None else batch.noise.tolist()
        weights = [None] * n if batch.weights is None else batch.weights.tolist()
        for (x, y), numbers, weight in zip(pairs(batch), drawn, weights, strict=True):
            with noise.handed_out(numbers, self.kinds if numbers else (), self.rng):
                outputs.append(self.model(x))
                cost = self.loss(outputs[-1], y)
            costs.append(cost if weight is None else cost * weight)
        return outputs, costs

    def leaves(self, example: Examples) -> tuple[Leaves, Leaves]:
        """The leaves of the loss of the first example; and those of it and the penalties."""
        x, y = next(pairs(example))
        with paused_gc(), _trial():
            loss = self.loss(self.model(x), y)
            of_loss = _leaves(loss)
            if not self.penalised:
                return of_loss, of_loss
            return of_loss, _leaves(loss + penalty(self.model, self.l2, self.regularizer))

    @property
    def penalised(self) -> bool:
        """True if anything is added to the loss."""
        return bool(self.l2) or self.regularizer is not None

    def _metric(self, outputs: list[Any], targets: Any) -> Any:
        if self.metric is None:
            return math.nan
        return mean_metric(self.metric, stacked([plain(o) for o in outputs]), targets)

    def measure(self, examples: Examples) -> Measured:
        """Mean loss without penalties, and mean metric; no graph is kept."""
        outputs, costs = [], []
        with no_grad(), noise.off():
            for x, y in pairs(examples):
                outputs.append(self.model(x))
                costs.append(float(self.loss(outputs[-1], y)))
        return Measured(math.fsum(costs) / len(costs), self._metric(outputs, examples.targets))

    def try_out(self, examples: Examples) -> None:
        """Run the first input through the model, and compare its output with telling targets.

        See which random numbers model and loss draw on the way.
        """
        with _trial() as source, _indices_explained():
            output = self.model(examples.inputs[0].tolist())
        so_far = tuple(source.asked)
        for target in a_few_targets(examples.targets):
            with _trial() as source:
                loss = self.loss(output, target)
            self.kinds = so_far + tuple(source.asked)
            if not isinstance(loss, Value):
                raise KindError(
                    "the loss must give one Value for an example, from autograd's functions, "
                    f"not {type(loss).__name__}; a mean over the batch is taken by fit"
                )
            for metric in parts_of(self.metric):
                as_number(metric(plain(output), target), "what metric= gives")
        penalty(self.model, self.l2, self.regularizer)

    def first_bad_operation(self, batch: Examples) -> str | None:
        """Compute the batch again and name the first operation that gave nan or inf."""
        self.measure(batch)
        for p in self.model.parameters():
            p.zero_grad()
        try:
            with detect_anomaly():
                self.gradients(batch)
        except AnomalyError as error:
            what, _, where = str(error).partition("\n")
            if len(what) > 300:  # a node of many operands names them all
                what = f"{what[:300]} …"
            return "\n".join(filter(None, [what, where]))
        except (ArithmeticError, NNError) as error:
            return f"{type(error).__name__}: {error}"
        return None


def penalty(model: Any, l2: float, regularizer: Regularizer) -> Any:
    """l2 · Σ p² + regularizer(model)."""
    found: Any = 0.0
    if l2:
        parameters = list(model.parameters())
        found = l2 * dot(parameters, parameters)
    if regularizer is not None:
        own = regularizer(model)
        if not (isinstance(own, Value) or is_number(own)):
            raise KindError(f"regularizer= must give a Value, not {type(own).__name__}")
        found = found + own
    return found


@contextmanager
def _indices_explained() -> Iterator[None]:
    """A block that calls the model, whose error on an index that is a float is explained."""
    try:
        yield
    except (TypeError, IndexError) as error:
        if "indices" in str(error):  # list indices must be …, only … are valid indices
            error.add_note(
                "a model is given its inputs as floats, and a program knows them only when it "
                "runs; for row i of a table write nn.Embedding(…)(i), or autograd.take(rows, i)"
            )
        raise


def _trial() -> Any:
    """A block in which a model may draw what it likes, the same each time."""
    return noise.handed_out(rng=np.random.default_rng(0))


def _leaves(value: Any) -> Leaves:
    return {id(v): v for v in topological_order(value) if v.is_leaf}

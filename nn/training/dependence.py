"""Dependence of the loss on parameters and other leaves: mistakes that are no errors.

A parameter that the loss does not depend on is never trained, and nothing trains a leaf of the
loss that is no parameter. `fit` names them once, after its first step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value, teach
from nn.data.examples import Examples, subset
from nn.objective.objective import Leaves
from nn.text import some
from nn.training.steps import Steps

__tracebackhide__ = True


class Dependence:
    """The leaves that the loss of the first example depends on, beside those that it should.

    What looks suspicious there is looked into: a parameter that this example does not use may be
    used by others (the row of a table), and a leaf may be made anew for every example.
    """

    def __init__(self, steps: Steps, train: Examples) -> None:
        now, first = steps.parameters, subset(train, [0])
        self.objective = now.objective
        of_loss, of_cost = self.objective.leaves(first)
        listed = set(map(id, now.all))
        self.unlisted = _learnable(of_cost, listed)
        if self.unlisted:
            again = self.objective.leaves(first)[1]
            self.unlisted = [p for p in self.unlisted if id(p) in again]
        params = getattr(steps.optimizer, "params", now.all)
        moved = [p for p in params if p.requires_grad]
        self.count, unreached = len(moved), [p for p in moved if id(p) not in of_loss]
        self.is_known = now.is_compiled
        self.objective.unreached = {id(p): p for p in now.unused(unreached)}

    def warn(self, *, all_seen: bool) -> bool:
        """Warn of what is wrong; True if all is told (all_seen: every example went through)."""
        if self.unlisted:
            found, self.unlisted = self.unlisted, []
            teach(
                f"the loss depends on {_named(found)}, which parameters() of the model does not "
                "list, so that nothing trains it. Make it an attribute of the model (without an "
                "underscore), or let parameters() list it; for a constant, use a plain number, or "
                "set requires_grad = False."
            )
        if not (self.is_known or all_seen):
            return not self.objective.unreached
        lost, self.objective.unreached = list(self.objective.unreached.values()), {}
        if lost:
            teach(
                f"no gradient reaches {_named(lost)} ({len(lost)} of {self.count} parameters): the "
                "loss does not depend on them, and they are not trained. A Value that is turned "
                "into a plain number on the way, as by float(v), math.tanh(v) or v.data, cuts them "
                "off: use autograd's functions. For what is not meant to be trained, set "
                "requires_grad = False."
            )
        return True


def _learnable(leaves: Leaves, listed: set[int]) -> list[Value]:
    return [p for i, p in leaves.items() if i not in listed and p.requires_grad]


def _named(values: Iterable[Any]) -> str:
    return some([v.label or f"an unnamed Value of {v.data:.4g}" for v in values], most=3)

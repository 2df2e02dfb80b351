"""Parameters that the loss does not depend on, and leaves of the loss that are no parameters.

Neither is an error, and both are almost always a mistake: such a parameter is never trained, and
nothing trains such a leaf. `fit` names them once, after its first step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value, teach
from nn.data.examples import Examples, subset
from nn.objective.objective import Leaves, Objective
from nn.training.compiled import CompiledObjective
from nn.training.updates import Stepper

__tracebackhide__ = True


class Reach:
    """What the loss of the first example depends on, beside what it should.

    What looks suspicious there is looked into: a parameter that this example does not use may be
    used by others (the row of a table), and a leaf may be made anew for every example.

    Args:
        scalar: the objective, Value by Value; way: the one that is used.
        stepper: says which parameters are to be trained.
        train: the training examples.
    """

    def __init__(
        self,
        scalar: Objective,
        way: Objective | CompiledObjective,
        stepper: Stepper,
        train: Examples,
    ) -> None:
        self.scalar = scalar
        first = subset(train, [0])
        of_loss, of_cost = scalar.leaves(first)
        listed = set(map(id, stepper.parameters))
        self.unlisted = _learnable(of_cost, listed)
        if self.unlisted:
            again = scalar.leaves(first)[1]
            self.unlisted = [p for p in self.unlisted if id(p) in again]
        unreached = [p for p in stepper.moved() if id(p) not in of_loss]
        self.count = len(stepper.moved())
        self.is_known = isinstance(way, CompiledObjective)
        if unreached and isinstance(way, CompiledObjective):
            unreached = way.unreached(unreached)
        scalar.unreached = {id(p): p for p in unreached}

    def tell(self, *, all_seen: bool) -> bool:
        """Warn of what is wrong; whether all is told now.

        Args:
            all_seen: whether every example has been through the model.
        """
        if self.unlisted:
            found, self.unlisted = self.unlisted, []
            teach(
                f"the loss depends on {_named(found)}, which parameters() of the model does not "
                "list, so that nothing trains it. Make it an attribute of the model (without an "
                "underscore), or let parameters() list it; for a constant, use a plain number, or "
                "set requires_grad = False."
            )
        if not (self.is_known or all_seen):
            return not self.scalar.unreached
        lost, self.scalar.unreached = list(self.scalar.unreached.values()), {}
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
    return [p for i, p in leaves.items() if i not in listed and getattr(p, "requires_grad", True)]


def _named(values: Iterable[Any], most: int = 3) -> str:
    names = [v.label or f"an unnamed Value of {v.data:.4g}" for v in values]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

"""What every optimiser does: hold the parameters, step, save and load its state."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import Value
from nn.checks import finite
from nn.errors import ArgumentError, KindError, NNError, StateError

__tracebackhide__ = True

Array = np.ndarray[Any, np.dtype[np.float64]]


class Progress(NamedTuple):
    """How far an optimiser is. It is replaced as a whole, and its arrays are never written to.

    So whoever keeps the one from before a step can undo the step.

    Attributes:
        steps: how many each parameter has made; `level` says that all have made as many.
        averages: the running averages, by name.
    """

    steps: Array
    level: bool
    averages: dict[str, Array]


class Optimizer:
    """Base of the optimisers: it holds the parameters and the running averages.

    A subclass gives the names of its averages and `_change`, the change of all parameters at
    once, as arrays.

    Attributes:
        params: the parameters.
        lr: the learning rate η; may be set at any time.
        progress: steps and averages; see `Progress`.
        epochs_done: how many epochs of `fit` it has been through.

    Raises:
        ArgumentError: no parameters, one of them twice or computed, or a setting that is nan,
            infinite or out of bounds.
        KindError: something that is no Value.
    """

    _averages: tuple[str, ...] = ()
    _settings: tuple[str, ...] = ()

    def __init__(self, params: Iterable[Value], lr: float, maximize: bool) -> None:
        self.params = _checked(params)
        self.lr = lr
        self.maximize = bool(maximize)
        n = len(self.params)
        averages = {name: np.zeros(n) for name in self._averages}
        self.progress = Progress(np.zeros(n), level=True, averages=averages)
        self.epochs_done = 0

    @property
    def lr(self) -> float:
        """The learning rate η."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = finite(lr, "lr", least=0.0)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters; they read 0.0 again."""
        for p in self.params:
            p.zero_grad()

    def step(self) -> None:
        """Move every parameter that has a gradient by one step, or (after an error) none."""
        live = np.array([p.has_grad and getattr(p, "requires_grad", True) for p in self.params])
        params = [p for p, moves in zip(self.params, live, strict=True) if moves]
        theta, before = np.array([p.data for p in params]), self.progress
        grad = np.array([float(p.grad) for p in params])
        moved = self.updated(theta, grad, slice(None) if live.all() else live)
        try:
            _assign(params, moved)
        except BaseException:  # Ctrl-C, or a warning that is an error
            self.progress = before
            _assign(params, theta)
            raise

    def updated(self, theta: Array, grad: Array, live: Any = slice(None)) -> Array:
        """The parameters after a step with these gradients, as an array; advances the averages.

        For those who keep parameters in one array; `step()` is the same on Values.

        Args:
            theta, grad: the numbers and gradients of the parameters, in the order of `params`.
            live: which of `params` they belong to, as an index; by default all.

        >>> from nn import SGD
        >>> optimizer = SGD([Value(1.0), Value(2.0)], lr=0.5)
        >>> optimizer.updated(np.array([1.0, 2.0]), np.array([4.0, -2.0]))
        array([-1.,  3.])
        """
        before = self.progress
        whole = isinstance(live, slice) and live == slice(None)
        level = before.level and whole
        steps = before.steps + 1.0 if whole else _put(before.steps, live, before.steps[live] + 1.0)
        averages = {name: a if whole else a[live] for name, a in before.averages.items()}
        with np.errstate(all="ignore"):
            theta = self._change(
                theta,
                -grad if self.maximize else grad,
                averages,
                steps[:1] if level else steps[live],
            )
        if not whole:
            averages = {name: _put(a, live, averages[name]) for name, a in before.averages.items()}
        self.progress = Progress(steps, level, averages)
        return theta

    def _reorder(self, order: Any) -> None:
        """Bring the averages into another order than that of `params`, for `updated`."""
        now = self.progress
        averages = {name: average[order] for name, average in now.averages.items()}
        self.progress = now._replace(steps=now.steps[order], averages=averages)

    def _change(self, theta: Array, g: Array, s: dict[str, Array], t: Array) -> Array:
        """θ after the step: g its gradient, s the averages, t how many steps.

        New averages are put into s; none of the arrays is written to.
        """
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Settings and running averages as plain numbers and lists, for JSON for example."""
        return {
            "optimizer": type(self).__name__,
            "settings": {name: getattr(self, name) for name in ("lr", *self._settings)},
            "steps": self.progress.steps.tolist(),
            "averages": {name: a.tolist() for name, a in self.progress.averages.items()},
            "epochs_done": self.epochs_done,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from `state_dict()` of the same kind of optimiser over as many parameters.

        Raises:
            StateError: it belongs to another kind or number of parameters, or holds a number
                that no run could have left, such as nan; nothing is changed.
        """
        try:
            kind, settings = state["optimizer"], dict(state["settings"])
            steps = np.array(state["steps"], dtype=np.float64)
            epochs = operator.index(state.get("epochs_done", 0))
            averages = {k: np.array(v, dtype=np.float64) for k, v in state["averages"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StateError(f"this is not the state of an optimiser ({error!r})") from None
        now = self.progress
        fits = kind == type(self).__name__ and averages.keys() == now.averages.keys()
        sizes = {array.shape for array in (steps, *averages.values())}
        if not fits or sizes != {now.steps.shape} or settings.keys() != {"lr", *self._settings}:
            raise StateError(
                f"cannot load into {type(self).__name__} over {len(self.params)} parameters: the "
                f"state is of {kind} over {steps.size}"
            )
        _check_numbers(steps, averages, epochs)
        self._adopt(settings)
        self.progress = Progress(steps, bool((steps == steps[0]).all()), averages)
        self.epochs_done = epochs

    def _adopt(self, settings: Mapping[str, Any]) -> None:
        """Take over settings, after the checks that the constructor makes."""
        try:
            fresh = type(self)(self.params, **settings)
        except NNError as error:
            raise StateError(f"this is not the state of an optimiser: {error}") from None
        for name in ("lr", *self._settings):
            setattr(self, name, getattr(fresh, name))

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={getattr(self, name)!r}" for name in ("lr", *self._settings))
        n = len(self.params)
        return f"{type(self).__name__}({n} parameter{'s' * (n != 1)}, {settings})"


def _assign(params: list[Value], numbers: Array) -> None:
    for p, number in zip(params, numbers.tolist(), strict=True):
        p.data = number


def _put(whole: Array, where: Any, part: Array) -> Array:
    """A copy of an array, with other numbers at some positions."""
    found = whole.copy()
    found[where] = part
    return found


def _checked(params: Any) -> list[Value]:
    if callable(getattr(params, "parameters", None)):
        raise KindError(
            f"give the parameters, not the {type(params).__name__}: write model.parameters()"
        )
    if isinstance(params, Value) or not isinstance(params, Iterable):
        raise KindError(f"params must be a list of Values, not {type(params).__name__}")
    found = list(params)
    for i, p in enumerate(found):
        _check_parameter(p, i)
    if not found:
        raise ArgumentError(
            "there are no parameters to optimise; does model.parameters() give any?"
        )
    first = {id(p): i for i, p in reversed(list(enumerate(found)))}
    if len(first) < len(found):
        twice = next(p for i, p in enumerate(found) if first[id(p)] < i)
        raise ArgumentError(f"parameter {twice.label or twice!r} is given twice")
    return found


def _check_numbers(steps: Array, averages: Mapping[str, Array], epochs: int) -> None:
    """Steps and epochs are counted, averages finite, and those of squares not negative."""
    bad = [name for name, array in averages.items() if not np.isfinite(array).all()]
    bad += [name for name, array in averages.items() if "sq" in name and (array < 0.0).any()]
    if not (np.isfinite(steps) & (steps >= 0.0) & (steps == np.floor(steps))).all():
        bad.append("steps")
    if epochs < 0:
        bad.append("epochs_done")
    if bad:
        raise StateError(f"this is not the state of an optimiser: {bad[0]} holds nan or the like")


def _check_parameter(p: Any, i: int) -> None:
    if isinstance(p, Mapping):
        raise KindError("parameter groups are not offered: make one optimiser for each group")
    if not isinstance(p, Value):
        raise KindError(f"params[{i}] must be a Value, not {type(p).__name__}")
    if not p.is_leaf:
        raise ArgumentError(
            f"params[{i}] ({p.label or p!r}) was computed from others; optimise the leaves that "
            "it was computed from"
        )

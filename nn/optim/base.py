"""Optimizer: the parameters, their running averages, a step, a state to save and load."""

from __future__ import annotations

import copy
import operator
from collections.abc import Collection, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, ClassVar, NamedTuple, NoReturn

import numpy as np

from autograd import Value
from nn.checks import Array, finite
from nn.errors import ArgumentError, KindError, NNError, StateError
from nn.foreign import OF_OPTIMIZERS, missing
from nn.optim.groups import groups_of, taken_apart
from nn.text import counted

__tracebackhide__ = True


class Progress(NamedTuple):
    """Steps of each parameter (one number where all made as many), and averages by name.

    It is replaced as a whole and its arrays are never written to: whoever keeps the one from
    before a step can undo the step.
    """

    steps: Array
    averages: dict[str, Array]


@dataclass(eq=False, repr=False)
class Optimizer:
    """Base of the optimisers: it holds the parameters and the running averages.

    A subclass gives the names of its averages and `_change`, the change of all parameters at
    once, as arrays. As a dataclass it has its fields for settings, which are checked whenever
    they are set: a float is finite and 0 or more (or from `least` in the field's metadata).

    Attributes:
        params: the parameters, in a list.
        lr: the learning rate η; may be set at any time.
        groups: of parameters with settings of their own, if there are some; see below.
        progress: steps and averages; see `Progress`.
        epochs_done: how many epochs of `fit` it has been through.

    Groups are given as PyTorch writes them, `Adam([{"params": first}, {"params": rest, "lr": 0.1}],
    lr=0.01)`: a group has the optimiser's settings and those that it names. Its rate keeps its
    share of the optimiser's, here ten times, when a schedule changes that.

    Raises:
        ArgumentError: no parameters, one of them twice or computed, or a setting that is nan,
            infinite or out of bounds.
        KindError: something that is no Value.

    >>> class Signs(Optimizer):
    ...     def _change(self, theta, g, s, t):
    ...         return theta - self.lr * np.sign(g)
    >>> w = Value(1.0)
    >>> (w ** 2).backward()
    >>> Signs([w], lr=0.25).step()
    >>> w.data
    0.75
    """

    params: Collection[Value]
    lr: float
    _: KW_ONLY
    maximize: bool = False

    _averages: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        params, counted = taken_apart(self.params)
        self.params = _checked(params)
        self.groups = groups_of(self, counted)
        averages = {name: np.zeros(len(self.params)) for name in self._averages}
        self.progress = Progress(np.zeros(1), averages)
        self.epochs_done = 0

    def __setattr__(self, name: str, given: Any) -> None:
        setting = self.__dataclass_fields__.get(name)
        if setting is not None and setting.type in ("float", float):
            given = finite(given, name, least=setting.metadata.get("least", 0.0))
        elif setting is not None and setting.type in ("bool", bool):
            given = bool(given)
        object.__setattr__(self, name, given)

    def _settings(self) -> dict[str, Any]:
        """The settings by name; those that can only be given by name come last."""
        chosen = [one for one in fields(self) if one.name != "params"]
        chosen.sort(key=operator.attrgetter("kw_only"))
        return {one.name: getattr(self, one.name) for one in chosen}

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters; they read 0.0 again."""
        for p in self.params:
            p.zero_grad()

    def step(self) -> None:
        """Move every parameter that has a gradient by one step, or (after an error) none."""
        live = np.array([p.has_grad and p.requires_grad for p in self.params])
        params = [p for p, moves in zip(self.params, live, strict=True) if moves]
        theta, before = np.array([p.data for p in params]), self.progress
        grad = np.array([float(p.grad) for p in params])
        moved = self.updated(theta, grad, None if live.all() else live)
        try:
            _assign(params, moved)
        except BaseException:  # Ctrl-C, or a warning that is an error
            self.progress = before
            _assign(params, theta)
            raise

    def updated(self, theta: Array, grad: Array, live: Any = None) -> Array:
        """The parameters after a step, as an array; advances the averages.

        For those who keep parameters in one array; `step()` is the same on Values. `live` is an
        index of those of `params` that `theta` and `grad` belong to; by default all.

        >>> from nn import SGD
        >>> optimizer = SGD([Value(1.0), Value(2.0)], lr=0.5)
        >>> optimizer.updated(np.array([1.0, 2.0]), np.array([4.0, -2.0]))
        array([-1.,  3.])
        """
        before = self.progress
        if live is None:
            steps = t = before.steps + 1.0
            averages = dict(before.averages)
        else:
            steps = namespace(theta).broadcast_to(before.steps, (len(self.params),))
            t, averages = steps[live] + 1.0, {n: a[live] for n, a in before.averages.items()}
            steps = with_numbers(steps, live, t)
        with np.errstate(all="ignore"):
            g, count = -grad if self.maximize else grad, t[0] if len(t) == 1 else t
            if self.groups:
                theta = self._by_groups(theta, g, averages, count, live)
            else:
                theta = self._change(theta, g, averages, count)
        if live is not None:
            averages = {n: with_numbers(a, live, averages[n]) for n, a in before.averages.items()}
        self.progress = Progress(steps, averages)
        return theta

    def _by_groups(self, theta: Any, g: Any, s: dict[str, Any], t: Any, live: Any) -> Any:
        """The change of each group, by a copy of this optimiser that has the group's settings."""
        row = np.arange(len(self.params))
        row = row if live is None else row[live]
        for group in self.groups:
            part, here = copy.copy(self), np.flatnonzero(np.isin(row, group.places))
            vars(part).update(group.settings, lr=group.share * self.lr)
            averages = {name: a[here] for name, a in s.items()}
            steps = t if np.ndim(t) == 0 else t[here]
            theta = with_numbers(theta, here, part._change(theta[here], g[here], averages, steps))
            for name, average in averages.items():
                s[name] = with_numbers(s[name], here, average)
        return theta

    def _change(self, theta: Array, g: Array, s: dict[str, Array], t: Array) -> Array:
        """θ after the step: g its gradient, s the averages, t the steps: a number or an array.

        New averages are put into s; none of the arrays is written to. For `fit(…, backend="jax")`
        its functions are those of the arrays' own kind, `theta.__array_namespace__()`.
        """
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Settings and running averages as plain numbers and lists, for JSON for example."""
        steps, averages = self.progress
        return {
            "optimizer": type(self).__name__,
            "settings": self._settings(),
            "steps": np.broadcast_to(steps, len(self.params)).tolist(),
            "averages": {name: a.tolist() for name, a in averages.items()},
            "epochs_done": self.epochs_done,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from `state_dict()` of the same kind of optimiser over as many parameters.

        Raises:
            StateError: it belongs to another kind or number of parameters, or holds a number
                that no run could have left, such as nan; nothing is changed.
        """
        n, now = len(self.params), self.state_dict()
        try:
            kind, settings = state["optimizer"], dict(state["settings"])
            steps = np.array(state["steps"], dtype=np.float64)
            epochs = operator.index(state.get("epochs_done", 0))
            averages = {k: np.array(v, dtype=np.float64) for k, v in state["averages"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StateError(f"this is not the state of an optimiser ({error!r})") from None
        fits = kind == now["optimizer"] and settings.keys() == now["settings"].keys()
        fits = fits and averages.keys() == now["averages"].keys()
        if not fits or {array.shape for array in (steps, *averages.values())} != {(n,)}:
            raise StateError(
                f"cannot load into {type(self).__name__} over {n} parameters: the "
                f"state is of {kind} over {steps.size}"
            )
        _check_numbers(steps, averages, epochs)
        try:
            fresh = type(self)(self.params, **settings)
        except NNError as error:
            raise StateError(f"this is not the state of an optimiser: {error}") from None
        for name in settings:
            setattr(self, name, getattr(fresh, name))
        self.progress = Progress(steps[:1] if (steps == steps[0]).all() else steps, averages)
        self.epochs_done = epochs

    def __repr__(self) -> str:
        n = counted(len(self.params), "parameter")
        settings = ", ".join(f"{name}={number!r}" for name, number in self._settings().items())
        return f"{type(self).__name__}({n}, {settings})"


def _elsewhere(optimizer: Optimizer, name: str) -> NoReturn:
    raise missing(f"{type(optimizer).__name__!r} object", name, OF_OPTIMIZERS, optimizer)


# By this way, or every name would exist for type checkers.
Optimizer.__getattr__ = _elsewhere  # type: ignore[attr-defined]


def _assign(params: list[Value], numbers: Array) -> None:
    for p, number in zip(params, numbers.tolist(), strict=True):
        p.data = number


def namespace(array: Any) -> Any:
    """The functions of arrays of this kind: `numpy`, or `jax.numpy` where JAX does the steps."""
    named = getattr(array, "__array_namespace__", None)  # which NumPy 1 has not
    return np if named is None else named()


def with_numbers(whole: Any, where: Any, part: Any) -> Any:
    """A copy of an array of NumPy or JAX, with other numbers at some positions."""
    if not isinstance(whole, np.ndarray):
        return whole.at[where].set(part)
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
    found: dict[int, Value] = {}
    for i, p in enumerate(params):
        if not isinstance(p, Value):
            raise KindError(f"params[{i}] must be a Value, not {type(p).__name__}")
        if not p.is_leaf:
            raise ArgumentError(
                f"params[{i}] ({p.label or p!r}) was computed from others; optimise the leaves "
                "that it was computed from"
            )
        if id(p) in found:
            raise ArgumentError(f"parameter {p.label or p!r} is given twice")
        found[id(p)] = p
    if not found:
        raise ArgumentError(
            "there are no parameters to optimise; does model.parameters() give any?"
        )
    return [*found.values()]


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

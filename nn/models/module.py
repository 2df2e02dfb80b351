"""Module: what every model is, so that its parameters can be found, named, saved and loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from reprlib import recursive_repr
from typing import Any, NoReturn, Self

import numpy as np

from autograd import Value
from nn.decision import decision_of
from nn.errors import KindError, NNError
from nn.foreign import OF_MODULES, missing
from nn.models.paths import children_in, join, label, leaves_in, walk
from nn.models.state import Stored
from nn.models.summary import Table, nested, table_of
from nn.text import short

__tracebackhide__ = True


Parameter = Value
"""PyTorch's name for a Value that `parameters()` finds among the attributes of a model."""


class Module(Stored):
    """Base of every model: finds the parameters in its attributes.

    A subclass sets Values, Modules, or lists of these (nested lists, tuples, dicts and object
    arrays too) as attributes; `parameters()` finds them in the order in which they were set.
    Overriding `parameters()`, as in micrograd, works as well, and then has the last word. Not
    taken for parameters are computed Values and attributes that start with an underscore.

    Setting an attribute also labels the parameters in it with their path, such as
    `layer1.neuron2.w[0]`, and so does `parameters()`, for what was put into a list later; a label
    that the user gave stays.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope = Value(2.0)
    ...         self.shift = Value(1.0)
    ...
    ...     def __call__(self, x):
    ...         return self.slope * x + self.shift
    >>> line = Line()
    >>> [(name, p.data) for name, p in line.named_parameters()]
    [('slope', 2.0), ('shift', 1.0)]
    >>> line(3.0).data
    7.0
    """

    training = True  # which `Dropout` asks; `train()` and `eval()` set it
    _path = ""  # where it stands in the biggest model that it was put into
    _counted = 0  # how many parameters zero_grad() found the last time
    _in_summary = True  # whether it has a row of its own in summary()

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        if "__init__" in vars(cls):
            cls.__init__ = _then_named(cls, cls.__init__)  # type: ignore[method-assign]

    def __setattr__(self, name: str, thing: Any) -> None:
        object.__setattr__(self, name, thing)
        if not name.startswith("_"):
            found = list(walk(name, thing, Module))
            if all(part is not self for _, part in found):  # or it would stand within itself
                _name(self, found)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The model's computation: PyTorch's `forward`, unless a subclass defines this itself."""
        return self.forward(*args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The same as calling the model; to be defined by a subclass (or `__call__` itself)."""
        if type(self).__call__ is not Module.__call__:
            return self(*args, **kwargs)
        raise NNError(
            f"{type(self).__name__} does not say what it computes; give it a method "
            "def __call__(self, x): ..."
        )

    def parameters(self) -> list[Value]:
        """Every parameter once, in the order in which the attributes were set."""
        return [p for _, p in self._parts(overridden=False) if isinstance(p, Value)]

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter with its path in this model.

        >>> from nn import Neuron
        >>> [name for name, _ in Neuron(2).named_parameters()]
        ['w[0]', 'w[1]', 'b']
        """
        return ((path, p) for path, p in self._parts() if isinstance(p, Value))

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This model (with the path "") and every model inside it, outer ones first.

        >>> from nn import MLP
        >>> [name for name, _ in MLP(2, [1]).named_modules()]
        ['', 'layer1', 'layer1.neuron1']
        """
        return ((path, m) for path, m in self._parts() if isinstance(m, Module))

    def modules(self) -> Iterator[Module]:
        """This model and every model inside it, outer ones first, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The models directly inside, with their paths; those in lists, tuples and dicts too.

        >>> from nn import MLP
        >>> [name for name, _ in MLP(2, [3, 1]).named_children()]
        ['layer1', 'layer2']
        """
        return children_in(self, Module)

    def children(self) -> Iterator[Module]:
        """The models directly inside, each once."""
        return (module for _, module in self.named_children())

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call a function with every model inside and then with this one, and give this back.

        Raises:
            KindError: it is no function.

        >>> from nn import MLP
        >>> kinds = []
        >>> _ = MLP(2, [1]).apply(lambda module: kinds.append(type(module).__name__))
        >>> kinds
        ['Neuron', 'Layer', 'MLP']
        """
        if not callable(fn):
            raise KindError(f"apply takes a function of a module, not {short(fn)}")
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Put this model and those inside in training, as they are at first, or out of it.

        Raises:
            KindError: mode is neither True nor False.
        """
        if not isinstance(mode, (bool, np.bool_)):
            raise KindError(f"mode of train is True or False, not {short(mode)}")
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Put this model and those inside out of training: every `Dropout` lets all pass."""
        return self.train(False)

    def _parts(self, *, overridden: bool = True) -> list[tuple[str, Value | Module]]:
        """Every Module and parameter inside with its path from here, each labelled on the way."""
        found = list(walk("", self, Module, overridden=overridden))
        _name(self, [one for one in found if one[0]])
        return found

    def zero_grad(self) -> None:
        """Forget every parameter's gradient; it reads 0.0 again."""
        found = list(leaves_in(self, Module))
        for p in found:
            p.zero_grad()
        if len(found) != self._counted:  # a list has grown since: its new parts get their paths
            object.__setattr__(self, "_counted", len(found))
            self._parts()

    @property
    def requires_grad(self) -> bool:
        """True if any parameter is trained. Set it to False to freeze all of them.

        Frozen parameters get no gradient and are left alone by optimisers and `fit`; they stay in
        `parameters()` and `state_dict()`. One at a time: `parameter.requires_grad = False`.

        Raises:
            KindError: set to something else than True or False.

        >>> from nn import MLP
        >>> model = MLP(2, [3, 1], init="zeros")
        >>> model.layers[0].requires_grad = False
        >>> model.layers[0].requires_grad, model.requires_grad
        (False, True)
        """
        return any(p.requires_grad for p in self.parameters())

    @requires_grad.setter
    def requires_grad(self, required: bool) -> None:
        if not isinstance(required, (bool, np.bool_)):
            raise KindError(f"requires_grad is True or False, not {short(required)}")
        parameters: list[Any] = self.parameters()
        for parameter in parameters:
            parameter.requires_grad = bool(required)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set `requires_grad`, and give back the model, as in PyTorch."""
        self.requires_grad = requires_grad
        return self

    @property
    def decision_threshold(self) -> float | None:
        """Above which a single output means the second class; None if nothing says.

        The loss and the targets of the last `fit` say it, or a sigmoid in the last layer.
        """
        return decision_of(self).threshold

    def describe(self) -> str:
        """Kind and size in a few words, for messages and tables."""
        return type(self).__name__

    def summary(self) -> Table:
        """A table of the models inside and their numbers of parameters; prints itself.

        Where some are frozen, another column says how many are trained.

        >>> from nn import MLP
        >>> MLP(2, [3, 1]).summary()
        name    model              parameters
        layer1  Layer 2→3, ReLU             9
        layer2  Layer 3→1, linear           4
        total   MLP 2→3→1                  13
        """
        return table_of(self)

    @recursive_repr()
    def __repr__(self) -> str:
        return nested(type(self).__name__, self.named_children())


def parameters_in(model: Any) -> Iterable[Value]:
    """The parameters of any model in some order, some of them twice: in an eighth of the time."""
    return leaves_in(model, Module) if isinstance(model, Module) else model.parameters()


def _elsewhere(module: Module, name: str) -> NoReturn:
    own = getattr(type(module), name, None)
    if isinstance(own, property) and own.fget:
        own.fget(module)  # an attribute that a property lacks is named by its own error
    raise missing(f"{type(module).__name__!r} object", name, OF_MODULES, module)


# By this way, or every name would exist for type checkers.
Module.__getattr__ = _elsewhere  # type: ignore[attr-defined]


def _then_named(cls: type, init: Callable[..., None]) -> Callable[..., None]:
    """The constructor, after which all parts are named: lists may have grown within it."""

    @wraps(init)
    def named(self: Module, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        if type(self) is cls:
            self._parts()

    return named


def _name(model: Module, parts: list[tuple[str, Value | Module]]) -> None:
    """Tell parameters and modules of a model where they stand."""
    for inner, part in parts:
        path = join(model._path, inner)
        if isinstance(part, Value):
            label(part, path)
        elif part._path != path:
            object.__setattr__(part, "_path", path)

"""Sequential: modules one after the other, each fed with what the one before gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self, overload

from autograd import Unary
from nn.errors import ArgumentError, KindError
from nn.models.elementwise import Function
from nn.models.module import Module
from nn.text import short

__tracebackhide__ = True


class Sequential(Module):
    """Modules (and functions) in a row: the output of one is the input of the next.

    Parts count from 0, and their parameters are named after that, as in PyTorch: `0.weight[1][2]`.
    Functions are called with what comes, a list of numbers as a rule; those of `autograd` that
    take one number, such as `autograd.sin`, with each of them.

    Args:
        modules: the parts; or one list of them; or one dict, whose keys are their names.

    Raises:
        KindError: a part cannot be called, or is a class that is still to be called.
        ArgumentError: a name is taken or empty, has a dot in it, or begins with an underscore.

    >>> from nn import Linear, ReLU
    >>> model = Sequential(Linear(2, 16), ReLU(), Linear(16, 1))
    >>> model
    Sequential(
      (0): Linear(in_features=2, out_features=16, bias=True)
      (1): ReLU()
      (2): Linear(in_features=16, out_features=1, bias=True)
    )
    >>> len(model), model[0].in_features, len(model.parameters())
    (3, 2, 65)
    """

    def __init__(self, *modules: Any) -> None:
        self._names: list[str] = []
        first = modules[0] if len(modules) == 1 else None
        if isinstance(first, Mapping):
            for name, module in first.items():
                self._add(str(name), module)
        else:
            for module in first if isinstance(first, (list, tuple)) else modules:
                self.append(module)

    def _add(self, name: str, module: Any) -> None:
        if isinstance(module, type) or not callable(module):
            given = short(module)
            if isinstance(module, type):
                given = f"the class {module.__name__}; write {module.__name__}()"
            raise KindError(
                f"a part of Sequential is a module or a function, such as nn.ReLU(), not {given}"
            )
        if name[:1] in ("", "_") or "." in name or hasattr(self, name):
            raise ArgumentError(
                f"{name!r} cannot be the name of a part: it is taken or empty, has a dot in it, or "
                "begins with an underscore"
            )
        self._names.append(name)
        setattr(self, name, Function(module) if isinstance(module, Unary) else module)

    def append(self, module: Any) -> Self:
        """Add a part at the end."""
        self._add(str(len(self)), module)
        return self

    def __call__(self, x: Any) -> Any:
        """The output of the last part."""
        for module in self:
            x = module(x)
        return x

    @property
    def layers(self) -> list[Any]:
        """The parts, in a list."""
        return [getattr(self, name) for name in self._names]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: Any) -> Any:
        found = self.layers[index]
        return Sequential(*found) if isinstance(index, slice) else found

"""Stored: the numbers of a model by name, taken out, put back, and in files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from autograd import Value
from nn.errors import StateError
from nn.models import storage

__tracebackhide__ = True


class Stored:
    """Base of `Module`, for the state of a model: its parameters' numbers by their paths."""

    named_parameters: Callable[[], Iterator[tuple[str, Value]]]
    describe: Callable[[], str]

    def state_dict(self) -> dict[str, float]:
        """The numbers of all parameters, by path.

        Raises:
            StateError: two parameters have the same path.

        >>> from nn import Neuron
        >>> Neuron(2, init="zeros").state_dict()
        {'w[0]': 0.0, 'w[1]': 0.0, 'b': 0.0}
        """
        return {name: p.data for name, p in self._by_name().items()}

    def _by_name(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, parameter in self.named_parameters():
            if name in found:
                raise StateError(
                    f"two parameters of {self.describe()} are called {name}; rename the attribute "
                    "or key of one of them"
                )
            found[name] = parameter
        return found

    def load_state_dict(
        self, state: Mapping[str, Any], strict: bool = True
    ) -> storage.Unmatched | None:
        """Set every parameter from `state_dict()`, or from nested lists under shorter names.

        `{"w": [1.0, 2.0], "b": 0.0}` says the same as `{"w[0]": 1.0, "w[1]": 2.0, "b": 0.0}`;
        arrays and tensors do too, so that PyTorch's state fits where the names are the same.

        Args:
            state: numbers by name.
            strict: False leaves alone what either lacks, and gives back those names.

        Raises:
            StateError: names are missing or left over, or a number is nan or infinite. The
                model is then unchanged.

        >>> from nn import Neuron
        >>> neuron = Neuron(2)
        >>> neuron.load_state_dict({"w": [1.0, 2.0], "b": 0.5})
        >>> neuron.state_dict()
        {'w[0]': 1.0, 'w[1]': 2.0, 'b': 0.5}
        >>> neuron.load_state_dict({"b": 3.0, "c": 4.0}, strict=False)
        Unmatched(missing_keys=['w[0]', 'w[1]'], unexpected_keys=['c'])
        """
        mine = self._set(state, self.describe(), strict)
        return None if strict else storage.unmatched(state, mine)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all parameters to a `.npz` or `.json` file; see `nn.models.storage`.

        Raises:
            FileFormatError: another suffix. StateError: a parameter is nan or infinite.
            OSError: the file cannot be written; an older one is then unchanged.
        """
        storage.write(path, self.state_dict(), self.describe())

    def load(self, path: str | os.PathLike[str]) -> None:
        """Set all parameters from a file that `save` wrote for such a model.

        Raises:
            FileFormatError: truncated, damaged or foreign. StateError: from another model.
            OSError: the file cannot be read. The model is then unchanged.
        """
        state, author = storage.read(path)
        self._set(state, f"{self.describe()} ({os.fspath(path)} was saved from {author})")

    def _set(self, state: Mapping[str, Any], whose: str, strict: bool = True) -> dict[str, Value]:
        mine = self._by_name()
        for name, number in storage.checked_state(state, mine, whose, strict).items():
            mine[name].data = number
        return mine

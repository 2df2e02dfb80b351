"""Arguments of a program: which numbers, arrays and sequences there are, and as what arrays.

An argument is taken apart into blocks: an array, a flat list of numbers, or a single number. A
block becomes an array of shape (elements, examples); one that has no batch axis has one example,
which all share. What is no number is static: it reaches the function as it is, and belongs to what
a trace depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError, OperandError
from autograd.node.conditions import Condition
from autograd.primitives.operands import as_float
from autograd.program.tracing.options import Options
from autograd.transforms.structures import Opened, array_of, identified, of_numbers, opened

Array = np.ndarray[Any, Any]
Build = Callable[[Iterator[Any]], Any]
_LARGE = 2**1000
_PLAIN, _FLOATS = {int, float}, {float}


class Block(NamedTuple):
    """One array, list or number of the arguments: what a trace depends on of it.

    Attributes:
        path: where it stands, such as `argument 1["w"]`.
        argument: the position of the argument it stands in.
        shape: the shape of one example's part; None for a single number.
        listed: list or tuple, if it is one of numbers.
        integer: True if it holds whole numbers, which `take` can use as an index.
        batched: True if there is one part for each example.
    """

    path: str
    argument: int
    shape: tuple[int, ...] | None
    listed: type | None
    integer: bool
    batched: bool

    @property
    def size(self) -> int:
        """The count of numbers in one example."""
        return int(np.prod(self.shape or ()))

    def elements(self, leaf: Any, example: int = 0) -> list[Any]:
        """The elements of one example's part."""
        part = leaf[example] if self.batched else leaf
        if isinstance(part, (np.ndarray, np.generic)):
            found: list[Any] = part.ravel().tolist()
            return found
        return [part] if self.listed is None else list(part)

    def filled(self, elements: list[Any]) -> Any:
        """One example's part, of other elements: a single one, a list or an array of objects."""
        if self.shape is None:
            return elements[0]
        if self.listed is not None:
            return self.listed(elements)
        array = np.empty(len(elements), dtype=object)
        array[:] = elements
        return array.reshape(self.shape)


class Arguments(NamedTuple):
    """The blocks of a call's arguments and what they hold.

    Attributes:
        builds: for each argument, what builds one like it from parts, one for each block.
        examples: how long the batch axis is; None without one.
        rest: the containers that hold the blocks, and what is static, to tell structures apart.
        names: of the arguments that were given by name; they are the last.
        static: what reaches the function as it is, by path.
    """

    blocks: tuple[Block, ...]
    leaves: list[Any]
    builds: list[Build]
    examples: int | None
    rest: tuple[Hashable, ...]
    names: tuple[str, ...]
    static: tuple[tuple[str, Any], ...]

    @property
    def key(self) -> Any:
        """All that a trace depends on."""
        return self.blocks, self.rest, self.names

    @property
    def has_values(self) -> bool:
        """True if there are Values among the numbers, or arrays of them."""
        return any(
            leaf.dtype == object if isinstance(leaf, np.ndarray) else hasattr(leaf, "__primitive__")
            for leaf in self.leaves
        )

    @property
    def positional(self) -> int:
        """The count of arguments given by position."""
        return len(self.builds) - len(self.names)

    def arrays(self, dtype: Any) -> list[Array]:
        """Every leaf as an array, in the shape in which it was given."""
        return [
            leaf if type(leaf) is np.ndarray else np.asarray(leaf, dtype) for leaf in self.leaves
        ]

    def numbers(self, example: int = 0) -> list[float]:
        """All numbers of one example, block after block."""
        leaves = self.leaves
        if set(map(type, leaves)) <= _FLOATS:
            return leaves
        found: list[float] = []
        for block, leaf in zip(self.blocks, leaves, strict=True):
            found += map(float, block.elements(leaf, example))
        return found

    def with_leaves(self, leaves: list[Any]) -> Arguments:
        """The same structure, with other numbers in it."""
        return Arguments(self.blocks, leaves, *self[2:])

    def given(self, parts: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments built from parts, as a function is called with them."""
        coming = iter(parts)
        built = [build(coming) for build in self.builds]
        count = self.positional
        return built[:count], dict(zip(self.names, built[count:], strict=True))


def likeness(args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """All that tells the structure of arguments that are one block each; None for any others.

    Such are arrays, numbers, and flat lists and tuples of floats.
    """
    found: list[Any] = []
    for x in args:
        kind = type(x)
        if kind is np.ndarray:
            found.append((x.shape, x.dtype))
        elif kind is float or (kind is int and -_LARGE < x < _LARGE):
            found.append(kind)
        elif (kind is list or kind is tuple) and set(map(type, x)) == _FLOATS:
            found.append((kind, len(x)))
        else:
            return None
    return tuple(found)


def take_apart(
    args: tuple[Any, ...], named: dict[str, Any], options: Options, *, values: bool = False
) -> Arguments:
    """The arguments' blocks, by a program's options; `values`: Values may be among the numbers.

    Raises:
        OperandError: something that is no number, array or container of these.
        ArgumentError: batch axes of different lengths, or one where there can be none.
    """
    walk = _Walk(values)
    flags, static = options.flags(len(args)), options.static
    for i, x in enumerate(args):
        walk.enter(i, x, f"argument {i}", flags[i], i in static)
    for i, (name, x) in enumerate(named.items(), start=len(args)):
        walk.enter(i, x, f"argument {name!r}", options.flag_by_name, name in options.static_names)
    return walk.arguments(tuple(named))


class _Walk:
    """A walk through the arguments, which collects what `Arguments` holds."""

    def __init__(self, values: bool) -> None:
        self.values = values
        self.blocks: list[Block] = []
        self.leaves: list[Any] = []
        self.builds: list[Build] = []
        self.rest: list[Hashable] = []
        self.static: list[tuple[str, Any]] = []
        self.lengths: dict[int, str] = {}

    def enter(self, argument: int, x: Any, path: str, flag: bool | None, static: bool) -> None:
        """Take one argument apart; `flag` says if its arrays have a batch axis."""
        self.argument, self.flag = argument, flag
        self.builds.append(self._static(x, path) if static else self._build(x, path))
        self.rest.append(len(self.blocks))

    def arguments(self, names: tuple[str, ...]) -> Arguments:
        """All that was found; the last arguments were given by these names."""
        lengths = self.lengths
        if len(lengths) > 1:
            found = ", ".join(f"{path} has {n}" for n, path in lengths.items())
            raise ArgumentError(
                f"every batch axis must be equally long: {found}. Arrays have a leading batch axis "
                "unless compile(…, batched=False) or batched=(True, False, …) says otherwise"
            )
        if 0 in lengths:
            raise ArgumentError(f"{lengths[0]} holds no example; a batch needs at least one")
        return Arguments(
            tuple(self.blocks), self.leaves, self.builds, next(iter(lengths), None),
            tuple(self.rest), names, tuple(self.static),
        )  # fmt: skip

    def _build(self, x: Any, path: str) -> Build:
        """Take x apart; returns what builds its like from one part for each of its blocks."""
        kind = type(x)
        if kind is float and not self.flag:
            return self._keep(x, path)
        if kind is np.ndarray:
            return self._array(x, path)
        if x is None:
            return self._static(x, path)
        if (kind is list or kind is tuple) and x and not self.flag:
            kinds = set(map(type, x))
            if kinds <= _PLAIN:
                return self._flat(x, kinds, path)
        array = array_of(x, path)
        if array is not None:
            return self._array(array, path)
        container = opened(x)
        if container is not None:
            return self._container(container, path)
        if self.values and (hasattr(x, "__primitive__") or isinstance(x, Condition)):
            return self._keep(x, path)
        _check_number(x, path)
        if self.flag:
            raise self._without_axis(path, kind.__name__)
        return self._keep(x, path, isinstance(x, (int, np.integer)) and not isinstance(x, bool))

    def _keep(
        self, leaf: Any, path: str, integer: bool = False,
        shape: tuple[int, ...] | None = None, listed: type | None = None, batched: bool = False,
    ) -> Build:  # fmt: skip
        self.blocks.append(Block(path, self.argument, shape, listed, integer, batched))
        self.leaves.append(leaf)
        return next

    def _static(self, x: Any, path: str) -> Build:
        """Keep x itself, which belongs to what a trace depends on."""
        try:
            self.rest.append((identified(x), len(self.blocks)))
        except TypeError:
            raise OperandError(
                f"{path} is static, and must be hashable: a trace is kept for each value of it; "
                f"{type(x).__name__} is not. Give a tuple, or leave it out of static_argnums= "
                "and static_argnames="
            ) from None
        self.static.append((path, x))
        return lambda given: x

    def _flat(self, x: Any, kinds: set[type], path: str) -> Build:
        if int in kinds:
            for j, number in enumerate(x):
                if not -_LARGE < number < _LARGE:
                    as_float(number, f"{path}[{j}]")  # refuses an integer that is no float
        return self._keep(x, path, kinds == {int}, (len(x),), type(x))

    def _container(self, x: Opened, path: str) -> Build:
        try:
            beside = tuple((name, identified(thing)) for name, thing in x.beside)
        except TypeError:
            raise OperandError(
                f"{path}, of type {x.key[0].__name__}, has attributes beside its elements that "
                "cannot be told apart by hash; give them as arguments of their own"
            ) from None
        self.rest.append(((x.key, beside), len(self.blocks)))
        builds = [self._build(part, path + suffix) for suffix, part in x.parts]
        return lambda given: x.build([build(given) for build in builds])

    def _array(self, x: Array, path: str) -> Build:
        recorded = self.values and x.dtype == object
        if x.dtype.kind not in "fiub" and not recorded:
            x = of_numbers(x, path)  # floats, if it is of objects that are numbers
            if x.dtype.kind != "f":
                raise OperandError(f"{path} must hold real numbers; it is an array of {x.dtype}")
        batched = x.ndim > 0 and (not recorded if self.flag is None else self.flag)
        if batched:
            self.lengths[len(x)] = path
        elif self.flag:
            raise self._without_axis(path, "ndarray, of no dimensions")
        shape = x.shape[1:] if batched else x.shape
        return self._keep(x, path, x.dtype.kind in "iu", shape or None, None, batched)

    def _without_axis(self, path: str, kind: str) -> ArgumentError:
        return ArgumentError(
            f"{path} should have a batch axis, as batched= says, but is of type {kind}; give an "
            "array with an entry for each example, or say batched=False for it"
        )


def _check_number(x: Any, path: str) -> None:
    try:
        as_float(x, path)
    except OperandError as error:
        if hasattr(x, "__primitive__"):
            raise OperandError(
                f"{path} is a Value: no gradient would flow through a program to it; give its "
                "number, .data, let the function close over it, or call program.function"
            ) from None
        raise OperandError(
            f"{error}; several numbers come in a list, tuple, dict, named tuple, dataclass or "
            "array, and what is no number can be named in static_argnums= or static_argnames="
        ) from None

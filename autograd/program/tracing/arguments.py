"""Arguments of a program: which numbers, arrays and sequences there are, and as what arrays.

An argument is taken apart into blocks: an array, a flat list of numbers, or a single number. A
block becomes an array of shape (elements, examples); one that has no batch axis has one example,
which all share. What is no number is static: it reaches the function as it is, and belongs to what
a trace depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError, OperandError
from autograd.node.conditions import Condition
from autograd.primitives.operands import as_float, float_or_none
from autograd.program.tracing.rules import Rules
from autograd.transforms.structures import Opened, array_of, identified, of_numbers, opened

Array = np.ndarray[Any, Any]
Build = Callable[[Iterator[Any]], Any]
_LARGE = 2**1000
_PLAIN = {int, float}


class Block(NamedTuple):
    """What a trace depends on of one array, list or number of the arguments.

    Attributes:
        path: where it stands, such as `argument 1["w"]`.
        argument: the position of the argument it stands in.
        shape: the shape of one example's part; None for a single number.
        listed: whether it is a list (or tuple) of numbers.
        integer: whether it holds whole numbers, which `take` can use as an index.
        batched: whether there is one part for each example.
    """

    path: str
    argument: int
    shape: tuple[int, ...] | None
    listed: type | None
    integer: bool
    batched: bool

    @property
    def size(self) -> int:
        """How many numbers one example has."""
        return int(np.prod(self.shape or ()))


class Arguments(NamedTuple):
    """The blocks of a call's arguments and what they hold."""

    blocks: tuple[Block, ...]
    leaves: list[Any]
    builds: list[Build]
    """For each argument, what builds one like it from parts, one part for each block."""
    examples: int | None
    """How long the batch axis is; None without one."""
    rest: tuple[Hashable, ...]
    """The containers that hold the blocks, and what is static."""
    names: tuple[str, ...]
    """Of the arguments that were given by name; they are the last."""
    static: tuple[tuple[str, Any], ...] = ()
    """What reaches the function as it is, by path."""

    @property
    def key(self) -> Any:
        """What a trace depends on."""
        return self.blocks, self.rest, self.names

    @property
    def has_values(self) -> bool:
        """Whether there are Values among the numbers, or arrays of them."""
        return any(map(_has_values, self.leaves))

    @property
    def positional(self) -> int:
        """How many arguments were given by position."""
        return len(self.builds) - len(self.names)

    def arrays(self, dtype: Any) -> list[Array]:
        """Every leaf as an array, in the shape in which it was given."""
        return [
            leaf if isinstance(leaf, np.ndarray) else _array(leaf, dtype) for leaf in self.leaves
        ]

    def numbers(self) -> list[float]:
        """All numbers of one example, block after block."""
        found: list[float] = []
        for leaf in self.leaves:
            if isinstance(leaf, np.ndarray):
                found += leaf.astype(np.float64, copy=False).ravel().tolist()
            elif isinstance(leaf, Sequence):
                found += map(float, leaf)
            else:
                found.append(float(leaf))
        return found

    def given(self, parts: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments built from parts, as a function is called with them."""
        coming = iter(parts)
        built = [build(coming) for build in self.builds]
        count = self.positional
        return built[:count], dict(zip(self.names, built[count:], strict=True))


def _has_values(leaf: Any) -> bool:
    return (
        leaf.dtype.kind == "O" if isinstance(leaf, np.ndarray) else hasattr(leaf, "__primitive__")
    )


def _array(leaf: Any, dtype: Any) -> Array:
    return np.array([float(x) for x in leaf] if isinstance(leaf, Sequence) else float(leaf), dtype)


def take_apart(
    args: tuple[Any, ...], named: dict[str, Any], rules: Rules, *, values: bool = False
) -> Arguments:
    """The arguments' blocks, with the rules applied.

    Args:
        values: whether Values may be among the numbers.

    Raises:
        OperandError: something that is no number, array or container of these.
        ArgumentError: batch axes of different lengths, or one where there can be none.
    """
    flags = rules.flags(len(args))
    blocks: list[Block] = []
    leaves: list[Any] = []
    rest: list[Hashable] = []
    static: list[tuple[str, Any]] = []
    builds: list[Build] = []
    for i, x in enumerate(args):
        walk = _Walk(i, flags[i], values, blocks, leaves, rest, static)
        builds.append((walk.static if i in rules.positions else walk.build)(x, f"argument {i}"))
        rest.append(len(blocks))
    for name, x in named.items():
        walk = _Walk(len(builds), rules.flag, values, blocks, leaves, rest, static)
        builds.append((walk.static if name in rules.names else walk.build)(x, f"argument {name!r}"))
        rest.append(len(blocks))
    examples = _examples(blocks, leaves)
    return Arguments(
        tuple(blocks), leaves, builds, examples, tuple(rest), tuple(named), tuple(static)
    )


def _examples(blocks: list[Block], leaves: list[Any]) -> int | None:
    """How long the one batch axis is, None without one."""
    lengths = {
        len(leaf): block.path for block, leaf in zip(blocks, leaves, strict=True) if block.batched
    }
    if not lengths:
        return None
    if len(lengths) > 1:
        found = ", ".join(f"{path} has {n}" for n, path in lengths.items())
        raise ArgumentError(
            f"every batch axis must be equally long: {found}. Arrays have a leading batch axis "
            "unless compile(…, batched=False) or batched=(True, False, …) says otherwise"
        )
    if 0 in lengths:
        raise ArgumentError(f"{lengths[0]} holds no example; a batch needs at least one")
    return next(iter(lengths))


def _no_batch_axis(path: str, kind: str) -> str:
    return (
        f"{path} should have a batch axis, as batched= says, but is of type {kind}; give an array "
        "with an entry for each example, or say batched=False for it"
    )


class _Walk(NamedTuple):
    """A walk through one argument, which collects its blocks."""

    argument: int
    flag: bool | None
    values: bool
    blocks: list[Block]
    leaves: list[Any]
    rest: list[Hashable]
    fixed: list[tuple[str, Any]]

    def build(self, x: Any, path: str) -> Build:
        """What builds something like x from one part for each of its blocks."""
        if type(x) is float and not self.flag:
            return self._keep(Block(path, self.argument, None, None, False, False), x)
        if x is None:
            return self.static(x, path)
        if type(x) in (list, tuple) and x and not self.flag:
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
            return self._keep(Block(path, self.argument, None, None, False, False), x)
        self._check_number(x, path)
        if self.flag:
            raise ArgumentError(_no_batch_axis(path, type(x).__name__))
        integer = isinstance(x, (int, np.integer)) and not isinstance(x, bool)
        return self._keep(Block(path, self.argument, None, None, integer, False), x)

    def static(self, x: Any, path: str) -> Build:
        """What gives x itself, which belongs to what a trace depends on."""
        try:
            self.rest.append((identified(x), len(self.blocks)))
        except TypeError:
            raise OperandError(
                f"{path} is static, and must be hashable: a trace is kept for each value of it; "
                f"{type(x).__name__} is not. Give a tuple, or leave it out of static_argnums= "
                "and static_argnames="
            ) from None
        self.fixed.append((path, x))
        return lambda given: x

    def _check_number(self, x: Any, path: str) -> None:
        if float_or_none(x) is not None:
            return
        if hasattr(x, "__primitive__"):
            raise OperandError(
                f"{path} is a Value: no gradient would flow through a program to it; give its "
                "number, .data, let the function close over it, or call program.function"
            )
        try:
            as_float(x, path)
        except OperandError as error:
            raise OperandError(
                f"{error}; several numbers come in a list, tuple, dict, named tuple, dataclass or "
                "array, and what is no number can be named in static_argnums= or static_argnames="
            ) from None

    def _keep(self, block: Block, leaf: Any) -> Build:
        self.blocks.append(block)
        self.leaves.append(leaf)
        return next

    def _flat(self, x: Any, kinds: set[type], path: str) -> Build:
        if int in kinds:
            for j, number in enumerate(x):
                if not -_LARGE < number < _LARGE:
                    as_float(number, f"{path}[{j}]")  # refuses an integer that is no float
        integer = kinds == {int}
        return self._keep(Block(path, self.argument, (len(x),), type(x), integer, False), x)

    def _container(self, x: Opened, path: str) -> Build:
        try:
            beside = tuple((name, identified(thing)) for name, thing in x.beside)
        except TypeError:
            raise OperandError(
                f"{path}, of type {x.key[0].__name__}, has attributes beside its elements that "
                "cannot be told apart by hash; give them as arguments of their own"
            ) from None
        self.rest.append(((x.key, beside), len(self.blocks)))
        builds = [self.build(part, path + suffix) for suffix, part in x.parts]
        return lambda given: x.build([build(given) for build in builds])

    def _array(self, x: Array, path: str) -> Build:
        recorded = self.values and x.dtype == object
        x = x if recorded else of_numbers(x, path)
        if x.dtype.kind not in "fiub" and not recorded:
            raise OperandError(f"{path} must hold real numbers; it is an array of {x.dtype}")
        batched = x.ndim > 0 and (not recorded if self.flag is None else self.flag)
        if self.flag and not batched:
            raise ArgumentError(_no_batch_axis(path, "ndarray, of no dimensions"))
        shape = x.shape[1:] if batched else x.shape
        integer = x.dtype.kind in "iu"
        return self._keep(Block(path, self.argument, shape or None, None, integer, batched), x)

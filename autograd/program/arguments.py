"""Arguments of a program: which numbers, arrays and sequences there are, and as what arrays.

An argument is taken apart into blocks: an array, a flat list of numbers, or a single number. A
block becomes an array of shape (elements, examples); one that has no batch axis has one example,
which all share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError, OperandError
from autograd.operands import as_float, float_or_none

__all__ = ["Arguments", "Block", "Build", "take_apart"]

Array = np.ndarray[Any, Any]
Build = Callable[[Iterator[Any]], Any]


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
    containers: tuple[str, ...]
    """The lists, tuples and dicts that hold the blocks."""

    @property
    def key(self) -> Any:
        """What a trace depends on."""
        return self.blocks, self.containers

    def arrays(self, dtype: Any) -> list[Array]:
        """Every leaf as an array, in the shape in which it was given."""
        return [
            leaf if isinstance(leaf, np.ndarray) else _array(leaf, dtype) for leaf in self.leaves
        ]


def _array(leaf: Any, dtype: Any) -> Array:
    return np.array([float(x) for x in leaf] if isinstance(leaf, Sequence) else float(leaf), dtype)


def take_apart(args: tuple[Any, ...], batched: Any) -> Arguments:
    """The arguments' blocks, with the batch rule applied.

    Args:
        batched: None: arrays have a leading batch axis; a bool for all, or one for each argument.

    Raises:
        OperandError: something that is no number, array or sequence of these.
        ArgumentError: batch axes of different lengths, or one where there can be none.
    """
    flags = _flags(batched, len(args))
    blocks: list[Block] = []
    leaves: list[Any] = []
    containers: list[str] = []
    builds = []
    for i, (arg, flag) in enumerate(zip(args, flags, strict=True)):
        builds.append(_Walk(i, flag, blocks, leaves, containers).build(arg, f"argument {i}"))
        containers.append(";")
    lengths = {
        len(leaf): block.path for block, leaf in zip(blocks, leaves, strict=True) if block.batched
    }
    if len(lengths) > 1:
        found = ", ".join(f"{path} has {n}" for n, path in lengths.items())
        raise ArgumentError(
            f"every batch axis must be equally long: {found}. Arrays have a leading batch axis "
            "unless compile(…, batched=False) or batched=(True, False, …) says otherwise"
        )
    examples = next(iter(lengths), None)
    if examples == 0:
        raise ArgumentError(f"{lengths[0]} holds no example; a batch needs at least one")
    return Arguments(tuple(blocks), leaves, builds, examples, tuple(containers))


def _flags(batched: Any, count: int) -> list[bool | None]:
    if batched is None or isinstance(batched, bool):
        return [batched] * count
    flags = list(batched) if isinstance(batched, (list, tuple)) else [batched]
    if len(flags) != count or not all(flag is None or isinstance(flag, bool) for flag in flags):
        raise ArgumentError(
            f"batched= is None, a bool, or one bool for each argument (there are {count}), "
            f"not {batched!r}"
        )
    return flags


def _no_batch_axis(path: str, kind: str) -> str:
    return (
        f"{path} should have a batch axis, as batched= says, but is of type {kind}; give an array "
        "with an entry for each example, or say batched=False for it"
    )


class _Walk(NamedTuple):
    """A walk through one argument, which collects its blocks."""

    argument: int
    flag: bool | None
    blocks: list[Block]
    leaves: list[Any]
    containers: list[str]

    def build(self, x: Any, path: str) -> Build:
        """What builds something like x from one part for each of its blocks."""
        if isinstance(x, np.ndarray):
            return self._array(x, path)
        if isinstance(x, dict):
            return self._dict(x, path)
        if isinstance(x, (list, tuple)):
            return self._sequence(x, path)
        number = float_or_none(x)
        if number is None:
            if hasattr(x, "__primitive__"):
                raise OperandError(
                    f"{path} is a Value: no gradient would flow through a program to it; give its "
                    "number, .data, let the function close over it, or call program.function"
                )
            as_float(x, path)
        if self.flag:
            raise ArgumentError(_no_batch_axis(path, type(x).__name__))
        integer = isinstance(x, (int, np.integer)) and not isinstance(x, bool)
        return self._keep(Block(path, self.argument, None, None, integer, False), x)

    def _keep(self, block: Block, leaf: Any) -> Build:
        self.blocks.append(block)
        self.leaves.append(leaf)
        return next

    def _dict(self, x: dict[Any, Any], path: str) -> Build:
        self.containers.append(f"dict {list(x)!r}")
        parts = {k: self.build(v, f"{path}[{k!r}]") for k, v in x.items()}
        return lambda given: {k: build(given) for k, build in parts.items()}

    def _sequence(self, x: Any, path: str) -> Build:
        kind = list if isinstance(x, list) else tuple
        if (
            x
            and not self.flag
            and all(type(number) is float or type(number) is int for number in x)
        ):
            integer = all(type(number) is int for number in x)
            return self._keep(Block(path, self.argument, (len(x),), kind, integer, False), x)
        self.containers.append(f"{kind.__name__} {len(x)} before {len(self.blocks)}")
        builds = [self.build(v, f"{path}[{j}]") for j, v in enumerate(x)]
        if hasattr(x, "_fields"):
            return lambda given: type(x)(*[build(given) for build in builds])
        return lambda given: kind([build(given) for build in builds])

    def _array(self, x: Array, path: str) -> Build:
        if x.dtype.kind not in "fiub":
            raise OperandError(
                f"{path} must hold real numbers, not Values or other objects; it is an array of "
                f"{x.dtype}"
            )
        batched = (self.flag is None or self.flag) and x.ndim > 0
        if self.flag and not batched:
            raise ArgumentError(_no_batch_axis(path, "ndarray, of no dimensions"))
        shape = x.shape[1:] if batched else x.shape
        integer = x.dtype.kind in "iu"
        return self._keep(Block(path, self.argument, shape or None, None, integer, batched), x)

"""Numbers of a model by name: checked against its parameters, and in a `.npz` or `.json` file.

A crash or a full disk leaves an older file as it was. Reading runs no code from the file (never
pickle), and refuses one that is truncated, damaged or foreign before anything is changed.
"""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import write_file
from nn.checks import as_number
from nn.errors import FileFormatError, KindError, StateError
from nn.text import short, some

FORMAT = "chainrule.nn parameters, version 1"
Contents = tuple[str, str, list[str], list[float]]
"""Of a file: the format, what the numbers belong to, names, numbers."""


def checked_state(
    state: Mapping[str, Any], names: Collection[str], whose: str, strict: bool = True
) -> dict[str, float]:
    """The numbers of `state` by parameter name, all finite: exactly `names`, or those in both."""
    numbers = flat(state)
    if not strict:
        numbers = {name: number for name, number in numbers.items() if name in names}
    elif numbers.keys() != set(names):
        raise StateError(f"cannot load into {whose}: {_difference(numbers, names)}")
    bad = [name for name, number in numbers.items() if not math.isfinite(number)]
    if bad:
        raise StateError(f"cannot load into {whose}: {bad[0]} is {numbers[bad[0]]!r}")
    return numbers


def flat(state: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a state, each by its own name: those in lists, arrays and tensors too."""
    if not isinstance(state, Mapping):
        raise KindError(f"a state must be a dict {{name: number}}, not {type(state).__name__}")
    found, todo = {}, list(state.items())[::-1]
    while todo:
        name, entry = todo.pop()
        if hasattr(entry, "tolist"):
            entry = entry.tolist()
        if isinstance(entry, (list, tuple)):
            todo += [(f"{name}[{i}]", inner) for i, inner in enumerate(entry)][::-1]
        else:
            found[name] = as_number(entry, f"{name!r} in a state")
    return found


class Unmatched(NamedTuple):
    """Names that a state and a model do not have in common."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def unmatched(state: Mapping[str, Any], names: Collection[str]) -> Unmatched:
    """The names of a model that a state lacks, and those of the state that the model lacks."""
    given = flat(state)
    return Unmatched([n for n in names if n not in given], [n for n in given if n not in names])


def _difference(numbers: Mapping[str, float], names: Collection[str]) -> str:
    found = [f"{len(names)} parameters are needed and {len(numbers)} were given"]
    missing = [name for name in names if name not in numbers]
    unknown = [str(name) for name in numbers if name not in set(names)]
    for what, those in (("missing", missing), ("unknown", unknown)):
        if those:
            readable = [name if name.isprintable() else repr(name) for name in those]
            found.append(f"{what}: {some(readable, most=3)}")
    return "; ".join(found)


def write(path: str | os.PathLike[str], state: Mapping[str, float], author: str) -> None:
    """Write numbers by name, and what they belong to, to `path`, whose suffix says the format."""
    path = Path(path)
    encode, _ = _codec(path)
    for name, number in state.items():
        if not math.isfinite(number):
            raise StateError(f"not saved: {name} is {number!r}, and such a file is never loaded")
    write_file(path, encode(state, author))


def read(path: str | os.PathLike[str]) -> tuple[dict[str, float], str]:
    """The numbers by name in a file that `write` wrote, and what they belonged to."""
    path = Path(path)
    _, decode = _codec(path)
    content = path.read_bytes()
    try:
        form, author, names, numbers = decode(content)
        if form != FORMAT:
            raise ValueError(f"it says it is {short(form)}")
        if len(names) != len(numbers) or len(set(names)) != len(names):
            raise ValueError("its names and numbers do not match")
    except Exception as error:  # zip, zlib, json and NumPy each have their own for damage
        raise FileFormatError(
            f"{path} is not a file of parameters that nn saved, or it is damaged ({error}); "
            "nothing was loaded"
        ) from None
    return dict(zip(names, numbers, strict=True)), author


def _codec(path: Path) -> Any:
    suffix = path.suffix.lower()
    if suffix not in _CODECS:
        given = f"the suffix {suffix!r}" if suffix else "no suffix"
        raise FileFormatError(
            f"parameters are kept in .npz or .json files; {path} has {given}: "
            f"write {path.stem + '.npz'!r}"
        )
    return _CODECS[suffix]


def _to_npz(state: Mapping[str, float], author: str) -> bytes:
    file = io.BytesIO()
    np.savez(
        file,
        format=np.array(FORMAT),
        author=np.array(author),
        names=np.array(list(state), dtype=np.str_),
        numbers=np.array(list(state.values()), dtype=np.float64),
    )
    return file.getvalue()


def _from_npz(content: bytes) -> Contents:
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        if any(member.compress_type != zipfile.ZIP_STORED for member in members.infolist()):
            raise ValueError("it is compressed")  # and might take any amount of memory
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        form, author = str(archive["format"]), str(archive["author"])
        names, numbers = archive["names"], archive["numbers"]
    if names.ndim != 1 or names.dtype.kind != "U" or numbers.shape != names.shape:
        raise ValueError("its names and numbers do not match")
    if numbers.dtype != np.float64:
        raise ValueError(f"its numbers are {numbers.dtype}, not float64")
    return form, author, names.tolist(), numbers.tolist()


def _to_json(state: Mapping[str, float], author: str) -> bytes:
    contents = {
        "format": FORMAT, "author": author, "crc32": _checksum(state), "parameters": dict(state),
    }  # fmt: skip
    return json.dumps(contents, indent=1, ensure_ascii=False, allow_nan=False).encode()


def _checksum(parameters: Mapping[str, float]) -> int:
    return zlib.crc32(json.dumps(parameters).encode())


def _from_json(content: bytes) -> Contents:
    found = json.loads(content.decode(), object_pairs_hook=_no_repeats)
    parameters = found["parameters"]
    for name, number in parameters.items():
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise ValueError(f"{name} is no number")
    if found["crc32"] != _checksum(parameters):
        raise ValueError("its checksum is wrong")
    numbers = [float(number) for number in parameters.values()]
    return str(found["format"]), str(found["author"]), list(parameters), numbers


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands in it twice")
    return dict(pairs)


_CODECS = {".npz": (_to_npz, _from_npz), ".json": (_to_json, _from_json)}

"""Files of parameters: round trips, and every kind of damage refused with the model unchanged."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import pickle
import stat
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import MLP, FileFormatError, GRUCell, Module, Neuron, NNError, StateError
from nn.models import storage

SUFFIXES = [".npz", ".json"]


def _model(seed: int = 0) -> MLP:
    return MLP(2, [3, 1], seed=seed)


def _refused(path: Path, error: type[NNError], message: str) -> None:
    model = _model()
    before = model.state_dict()
    with pytest.raises(error, match=message) as caught:
        model.load(path)
    assert str(path) in str(caught.value)
    assert model.state_dict() == before


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_round_trip_is_exact(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    model, other = _model(), _model(1)
    model.save(path)
    other.load(str(path))
    assert other.state_dict() == model.state_dict()


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=25, deadline=None)
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3))
def test_every_finite_number_survives(
    tmp_path_factory: Any, suffix: str, numbers: list[float]
) -> None:
    path = tmp_path_factory.mktemp("numbers") / f"n{suffix}"
    state = {f"ω[{i}]": number for i, number in enumerate(numbers)}
    storage.write(path, state, "a “test”")
    found, author = storage.read(path)
    assert author == "a “test”" and list(found) == list(state)
    assert [x.hex() for x in found.values()] == [x.hex() for x in state.values()]


def test_other_models_and_no_parameters_at_all(tmp_path: Path) -> None:
    cell, other = GRUCell(2, 2, seed=0), GRUCell(2, 2, seed=1)
    cell.save(tmp_path / "cell.npz")
    other.load(tmp_path / "cell.npz")
    assert other.state_dict() == cell.state_dict()
    Module().save(tmp_path / "none.npz")
    Module().load(tmp_path / "none.npz")


def test_folders_are_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "model.NPZ"
    _model().save(path)
    assert os.listdir(path.parent) == ["model.NPZ"]
    assert not stat.S_IMODE(path.stat().st_mode) & stat.S_IXUSR


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    link.symlink_to(target)
    _model().save(link)
    assert link.is_symlink()
    assert json.loads(target.read_text())["author"] == "MLP 2→3→1"


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "model.npz"
    _model().save(path)
    before = path.read_bytes()

    def fail(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        _model(1).save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_truncated_files(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    _model().save(path)
    content = path.read_bytes()
    for length in [*range(0, len(content), max(1, len(content) // 40)), len(content) - 1]:
        path.write_bytes(content[:length])
        _refused(path, FileFormatError, "is not a file of parameters that nn saved, or it is dam")


def test_flipped_bytes_never_load_other_numbers(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model = _model()
    model.save(path)
    content = bytearray(path.read_bytes())
    for place in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        other = _model()
        with contextlib.suppress(NNError):
            other.load(path)
        assert other.state_dict() == model.state_dict()


def test_flipped_bits_of_json_never_load_other_numbers(tmp_path: Path) -> None:
    path = tmp_path / "neuron.json"
    neuron = Neuron(1, seed=0)
    neuron.save(path)
    content = path.read_bytes()
    for bit in range(8 * len(content)):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        other = Neuron(1, seed=1)
        before = other.state_dict()
        with contextlib.suppress(NNError):
            other.load(path)
        assert other.state_dict() in (neuron.state_dict(), before)


def test_a_compressed_archive_is_not_unpacked(tmp_path: Path) -> None:
    path, file = tmp_path / "model.npz", io.BytesIO()
    np.savez_compressed(file, numbers=np.zeros(1000))
    path.write_bytes(file.getvalue())
    _refused(path, FileFormatError, "it is compressed")


def test_the_mode_of_an_older_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    _model().save(path)
    path.chmod(0o600)
    _model(1).save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_long_name_and_a_loop_of_links(tmp_path: Path) -> None:
    path = tmp_path / ("m" * 250 + ".npz")
    _model().save(path)
    _model().load(path)
    loop = tmp_path / "loop.npz"
    loop.symlink_to(loop)
    for action in (_model().save, _model().load):
        with pytest.raises(OSError, match=r"loop|levels of symbolic links"):
            action(loop)


def _npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _npz_like(**changes: Any) -> bytes:
    state = _model().state_dict()
    good = {
        "format": storage.FORMAT,
        "author": "MLP",
        "names": np.array(list(state)),
        "numbers": np.array(list(state.values())),
    }
    return _npz(**{k: v for k, v in (good | changes).items() if v is not None})


NPZ_DAMAGE = {
    "text": b"hello",
    "pickle": pickle.dumps({"w": 1.0}),
    "foreign": _npz(W=np.zeros((2, 2))),
    "array": np.arange(3).tobytes(),
    "other version": _npz_like(format="chainrule.nn parameters, version 9"),
    "objects": _npz_like(numbers=np.array([object()] * 13)),
    "text for numbers": _npz_like(numbers=np.array(["1"] * 13)),
    "integers": _npz_like(numbers=np.arange(13)),
    "too few numbers": _npz_like(numbers=np.zeros(12)),
    "table": _npz_like(numbers=np.zeros((13, 1))),
    "names twice": _npz_like(names=np.array(["a"] * 13)),
    "names as numbers": _npz_like(names=np.arange(13)),
    "no names": _npz_like(names=None),
}


@pytest.mark.parametrize("damage", NPZ_DAMAGE)
def test_foreign_npz(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(NPZ_DAMAGE[damage])
    _refused(path, FileFormatError, "nothing was loaded")


def test_a_pickle_inside_is_never_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return (os.mkdir, (str(tmp_path / "owned"),))

    path = tmp_path / "model.npz"
    path.write_bytes(_npz_like(numbers=np.array([Evil()] * 13)))
    _refused(path, FileFormatError, "nothing was loaded")
    path.write_bytes(pickle.dumps(Evil()))
    _refused(path, FileFormatError, "nothing was loaded")
    assert not (tmp_path / "owned").exists()


def _json_like(**changes: Any) -> str:
    good = {"format": storage.FORMAT, "author": "MLP", "parameters": _model().state_dict()}
    contents = {k: v for k, v in (good | changes).items() if v is not None}
    contents.setdefault("crc32", zlib.crc32(json.dumps(contents.get("parameters")).encode()))
    return json.dumps(contents)


JSON_DAMAGE = {
    "text": "hello",
    "list": "[1, 2]",
    "number": "3",
    "deep": "[" * 100_000,
    "foreign": '{"a": 1}',
    "no parameters": _json_like(parameters=None),
    "parameters as list": _json_like(parameters=[1.0]),
    "other version": _json_like(format="something else"),
    "text for a number": _json_like(parameters={"w": "1"}),
    "true": _json_like(parameters={"w": True}),
    "twice": _json_like().replace('"layer1.neuron1.b"', '"layer1.neuron1.w[0]"'),
    "no checksum": json.dumps(
        {"format": storage.FORMAT, "author": "MLP", "parameters": _model().state_dict()}
    ),
    "another checksum": _json_like(crc32=1),
    "too large": _json_like(parameters={"w": 10**400}),
}


@pytest.mark.parametrize("damage", JSON_DAMAGE)
def test_foreign_json(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(JSON_DAMAGE[damage])
    _refused(path, FileFormatError, "nothing was loaded")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(b"\xff\xfe\x00")
    _refused(path, FileFormatError, "nothing was loaded")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_files_of_other_models(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    MLP(2, [4, 1]).save(path)
    _refused(path, StateError, r"into MLP 2→3→1 \(.* was saved from MLP 2→4→1\): 13 parameters "
             r"are needed and 17 were given; unknown: layer1.neuron4")  # fmt: skip


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_in_json(tmp_path: Path, bad: float) -> None:
    path = tmp_path / "model.json"
    state = _model().state_dict() | {"layer1.neuron2.b": bad}
    path.write_text(_json_like(parameters=state))
    _refused(path, StateError, r"layer1.neuron2.b is (nan|inf|-inf)")


def test_numbers_that_are_not_finite_in_npz(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(_npz_like(numbers=np.full(13, np.nan)))
    _refused(path, StateError, r"layer1.neuron1.w\[0\] is nan")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_model_with_nan_is_not_saved(tmp_path: Path, suffix: str) -> None:
    model = _model()
    model.layers[0].neurons[0].b.data = float("nan")
    with pytest.raises(StateError, match=r"not saved: layer1.neuron1.b is nan"):
        model.save(tmp_path / f"model{suffix}")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["model", "model.pkl", "model.pt"])
def test_other_suffixes(tmp_path: Path, name: str) -> None:
    for action in (_model().save, _model().load):
        with pytest.raises(FileFormatError, match=r"write 'model.npz'"):
            action(tmp_path / name)


def test_missing_files_are_the_usual_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _model().load(tmp_path / "no.npz")
    with pytest.raises(OSError, match="directory"):
        (tmp_path / "folder.npz").mkdir()
        _model().save(tmp_path / "folder.npz")
    assert os.listdir(tmp_path) == ["folder.npz"]

"""Machine code in a folder: taken by other processes, unless it is damaged or of something else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
import autograd.program.running.native as running
from autograd import Value
from autograd import compile as compiled
from autograd.program.native.stored import Stored

W = Value(1.5)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for machine code, and nothing kept in this process."""
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path / "kept" / "code"))
    running.engine.cache_clear()
    return tmp_path / "kept" / "code"


def result(factor: float = 0.75) -> tuple[float, list[float]]:
    """A program's value and gradient, compiled anew."""
    running.engine.cache_clear()
    program = compiled(lambda x: ag.sin(W * x) * factor, backend="native")
    value, gradient = program.value_and_grad(np.array([0.5, 1.0, 2.0]))
    return value, gradient.tolist()


def test_code_is_kept_and_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = result()
    (file,) = folder.iterdir()
    before = file.stat().st_mtime_ns
    read: list[bytes | None] = []
    reader = Stored.read

    def noted(stored: Stored) -> bytes | None:
        read.append(reader(stored))
        return read[-1]

    monkeypatch.setattr(Stored, "read", noted)
    assert result() == first
    assert read == [file.read_bytes()[32:]]
    assert file.stat().st_mtime_ns == before
    result(0.5)
    assert len([*folder.iterdir()]) == 2


def test_another_process_takes_it(folder: Path) -> None:
    script = (
        "import numpy as np, autograd as ag\n"
        "w = ag.Value(1.5)\n"
        "program = ag.compile(lambda x: ag.sin(w * x) * 0.75, backend='native')\n"
        "value, gradient = program.value_and_grad(np.array([0.5, 1.0, 2.0]))\n"
        "print(repr((value, gradient.tolist())))"
    )
    want = repr(result())
    (file,) = folder.iterdir()
    before = file.stat().st_mtime_ns
    where = os.pathsep.join(sys.path)
    run = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": where}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == want
    assert [*folder.iterdir()] == [file]
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", [
    lambda data: b"", lambda data: data[:-1], lambda data: data[:32], lambda data: data + b"x",
    lambda data: data[:500] + bytes([data[500] ^ 1]) + data[501:],
    lambda data: bytes([data[0] ^ 1]) + data[1:],
])  # fmt: skip
def test_damaged_files_are_ignored_and_written_anew(folder: Path, damage: Any) -> None:
    want = result()
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert result() == want
    assert file.read_bytes() == whole
    assert len([*folder.iterdir()]) == 1


def test_code_of_something_else_is_ignored(folder: Path) -> None:
    """A file under another's name, whole as it is."""
    result(0.25)
    (other,) = folder.iterdir()
    code = other.read_bytes()
    other.unlink()
    want = result()
    (file,) = folder.iterdir()
    file.write_bytes(code)
    assert result() == want


def test_a_folder_that_cannot_be_written_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    want = result()

    def full(*_: Any, **__: Any) -> Any:
        raise OSError("no space left on device")

    for file in folder.iterdir():
        file.unlink()
    for name in ("tempfile.mkstemp", "os.replace"):
        monkeypatch.setattr(name, full)
        assert result() == want
        assert not [*folder.iterdir()]
    monkeypatch.undo()
    monkeypatch.setenv("CHAINRULE_CACHE", str(Path(__file__) / "inside a file"))
    with pytest.raises(OSError, match="test_stored"):
        result()


def test_no_folder_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHAINRULE_CACHE", "")
    result()
    assert not [*tmp_path.iterdir()]

"""The compiled core: when its binaries run, and how they are built."""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd.builds import SUFFIX, Binaries, serve_binaries
from autograd.fingerprint import fingerprint, modules

ROOT = Path(__file__).parents[1]
BINARY = Path(np.random.mtrand.__file__).read_bytes()

can_compile = pytest.mark.skipif(
    os.environ.get("CHAINRULE_COMPILE") == "0"
    or not importlib.util.find_spec("Cython")
    or not shutil.which("cc")
    or not Path(sysconfig.get_path("include"), "Python.h").exists(),
    reason="needs Cython, a C compiler, Python's headers, and CHAINRULE_COMPILE not 0",
)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one typed module, `room.core`, and one that is not."""
    monkeypatch.delenv("CHAINRULE_COMPILE", raising=False)
    room = tmp_path / "package" / "room"
    room.mkdir(parents=True)
    for name in ("core.py", "core.pxd", "other.py"):
        (room / name).write_text(f"# {name}\n")
    return room.parent


def put_binary(package: Path, mark: str, contents: bytes, suffix: str = SUFFIX) -> Path:
    path = package / "binaries" / mark / f"room.core{suffix}"
    path.parent.mkdir(parents=True)
    path.write_bytes(contents)
    return path


# The fingerprint


def test_a_module_with_a_file_of_types_is_compiled(package: Path) -> None:
    assert modules(package) == {"room.core": package / "room" / "core.py"}
    assert "node.recording" in modules(ROOT / "autograd")


@pytest.mark.parametrize("name", ["core.py", "core.pxd", "core.pyx", "other.pxd"])
def test_the_fingerprint_is_that_of_all_that_is_compiled(package: Path, name: str) -> None:
    before = fingerprint(package)
    assert fingerprint(package) == before
    with (package / "room" / name).open("a") as file:
        file.write(" \n")
    assert fingerprint(package) != before


def test_the_fingerprint_is_not_that_of_other_files(package: Path) -> None:
    before = fingerprint(package)
    (package / "room" / "other.py").write_text("# changed\n")
    put_binary(package, before, b"")
    assert fingerprint(package) == before


# Which build runs


def test_without_binaries_for_this_interpreter_nothing_is_said(
    package: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not serve_binaries(package)
    put_binary(package, "0", b"", ".cpython-27-other.so")
    assert not serve_binaries(package)
    assert capfd.readouterr() == ("", "")


def test_binaries_of_changed_sources_do_not_run(
    package: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    put_binary(package, "0", b"")
    assert not serve_binaries(package)
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert "sources have changed since they were compiled; `make fast`" in said


def test_the_environment_turns_them_off(
    package: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    put_binary(package, "0", b"")
    monkeypatch.setenv("CHAINRULE_COMPILE", "0")
    assert not serve_binaries(package)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kept", [0, 50, 0.5, -1])
def test_a_damaged_binary_does_not_run(
    package: Path, capfd: pytest.CaptureFixture[str], kept: float
) -> None:
    end = int(kept * len(BINARY)) if isinstance(kept, float) else kept
    path = put_binary(package, fingerprint(package), BINARY[:end])
    before = [*sys.meta_path]
    assert not serve_binaries(package)
    assert sys.meta_path == before
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert f"its compiled core cannot be loaded ({path}: " in said
    assert "PyInit" not in said  # what is said of a whole one, as that of another module


def test_a_missing_binary_among_others_is_said(
    package: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (package / "room" / "before.pxd").write_text("")
    put_binary(package, fingerprint(package), BINARY)
    assert not serve_binaries(package)
    said = capfd.readouterr().err
    assert "its compiled core cannot be loaded (" in said
    assert f"room.before{SUFFIX}" in said


def test_other_modules_are_left_to_others(package: Path) -> None:
    (package / "room" / "core.pxd").unlink()
    assert Binaries(package, package).find_spec("autograd.value") is None


def test_the_core_is_what_is_said() -> None:
    for name, source in modules(ROOT / "autograd").items():
        module = sys.modules[f"autograd.{name}"]
        assert module.__file__ == str(source)  # pytest would import another copy of it
        binary = getattr(module.__loader__, "path", "").endswith((*EXTENSION_SUFFIXES,))
        assert binary == autograd.compiled


# What a build makes


def build(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *arguments],
        cwd=tree, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def run(folder: Path, code: str, **environment: str) -> tuple[str, str]:
    """Output and errors of Python code that imports from this folder."""
    environment = {"CHAINRULE_COMPILE": "", "PYTHONPATH": str(folder)} | environment
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return found.stdout.strip(), found.stderr


WHICH = "import autograd; print(autograd.compiled)"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The source archive, unpacked."""
    assert build(ROOT, "-t", "sdist", "-d", str(tmp_path), CHAINRULE_COMPILE="1").returncode == 0
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    return tmp_path / f"chainrule-{autograd.__version__}"


def contents(tree: Path) -> set[str]:
    return {str(path.relative_to(tree)) for path in tree.rglob("*")}


def test_a_wheel_is_pure_unless_asked(tree: Path) -> None:
    before = contents(tree)
    made = build(tree, "-t", "wheel", "-d", "../wheel", CHAINRULE_COMPILE="")
    assert (made.returncode, "CHAINRULE" in made.stdout + made.stderr) == (0, False)
    (wheel,) = (tree.parent / "wheel").iterdir()
    assert wheel.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if "binaries" in name]
    assert contents(tree) == before


def test_without_a_compiler_a_wheel_is_pure_and_says_so(tree: Path) -> None:
    made = build(tree, "-t", "wheel", "-d", "../wheel", CHAINRULE_COMPILE="1", CC="no-compiler")
    assert made.returncode == 0
    assert "CHAINRULE_COMPILE=1, but " in made.stdout + made.stderr
    assert [path.name[-17:] for path in (tree.parent / "wheel").iterdir()] == ["-py3-none-any.whl"]


def test_another_word_for_yes_is_refused(tree: Path) -> None:
    made = build(tree, "-t", "wheel", CHAINRULE_COMPILE="yes")
    assert made.returncode == 1
    assert "CHAINRULE_COMPILE is 'yes'; write 1 to compile the core, or 0" in made.stderr


@can_compile
def test_a_compiler_that_fails_is_heard(tree: Path) -> None:
    made = build(tree, "-t", "wheel", CHAINRULE_COMPILE="1", CC="cc -no-such-option")
    assert made.returncode == 1
    assert "-no-such-option" in made.stderr


@can_compile
def test_a_compiled_wheel_runs_from_where_it_is_unpacked(tree: Path, tmp_path: Path) -> None:
    before = contents(tree)
    made = build(tree, "-t", "wheel", "-d", "../wheel", CHAINRULE_COMPILE="1")
    assert made.returncode == 0, made.stderr
    assert contents(tree) == before
    (wheel,) = (tmp_path / "wheel").iterdir()
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    assert wheel.name.startswith(f"chainrule-{autograd.__version__}-{version}-{version}-")
    place = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    assert run(place, WHICH) == ("True", "")
    assert run(place, WHICH, CHAINRULE_COMPILE="0") == ("False", "")

    gradients = "from autograd import Value; x = Value(3.0); (x * x.exp()).backward(); print(x)"
    assert run(place, gradients) == run(place, gradients, CHAINRULE_COMPILE="0")

    with (place / "autograd" / "node" / "recording.py").open("a") as file:
        file.write("# a change\n")
    output, said = run(place, WHICH)
    assert output == "False"
    assert "its sources have changed" in said


@can_compile
def test_a_checkout_keeps_the_binaries_of_its_sources_only(tree: Path) -> None:
    before = contents(tree)
    old = put_binary(tree / "autograd", "0", b"")
    arguments = ("--hooks-only", "-t", "wheel:editable", "-d", "..")
    assert build(tree, *arguments, CHAINRULE_COMPILE="").returncode == 0
    assert old.exists()
    made = build(tree, *arguments, CHAINRULE_COMPILE="1")
    assert made.returncode == 0, made.stderr
    place = f"autograd/binaries/{fingerprint(tree / 'autograd')}"
    binaries = {f"{place}/{name}{SUFFIX}" for name in modules(tree / "autograd")}
    assert contents(tree) == before | binaries | {place, "autograd/binaries"}
    assert run(tree, WHICH) == ("True", "")


@pytest.mark.skipif(not autograd.compiled, reason="needs the compiled core (make fast)")
@pytest.mark.parametrize(("writer", "reader"), [("0", ""), ("", "0")])
def test_pickles_pass_between_the_builds(writer: str, reader: str) -> None:
    write = """
import pickle
from autograd import Value, sum
x = Value(2.0, label="x")
y = x * 3.0 + sum([x, x.exp()])
y.backward()
print(pickle.dumps([x, y]).hex())
"""
    found, said = run(ROOT, write, CHAINRULE_COMPILE=writer)
    read = f"""
import pickle
x, y = pickle.loads(bytes.fromhex("{found}"))
before = x.data, x.grad, x.label, y.data
x.grad = 0.0
y.backward()
print((before, x.grad))
"""
    assert said == ""
    again = run(ROOT, read, CHAINRULE_COMPILE=reader)
    assert again == run(ROOT, read, CHAINRULE_COMPILE=writer)
    x, y = pickle.loads(bytes.fromhex(found))
    assert again == (str(((x.data, x.grad, "x", y.data), x.grad)), "")

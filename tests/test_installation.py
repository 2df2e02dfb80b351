"""What an environment can get wrong: PyPI's package of the same import name."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import autograd

ROOT = Path(__file__).parents[1]


def run(code: str, *folders: Path) -> subprocess.CompletedProcess[str]:
    """Run Python code with these folders first on the import path."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    return subprocess.run(
        [sys.executable, "-W", "default", "-c", code],
        env=environment, capture_output=True, text=True, check=False, cwd=folders[0],
    )  # fmt: skip


def test_ours_says_so_when_the_namesake_is_installed_beside_it(tmp_path: Path) -> None:
    info = tmp_path / "autograd-1.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: autograd\nVersion: 1.9\n")
    found = run("import autograd; print(autograd.Value(2.0) * 3)", tmp_path, ROOT)
    assert found.returncode == 0, found.stderr
    assert "Value(data=6.0" in found.stdout
    assert "also holds the PyPI package autograd 1.9" in found.stderr
    assert "Use a separate environment" in found.stderr


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_a_namesake_that_shadows_ours_is_explained(tmp_path: Path, package: str) -> None:
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("def grad(f): ...\n")
    found = run(f"import {package}", tmp_path, ROOT)
    assert found.returncode == 1
    assert "ImportError" in found.stderr
    assert "PyPI" in found.stderr
    assert "pip uninstall autograd" in found.stderr


@pytest.mark.parametrize("package", ["nn", "viz"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("autograd.py", "class Value: ...\n"),
        ("autograd.py", "class Value: ...\ndef grad(f): ...\nclass Program: ...\n"),
        ("autograd.py", "import {package}\n"),
        ("autograd/__init__.py", "from .engine import Value\n"),
    ],
)
def test_a_file_of_the_users_own_that_hides_the_engine_is_named(
    tmp_path: Path, package: str, name: str, text: str
) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text.format(package=package))
    (file.parent / "engine.py").write_text("class Value: ...\n")
    found = run(f"import {package}", tmp_path, ROOT)
    assert found.returncode == 1
    error = found.stderr.strip().splitlines()[-1]
    assert error.startswith("ImportError: the package `autograd` that Python found is not")
    assert str(file if name.endswith(".py") and "/" not in name else file.parent) in error
    assert "If that is a file or folder of your own, give it another name." in error


def test_an_ordinary_environment_is_silent() -> None:
    found = run("import autograd, viz", ROOT)
    assert (found.returncode, found.stderr) == (0, "")


def test_what_is_published_is_whole(tmp_path: Path) -> None:
    """Types and page assets in the wheel; tests and the README's picture in the source archive."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", tmp_path], cwd=ROOT, check=True
    )
    (wheel,), (source,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    version = f"chainrule-{autograd.__version__}"
    assert wheel.name.startswith(version)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {f"{package}/py.typed" for package in ("autograd", "nn", "viz")} <= set(names)
    assert {"viz/assets/stepper.css", "viz/assets/page.js", "viz/assets/live/page.html"} <= set(
        names
    )
    assert not [name for name in names if name.startswith(("tests", "notebooks", "benchmarks"))]
    with tarfile.open(source) as archive:
        found = {name.partition("/")[2] for name in archive.getnames()}
    needed = ["README.md", "CHANGELOG.md", "LICENSE", "docs/neuron.svg", "tests/test_readme.py"]
    assert {
        *needed,
        "tests/autograd/support/registry.py",
        "tests/viz/figure/golden/square.gv",
    } <= found

"""Types as a user's project sees them, through the three packages' `py.typed`."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn", "viz")

RIGHT = """
from typing import assert_type

import autograd
import nn
import viz
from autograd import Value, grad, no_grad


class Line(nn.Module):
    def __init__(self) -> None:
        self.w = Value(0.5)

    def __call__(self, x: list[float]) -> Value:
        return autograd.tanh(self.w * x[0])


x = Value(2.0)
y = x * 3 + x**2 - 1 / x
y.backward()
number: float = y.data
print(number, x.grad, grad(lambda t: t * t)(3.0))
model = Line()
history = nn.fit(model, [[1.0], [2.0]], [0.5, 0.7], epochs=2, progress=False)
assert_type(history, nn.History)
assert_type(history.loss, list[float])
assert_type(model.state_dict(), dict[str, float])
assert_type(model.requires_grad_(False), Line)
nn.Adam(model.parameters(), lr=0.1).step()
with no_grad():
    print(nn.predict(model, [[1.0]]), nn.accuracy(model, [[1.0]], [1], threshold=0.5))
assert_type(nn.diagnose(nn.MLP(2, [1]), [[1.0, 2.0]], [1.0]), nn.Diagnosis)
print(autograd.compile(lambda t: model([t]))(1.0), viz.draw(y), viz.derive(y, x))
"""

WRONG = {
    "nn.fit(1)": "Missing positional argument",
    "nn.MLP('a', [3])": "incompatible type",
    "nn.mistaken": "no attribute",
    "viz.mistaken": "no attribute",
    "autograd.mistaken": "no attribute",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment in which the packages are installed."""
    pytest.importorskip("mypy")
    folder = tmp_path_factory.mktemp("project")
    venv.create(folder / "environment", symlinks=True)
    (installed,) = folder.glob("environment/lib/python*/site-packages")
    for package in PACKAGES:
        (installed / package).symlink_to(ROOT / package)
    return folder


def checked(project: Path, code: str) -> str:
    (project / "script.py").write_text(code)
    python = project / "environment" / "bin" / "python"
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", f"--python-executable={python}", "script.py"],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.stdout + found.stderr


def test_a_users_project_passes_in_strict_mode(project: Path) -> None:
    assert checked(project, RIGHT).startswith("Success: no issues found")


def test_a_users_mistakes_are_found(project: Path) -> None:
    lines = checked(project, "import autograd, nn, viz\n" + "\n".join(WRONG)).splitlines()
    for number, message in enumerate(WRONG.values(), start=2):
        found = [line for line in lines if line.startswith(f"script.py:{number}: error: ")]
        assert any(message in line for line in found), (number, lines)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_that_it_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()

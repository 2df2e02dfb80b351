"""Exported files, run: C in a shared object, JavaScript in Node (or Chromium), Python elsewhere.

A `Case` is a function at some points. A `Suite` exports all its cases, compiles and starts each
language once, and compares values, gradients and Jacobians with the eager engine. Python runs in an
interpreter that has no chainrule.
"""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from autograd_support import assert_same
from program_support import assert_close, eager, float_arguments

import autograd as ag
from autograd import Value

FLAGS = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic")
NODE, CC = shutil.which("node"), shutil.which("cc")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
Found = tuple[float, list[float], list[float]]
"""A value, a gradient, and a Jacobian of one row."""


class Case(NamedTuple):
    """A function of the arguments in each of `points`, which are of one structure.

    Attributes:
        parameters: what it is differentiated by; by its arguments if there are none.
    """

    name: str
    function: Callable[..., Any]
    points: Sequence[Sequence[Any]]
    rel: float = 1e-12
    scale: float = 0.0
    parameters: Sequence[Value] = ()


class Exported:
    """A case's program, the numbers that its files are given, and what they are to give."""

    def __init__(self, case: Case) -> None:
        self.case = case
        floats = None if case.parameters else float_arguments(case.points[0])
        self.program = ag.compile(case.function, argnums=floats, batched=False)
        self.program.trace(*case.points[0])
        self.inputs = [[n for arg in point for n in numbers(arg)] for point in case.points]
        self.parameters = [p.data for p in self.program.parameters]
        self.size = len(self.parameters) if case.parameters else len(self.inputs[0])
        self.wanted = [*map(self._eager, case.points)]

    def _eager(self, point: Sequence[Any]) -> tuple[float, list[float]]:
        value, slopes, by_inputs = eager(self.case.function, point, self.program.parameters)
        return value, slopes if self.case.parameters else by_inputs

    def assert_agrees(self, found: Sequence[Found]) -> None:
        """Raise unless the numbers of a file are those of the eager engine."""
        case = self.case
        for point, row, (value, slopes) in zip(case.points, found, self.wanted, strict=True):
            what = f"{case.name}{tuple(point)}"
            assert_close(row[0], value, rel=case.rel, scale=case.scale, what=what)
            for part in row[1:]:
                for i, (got, want) in enumerate(zip(part, slopes, strict=True)):
                    close = {"rel": case.rel, "scale": case.scale}
                    assert_close(got, want, what=f"{what}, slope {i}", **close)


def numbers(x: Any) -> list[float]:
    """All numbers of an argument, in the order of a file's inputs."""
    if isinstance(x, (list, tuple)):
        return [n for part in x for n in numbers(part)]
    return [float(n) for n in x.ravel()] if hasattr(x, "ravel") else [float(x)]


def run_c(cases: Sequence[Exported], folder: Path, *flags: str) -> Iterator[list[Found]]:
    """Every case at every point, from one shared object."""
    files = [folder / f"{one.case.name}.c" for one in cases]
    library = folder / "all.so"
    every = folder / "all.c"
    every.write_text("".join(f'#include "{file}"\n' for file in files))
    command = [str(CC), *FLAGS, *flags, "-fPIC", "-shared", str(every), "-o", str(library), "-lm"]
    subprocess.run(command, check=True)
    loaded = ctypes.CDLL(str(library))
    for one in cases:
        yield [_c_results(loaded, one, inputs) for inputs in one.inputs]


def _c_results(library: Any, one: Exported, inputs: list[float]) -> Found:
    value, both, jacobian = (
        getattr(library, f"{one.case.name}_{what}")
        for what in ("value", "value_and_gradient", "jacobian")
    )
    value.restype = both.restype = ctypes.c_double
    given = [(ctypes.c_double * len(xs))(*xs) for xs in (inputs, one.parameters)]
    size = one.size
    gradient, values, rows = [(ctypes.c_double * n)() for n in (size, 1, size)]
    found = both(*given, gradient)
    jacobian(*given, values, rows)
    for again in (value(*given), values[0]):
        assert_same(again, found, "the value, by another function")
    return found, list(gradient), list(rows)


_JAVASCRIPT = """
const text = (x) => Object.is(x, -0) ? "-0" : String(x);
const answer = async (task) => {
  const all = [];
  for (const [file, inputs, parameters] of task) {
    const m = await import(file), theta = parameters.map(Number);
    all.push(inputs.map((xs) => {
      const x = xs.map(Number), both = m.valueAndGrad(x, theta), [row] = m.jacobian(x, theta);
      return [both.value, ...both.gradient, ...row, m.value(x, theta)].map(text);
    }));
  }
  return JSON.stringify(all);
};
"""
_NODE = """
import { readFileSync } from "fs";
console.log(await answer(JSON.parse(readFileSync(0))));
"""
_PAGE = """
<pre id="answer"></pre><script type="module">
%s
document.getElementById("answer").textContent = await answer(%s);
</script>
"""


def run_javascript(
    cases: Sequence[Exported], folder: Path, *, browser: bool
) -> Iterator[list[Found]]:
    """Every case at every point, from its module, in Node or in a headless Chromium."""
    modules = [(folder / f"{one.case.name}.js").read_bytes() for one in cases]
    addresses = [f"data:text/javascript;base64,{b64encode(text).decode()}" for text in modules]
    task = [
        [address, [[*map(js, xs)] for xs in o.inputs], [*map(js, o.parameters)]]
        for address, o in zip(addresses, cases, strict=True)
    ]
    if not browser:
        command = [str(NODE), "--input-type=module", "-e", _JAVASCRIPT + _NODE]
        yield from _read(cases, _answer(command, task))
        return
    page = folder / "page.html"
    page.write_text(_PAGE % (_JAVASCRIPT, json.dumps(task)))
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000")
    command = [str(CHROMIUM), *flags, f"--user-data-dir={folder}", "--dump-dom", page.as_uri()]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    yield from _read(cases, json.loads(shown.partition('"answer">')[2].partition("<")[0]))


def js(x: float) -> str:
    """A float as JavaScript's Number() reads it."""
    return "NaN" if x != x else repr(x).replace("inf", "Infinity")


_PYTHON = """
import importlib.util, json, sys
sys.modules.update(dict.fromkeys(("autograd", "nn", "viz", *sys.argv[1].split())))
all = []
for file, inputs, parameters, batch in json.load(sys.stdin):
    spec = importlib.util.spec_from_file_location("file", file)
    m = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(m)
    theta, examples = [*map(float, parameters)], [[*map(float, x)] for x in inputs]
    if batch:
        values, gradients = m.value_and_grad(examples, theta)
        rows = m.jacobian(examples, theta)[:, 0], m.value(examples, theta)
        table = zip(values, gradients, *rows, strict=True)
    else:
        table = ((*m.value_and_grad(x, theta), m.jacobian(x, theta)[0], m.value(x, theta))
                 for x in examples)
    all.append([[*map(repr, map(float, [value, *gradient, *row, again]))]
                for value, gradient, row, again in table])
print(json.dumps(all))
"""


def run_python(cases: Sequence[Exported], folder: Path, missing: str) -> Iterator[list[Found]]:
    """Every case at every point, in an interpreter that has no chainrule (nor what is missing).

    With NumPy, all points are one batch, where the gradient is not of their mean.
    """
    task = [
        [f"{folder}/{o.case.name}.py", [[*map(repr, xs)] for xs in o.inputs],
         [*map(repr, o.parameters)], missing != "numpy" and not o.case.parameters]
        for o in cases
    ]  # fmt: skip
    command = [sys.executable, "-I", "-W", "error", "-c", _PYTHON, missing]
    yield from _read(cases, _answer(command, task))


def _answer(command: list[str], task: Any) -> Any:
    given = json.dumps(task)
    return json.loads(
        subprocess.run(command, check=True, input=given, stdout=subprocess.PIPE, text=True).stdout
    )


def _read(cases: Sequence[Exported], results: list[Any]) -> Iterator[list[Found]]:
    for one, rows in zip(cases, results, strict=True):
        size, found = one.size, []
        for row in rows:
            value, *rest = map(float, row)
            assert_close(rest[-1], value, rel=1e-14, scale=0.0, what="the value alone")
            found.append((value, rest[:size], rest[size : 2 * size]))
        yield found


class Suite:
    """Cases, traced and computed eagerly once for all languages."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = [*map(Exported, cases)]

    def assert_agrees_in(self, language: str, folder: Path, optimised: int = 0) -> None:
        """Raise unless the files of a language give the eager engine's numbers."""
        tool = {"c": CC, "js": NODE or CHROMIUM}.get(language, sys.executable)
        if tool is None:
            pytest.skip(f"nothing here runs {language}")
        suffix, straight = (
            f".{language}" if language in ("c", "js") else ".py",
            language == "straight",
        )
        for one in self.cases:
            name = one.case.name
            one.program.export(
                folder / f"{name}{suffix}", name=name, jacobian=True, straight=straight
            )
        if language == "c":
            results = run_c(self.cases, folder, f"-O{optimised}")
        elif language == "js":
            results = run_javascript(self.cases, folder, browser=NODE is None)
        else:
            results = run_python(self.cases, folder, "numpy" if straight else "scipy")
        wrong: list[str] = []
        for one, found in zip(self.cases, results, strict=True):
            try:
                one.assert_agrees(found)
            except AssertionError as error:
                wrong.append(str(error))
        listed = "\n".join(wrong[:40])
        assert not wrong, f"{language}: {len(wrong)} wrong\n{listed}"

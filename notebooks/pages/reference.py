"""The reference: which public names there are, on which page each stands, and these pages.

A page lists its names with their summaries and then documents each with Sphinx's autodoc. The
index lists all names of all packages. No name is written here: a new one finds its page by the
room that it is defined in.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from notebooks.pages.docstrings import outside_code
from notebooks.pages.primitives import primitives_page

PAGES: dict[str, dict[str, str]] = {
    "autograd": {
        "Values and gradients": "value node backward core labels interop",
        "Elementary functions": "primitives.arithmetic primitives.elementary "
        "primitives.trigonometry primitives.gamma",
        "Activations": "primitives.activations",
        "Sums and other reductions": "primitives.reductions",
        "Choices and comparisons": "primitives.selection primitives.comparisons "
        "primitives.indexing",
        "Primitives of your own": "primitives",
        "Derivatives of functions": "transforms implicit check",
        "Programs": "program builds files",
        "The graph": "graph node_sets",
        "Modes and lints": "context",
        "Errors and warnings": "errors extras",
    },
    "autograd.linalg": {"Linear algebra": ""},
    "autograd.scipy": {"With SciPy": ""},
    "nn": {
        "Models": "models",
        "Losses as classes": "losses",
        "Training": "training",
        "Optimisers and schedules": "optim",
        "Diagnosis": "diagnosis",
        "Errors": "errors",
    },
    "nn.losses": {"Losses": ""},
    "nn.data": {"Data": ""},
    "nn.activations": {"Activations by name": ""},
    "nn.init": {"First weights": ""},
    "nn.noise": {"Noise": ""},
    "nn.optim.schedules": {"Schedules by name": ""},
    "nn.matrix": {"The matrix form": ""},
    "nn.estimators": {"Estimators": ""},
    "viz": {
        "Figures": "figure layout",
        "Tables": "tables",
        "Formulas and derivations": "formulas",
        "Steps": "steps",
        "Live pages": "live",
        "Questions": "questions",
        "Plots": "plots",
        "Errors": "errors extras",
    },
}
"""Of each module with public names: its pages, each with the rooms whose names stand on it; all
names of a module inside a package stand on one."""

WARNINGS = "errors."
"""The room for exceptions and warnings, wherever they are defined."""


class Name(NamedTuple):
    """A public name: the module that exports it, itself, and the thing that it means."""

    module: str
    name: str
    thing: Any

    @property
    def full(self) -> str:
        """The name as one may import it."""
        return f"{self.module}.{self.name}"


def public_names(module: str) -> list[Name]:
    """The names that a module exports, without modules, which have pages of their own.

    What the whole package exports, too, stands with the package.
    """
    owner = importlib.import_module(module)
    listed = [*getattr(owner, "__all__", ()), *getattr(owner, "_BUILT_IN", ())] or [
        name
        for name, thing in vars(owner).items()
        if not name.startswith("_") and getattr(thing, "__module__", "") == module
    ]
    package = importlib.import_module(module.split(".")[0])
    above = {} if owner is package else {name: getattr(package, name) for name in package.__all__}
    names = (Name(module, name, getattr(owner, name)) for name in listed)
    return [
        one
        for one in names
        if not isinstance(one.thing, ModuleType) and above.get(one.name) is not one.thing
    ]


def write(folder: Path) -> None:
    """Write the pages into a new folder."""
    folder.mkdir()
    (folder / "primitives.md").write_text(primitives_page(), encoding="utf-8")
    parts = []
    for module, pages in PAGES.items():
        sorted_names = _by_page(module, pages)
        for title, names in sorted_names.items():
            stem = f"{module}-{title}".lower().replace(" ", "-")
            (folder / f"{stem}.rst").write_text(_page(module, title, names), encoding="utf-8")
            parts.append((module, title, stem, names))
    (folder / "index.rst").write_text(_index(parts), encoding="utf-8")


def _by_page(module: str, pages: dict[str, str]) -> dict[str, list[Name]]:
    """The names of each page, those of its first room first."""
    if "." in module:
        return dict.fromkeys(pages, public_names(module))
    left = [(one, _home(one)) for one in public_names(module)]
    found: dict[str, list[Name]] = {}
    for title, rooms in pages.items():
        for room in rooms.split():
            here = [one for one, home in left if home.startswith(f"{room}.")]
            left = [(one, home) for one, home in left if not home.startswith(f"{room}.")]
            found[title] = [*found.get(title, []), *here]
    if left:
        one, home = left[0]
        raise LookupError(
            f"{one.full} is defined in {module}.{home[:-1]}, for which the reference has no page: "
            f"give that room one in {__name__}.PAGES"
        )
    return {title: names for title, names in found.items() if names}


def _home(one: Name) -> str:
    """The module within its package in which a name is defined, with a point after it."""
    if isinstance(one.thing, type) and issubclass(one.thing, BaseException):
        return WARNINGS
    home = getattr(one.thing, "__module__", None)
    package = one.module.split(".")[0]
    if home is None or not home.startswith(f"{package}."):  # a constant, or another package's class
        home = _home_of_constant(one)
    return f"{home.partition('.')[2]}."


def _home_of_constant(one: Name) -> str:
    package = one.module.split(".")[0]
    for module in _modules(package):
        if one.name in _constants(module.__name__):
            return module.__name__
    raise LookupError(f"{one.full} has no docstring below its assignment")


@cache
def _constants(module: str) -> dict[str, str]:
    """The docstrings that stand below assignments of a module, by the names assigned to."""
    found = {}
    for first, second in pairwise(ast.parse(inspect.getsource(sys.modules[module])).body):
        targets = (
            first.targets if isinstance(first, ast.Assign) else [getattr(first, "target", None)]
        )
        text = getattr(second, "value", None) if isinstance(second, ast.Expr) else None
        if isinstance(targets[0], ast.Name) and isinstance(getattr(text, "value", None), str):
            found[targets[0].id] = inspect.cleandoc(text.value)
    return found


def _modules(package: str) -> Iterator[ModuleType]:
    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] == package and getattr(module, "__file__", None):
            yield module


def _page(module: str, title: str, names: list[Name]) -> str:
    entries = "\n".join(map(_entry, names))
    return f"{_heading(f'{module}: {title}', '=')}\n{_summaries(names)}\n{entries}"


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}\n"


def _summaries(names: list[Name]) -> str:
    rows = "\n".join(f"   * - :py:obj:`~{one.full}`\n     - {summary(one)}" for one in names)
    return f".. list-table::\n   :class: names\n\n{rows}\n"


def summary(one: Name) -> str:
    """The first paragraph of a name's docstring, as reStructuredText."""
    first = documentation(one).split("\n\n")[0]
    return outside_code(" ".join(first.split()))


def documentation(one: Name) -> str:
    """The docstring of a name; of a constant the text below its assignment."""
    if _is_constant(one.thing):
        return _constants(_home_of_constant(one))[one.name]
    return inspect.getdoc(one.thing) or ""


def _is_constant(thing: Any) -> bool:
    return not callable(thing)


def _entry(one: Name) -> str:
    if _is_constant(one.thing):
        text = documentation(one).replace("\n", "\n   ")
        return f".. py:data:: {one.full}\n\n   {text}\n"
    if not isinstance(one.thing, type):
        return f".. autofunction:: {one.full}\n"
    if issubclass(one.thing, BaseException):
        return f".. autoexception:: {one.full}\n"
    bases = _known_bases(one.thing)
    return f".. autoclass:: {one.full}\n   :members:\n   :inherited-members: {bases}\n"


@cache
def _classes() -> set[type]:
    names = (one.thing for module in PAGES for one in public_names(module))
    return {thing for thing in names if isinstance(thing, type)}


def _known_bases(cls: type) -> str:
    """The bases whose members are not repeated: they are Python's, or have an entry."""
    known = _classes()
    own = {base for base in cls.__mro__[1:] if base in known}
    foreign = {base for base in cls.__mro__ if base.__module__.split(".")[0] not in PAGES}
    return ", ".join(sorted(base.__name__ for base in own | foreign))


def _index(parts: list[tuple[str, str, str, list[Name]]]) -> str:
    text = _heading("Reference", "=")
    text += (
        "\nEvery public name in one line; its page has formulas, errors, examples and source.\n\n"
    )
    stems = "\n".join(f"   {stem}" for _, _, stem, _ in parts)
    text += f".. toctree::\n   :hidden:\n\n   primitives\n{stems}\n\n"
    for module, title, stem, names in parts:
        text += _heading(f":doc:`{module}: {title} <{stem}>`", "-") + "\n"
        text += _summaries(names) + "\n"
    return text

"""The house rules that a machine can read: floors, sizes, public names."""

from __future__ import annotations

import ast
import inspect
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograd

ROOT = Path(autograd.__file__).parent.parent
PACKAGES = ("autograd", "nn", "viz")

# From the ground up: a file or wing (a folder) imports only what stands before it in its package,
# and within a wing no file comes back to itself.
FLOORS = {
    "autograd": (
        "fingerprint builds "
        "errors extras files labels source node_sets core context primitives linalg node "
        "backward interop value graph transforms program implicit check scipy"
    ),
    "nn": (
        "errors text foreign checks extras noise init activations loss_checks losses decision data "
        "models optim objective training diagnosis matrix estimators"
    ),
    "viz": (
        "mathtext text theme errors extras files pages layout graph formulas plots figure tables "
        "steps live questions"
    ),
}
MOST_FILES = 15
QUESTIONS = {"What", "Whether", "How", "Where", "Which", "Why", "When"}


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Line, module and imported names of every import, relative ones made absolute."""
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")
            base = base[: len(base) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield node.lineno, module, tuple(alias.name for alias in node.names)


def targets(path: Path) -> Iterator[tuple[int, str]]:
    """The modules of our packages that a file imports, `from package import module` resolved."""
    for line, module, names in imports_of(path):
        if module.split(".")[0] not in PACKAGES:
            continue
        submodules = [n for n in names if _is_module(f"{module}.{n}")]
        for name in submodules:
            yield line, f"{module}.{name}"
        if not names or len(submodules) < len(names):
            yield line, module


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def functions(path: Path) -> list[tuple[str, int]]:
    """Name and length in lines of every function, its docstring and decorators not counted."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None:
                length -= (first.end_lineno or first.lineno) - first.lineno + 1
            found.append((f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", length))
    return found


ALL_FILES = [path for package in PACKAGES for path in files(package)]
ENGINE = files("autograd")
FOLDERS = sorted({path.parent for path in [*ALL_FILES, *(ROOT / "tests").rglob("*.py")]})


def ident(path: Path) -> str:
    return str(path.relative_to(ROOT))


def wing(module: str) -> str:
    """The file or folder of a package that a module stands in; "" for the package itself."""
    return (module.split(".")[1:2] or [""])[0]


@pytest.mark.parametrize("path", ALL_FILES, ids=ident)
def test_imports_point_down_only(path: Path) -> None:
    package, here = module_of(path).split(".")[0], wing(module_of(path))
    floors = FLOORS[package].split()
    if here in ("", "__main__", "demo"):  # the package's own face, and what is run as a program
        return
    assert here in floors, f"give {package}.{here} a floor in this test"
    for line, target in targets(path):
        there = wing(target)
        if target.split(".")[0] == package and there != here:
            assert there in floors[: floors.index(here)], (
                f"{ident(path)}:{line} imports {target}, which is not on a lower floor"
            )


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_imports_itself_by_way_of_others(package: str) -> None:
    graph = {module_of(path): {name for _, name in targets(path)} for path in files(package)}
    graph = {name: {n for n in needs if n in graph and n != name} for name, needs in graph.items()}
    while graph:
        free = {name for name, needs in graph.items() if not needs}
        assert free, f"in a circle, or above one: {sorted(graph)}"
        graph = {name: needs - free for name, needs in graph.items() if name not in free}


@pytest.mark.parametrize("folder", FOLDERS, ids=ident)
def test_folders_are_small_enough_to_read(folder: Path) -> None:
    found = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(found) <= MOST_FILES, f"{len(found)} files: which of them are a wing?"


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_other_packages_use_public_names_of_autograd_only(package: str) -> None:
    public = {*autograd.__all__, *autograd._BUILT_IN}
    wrong = []
    for path in files(package):
        for line, module, names in imports_of(path):
            if module.split(".")[0] == "autograd" and (module != "autograd" or set(names) - public):
                wrong.append(f"{ident(path)}:{line}: {module} {sorted(set(names) - public)}")
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in ("autograd", "ag")
                and node.attr not in public
                and not node.attr.startswith("__")
            ):
                wrong.append(f"{ident(path)}:{node.lineno}: {node.value.id}.{node.attr}")
    assert not wrong, "\n".join(wrong)


def test_the_core_alone_knows_how_a_node_holds_its_operands() -> None:
    core = ("autograd/core/wiring.py", "autograd/node/recording.py", "autograd/node/messages.py")
    wrong = [
        f"{ident(path)}:{i}"
        for path in ALL_FILES
        for i, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"\w\._(left|right|x|y)\b", line) and ident(path) not in core
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_nobody_imports_viz(package: str) -> None:
    wrong = [
        f"{ident(path)}:{line}"
        for path in files(package)
        for line, target in targets(path)
        if target.split(".")[0] == "viz" and path.name != "__main__.py"
    ]
    assert not wrong, wrong


def test_viz_does_not_import_nn() -> None:
    wrong = [
        f"{ident(path)}:{line}"
        for path in files("viz")
        for line, target in targets(path)
        if target.split(".")[0] == "nn" and path.name != "__main__.py"
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", ENGINE, ids=ident)
def test_no_late_imports(path: Path) -> None:
    late = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.If)
        ):
            for inner in ast.walk(node):
                if isinstance(inner, (ast.Import, ast.ImportFrom)):
                    late.append(inner.lineno)
    assert not late, f"imports inside functions or conditions at lines {sorted(set(late))}"


def test_the_engine_depends_on_numpy_and_the_standard_library_only() -> None:
    wrong = [
        f"{ident(path)}:{line}: {module}"
        for path in ENGINE
        for line, module, _ in imports_of(path)
        if module.split(".")[0] not in {*sys.stdlib_module_names, "numpy", "autograd"}
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", ALL_FILES, ids=ident)
def test_files_and_lines_are_short(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= 330, f"{len(lines)} lines: two rooms with names?"
    long = [i for i, line in enumerate(lines, start=1) if len(line) > 100]
    assert not long, f"lines of more than 100 characters: {long}"


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_short(package: str) -> None:
    lengths = [length for path in files(package) for _, length in functions(path)]
    assert statistics.median(lengths) < 10, f"median length {statistics.median(lengths)}"
    longest = sorted(
        (item for path in files(package) for item in functions(path)), key=lambda x: -x[1]
    )
    assert longest[0][1] <= 60, longest[:5]


@pytest.mark.parametrize("path", ENGINE, ids=ident)
def test_modules_and_public_functions_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the module has no docstring"
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not any(getattr(d, "id", "") == "overload" for d in node.decorator_list)
    ]
    assert not bare, f"without docstring: {bare}"


@pytest.mark.parametrize("path", ALL_FILES, ids=ident)
def test_docstrings_begin_with_a_noun_or_a_verb(path: Path) -> None:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts = [
        ast.get_docstring(node) or ""
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, documented)
    ]
    asking = [text[:60] for text in texts if text.split(" ")[0] in QUESTIONS]
    assert not asking, asking


@pytest.mark.parametrize("path", ALL_FILES, ids=ident)
def test_only_packages_list_their_names(path: Path) -> None:
    assert path.name == "__init__.py" or "__all__ =" not in path.read_text()


def test_public_names_exist_and_are_complete() -> None:
    for name in autograd.__all__:
        assert hasattr(autograd, name), name
    assert len(set(autograd.__all__)) == len(autograd.__all__)
    assert set(autograd.PRIMITIVES) <= {*autograd.__all__, *autograd._BUILT_IN}
    assert {*dir(autograd)} >= autograd._BUILT_IN
    assert not autograd._BUILT_IN & {*autograd.__all__}
    promised = {"Value", "grad", "value_and_grad", "jacobian", "hessian", "jvp", "vjp",
                "check_grads", "no_grad", "detect_anomaly", "where", "dot", "softmax", "sum",
                "logsumexp", "norm", "mean", "prod", "clip"}  # fmt: skip
    assert promised <= set(autograd.__all__)


def test_no_asserts_on_what_users_give() -> None:
    """`assert` is for invariants of our own; all of them are in functions that users never call."""
    wrong = []
    for path in ENGINE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assert) and path.stem not in ("primitive",):
                wrong.append(f"{ident(path)}:{node.lineno}")
    assert not wrong, wrong


def test_signatures_survive_for_editors() -> None:
    assert next(iter(inspect.signature(autograd.sigmoid).parameters)) == "x"
    assert "slope" in str(inspect.signature(autograd.leaky_relu)) or autograd.leaky_relu.__doc__
    assert inspect.getdoc(autograd.Value.exp) == inspect.getdoc(autograd.exp)
    assert autograd.Value.__add__.__name__ == "__add__"


# The test, tested


def test_relative_and_nested_imports_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "autograd" / "primitives"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (tmp_path / "autograd" / "value.py").write_text("")
    bad = package / "arithmetic.py"
    bad.write_text("from ..value import Value\ndef f():\n    import autograd.value\n")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert list(targets(bad)) == [(1, "autograd.value"), (3, "autograd.value")]
    with pytest.raises(AssertionError, match="not on a lower floor"):
        test_imports_point_down_only(bad)
    with pytest.raises(AssertionError, match=r"lines \[3\]"):
        test_no_late_imports(bad)

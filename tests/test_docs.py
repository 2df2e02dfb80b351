"""The reference: every public name has its place and its sentence; formulas come from blocks."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

import autograd
import nn
import viz
from autograd import PRIMITIVES
from notebooks.pages import docstrings, reference
from notebooks.pages.primitives import derivatives, formula, primitives_page


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources") / "reference"
    reference.write(folder)
    return folder


@pytest.mark.parametrize("package", [autograd, nn, viz])
def test_every_public_name_has_one_entry_and_stands_in_the_index(
    written: Path, package: ModuleType
) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in written.glob("*.rst"))
    entries = re.findall(r"^\.\. (?:auto\w+|py:data):: (\S+)$", text, re.MULTILINE)
    index = (written / "index.rst").read_text(encoding="utf-8")
    for name in [*package.__all__, *getattr(package, "_BUILT_IN", ())]:
        full = f"{package.__name__}.{name}"
        if isinstance(getattr(package, name), ModuleType):
            continue
        assert entries.count(full) == 1, full
        assert f":py:obj:`~{full}`" in index


def test_modules_that_are_public_names_have_pages() -> None:
    public = {
        getattr(package, name).__name__
        for package in (autograd, nn, viz)
        for name in package.__all__
        if isinstance(getattr(package, name), ModuleType)
    }
    assert {name for name in public if reference.public_names(name)} <= {*reference.PAGES}


def test_no_name_is_without_a_summary() -> None:
    for module in reference.PAGES:
        for one in reference.public_names(module):
            assert re.search(r"\w{2,}", reference.summary(one)), one.full


def test_a_name_of_a_new_room_is_asked_to_be_given_a_page() -> None:
    pages = {k: v for k, v in reference.PAGES["viz"].items() if k != "Steps"}
    with pytest.raises(LookupError, match=r"viz\.Animation is defined in viz\.steps\.animation"):
        reference._by_page("viz", pages)


def test_constants_are_documented_by_the_text_below_them() -> None:
    [saturated] = [one for one in reference.public_names("autograd") if one.name == "SATURATED"]
    source = Path(importlib.import_module("autograd.primitives.activations").__file__ or "")
    body = ast.parse(source.read_text(encoding="utf-8")).body
    texts = [node.value.value for node in body if isinstance(node, ast.Expr)]
    assert reference.documentation(saturated) in texts


def test_a_primitive_is_typeset_from_its_block() -> None:
    assert formula(PRIMITIVES["sigmoid"]) == r"f &= \sigma(x)"
    partial = r"\frac{\partial f}{\partial x}"
    assert derivatives(PRIMITIVES["sigmoid"]) == [rf"{partial} &= f \left(1 - f\right)"]
    below, above = derivatives(PRIMITIVES["relu"])
    assert below == rf"{partial} &= 0\quad \text{{for }} x < 0"
    assert above == rf"{partial} &= 1\quad \text{{for }} x > 0"
    less, equal, more = sorted(derivatives(PRIMITIVES["maximum"]), key=lambda line: line[-3])
    assert {line.rpartition("for }")[2] for line in (less, equal, more)} == {
        " x < y", " x = y", " x > y"
    }  # fmt: skip


def test_the_page_of_primitives_has_them_all() -> None:
    page = primitives_page()
    for name in PRIMITIVES:
        assert re.search(rf"^\* - .*`{name}[ `]", page, re.MULTILINE), name


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("|x| and a*b and val_", r"\|x\| and a\*b and val\_"),
        ("`|x|` of `a*b` stays, |y| does not", r"`|x|` of `a*b` stays, \|y\| does not"),
        ("snake_case stays", "snake_case stays"),
    ],
)
def test_docstrings_are_plain_text_with_code(text: str, written: str) -> None:
    assert docstrings.outside_code(text) == written


def test_examples_stay_as_they_are_and_errors_get_their_full_names() -> None:
    lines = [
        "Sum |x|.",
        "",
        "Raises:",
        "    ArgumentError, DataError: a | b.",
        "",
        ">>> 2 ** 3 | 0",
        "8",
        "",
        "a * b",
    ]
    docstrings.process(None, "function", "nn.some", nn.fit, None, lines)
    assert lines == [
        r"Sum \|x\|.",
        "",
        "Raises:",
        r"    ~nn.ArgumentError, ~nn.DataError: a \| b.",
        "",
        ">>> 2 ** 3 | 0",
        "8",
        "",
        r"a \* b",
    ]


def test_fields_of_named_tuples_and_code_of_others_are_left_out() -> None:
    part = viz.Row.name
    assert docstrings.skip(None, "class", "name", part, False, None) is True
    assert docstrings.skip(None, "class", "name", Path.cwd, False, None) is True
    assert docstrings.skip(None, "class", "save", viz.Figure.save, False, None) is None

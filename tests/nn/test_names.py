"""Names of other libraries: those of docs/names.md exist, and errors name ours."""

from __future__ import annotations

import ast
import inspect
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import autograd
import nn
from nn import foreign

PAGE = Path(nn.__file__).parent.parent / "docs" / "names.md"
X, Y = nn.data.moons(8)
GIVEN: dict[str, Any] = {
    "nn": nn, "autograd": autograd, "random": random, "X": X, "y": Y,
    "model": nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)),
}  # fmt: skip


def _rows() -> Iterator[tuple[str, str]]:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            theirs, ours = line.strip("| ").split(" | ")
            yield theirs, ours


def _codes(text: str) -> list[str]:
    """What stands in backticks and begins with a name of ours."""
    return [code for code in re.findall("`([^`]+)`", text) if re.match(r"\W*(nn|autograd|model)\b",
                                                                       code)]  # fmt: skip


ROWS = list(_rows())
CODES = sorted({code for _, ours in ROWS for code in _codes(ours)})


def test_the_page_has_its_tables() -> None:
    assert len(ROWS) > 55 and len(CODES) > 80
    assert all(theirs.startswith("`") for theirs, _ in ROWS)


@pytest.mark.parametrize("code", CODES)
def test_every_name_of_the_page_exists_and_takes_what_it_is_given(code: str) -> None:
    tree = ast.parse(code, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            eval(compile(ast.Expression(node), code, "eval"), dict(GIVEN))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = eval(compile(ast.Expression(node.func), code, "eval"), dict(GIVEN))
            names = [keyword.arg for keyword in node.keywords]
            inspect.signature(function).bind(*node.args, **dict.fromkeys(names))
            if function is nn.fit:  # which takes any, to name ours
                assert set(names) <= set(inspect.signature(nn.fit).parameters)


CALLS = [code for code in CODES if "(" in code and "fit(" not in code and "standardise" not in code]


@pytest.mark.parametrize("code", CALLS)
def test_every_call_of_the_page_works(code: str) -> None:
    eval(code, dict(GIVEN))


@pytest.mark.parametrize("code", [code for code in CODES if "nn.fit(" in code])
def test_every_training_of_the_page_works(code: str) -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    quick = {"epochs": 1, "progress": False, "loss": "mse"}
    call = next(node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    quick |= {k.arg: eval(compile(ast.Expression(k.value), code, "eval"), dict(GIVEN))
              for k in call.keywords if k.arg != "epochs"}  # fmt: skip
    if "class_weight" in quick:
        quick["loss"] = "bce_with_logits"
    assert len(nn.fit(model, X, Y, **quick).loss) == 1


@pytest.mark.parametrize("name", foreign.IN_NN)
def test_names_of_others_are_no_names_of_ours_and_the_error_names_some(name: str) -> None:
    for module in (nn, nn.optim, nn.losses, nn.lr_scheduler, nn.init, nn.data):
        if not hasattr(module, name):
            with pytest.raises(AttributeError, match=f"'{name}'; here that is ") as caught:
                getattr(module, name)
            assert caught.value.name == name and caught.value.obj is module
    assert not hasattr(nn, name)
    _exists(foreign.IN_NN[name])


@pytest.mark.parametrize("name", foreign.OF_MODULES)
def test_methods_of_others_are_no_methods_of_ours_and_the_error_names_some(name: str) -> None:
    model = nn.MLP(1, [1])
    assert not hasattr(model, name)
    with pytest.raises(AttributeError, match=f"'MLP' object has no attribute '{name}'; here that"):
        getattr(model, name)
    _exists(foreign.OF_MODULES[name])


@pytest.mark.parametrize("name", foreign.OF_OPTIMIZERS)
def test_attributes_of_others_optimisers(name: str) -> None:
    optimizer = nn.Adam(nn.MLP(1, [1]).parameters())
    with pytest.raises(AttributeError, match=f"'Adam' object has no attribute '{name}'; here that"):
        getattr(optimizer, name)
    for ours in re.findall(r"\boptimizer\.(\w+)", foreign.OF_OPTIMIZERS[name]):
        assert hasattr(optimizer, ours)


def _exists(advice: str) -> None:
    for root, *_ in re.findall(r"\b((nn|autograd)(\.\w+)+)", advice):
        eval(root, dict(GIVEN))
    for method in re.findall(r"\bmodel\.(\w+)\(", advice):
        assert hasattr(nn.Sequential, method)


def test_what_nobody_has_ever_heard_of_is_an_error_with_a_suggestion() -> None:
    for module in (nn, nn.optim, nn.losses, nn.lr_scheduler):
        with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute"):
            module.Unheard  # noqa: B018
    assert {"MLP", "Sequential", "fit"} <= set(dir(nn))


def test_every_public_name_of_the_package_is_there() -> None:
    assert [name for name in nn.__all__ if not hasattr(nn, name)] == []
    assert nn.lr_scheduler is nn.optim.lr_scheduler is nn.schedules

"""A copy to work in: a learner's work is never lost, and never stands in the way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from notebooks.__main__ import main
from notebooks.copying import NOTE, copy
from notebooks.execution import FOLDER, WIDGET, committed, paths

NAME = "01_first.ipynb"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "exercises").mkdir(parents=True)
    for name in (NAME, "02_second.ipynb", "README.md", "exercises/__init__.py", "execution.py"):
        (folder / name).write_text("as committed", encoding="utf-8")
    return folder


def test_it_has_what_a_notebook_needs_and_no_more(source: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    assert copy(mine, source) == []
    found = {path.relative_to(mine).as_posix() for path in mine.rglob("*") if path.is_file()}
    assert found == {NAME, "02_second.ipynb", "README.md", "exercises/__init__.py", NOTE}


def test_what_nobody_changed_is_brought_up_to_date(source: Path, tmp_path: Path) -> None:
    copy(tmp_path / "mine", source)
    (source / NAME).write_text("newer", encoding="utf-8")
    assert copy(tmp_path / "mine", source) == []
    assert (tmp_path / "mine" / NAME).read_text(encoding="utf-8") == "newer"


def test_changes_are_kept_and_a_newer_file_is_told_of_each_time(
    source: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine" / NAME
    copy(mine.parent, source)
    mine.write_text("my answers", encoding="utf-8")
    assert copy(mine.parent, source) == []
    (source / NAME).write_text("newer", encoding="utf-8")
    for _ in range(2):
        [line] = copy(mine.parent, source)
        assert line == f"{mine}: kept, with your changes; rename it to get the newer one."
        assert mine.read_text(encoding="utf-8") == "my answers"
    mine.rename(mine.with_name("my_answers.ipynb"))
    assert copy(mine.parent, source) == []
    assert mine.read_text(encoding="utf-8") == "newer"
    assert mine.with_name("my_answers.ipynb").read_text(encoding="utf-8") == "my answers"


def test_a_file_that_was_there_before_is_the_learners(source: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine" / NAME
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    assert len(copy(mine.parent, source)) == 1
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_notebook_that_has_another_name_now_goes_unless_it_was_changed(
    source: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    copy(mine, source)
    (mine / "02_second.ipynb").write_text("my answers", encoding="utf-8")
    for name in (NAME, "02_second.ipynb"):
        (source / name).unlink()
    [line] = copy(mine, source)
    assert line.startswith(f"{mine / '02_second.ipynb'}: kept, with your changes;")
    assert not (mine / NAME).exists()


def test_the_command_says_where_the_copy_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy", str(tmp_path / "mine")]) == 0
    assert str(tmp_path / "mine") in capsys.readouterr().out.splitlines()[-1]
    for path in paths():
        mine = committed(tmp_path / "mine" / path.name)
        for cell, copied in zip(committed(path).cells, mine.cells, strict=True):
            is_text = cell.cell_type == "markdown" and "](" in cell.source
            assert is_text or copied == cell
    assert (tmp_path / "mine" / "exercises" / "__init__.py").exists()
    assert FOLDER not in (tmp_path / "mine").parents


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda mine: mine.write_text("a file"), "cannot write {mine}: File exists"),
        (lambda mine: (mine / "exercises").write_text(""), "cannot write {mine}/exercises: File"),
        (
            lambda mine: (mine / "README.md").mkdir(),
            "cannot write {mine}/README.md: Is a directory",
        ),
        (lambda mine: (mine / NOTE).write_text("{"), "{mine}/.copied.json is damaged: delete it"),
        (lambda mine: (mine / NOTE).write_text("[]"), "{mine}/.copied.json is damaged: delete it"),
    ],
)
def test_where_there_can_be_no_copy_one_line_says_why(
    spoil: Callable, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    if "{mine}:" not in told:
        mine.mkdir()
    spoil(mine)
    assert main(["copy", str(mine)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("copy: " + told.format(mine=mine))
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("folder", [FOLDER, FOLDER.parent])
def test_the_originals_are_no_copy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["copy", str(folder)]) == 1
    assert "holds the walkthroughs themselves" in capsys.readouterr().err
    assert not (folder / NOTE).exists()


def test_links_lead_where_they_led_or_into_the_copy(tmp_path: Path) -> None:
    copy(tmp_path)
    guide = (tmp_path / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert "](../01_what_a_gradient_says.ipynb)" in guide
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "](docs/teaching.md)" in text
    assert "](01_what_a_gradient_says.ipynb)" in text
    [link] = re.findall(
        r"\]\(([^)]*backward\.py)\)", (tmp_path / "00_build_it_yourself.ipynb").read_text("utf-8")
    )
    assert (tmp_path / link).resolve() == FOLDER.parent / "autograd" / "backward.py"


def test_a_box_of_a_session_that_ended_becomes_the_folded_question(
    source: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    copy(mine, source)
    shown = {"output_type": "execute_result", "data": {WIDGET: {}, "text/html": "½?"}}
    answered = {"cells": [{"outputs": [shown]}, {"source": "text"}]}
    (mine / NAME).write_text(json.dumps(answered), encoding="utf-8")
    assert copy(mine, source) == []
    cell, text = json.loads((mine / NAME).read_text(encoding="utf-8"))["cells"]
    assert cell["outputs"][0]["data"] == {"text/html": "½?"}
    assert text == {"source": "text"}


def test_a_damaged_notebook_of_the_learners_is_left_alone(source: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine" / "my_own.ipynb"
    copy(mine.parent, source)
    mine.write_text(f'{{"cells": [{{"{WIDGET}"', encoding="utf-8")
    before = mine.read_bytes()
    assert copy(mine.parent, source) == [f"{mine}: left as it is; it is damaged, and no notebook."]
    assert mine.read_bytes() == before

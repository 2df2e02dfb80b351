"""The handouts of the six lessons, and what `docs/teaching.md` says of them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from autograd import Graph
from notebooks.execution import FOLDER
from notebooks.lessons import LESSONS, handouts, main

PLAN = (FOLDER.parent / "docs" / "teaching.md").read_text(encoding="utf-8")


def test_a_lessons_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["1", str(tmp_path)]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    printed = capsys.readouterr().out
    assert len(names) == 10
    assert all(f"{name}: " in printed for name in names)
    assert all((tmp_path / name).stat().st_size > 1000 for name in names)
    told = set(re.findall(r"`(?:figure)?(\w*\.\w+)`", PLAN)) | {"figure.svg"}
    assert {name for name in names if not name.startswith("figure")} <= told


@pytest.mark.parametrize("number", LESSONS)
def test_each_lesson_is_planned_for_45_minutes(number: int) -> None:
    plan = PLAN.partition(f"## Lesson {number}: ")[2].partition("\n## ")[0]
    assert plan.startswith(LESSONS[number].title)
    assert sum(int(n) for n in re.findall(r"^\| (\d+) \|", plan, re.MULTILINE)) == 45
    for part in ("**Goal.**", "**What goes wrong.**", "**Homework.**", f">>> print(asked({number}"):
        assert part in plan


@pytest.mark.parametrize("number", LESSONS)
def test_its_graph_is_small_enough_for_the_board(number: int) -> None:
    lesson = LESSONS[number]
    assert len(Graph.of(lesson.root())) <= 25
    names = [one.name for one in handouts(number, seed=3)]
    assert len(names) == len(set(names))
    assert ("playground.html" in names) == (number == 6)


def test_another_seed_is_another_practice_quiz() -> None:
    by_name = {one.name: one.made for one in handouts(2)}
    other = {one.name: one.made for one in handouts(2, seed=7)}
    assert by_name["practice.pdf"].answers != other["practice.pdf"].answers
    assert by_name["quiz.pdf"].answers == other["quiz.pdf"].answers


def test_the_list_of_lessons_and_an_unknown_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.count("\n") == len(LESSONS)
    with pytest.raises(SystemExit):
        main(["7"])
    assert "choose from" in capsys.readouterr().err


def test_what_cannot_be_written_is_told_and_the_rest_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "reportlab.pdfgen.canvas", None)
    assert main(["1", str(tmp_path)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 4, "the PDFs"
    assert all("reportlab, which is not installed: pip install" in line for line in told)
    assert (tmp_path / "live.html").exists()


def test_exercises_for_homework_exist() -> None:
    for homework in re.findall(r"\*\*Homework\.\*\* (.*)", PLAN):
        for number, last in re.findall(r"\b(\d+)\.(\d+)\b", homework):
            module = (FOLDER / "exercises" / f"notebook_{int(number):02}.py").read_text()
            assert f'"{number}.{last}"' in module, f"{number}.{last}"

"""Every committed notebook runs from a fresh kernel and gives what it shows."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from notebooks.execution import FOLDER, committed, differences, execute, paths, solutions

NAMES = [path.name for path in paths()]
MEGABYTE = 1_000_000
_PICTURE = re.compile(r"data:image/[^\"]*")
JUDGE_PREDICTIONS = """
from viz.questions.answers import Choice, Numbers
from viz.questions.predict import Prediction

for asked in (shown for shown in Out.values() if isinstance(shown, Prediction) and shown.answer):
    answer = asked.answer
    if isinstance(answer, Choice):
        right, slips = answer.expected, [([word], hint) for word, hint in answer.replies.items()]
    else:
        right, slips = answer.expected, [([slip], hint) for slip, hint in answer.mistakes]
    if isinstance(answer, Numbers):
        right = dict(zip(answer.names, answer.expected, strict=True))
        slips = [([right | {one: slip} for one in right], hint) for slip, hint in answer.mistakes]
    if not answer.judge(right).right:
        print("right, and not taken:", right, "to", asked.question)
    for tries, hint in slips:
        if not any(hint in answer.judge(wrong).text for wrong in tries):
            print("no hint to", tries, "given to", asked.question)
"""
"""Code that prints which predictions refuse their right answer, or have no hint for a slip."""


@pytest.mark.parametrize("name", NAMES)
def test_running_it_gives_what_it_shows_and_its_solutions_are_right(name: str) -> None:
    before = committed(FOLDER / name)
    solved = solutions(before)
    after, [*verdicts, predicted] = execute(before, [*solved, JUDGE_PREDICTIONS])
    assert not differences(before, after), "run: python -m notebooks " + name[:2]
    for code, verdict in zip(solved, verdicts, strict=True):
        assert verdict.lstrip().startswith("✓"), f"{code}\nprints\n{verdict}"
    assert predicted == ""


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_well_where_nothing_runs(name: str) -> None:
    path = FOLDER / name
    text = path.read_text(encoding="utf-8")
    assert len(text) < MEGABYTE
    notebook = committed(path)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    kinds = {kind for out in outputs for kind in out.get("data", {})}
    assert "error" not in {out.output_type for out in outputs}
    assert kinds & {"image/svg+xml", "image/png"} or "data:image/" in text, "no picture"
    assert "<iframe" not in text
    assert "<script" not in text
    shown = json.dumps([_without_pictures(out) for out in outputs])
    assert not re.search(r"0x[0-9a-f]{6,}|/home/|/root/|/tmp/|site-packages", shown)
    assert all(cell.get("outputs") or not _says_something(cell) for cell in notebook.cells)


def _without_pictures(output: dict) -> dict:
    data = output.get("data", {})
    shown = {kind: data[kind] for kind in data if not kind.startswith("image/")}
    return {**output, "data": {kind: _PICTURE.sub("", str(text)) for kind, text in shown.items()}}


def _says_something(cell: dict) -> bool:
    """Whether the last line of a cell is meant to be seen."""
    last = cell.source.strip().splitlines()[-1] if cell.source.strip() else ""
    return cell.cell_type == "code" and bool(
        re.match(r"(print|draw|step|table|check|plot_\w+|plt\.show)\(", last)
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_has_what_a_walkthrough_has(name: str) -> None:
    notebook = committed(FOLDER / name)
    prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    assert re.match(r"# \d+ · ", prose), "the title is '# number · name'"
    assert "Predict" in prose or "predict(" in code
    assert re.search(r"\bassert\b|\bassert_\w+\(|\bcheck_grads\(|\.testing\.", code)
    assert solutions(notebook), "no exercise with a solution"
    assert re.search(r"from exercises import check", code)


def test_every_notebook_stands_in_the_index() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"({name})" in index
    linked = re.findall(r"\(([^)\s]+\.(?:ipynb|svg|png))\)|src=\"([^\"]+)\"", index)
    for target in (one or other for one, other in linked):
        assert (FOLDER / target).exists(), target


def test_pictures_are_pictures() -> None:
    for path in paths():
        for cell in committed(path).cells:
            for out in cell.get("outputs", []):
                data = out.get("data", {})
                if "image/png" in data:
                    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
                if "image/svg+xml" in data:
                    assert "</svg>" in data["image/svg+xml"]


def test_numbers_run_from_zero_without_a_gap() -> None:
    numbers = [int(Path(name).name[:2]) for name in NAMES]
    assert numbers == list(range(len(numbers)))


@pytest.mark.parametrize("name", NAMES)
def test_its_links_lead_somewhere(name: str) -> None:
    for cell in committed(FOLDER / name).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\((?!https?:|#)([^)\s#]+)", cell.source):
                assert (FOLDER / target).exists(), target


def folded_plot(colour: str, program: str) -> dict:
    """A notebook with a plot in a folded answer, as another version of the program writes it."""
    drawn, facts = io.BytesIO(), PngInfo()
    facts.add_text("Software", program)
    Image.new("RGB", (40, 20), colour).save(drawn, "png", pnginfo=facts)
    plot = base64.b64encode(drawn.getvalue()).decode()
    html = f'<details><img src="data:image/png;base64,{plot}"></details>'
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    cell = nbformat.v4.new_code_cell("predict(…)", outputs=[output], id="one")
    return nbformat.v4.new_notebook(cells=[cell])


def test_plots_in_folded_answers_are_compared_by_their_looks() -> None:
    one = folded_plot("white", "version 1")
    assert not differences(one, folded_plot("white", "version 2"))
    assert differences(one, folded_plot("black", "version 1")) == ["one: another plot"]


def test_without_nbclient_the_command_says_what_to_install() -> None:
    code = (
        "import runpy, sys; sys.modules['nbclient'] = None; "
        "runpy.run_module('notebooks', run_name='__main__')"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=FOLDER.parent, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr.startswith("notebooks: nbclient")
    assert found.stderr.endswith("is not installed: pip install -e '.[docs]'\n")

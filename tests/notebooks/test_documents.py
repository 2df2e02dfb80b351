"""`docs/documents.md` keeps its word: each section, cell and test that it names is there."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from notebooks.execution import FOLDER

ROOT = FOLDER.parent
PAGE = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
NONE = "–"
LINK = re.compile(r"\[(\d+)\]\(\.\./notebooks/(\d\d_\w+\.ipynb)\), ")
HEADING = re.compile(r"#{2,3} (.+)")
PROMISED = {
    "Nielsen's derivation": [*(f"{n}" for n in range(34, 58)), "BP1", "BP2", "BP3", "BP4"],
    "Lei's lecture notes": [
        *(f"Theorem {n}" for n in (1, 2)),
        *(f"Example {n}" for n in range(1, 8)),
        *(f"emark {n}" for n in range(1, 7)),
        *("Definition 1", "Property 1", "Algorithm 1"),
    ],
}
"""What is numbered in a document, all of which has a row."""


class Row(NamedTuple):
    """A row: the item, the notebook's file and section, a line of its cell, and a test."""

    document: str
    item: str
    notebook: str
    section: str
    line: str
    test: str


def rows() -> list[Row]:
    found, document = [], ""
    for line in PAGE.splitlines():
        if line.startswith("## "):
            document = line[3:]
        if line.startswith("| ") and ".ipynb)" in line:
            item, link, code, test = (c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1])
            number, notebook = LINK.match(link).groups()
            assert number == str(int(notebook[:2])), line
            section, plain = LINK.sub("", link), code.replace("\\|", "|").strip("`")
            found.append(Row(document, item, notebook, section, plain, test.strip("`")))
    return found


ROWS = rows()


@cache
def sections(notebook: str) -> dict[str, list[str]]:
    """The lines of code below each heading of a notebook."""
    found: dict[str, list[str]] = {}
    heading = ""
    cells = json.loads((FOLDER / notebook).read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        lines = "".join(cell["source"]).splitlines()
        if cell["cell_type"] == "markdown":
            for line in lines:
                if match := HEADING.fullmatch(line.strip()):
                    heading = match[1].strip()
                    found.setdefault(heading, [])
        else:
            found.setdefault(heading, []).extend(lines)
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.document}: {row.item}")
def test_the_section_has_the_cell(row: Row) -> None:
    found = sections(row.notebook)
    assert row.section in found, f"{row.notebook} has the sections {[*found]}"
    if row.line != NONE:
        assert any(row.line in line for line in found[row.section]), row.line
    else:
        assert "istory" in row.item, "only history has nothing to compute"
    assert row.test == NONE or re.search(rf"\bdef {row.test}\(", TESTS), row.test


def test_sections_of_slips_exist() -> None:
    slips = PAGE.partition("## Slips")[2].partition("## History")[0]
    lines = [line for line in slips.splitlines() if line.startswith("- ")]
    assert len(lines) > 20
    for line in lines:
        links = [*LINK.finditer(line)]
        assert links, line
        for link in links:
            headings = filter(None, sections(link[2]))
            assert any(line[link.end() :].startswith(one) for one in headings), line


def test_nothing_that_a_document_numbers_is_missing() -> None:
    for document, names in PROMISED.items():
        items = [row.item for row in ROWS if row.document == document]
        numbers = {str(n) for item in items for n in _numbers(item)}
        for name in names:
            assert name in numbers or any(name in item for item in items), (document, name)


def _numbers(item: str) -> list[int]:
    """The equations that an item names: `Equations 54 to 56` are three."""
    if span := re.match(r"Equations (\d+) (?:to|and) (\d+)", item):
        return [*range(int(span[1]), int(span[2]) + 1)]
    return [int(n) for n in re.findall(r"^Equation (\d+)", item)]


def test_the_counts_are_those_of_the_table() -> None:
    told = re.search(r"(\d+) in all.*?(\d+) of them\s+have a test", PAGE, re.DOTALL)
    assert told is not None
    assert (int(told[1]), int(told[2])) == (len(ROWS), sum(row.test != NONE for row in ROWS))


@pytest.mark.parametrize("name", ["documents.md", "teaching.md"])
def test_files_that_are_linked_exist(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", page)
    assert len(links) > 10
    for link in links:
        assert (ROOT / "docs" / Path(link)).exists(), link

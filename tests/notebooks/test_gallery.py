"""Pages: a small site is built and looked at; the whole one is built by `.ci/run`."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from autograd import Value
from notebooks.__main__ import main
from notebooks.browser import BrowserError
from notebooks.execution import committed, execute, paths
from notebooks.pages import build
from notebooks.pages.check import problems
from notebooks.pages.live import LivePage, live_pages
from notebooks.pages.sources import add_linked, folded, lay_out
from notebooks.thumbnails import SIZE, picture_of, thumbnail
from notebooks.thumbnails import main as make_thumbnails
from viz import draw, live

CELLS = (
    "# A small notebook\n\nIt has $x^2$, and [the source](../autograd/core/wiring.py).",
    """
from autograd import Value
from viz import draw, live, predict
x = Value(3.0, label="x")
y = x * x
y.backward()
predict("What is $x^2$?", 9.0, because="$3 \\\\cdot 3$", reveal=draw(y))
""",
    "live(y)",
)


@pytest.fixture(scope="module")
def small() -> nbformat.NotebookNode:
    """A notebook with a question and a live figure, run."""
    prose, *code = CELLS
    cells = [nbformat.v4.new_markdown_cell(prose), *map(nbformat.v4.new_code_cell, code)]
    cells[1].metadata["jupyter"] = {"source_hidden": True}
    ran, _ = execute(nbformat.v4.new_notebook(cells=cells), live=True)
    return folded(ran)


@pytest.fixture(scope="module")
def site(small: nbformat.NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one notebook, a guide and a live page."""
    folder = tmp_path_factory.mktemp("site")
    sources = folder / "sources"
    (sources / "notebooks").mkdir(parents=True)
    (sources / "index.md").write_text(
        "# Small\n\nA gradient.\n\n```{toctree}\nnotebooks/small\n```\n", encoding="utf-8"
    )
    nbformat.write(small, sources / "notebooks" / "small.ipynb")
    add_linked(sources)
    build.run_sphinx(sources, folder / "pages", folder / "doctrees")
    live(Value(2.0, label="x") * 3.0).save(folder / "pages" / "live" / "one.html")
    return folder / "pages"


def test_live_figures_stay_and_widgets_go(small: nbformat.NotebookNode) -> None:
    question, figure = (cell.outputs[0].data for cell in small.cells[1:])
    assert "<iframe" in figure["text/html"]
    assert set(question) == {"text/html", "text/plain"}
    assert small.cells[1].metadata.tags == ["hide-input"]
    static, _ = execute(small)
    assert "text/html" not in static.cells[2].outputs[0].data


def test_pages_work_without_a_network_and_fit_a_telephone(site: Path) -> None:
    try:
        assert list(problems(site)) == []
    except BrowserError as error:
        pytest.skip(str(error))
    page = (site / "notebooks" / "small.html").read_text(encoding="utf-8")
    assert page.count("<iframe") == 1
    assert "<details><summary>Show me</summary>" in page
    assert 'href="../autograd/core/wiring.html"' in page
    assert not re.search(r'(src|href)="(https?:)?//[^"]*\.(js|css|woff2?)', page)


def test_faults_are_found(site: Path, tmp_path: Path) -> None:
    (tmp_path / "search.html").write_text("<p id='search-results'>", encoding="utf-8")
    (tmp_path / "page.html").write_text(
        """<!DOCTYPE html><meta name="viewport" content="width=device-width">
        <a href="gone.html">x</a> <div style="width: 1000px">wide</div><script>missing()</script>
        <img src="https://127.0.0.1:9/picture.png">""",
        encoding="utf-8",
    )
    try:
        found = "\n".join(problems(tmp_path))
    except BrowserError as error:
        pytest.skip(str(error))
    assert "page.html: the link gone.html leads nowhere" in found
    assert "missing is not defined" in found
    assert re.search(r"page\.html: \d+ pixels wider than a window of 390", found)
    assert "page.html: asks for https://127.0.0.1:9/picture.png" in found
    assert "search.html: finds nothing about gradients" in found


def test_all_is_laid_out_where_it_stands_in_the_repository(tmp_path: Path) -> None:
    page = LivePage("one", "One", "One page.", live(Value(2.0, label="x") * 3.0), b"<svg/>")
    lay_out(tmp_path / "sources", committed, [page])
    index = (tmp_path / "sources" / "index.md").read_text(encoding="utf-8")
    walkthroughs = (tmp_path / "sources" / "notebooks" / "README.md").read_text(encoding="utf-8")
    for path in paths():
        assert f":link: notebooks/{path.stem}\n" in index
        assert f"\n{path.stem}\n" in walkthroughs
        assert (tmp_path / "sources" / "notebooks" / path.name).exists()
    for picture in re.findall(r":img-top: (\S+)", index):
        assert (tmp_path / "sources" / picture).exists(), picture
    assert ":link: live/one.html" in index


def test_live_pages_are_made(tmp_path: Path) -> None:
    made = list(live_pages())
    names = [page.name for page in made]
    assert {"neuron", "network", "moons", "circles", "xor", "spirals"} <= {*names}
    assert len({*names}) == len(names)
    for page in made:
        assert page.page.save(tmp_path / f"{page.name}.html").stat().st_size < 300_000
        assert page.picture.startswith(b"\x89PNG" if page.suffix == "png" else b"<?xml")


def test_a_folder_of_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("mine", encoding="utf-8")
    for place in (tmp_path, thesis):
        assert main(["docs", str(place)]) == 1
        assert "is no site, and is left alone: name a new folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "NEEDED", ("sphinx", "no_such_theme"))
    with pytest.raises(build.SiteError, match=r"no_such_theme not installed: pip install -e"):
        build.docs(tmp_path)


def test_what_sphinx_warns_of_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("# One\n\n[gone](gone.md)\n", encoding="utf-8")
    with pytest.raises(build.SiteError, match="Sphinx found something wrong"):
        build.run_sphinx(tmp_path, tmp_path / "pages", tmp_path / "doctrees")


def test_a_thumbnail_of_no_notebook() -> None:
    with pytest.raises(SystemExit, match="no notebook's number is 3 or 99"):
        make_thumbnails(["3", "99"])


def test_a_thumbnail_is_the_tagged_cells_picture_without_margins() -> None:
    x = Value(2.0, label="x")
    first, second = draw(x * 3.0).svg, draw(x * 4.0).svg
    notebook = nbformat.v4.new_notebook()
    for svg in (first, second):
        cell = nbformat.v4.new_code_cell("")
        cell.outputs = [nbformat.v4.new_output("display_data", {"image/svg+xml": svg})]
        notebook.cells.append(cell)
    assert picture_of(notebook) == ("image/svg+xml", first.encode())
    notebook.cells[1].metadata.tags = ["thumbnail"]
    assert picture_of(notebook) == ("image/svg+xml", second.encode())
    notebook.cells[1].outputs = []
    with pytest.raises(LookupError, match="no picture in the cell tagged thumbnail"):
        picture_of(notebook)


@pytest.mark.parametrize("size", [(1000, 100), (100, 1000), (30, 30)])
def test_thumbnails_have_one_size(size: tuple[int, int]) -> None:
    image = pytest.importorskip("PIL.Image")
    picture = image.new("RGB", (size[0] + 40, size[1] + 40), "white")
    picture.paste("black", (20, 20, 20 + size[0], 20 + size[1]))
    assert thumbnail(picture).size == SIZE

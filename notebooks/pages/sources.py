"""The site's sources: guides and notebooks where they stand in the repository, and an index.

Since they keep their places, a link between two of them leads to the same thing here as on GitHub.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from string import Template

import nbformat

from notebooks.execution import FOLDER, Notebook, paths
from notebooks.pages.live import LivePage
from notebooks.pages.reference import write as write_reference

ROOT = FOLDER.parent
HERE = Path(__file__).parent

_ROW = re.compile(r"\[([^\]]+)\]\((\d\d_\w+)\.ipynb\) \| (.+) \|$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s#:]+)")
_FENCE = "`" * 4


def lay_out(
    folder: Path, notebook_of: Callable[[Path], Notebook], pages: Iterable[LivePage]
) -> None:
    """Put the sources of all pages into `folder`.

    Args:
        folder: it is new.
        notebook_of: gives a notebook with the outputs that are to be shown.
        pages: the live pages, of which the index shows the pictures.
    """
    (folder / "docs").mkdir(parents=True)
    for path in (ROOT / "docs").iterdir():
        shutil.copy(path, folder / "docs")
    shutil.copy(ROOT / "README.md", folder)
    shutil.copytree(FOLDER / "thumbnails", folder / "notebooks" / "thumbnails")
    (folder / "notebooks" / "README.md").write_text(_walkthroughs(), encoding="utf-8")
    for path in paths():
        nbformat.write(folded(notebook_of(path)), folder / "notebooks" / path.name)
    write_reference(folder / "reference")
    (folder / "index.md").write_text(_index(folder, pages), encoding="utf-8")
    add_linked(folder)


def _walkthroughs() -> str:
    """The index of the notebooks, with all of them in the site's table of contents."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    names = "\n".join(path.stem for path in paths())
    return f"{text}\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def folded(notebook: Notebook) -> Notebook:
    """A notebook in which cells are folded that JupyterLab folds."""
    for cell in notebook.cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata.tags = [*cell.metadata.get("tags", []), "hide-input"]
    return notebook


def add_linked(folder: Path) -> None:
    """Copy files of the repository that a page links to, and those that these link to."""
    left = [*folder.rglob("*.md"), *folder.rglob("*.ipynb")]
    while left:
        page = left.pop()
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            target = Path(os.path.normpath(page.parent / link))
            original = ROOT / os.path.relpath(target, folder)
            if target.exists() or not (target.is_relative_to(folder) and original.is_file()):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(original, target)
            if target.suffix == ".md":
                text = original.read_text(encoding="utf-8")
                target.write_text(f"---\norphan: true\n---\n{text}", encoding="utf-8")
                left.append(target)


def _index(folder: Path, pages: Iterable[LivePage]) -> str:
    pictures = folder / "pictures"
    pictures.mkdir()
    live = []
    for page in pages:
        picture = f"pictures/{page.name}.{page.suffix}"
        (folder / picture).write_bytes(page.picture)
        live.append(_card(page.title, f"live/{page.name}.html", "url", picture, page.about))
    walkthroughs = [
        _card(title, f"notebooks/{stem}", "doc", f"notebooks/thumbnails/{stem[:2]}.png", about)
        for title, stem, about in _ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    ]
    return Template((HERE / "index.md").read_text(encoding="utf-8")).substitute(
        guides="\n".join(f"docs/{path.stem}" for path in sorted((ROOT / "docs").glob("*.md"))),
        live=_grid(live),
        walkthroughs=_grid(walkthroughs),
    )


def _card(title: str, link: str, kind: str, picture: str, about: str) -> str:
    options = f":link: {link}\n:link-type: {kind}\n:img-top: {picture}\n:img-alt:\n"
    return f":::{{grid-item-card}} {title}\n{options}\n{about}\n:::\n"


def _grid(cards: list[str]) -> str:
    return f"{_FENCE}{{grid}} 1 1 2 2\n:gutter: 3\n\n" + "\n".join(cards) + f"\n{_FENCE}\n"

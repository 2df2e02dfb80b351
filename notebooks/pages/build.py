"""`gallery` and `docs`: the site, built by Sphinx in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from notebooks.execution import Notebook, committed, execute
from notebooks.pages.live import LivePage, live_pages
from notebooks.pages.sources import HERE, ROOT, lay_out

MARK = ".buildinfo"
"""A file that Sphinx writes: a folder with it is a site, and may be replaced."""


class SiteError(RuntimeError):
    """The site cannot be built; the text says what to do."""


def gallery(folder: Path, names: Iterable[str] = ()) -> Path:
    """Build the site with every notebook run afresh, its live figures kept.

    Args:
        folder: it is made, or replaced if it holds an older site.
        names: how the names of notebooks begin that are run; the others are shown as committed.
            By default all are run.

    Raises:
        SiteError: the folder holds something else, or Sphinx complains.
        CellExecutionError: a notebook raised.
    """
    chosen = tuple(names)

    def notebook_of(path: Path) -> Notebook:
        if chosen and not path.name.startswith(chosen):
            return committed(path)
        print(f"running {path.name}", flush=True)
        return execute(committed(path), live=True)[0]

    return build(folder, notebook_of)


def docs(folder: Path) -> Path:
    """Build the site with the notebooks as they are committed."""
    return build(folder, committed)


def build(folder: Path, notebook_of: Callable[[Path], Notebook]) -> Path:
    """Build the site of the notebooks that `notebook_of` gives; the page to begin with."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise SiteError(f"{folder} is no site, and is left alone: name a new folder")
    shutil.rmtree(folder, ignore_errors=True)
    pages = list(live_pages())
    with tempfile.TemporaryDirectory(prefix="site-") as scratch:
        sources = Path(scratch) / "sources"
        lay_out(sources, notebook_of, pages)
        _run_sphinx(sources, folder, Path(scratch) / "doctrees")
    _add(pages, folder)
    return folder / "index.html"


def _run_sphinx(sources: Path, folder: Path, doctrees: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    places = ["-c", str(HERE), "-d", str(doctrees), str(sources), str(folder)]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    # in pure Python, since a compiled module has no source to link to
    environment = os.environ | {"PYTHONPATH": path, "CHAINRULE_COMPILE": "0"}
    if subprocess.run([*command, *places], env=environment, check=False).returncode:
        raise SiteError("Sphinx found something wrong; each line above says what and where")


def _add(pages: Iterable[LivePage], folder: Path) -> None:
    for page in pages:
        page.page.save(folder / "live" / f"{page.name}.html")

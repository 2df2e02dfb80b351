"""`gallery` and `docs`: the site, built by Sphinx in a process of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from notebooks.execution import Notebook, committed, execute, paths
from notebooks.pages.live import LivePage, live_pages
from notebooks.pages.sources import HERE, ROOT, lay_out

NEEDED = ("sphinx", "furo", "myst_nb", "sphinx_design", "sphinx-mathjax-offline")
"""The modules that Sphinx is asked to load."""

MARK = ".buildinfo"
"""A file that Sphinx writes: a folder with it is a site, and may be replaced."""


class SiteError(RuntimeError):
    """The site cannot be built; the text says what to do."""


def gallery(folder: Path) -> Path:
    """Build the site with every notebook run afresh, its live figures kept.

    Args:
        folder: it is made, or replaced if it holds an older site.

    Raises:
        SiteError: the folder holds something else, or Sphinx is missing or complains.
        CellExecutionError: a notebook raised.
    """
    _require(folder)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each in a kernel's process
        ran = dict(zip(paths(), pool.map(run, paths()), strict=True))
    return _build(folder, ran.__getitem__)


def docs(folder: Path) -> Path:
    """Build the site with the notebooks as they are committed."""
    _require(folder)
    return _build(folder, committed)


def run(path: Path) -> Notebook:
    """The notebook, run afresh, with its live figures."""
    print(f"running {path.name}", flush=True)
    return execute(committed(path), live=True)[0]


def _require(folder: Path) -> None:
    """Make sure that a site can be built there."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise SiteError(f"{', '.join(missing)} not installed: pip install -e '.[docs]'")
    if folder.exists() and not _may_be_replaced(folder):
        raise SiteError(f"{folder} is no site, and is left alone: name a new folder")


def _may_be_replaced(folder: Path) -> bool:
    """True for an older site, and for an empty folder."""
    return folder.is_dir() and ((folder / MARK).exists() or not any(folder.iterdir()))


def _build(folder: Path, notebook_of: Callable[[Path], Notebook]) -> Path:
    """Build the site of the notebooks that `notebook_of` gives; the page to begin with."""
    pages = list(live_pages())
    with tempfile.TemporaryDirectory(prefix="site-") as scratch:
        sources = Path(scratch) / "sources"
        lay_out(sources, notebook_of, pages)
        if folder.exists():
            shutil.rmtree(folder)
        run_sphinx(sources, folder, Path(scratch) / "doctrees")
    _add(pages, folder)
    return folder / "index.html"


def run_sphinx(sources: Path, folder: Path, doctrees: Path) -> None:
    """Let Sphinx make pages of the sources; what it warns of is an error.

    Raises:
        SiteError: it found something wrong, and has printed what.
    """
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

"""Links that leave the site's sources: to files of the repository, and MathJax."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

MATHJAX = "tex-svg-full.js"
"""The one file of MathJax that needs no other and no fonts: its glyphs are paths."""


def resolve(app: Any, env: Any, node: Any, content: Any) -> Any:
    """Lead a link to a module of ours to the page that shows its source."""
    return None


def copy_mathjax(app: Any, error: Exception | None) -> None:
    """Put MathJax beside the pages, which load it from there."""
    if error is None and app.builder.format == "html":
        package = importlib.util.find_spec("sphinx-mathjax-offline")
        source = Path(package.origin).parent / "static" / "mathjax" / MATHJAX
        shutil.copy(source, Path(app.outdir) / "_static" / MATHJAX)

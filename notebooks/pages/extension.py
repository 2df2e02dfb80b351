"""The site's part in Sphinx, which alone imports this: docstrings, modules as pages, MathJax."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.parsers import Parser

from notebooks.pages import docstrings

MATHJAX = "tex-svg-full.js"
"""The one file of MathJax that needs no other and no fonts: its glyphs are paths."""


def setup(app: Any) -> dict[str, bool]:
    """Connect what Sphinx calls; the name is Sphinx's."""
    app.add_source_suffix(".py", "source")
    app.add_source_parser(SourceParser)
    app.connect("autodoc-process-docstring", docstrings.process, priority=400)  # before napoleon
    app.connect("autodoc-skip-member", docstrings.skip)
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class SourceParser(Parser):
    """Makes a page of a module that another page links to."""

    supported = ("source",)

    def parse(self, inputstring: str, document: Any) -> None:
        """Put a title and the text into `document`."""
        env = document.settings.env
        name = f"{env.docname}.py"
        section = nodes.section("", nodes.title("", name), ids=["source"])
        section += nodes.literal_block(inputstring, inputstring, language="python", linenos=True)
        document += section
        env.metadata[env.docname]["orphan"] = True


def copy_mathjax(app: Any, error: Exception | None) -> None:
    """Put MathJax beside the pages, which load it from there."""
    if error is None and app.builder.format == "html":
        package = importlib.util.find_spec("sphinx-mathjax-offline")
        source = Path(package.origin).parent / "static" / "mathjax" / MATHJAX
        shutil.copy(source, Path(app.outdir) / "_static" / MATHJAX)

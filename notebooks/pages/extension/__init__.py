"""What the site asks of Sphinx beyond its own extensions; imported by Sphinx alone.

- `reference`: a page for each part of each package, written before Sphinx reads the sources
- `primitives`: a primitive's formula and derivatives, and the page of all of them
- `docstrings`: docstrings as plain text with code, in which |x| and a*b mean what they say
- `links`: a page of each module that a page links to; MathJax
"""

from __future__ import annotations

from typing import Any

from notebooks.pages.extension import docstrings, links, reference

__all__ = ["setup"]


def setup(app: Any) -> dict[str, bool]:
    """Connect what Sphinx calls; the name is Sphinx's."""
    app.add_source_suffix(".py", "source")
    app.add_source_parser(links.SourceParser)
    app.connect("builder-inited", reference.write)
    app.connect("autodoc-process-docstring", docstrings.process, priority=400)  # before napoleon
    app.connect("autodoc-skip-member", docstrings.skip)
    app.connect("build-finished", links.copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

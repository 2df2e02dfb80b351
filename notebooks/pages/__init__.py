"""The site: walkthroughs with live figures, playgrounds, guides and the reference, as pages.

The rooms, in the order in which to read them:

1. `live`: the live pages, each a file of its own.
2. `primitives`: the page of all primitives, typeset from their blocks.
3. `docstrings`: docstrings as reStructuredText. `reference`: the pages of all public names.
4. `sources`: all that Sphinx reads, with `index.md`.
5. `build`: `gallery` and `docs`. Sphinx itself reads `conf.py`, `extension` and `static`.
6. `check`: a look at every page.
"""

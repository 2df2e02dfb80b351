"""The site: walkthroughs with live figures, playgrounds, guides and the reference, as pages.

The rooms, in the order in which to read them:

1. `live`: the live pages, each a file of its own.
2. `sources`: what Sphinx reads, with `index.md`.
3. `build`: `gallery` and `docs`; Sphinx reads `conf.py`, `extension` and `static`.
4. `check`: a look at every page.
"""

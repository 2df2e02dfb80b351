"""From DOT to pictures: the layout engine, and what is done to its SVG.

`engine` finds and runs it, `svg` adapts the SVG that it writes, `glyphs` chooses characters that a
PNG can show, `picture` is what displays and saves itself. `shapes` reads an SVG, `pdf` and `tikz`
write what it found.

>>> from viz.layout.picture import svg_of
>>> svg = svg_of('digraph { a [id="first"]; a -> b; }', None)
>>> 'id="first"' in svg, "<!DOCTYPE" in svg
(True, False)
"""

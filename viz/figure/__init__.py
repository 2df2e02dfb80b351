"""The wire figure: every value on a wire, or boxes for neurons and layers.

Read `drawing` first: a figure is data. Then follow `draw`: the scene of a graph becomes elements,
one by one in `complete` or behind boxes in `folded` (with its `folded_texts`, and the frames of
`groups`); `heading` adds what stands above them; `dot`, with the texts of `labels`, is the only
room that knows DOT; `viz.layout` makes SVG of it. `text_drawing` says the same without a picture,
`micrograd` draws as that does.

>>> from autograd import Value
>>> from viz.figure.complete import complete
>>> from viz.figure.dot import dot
>>> from viz.figure.heading import with_heading
>>> from viz.graph.given import graph_of
>>> from viz.graph.scene import read
>>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
>>> scene = read(graph_of(w * x))
>>> drawing = with_heading(scene, complete(scene), title="A product")
>>> for element in drawing.elements[:5]:
...     print(type(element).__name__, element.id, element.kind if element.id[0] != "w" else "")
Node v1 input
Node v2 input
Node v3 op
Node out output
Wire w1_3_0
>>> drawing.elements[4].value, drawing.elements[4].gradient, drawing.elements[4].local
('5', '∂ –', '×2')
>>> dot(drawing).startswith('digraph "v3" {'), dot(drawing, dark=True) == dot(drawing)
(True, False)
"""

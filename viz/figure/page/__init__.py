"""From a drawing to one that is read on a page: options, pills, rows.

`look` has the options that say how wide the page is and how a figure looks. `pills` draw a value
where it is used, `plan` says where rows end and `rows` lets a long drawing go on below,
`compare` puts two runs into one drawing, and makes wires as thick as their gradients are large.
Each takes elements and gives elements.

>>> from autograd import Graph, Value
>>> from viz.figure.complete import complete
>>> from viz.figure.page.rows import in_rows
>>> from viz.graph.scene import read
>>> x = Value(1.0, label="x")
>>> for _ in range(8):
...     x = x * 1.5
>>> rows = in_rows(complete(read(Graph.of(x))), room=500)
>>> [one.id for one in rows if getattr(one, "stands_for", "")]
['pv7_3', 'pv4_2', 'pv7', 'pv4']
"""

"""A graph as it is to be shown: all of it reads an `autograd.Graph`, and nothing writes to it.

>>> from autograd import Value
>>> from viz.graph.given import graph_of
>>> from viz.graph.scene import read
>>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
>>> scene = read(graph_of(w * x))
>>> [(wire.source, wire.target, wire.local) for wire in scene.wires]
[(1, 3, 2.0), (2, 3, 5.0)]

Read `given` first: from what a user gives to a graph, and names for its values. Then `scene`, the
data of a figure of it, with `branches` (what a choice did not take), `direct` (∂⁺), `doubts`,
`finite` (where nan begins) and `halves` (½( )² as one operation).
Large graphs: `paths` tell where a parameter stands, `cells` which neuron a value belongs to,
`folding` what is drawn and what boxes stand for, `stubs` which constants go into a box. `routes`
are the paths from one value to another.
"""

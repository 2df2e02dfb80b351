"""Files that stand alone: a traced program as C, JavaScript or Python that needs nothing of ours.

Read them in this order. `names` makes identifiers of labels; `layout` says which number is where in
the arrays that a file's functions are given. `parts` has the straight lines of a program for each
function; `function` prints them in a `language`, which is a table (`templates` are its texts of
forms): `c`, `javascript`, and `python` of floats. `arrays` are array statements, whose functions
`definitions` writes in NumPy's terms. `export` picks one by the suffix. `nodes` writes a graph for
a page that shows it whole.

>>> import tempfile
>>> from pathlib import Path
>>> from autograd import Value, compile, sigmoid
>>> w, b = Value(2.0, label="w"), Value(-3.0, label="b")
>>> program = compile(lambda x, y: 0.5 * (sigmoid(w * x + b) - y) ** 2).trace(-1.0, 1.0)
>>> path = program.export(Path(tempfile.mkdtemp()) / "cost.py", straight=True)
>>> found = {}
>>> exec(path.read_text(), found)
>>> value, gradient = found["value_and_grad"]([-1.0, 1.0])
>>> round(value, 4), dict(zip(found["NAMES"], (round(g, 4) for g in gradient)))
(0.4933, {'w': 0.0066, 'b': -0.0066})
"""

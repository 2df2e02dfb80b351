"""Pages that compute: drag an input, and every number follows; or train a network, and watch.

`inputs` are the leaves, with how far and how finely each moves; `function` makes them for a
function. `figure` lays the graph out with room for any number, and marks each text with what it
shows; `live` puts that, and the graph's own arithmetic as JavaScript, into a page. `network` reads
the neurons of a model, `neurons` draws one of each kind, and `play` is the playground of both.

>>> from autograd import Value
>>> from viz.live.live import live
>>> w, x = Value(2.0, label="w"), Value(-1.0, label="x")
>>> page = live(w * x, vary="w", ranges={"w": (-4, 4)})
>>> page
<live figure of v3, 3 values>
>>> print(*page.inputs, sep="\\n")
Input(number=1, name='w', data=2.0, low=-4.0, high=4.0, step=0.05, varied=True)
Input(number=2, name='x', data=-1.0, low=-5.0, high=5.0, step=0.05, varied=False)
>>> "data-value" in page.html
True
"""

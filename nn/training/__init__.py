"""Training a model, and using it: `fit`, `predict`, `evaluate`, `accuracy`.

Rooms, in the order in which to read them: `fit` checks what it is given; `run` goes through epochs
and batches; `steps` moves parameters along a gradient; `parameters` holds both as arrays, computed
Value by Value or by programs; `device` has JAX compute whole steps. `compiled_step` takes such
steps in a loop of the user's own. Around them: `dependence` (parameters that the loss forgets),
`callbacks`, `history`, `progress`, `resuming` (a run in pieces), `interrupts` (Ctrl-C). At the end
`prediction`.

One step on two examples, from zeros: w = −0.1 · mean(−2·1, −4·3) and b = −0.1 · mean(−2, −4).

>>> import nn
>>> model = nn.MLP(1, [1], init="zeros")
>>> nn.fit(model, [[1.0], [3.0]], [2.0, 4.0], lr=0.1, epochs=1, progress=False).loss
[5.0]
>>> [round(p.data, 12) for p in model.parameters()]
[0.7, 0.3]
"""

"""Diagnosis of a network that does not learn.

Rooms, in the order to read them: `diagnose` (looks at every layer and makes the report), `report`
(on one layer, plain data), `advice` (the findings in words).

>>> import nn
>>> model = nn.MLP(1, [2, 2, 1], activation="tanh", init="zeros")
>>> print(nn.diagnose(model, [[0.5], [1.0]], [1.0, 2.0]).advice[0][:48])
layer1, layer2: all neurons have equal weights,
"""

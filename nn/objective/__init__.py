"""The objective of training: loss and penalties over a batch, and the metric beside it.

Rooms, in the order in which to read them: `outputs` reads what a model returns, `metrics` says
which class it means, `objective` computes all of it Value by Value, `compiled` by programs.

>>> import nn
>>> from nn.data.examples import checked_examples
>>> from nn.objective.objective import Objective
>>> examples = checked_examples([[1.0, 2.0]], [3.0])
>>> Objective(nn.MLP(2, [1], init="zeros"), "quadratic").measure(examples).loss
4.5
"""

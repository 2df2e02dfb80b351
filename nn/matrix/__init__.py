"""Backpropagation in matrix form: Nielsen's and Lei's equations, and the slides' vector case.

An independent witness: NumPy only, no code in common with `autograd`, so that the tests can hold
one against the other. Rooms, in the order to read them:

- `tables`: activation functions σ with σ′ and costs C with ∇ₐC, by name
- `equations`: the four equations (`backpropagation`), mini-batches, a step of gradient descent
- `vectors`: the slides' case of two layers without biases
- `checks`: shapes and names of what is given

>>> one = backpropagation([1.0], [0.0], weights=[[[2.0]]], biases=[[0.5]], activations="linear")
>>> one.C, one.delta[2].tolist(), one.dW[2].tolist()
(3.125, [2.5], [[2.5]])
"""

from nn.matrix.equations import (
    Backpropagation,
    Matrices,
    MiniBatch,
    backpropagation,
    gradient_descent_step,
    matrices,
    minibatch,
)
from nn.matrix.tables import ACTIVATIONS, COSTS, Activation, Cost
from nn.matrix.vectors import VectorCase, vector_case

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "Activation",
    "Backpropagation",
    "Cost",
    "Matrices",
    "MiniBatch",
    "VectorCase",
    "backpropagation",
    "gradient_descent_step",
    "matrices",
    "minibatch",
    "vector_case",
]

"""Backpropagation in matrix form: documents 001 and 003 in their letters, and 002's vector case."""

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

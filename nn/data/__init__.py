"""Data to learn from: sets made from a seed, scikit-learn's bundled sets, and their preparation."""

from nn.data.prepare import Standardiser, one_hot, standardise, train_test_split
from nn.data.sets import breast_cancer, circles, digits, iris, moons, sine, spirals, xor

__all__ = [
    "Standardiser",
    "breast_cancer",
    "circles",
    "digits",
    "iris",
    "moons",
    "one_hot",
    "sine",
    "spirals",
    "standardise",
    "train_test_split",
    "xor",
]

"""Data to learn from: sets made from a seed, scikit-learn's bundled sets, and their preparation.

Rooms, in the order to read them: `sets` (moons, digits, …), `prepare` (splitting, batches,
standardising, one-hot rows), `examples` (inputs and targets, checked, as training takes them).

>>> X, y = moons(100, seed=0)
>>> X_train, X_test, y_train, y_test = train_test_split(X, y)
>>> standardise(X_train)(X_test).shape
(25, 2)
"""

from nn.data.prepare import Standardiser, batches, one_hot, standardise, train_test_split
from nn.data.sets import breast_cancer, circles, digits, iris, moons, sine, spirals, xor
from nn.foreign import elsewhere

__all__ = [
    "Standardiser",
    "batches",
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

globals()["__getattr__"] = elsewhere(__name__)  # by this way, or for type checkers all would exist

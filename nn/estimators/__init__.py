"""Estimators of scikit-learn: an MLP that fits into its pipelines, searches and validations.

Names and defaults are those of scikit-learn's own `MLPClassifier` and `MLPRegressor`, where they
mean the same here. Left out are its solver "lbfgs" and its schedules of the learning rate. What is
inside is an `nn.MLP`, `model_`, for all else that this package does.

>>> import numpy as np
>>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]] * 9), np.array(["low", "low", "high", "high"] * 9)
>>> estimator = MLPClassifier((8,), learning_rate_init=0.1, tol=1e-3, random_state=0).fit(X, y)
>>> estimator.predict([[0.5], [2.5]]).tolist(), estimator.score(X, y)
(['low', 'high'], 1.0)

Rooms, in the order to read them: `sklearn` (what is taken from there), `base` (arguments and
training), `mlp` (the two).
"""

from nn.estimators.mlp import MLPClassifier, MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]

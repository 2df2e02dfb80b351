"""The parts of scikit-learn that an estimator is made of; without it, what to install."""

from functools import partial

from nn.extras import need

_part = partial(need, package="scikit-learn", extra="data", what="nn.MLPClassifier")
_base, _validation = _part("sklearn.base"), _part("sklearn.utils.validation")

BaseEstimator, ClassifierMixin = _base.BaseEstimator, _base.ClassifierMixin
RegressorMixin = _base.RegressorMixin
ConvergenceWarning = _part("sklearn.exceptions").ConvergenceWarning
check_classification_targets = _part("sklearn.utils.multiclass").check_classification_targets
check_is_fitted, check_random_state = _validation.check_is_fitted, _validation.check_random_state
column_or_1d, validate_data = _validation.column_or_1d, _validation.validate_data
train_test_split = _part("sklearn.model_selection").train_test_split

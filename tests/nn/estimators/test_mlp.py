"""MLPClassifier and MLPRegressor: scikit-learn's own checks, its tools, and what is inside."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.neural_network import MLPRegressor as TheirRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import nn
from nn import ArgumentError

QUICK = {"hidden_layer_sizes": (8,), "learning_rate_init": 0.05, "max_iter": 60, "random_state": 0}
X, y = nn.data.moons(100)
NAMES = np.array(["left", "right"])[y]
ROW = np.linspace(-1.0, 1.0, 60)[:, np.newaxis]


@pytest.fixture(autouse=True)
def _without_warnings_of_convergence():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.mark.parametrize("kind", [nn.MLPClassifier, nn.MLPRegressor])
def test_checks_of_scikit_learn(kind) -> None:
    estimator = kind((16,), learning_rate_init=0.02, max_iter=60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(estimator, on_fail=None, on_skip=None)
    assert len(results) > 45
    failed = {one["check_name"]: one["exception"] for one in results if one["status"] == "failed"}
    skipped = {one["check_name"] for one in results if one["status"] == "skipped"}
    assert failed == {} and skipped <= {"check_array_api_input"}


@pytest.mark.parametrize(
    ("ours", "theirs"), [(nn.MLPClassifier, TheirClassifier), (nn.MLPRegressor, TheirRegressor)]
)
def test_defaults_of_scikit_learn(ours, theirs) -> None:
    defaults = theirs().get_params()
    assert ours().get_params() == {name: defaults[name] for name in ours().get_params()}
    left_out = {*defaults} - {*ours().get_params()}
    assert left_out == {"learning_rate", "power_t", "max_fun"} | ({"loss"} & {*defaults})


def test_what_training_leaves_is_what_scikit_learn_leaves() -> None:
    settings = {**QUICK, "early_stopping": True, "validation_fraction": 0.2}
    for ours, theirs in ((nn.MLPClassifier, TheirClassifier), (nn.MLPRegressor, TheirRegressor)):
        found, expected = ours(**settings).fit(X, y), theirs(**settings).fit(X, y)
        public = {name for name in vars(expected) if name[-1] == "_" and name[0] != "_"}
        assert public <= {name for name in dir(found) if hasattr(found, name)} | {"best_loss_"}
        for name in ("coefs_", "intercepts_"):
            shapes = [a.shape for a in getattr(expected, name)]
            assert [a.shape for a in getattr(found, name)] == shapes
        for name in ("n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
            assert getattr(found, name) == getattr(expected, name), name
        assert len(found.validation_scores_) == found.n_iter_ == len(found.loss_curve_)
        assert found.t_ == 80 * found.n_iter_


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("kind", ["classes", "two classes", "numbers", "rows"])
def test_a_step_is_that_of_scikit_learn(solver: str, kind: str) -> None:
    """From the same weights, with a penalty, full batches give the same weights (but for ε)."""
    targets = {"classes": np.arange(100) % 3, "two classes": y, "numbers": X[:, 0] - X[:, 1],
               "rows": X @ [[1.0, 2.0], [3.0, 4.0]]}[kind]  # fmt: skip
    settings = {"hidden_layer_sizes": (4,), "activation": "tanh", "solver": solver, "alpha": 0.5,
                "batch_size": 100, "random_state": 0, "shuffle": False}  # fmt: skip
    regression = kind in ("numbers", "rows")
    first = {} if regression else {"classes": np.unique(targets)}
    theirs = (TheirRegressor if regression else TheirClassifier)(**settings)
    ours = (nn.MLPRegressor if regression else nn.MLPClassifier)(**settings)
    theirs.partial_fit(X, targets, **first)
    ours.partial_fit(X, targets, **first)
    for layer, w, b in zip(ours.model_.layers, theirs.coefs_, theirs.intercepts_, strict=True):
        for neuron, weights, bias in zip(layer.neurons, w.T, b, strict=True):
            neuron.load_state_dict({"w": weights, "b": bias})
    del theirs._optimizer
    ours._optimizer = getattr(ours, f"_{solver}")(ours.model_.parameters())
    for _ in range(3):
        theirs.partial_fit(X, targets)
        ours.partial_fit(X, targets)
        if kind != "rows":  # over which their loss is a mean, though their steps are not
            assert ours.loss_ == pytest.approx(theirs.loss_, rel=1e-7)
    for mine, expected in zip(ours.coefs_ + ours.intercepts_,
                              theirs.coefs_ + theirs.intercepts_, strict=True):  # fmt: skip
        assert mine == pytest.approx(expected, rel=1e-5, abs=1e-7)
    assert ours.predict(X[:9]) == pytest.approx(theirs.predict(X[:9]), rel=1e-5)
    if not regression:
        assert ours.predict_proba(X) == pytest.approx(theirs.predict_proba(X), rel=1e-5)


def test_labels_are_text_or_anything() -> None:
    estimator = nn.MLPClassifier(**QUICK).fit(X, NAMES)
    assert estimator.classes_.tolist() == ["left", "right"]
    assert estimator.score(X, NAMES) > 0.85
    probabilities = estimator.predict_proba(X)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(100))
    assert (estimator.predict(X) == estimator.classes_[probabilities.argmax(axis=1)]).all()
    assert np.exp(estimator.predict_log_proba(X)) == pytest.approx(probabilities)
    digits = nn.MLPClassifier(**QUICK).fit(X, (np.arange(100) % 3) * 10)
    assert digits.classes_.tolist() == [0, 10, 20] and digits.out_activation_ == "softmax"


def test_partial_fit_goes_on() -> None:
    whole = nn.MLPClassifier(**QUICK, shuffle=False).partial_fit(X[:50], NAMES[:50], NAMES)
    first = whole.loss_
    for _ in range(30):
        whole.partial_fit(X, NAMES)
    assert whole.loss_ < first and whole.n_iter_ == 1 and len(whole.loss_curve_) == 31
    with pytest.raises(ArgumentError, match="and the first call of fit or partial_fit"):
        whole.partial_fit(X[:3], ["left", "right", "middle"])
    with pytest.raises(ArgumentError, match="and the first call of fit or partial_fit"):
        whole.partial_fit(X[:2], ["left", "right"], classes=["left", "middle"])
    with pytest.raises(ArgumentError, match="early_stopping=False"):
        nn.MLPClassifier(**QUICK, early_stopping=True).partial_fit(X, y)


def test_warm_start_goes_on_and_a_cold_one_does_not() -> None:
    settings = {**QUICK, "max_iter": 3}
    warm, cold = nn.MLPRegressor(**settings, warm_start=True), nn.MLPRegressor(**settings)
    for estimator in (warm, cold):
        estimator.fit(ROW, ROW[:, 0])
    before = warm.loss_
    assert cold.fit(ROW, ROW[:, 0]).loss_ == before
    assert warm.fit(ROW, ROW[:, 0]).loss_ < before
    assert len(warm.loss_curve_) == 6 and len(cold.loss_curve_) == 3
    still = warm.set_params(learning_rate_init=0.0).coefs_[0]
    assert (warm.fit(ROW, ROW[:, 0]).coefs_[0] == still).all()


def test_one_random_state_reproduces_all() -> None:
    first, second = (nn.MLPClassifier(**QUICK).fit(X, y).predict_proba(X) for _ in range(2))
    assert (first == second).all()
    generator = nn.MLPClassifier(**{**QUICK, "random_state": np.random.RandomState(0)})
    assert (generator.fit(X, y).predict_proba(X) == first).all()


def test_training_stops_when_nothing_improves() -> None:
    stopped = nn.MLPRegressor(**QUICK, tol=10.0, n_iter_no_change=4).fit(ROW, ROW[:, 0])
    assert stopped.n_iter_ == 5
    with pytest.warns(ConvergenceWarning, match=r"after 2 epochs \(max_iter\)"):
        nn.MLPRegressor(**{**QUICK, "max_iter": 2}).fit(ROW, ROW[:, 0])


def test_the_best_epoch_is_kept_with_early_stopping() -> None:
    settings = {**QUICK, "early_stopping": True, "learning_rate_init": 0.5, "tol": 0.0}
    found = nn.MLPRegressor(**settings, validation_fraction=0.3).fit(ROW, np.sin(3 * ROW[:, 0]))
    assert found.best_validation_score_ == max(found.validation_scores_)
    held_out = train_test_split(ROW, np.sin(3 * ROW[:, 0]), test_size=0.3,
                                random_state=found._seed)[1::2]  # fmt: skip
    assert found.score(*held_out) == pytest.approx(found.best_validation_score_, rel=1e-12)


def test_ctrl_c_in_the_first_epoch_leaves_an_estimator(monkeypatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(nn.losses.numbers, "pairs_of", interrupted)
    monkeypatch.setattr(nn.objective.objective.Objective, "try_out", lambda *_: None)
    estimator = nn.MLPRegressor(**QUICK).fit(ROW, ROW[:, 0])
    assert estimator.n_iter_ == 0 and np.isnan(estimator.loss_)
    assert estimator.predict(ROW).shape == (60,)


def test_several_targets() -> None:
    rows = np.column_stack([ROW[:, 0], -ROW[:, 0]])
    estimator = nn.MLPRegressor(**QUICK).fit(ROW, rows)
    assert estimator.predict(ROW).shape == (60, 2) and estimator.score(ROW, rows) > 0.9


# Tools of scikit-learn


def test_a_search_over_a_pipeline_in_two_processes() -> None:
    pipeline = make_pipeline(StandardScaler(), nn.MLPClassifier(**QUICK))
    grid = {"mlpclassifier__hidden_layer_sizes": [(2,), (8,)]}
    search = GridSearchCV(pipeline, grid, n_jobs=2, cv=2).fit(X, NAMES)
    assert search.best_score_ > 0.8 and set(search.predict(X)) == {"left", "right"}


def test_cross_validation_clones_and_pickles() -> None:
    estimator = nn.MLPClassifier(**QUICK)
    assert cross_val_score(estimator, X, y, cv=2).min() > 0.7
    assert clone(estimator).get_params() == estimator.get_params()
    estimator.fit(X, y)
    again = pickle.loads(pickle.dumps(estimator))
    assert (again.predict_proba(X) == estimator.predict_proba(X)).all()
    assert again.partial_fit(X, y).loss_ == estimator.partial_fit(X, y).loss_
    assert repr(nn.MLPRegressor(solver="sgd")) == "MLPRegressor(solver='sgd')"


def test_what_is_inside_is_a_network_of_this_package() -> None:
    estimator = nn.MLPClassifier(**QUICK).fit(X, y)
    assert isinstance(estimator.model_, nn.MLP)
    assert nn.accuracy(estimator.model_, X, y) == estimator.score(X, y)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"solver": "lbfgs"}, "there is no solver 'lbfgs'"),
        ({"activation": "sinus"}, "there is no activation 'sinus'"),
        ({"alpha": -1.0}, "alpha must be"),
        ({"max_iter": 0}, "max_iter must be at least 1"),
        ({"hidden_layer_sizes": (0,)}, "must be at least 1"),
        ({"learning_rate_init": -1.0}, "lr must be"),
        ({"tol": float("nan")}, "tol must be"),
        ({"n_iter_no_change": 0}, "n_iter_no_change must be"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
    ],
)
def test_arguments_that_make_no_sense(settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.MLPClassifier(**{**QUICK, **settings}).fit(X, y)


def test_data_that_make_no_sense() -> None:
    with pytest.raises(ArgumentError, match="one class only"):
        nn.MLPClassifier(**QUICK).fit(X, np.zeros(100))
    with pytest.raises(NotFittedError):
        nn.MLPClassifier().predict(X)
    with pytest.raises(AttributeError, match="not trained yet; call fit first"):
        nn.MLPRegressor().coefs_  # noqa: B018
    with pytest.raises(ValueError, match="3 features"):
        nn.MLPRegressor(**QUICK).fit(ROW, ROW[:, 0]).predict(np.ones((2, 3)))


def test_without_scikit_learn_an_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import nn\nassert 'nn.estimators' not in sys.modules\nnn.MLPClassifier"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        cwd=Path(nn.__file__).parent.parent,
    )  # fmt: skip
    assert "MissingExtraError: nn.MLPClassifier needs scikit-learn" in run.stderr


@pytest.mark.parametrize(
    ("ours", "theirs"), [(nn.MLPClassifier, TheirClassifier), (nn.MLPRegressor, TheirRegressor)]
)
def test_weights_of_examples_are_those_of_scikit_learn(ours, theirs) -> None:
    """From the same weights, in full batches, with a penalty that they share."""
    settings = {"hidden_layer_sizes": (4,), "activation": "tanh", "solver": "sgd", "alpha": 0.5,
                "batch_size": 100, "random_state": 0, "shuffle": False}  # fmt: skip
    weights = np.linspace(0.0, 3.0, 100)
    first = {"classes": [0, 1]} if ours is nn.MLPClassifier else {}
    mine = ours(**settings).partial_fit(X, y, sample_weight=weights, **first)
    expected = theirs(**settings).partial_fit(X, y, **first)
    for layer, w, b in zip(mine.model_.layers, expected.coefs_, expected.intercepts_, strict=True):
        for neuron, row, bias in zip(layer.neurons, w.T, b, strict=True):
            neuron.load_state_dict({"w": row, "b": bias})
    del expected._optimizer
    mine._optimizer = mine._sgd(mine.model_.parameters())
    for _ in range(3):
        mine.partial_fit(X, y, sample_weight=weights)
        expected.partial_fit(X, y, sample_weight=weights)
    for one, other in zip(mine.coefs_, expected.coefs_, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_a_weight_of_two_is_an_example_twice_and_none_an_example_left_out() -> None:
    settings = {**QUICK, "batch_size": 400, "shuffle": False, "max_iter": 20}
    weights = np.arange(100) % 3
    rows = np.repeat(np.arange(100), weights)
    weighted = nn.MLPClassifier(**settings).fit(X, NAMES, sample_weight=weights)
    repeated = nn.MLPClassifier(**settings).fit(X[rows], NAMES[rows])
    np.testing.assert_allclose(weighted.coefs_[0], repeated.coefs_[0], rtol=1e-7)
    assert weighted.loss_ == pytest.approx(repeated.loss_)


def test_weights_are_split_with_their_examples_and_checked() -> None:
    settings = {**QUICK, "early_stopping": True, "max_iter": 5}
    weights = np.where(y == 1, 50.0, 1.0)
    leaning = nn.MLPClassifier(**settings).fit(X, y, sample_weight=weights)
    plain = nn.MLPClassifier(**settings).fit(X, y)
    assert leaning.predict(X).sum() > plain.predict(X).sum()
    for bad in (weights[:5], -weights, 0.0 * weights, ["a"] * 100):
        with pytest.raises(ValueError, match="sample_weight"):
            nn.MLPRegressor(**QUICK).fit(X, y, sample_weight=bad)

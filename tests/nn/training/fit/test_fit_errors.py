"""Everything that fit refuses, before anything changes."""

import numpy as np
import pytest

import autograd
import nn
from nn.errors import ArgumentError, DataError, KindError, NNError, ShapeError
from nn.training.fit import fit

X = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
Y = [0.5, -1.0, 2.0]
OTHER = nn.MLP(2, [1], seed=9)


def schedule_of_another(_):
    return nn.StepLR(nn.SGD(OTHER.parameters()), 3)


class Sparse:
    """A matrix as SciPy keeps it: no array, and no sequence."""

    def toarray(self):
        raise AssertionError("that is for the user to do")


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"X": []}, DataError, r"X is empty"),
        ({"y": []}, DataError, r"y is empty"),
        ({"X": [0.0, 1.0, 2.0]}, DataError, r"one row for each example.*np.reshape\(X"),
        ({"X": 3.0}, DataError, "X is a single number"),
        ({"X": X[:2]}, DataError, "X has 2 examples and y has 3"),
        ({"X": [[1.0, 2.0], [3.0]], "y": [1.0, 2.0]}, DataError, "rows of X differ in length"),
        ({"X": [[1.0, np.nan], [0.0, 0.0], [0.0, 0.0]]}, DataError, r"X\[0, 1\] is nan"),
        ({"y": [0.0, np.inf, 1.0]}, DataError, r"y\[1\] is inf"),
        ({"X": np.ma.masked_less(X, 0.5)}, DataError, "X has masked entries.*X.filled"),
        ({"y": np.ma.masked_less(Y, 0.0)}, DataError, "y has masked entries"),
        ({"X": list(np.ma.masked_less(X, 0.5))}, DataError, "X has masked entries.*X.filled"),
        ({"y": [0.0, 1.0, np.ma.masked]}, DataError, "y has masked entries"),
        ({"X": (row for row in X)}, DataError, r"a generator allows only once; write list\(X\)"),
        ({"y": map(float, Y)}, DataError, r"write list\(y\)"),
        ({"X": Sparse()}, DataError, r"write X.toarray\(\)"),
        ({"y": np.array(["a", "b", "a"], dtype=object)}, DataError, "y holds text; .*np.unique"),
        ({"X": [["a", "b"]] * 3}, DataError, "X holds text"),
        ({"y": ["cat", "dog", "cat"]}, DataError, r"np.unique\(y, return_inverse=True\)"),
        ({"X": [[1j, 0.0]] * 3}, DataError, "must hold numbers, not complex"),
        ({"X": [[None, 0.0]] * 3}, DataError, "objects such as None"),
        ({"y": np.zeros((3, 1, 2))}, DataError, r"not shape \(3, 1, 2\)"),
        ({"X": [[1.0]] * 3}, ShapeError, "layer1.*expects 2 inputs, got 1"),
        ({"y": [[1.0, 2.0]] * 3}, ShapeError, "1 output and 2 targets"),
        ({"loss": "hinge", "y": [0, 1, 1]}, ArgumentError, "hinge are -1 and 1"),
        ({"loss": "cross_entropy", "y": [0, 1, 1]}, ShapeError, "cross_entropy needs a logit"),
        ({"loss": "quadratc"}, ArgumentError, "did you mean 'quadratic'"),
        ({"loss": 3}, KindError, "loss="),
        ({"loss": lambda o, y: 1.0}, KindError, "must give one Value.*not float"),
        ({"optimizer": "adagrad"}, ArgumentError, "sgd, rmsprop, adam, adamw"),
        ({"optimizer": 0.1}, KindError, r"nn.Adam\(model.parameters\(\), lr=0.01\)"),
        ({"optimizer": nn.SGD(OTHER.parameters())}, ArgumentError, "another model"),
        ({"lr": -0.1}, ArgumentError, "lr"),
        ({"lr": float("nan")}, ArgumentError, "lr"),
        ({"lr": "fast"}, KindError, "lr"),
        ({"epochs": 0}, ArgumentError, "epochs"),
        ({"epochs": 1.5}, KindError, "epochs"),
        ({"batch_size": 0}, ArgumentError, "batch_size"),
        ({"batch_size": -4}, ArgumentError, "batch_size"),
        ({"batch_size": 2.0}, KindError, "batch_size"),
        ({"seed": -1}, ArgumentError, "seed must be None or an integer from 0"),
        ({"seed": "x"}, ArgumentError, "seed must be"),
        ({"validation": 1.5}, ArgumentError, "share of the 3 examples"),
        ({"validation": 0.01}, ArgumentError, "leaves some on both sides"),
        ({"validation": (X, Y[:2])}, DataError, "validation X has 3 examples and validation y"),
        ({"validation": ([[1.0]], [1.0])}, ShapeError, "expects 2 inputs"),
        ({"metric": "f1"}, ArgumentError, "'auto', 'accuracy', None or a function"),
        ({"l2": -1.0}, ArgumentError, "l2"),
        ({"regularizer": 0.1}, KindError, "regularizer= is a function of the model"),
        ({"clip_value": 0.0}, ArgumentError, "clip_value"),
        ({"clip_norm": -1.0}, ArgumentError, "clip_norm"),
        ({"schedule": 0.1}, KindError, "nn.StepLR"),
        ({"schedule": lambda optimizer: 0.1}, KindError, "nn.StepLR"),
        ({"schedule": schedule_of_another}, ArgumentError, "another optimiser"),
        ({"callbacks": [3]}, ArgumentError, "on_epoch_end"),
        ({"callbacks": 3}, ArgumentError, "on_epoch_end"),
        ({"X": [[10**400, 0.0]] * 3}, DataError, "numbers that a float can hold"),
        ({"X": [["a", "b"]] * 3}, DataError, "one_hot"),
        ({"metric": lambda o, y: None}, KindError, "metric= gives must be a number, not NoneType"),
        ({"regularizer": lambda m: None}, KindError, "regularizer= must give a Value.*NoneType"),
        ({"callbacks": [nn.training.fit.History]}, ArgumentError, "did you mean to call it"),
    ],
)
def test_refused_and_nothing_changed(changes, error, text, capsys):
    model = nn.MLP(2, [3, 1], seed=0)
    before = model.state_dict()
    arguments = {"X": X, "y": Y, **changes}
    with pytest.raises(error, match=text) as caught:
        fit(model, arguments.pop("X"), arguments.pop("y"), **arguments)
    assert isinstance(caught.value, NNError)
    assert model.state_dict() == before
    assert not any(p.has_grad for p in model.parameters())
    assert capsys.readouterr() == ("", "")


def test_class_numbers_beyond_the_outputs_are_found_before_training():
    model = nn.MLP(2, [3], seed=0)
    before = model.state_dict()
    with pytest.raises(ArgumentError, match="class from 0 to 2"):
        fit(model, X, [0, 1, 3], loss="cross_entropy", batch_size=1, shuffle=False)
    assert model.state_dict() == before


@pytest.mark.parametrize(
    ("model", "text"),
    [(lambda x: x[0], r"model with parameters\(\)"), (3.0, "a model is called"), (None, "called")],
)
def test_what_is_no_model(model, text):
    with pytest.raises(KindError, match=text):
        fit(model, X, Y, loss=lambda o, y: autograd.Value(o - y))


def test_lr_beside_a_made_optimiser_is_refused():
    model = nn.MLP(2, [1], seed=0)
    with pytest.raises(ArgumentError, match=r"nn.SGD\(model.parameters\(\), lr=0.5\)"):
        fit(model, X, Y, optimizer=nn.SGD(model.parameters()), lr=0.5)


def test_a_batch_size_beyond_the_examples_is_the_full_batch():
    first, second = nn.MLP(2, [1], seed=0), nn.MLP(2, [1], seed=0)
    fit(first, X, Y, lr=0.1, epochs=2, batch_size=100, progress=False)
    fit(second, X, Y, lr=0.1, epochs=2, batch_size=None, progress=False)
    assert first.state_dict() == second.state_dict()


@pytest.mark.parametrize("optimizer", ["SGD", "adam", nn.RMSprop, "AdamW"])
def test_optimisers_by_name_and_class(optimizer):
    model = nn.MLP(2, [1], seed=0)
    before = model.state_dict()
    history = fit(model, X, Y, optimizer=optimizer, lr=0.01, epochs=2, progress=False)
    assert history.lr == [0.01, 0.01]
    assert model.state_dict() != before


def test_a_loss_that_no_parameter_takes_part_in():
    model = nn.MLP(2, [1], seed=0)
    before = model.state_dict()
    with pytest.raises(ArgumentError, match="does not depend on any parameter"):
        fit(model, X, Y, loss=lambda o, y: autograd.Value(o.data) ** 2, progress=False)
    with autograd.no_grad(), pytest.raises(ArgumentError, match=r"outside no_grad\(\)"):
        fit(model, X, Y, progress=False)
    assert model.state_dict() == before


def test_a_class_is_no_model():
    with pytest.raises(KindError, match="not the class MLP"):
        fit(nn.MLP, X, Y)


@pytest.mark.parametrize("rows", [list, np.array], ids=["lists", "an array"])
def test_a_table_indexed_by_a_number_of_the_data_names_take(rows):
    class Bigram(nn.Module):
        def __init__(self):
            self.table = rows([[autograd.Value(0.1 * i), autograd.Value(0.0)] for i in range(5)])

        def forward(self, x):
            return self.table[x[0]]

    X = np.arange(20).reshape(-1, 1) % 5
    with pytest.raises((TypeError, IndexError), match="indices") as caught:
        nn.fit(Bigram(), X, X[:, 0] % 2, loss="cross_entropy", epochs=1, progress=False)
    assert "autograd.take(rows, i)" in caught.value.__notes__[0]

"""Linear, Sequential, Embedding, LayerNorm, Dropout, activations as modules: PyTorch's numbers."""

from __future__ import annotations

import copy
import math
import pickle
import random
from collections import OrderedDict

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, compile
from nn import ArgumentError, KindError, NNError, ShapeError, StateError

X = [0.5, -1.0, 2.0]
STATE = {
    "0.weight": [[0.25, -0.5, 0.125], [1.0, 0.75, -0.25]], "0.bias": [0.5, -0.375],
    "2.weight": [1.5, 0.5], "2.bias": [0.25, -0.25], "3.weight": [[2.0, -1.0]],
}  # fmt: skip
# Output and gradients of the same model at STATE and X, from PyTorch 2.13 in float64.
OUTPUT = 4.249964555307783
GRADIENTS = {
    "0.weight": [2.8464618073863968e-05, -5.6929236147727935e-05, 0.00011385847229545587,
                 2.725627002169987e-06, -5.451254004339974e-06, 1.0902508008679948e-05],
    "0.bias": [5.6929236147727935e-05, 5.451254004339974e-06],
    "2.weight": [1.9999797458901618, 0.9999898729450808], "2.bias": [2.0, -1.0],
    "3.weight": [1.7499848094176214, -0.7499949364725405],
}  # fmt: skip
FUNCTIONS = [
    (nn.ReLU(), [0.0, 0.25, 3.0]),
    (nn.Sigmoid(), [0.18242552380635635, 0.5621765008857981, 0.9525741268224334]),
    (nn.Tanh(), [-0.9051482536448664, 0.24491866240370913, 0.9950547536867305]),
    (nn.GELU(), [-0.10021080190328704, 0.14967658142073093, 2.99595030590511]),
    (nn.SiLU(), [-0.2736382857095345, 0.14054412522144952, 2.8577223804672998]),
    (nn.Softplus(), [0.2014132779827524, 0.8259394198788436, 3.048587351573742]),
    (nn.LeakyReLU(0.2), [-0.3, 0.25, 3.0]),
    (nn.ELU(0.5), [-0.3884349199257851, 0.25, 3.0]),
    (nn.Softmax(dim=-1), [0.010333595967625783, 0.059465739008061354, 0.9302006650243129]),
    (nn.LogSoftmax(dim=1), [-4.572354947266237, -2.8223549472662373, -0.07235494726623719]),
    (nn.Identity(), [-1.5, 0.25, 3.0]),
]
REPRS = {
    "Linear(in_features=2, out_features=3, bias=True)": nn.Linear(2, 3),
    "Embedding(3, 2)": nn.Embedding(3, 2),
    "LayerNorm((4,), eps=1e-05, elementwise_affine=True)": nn.LayerNorm(4),
    "LeakyReLU(negative_slope=0.2)": nn.LeakyReLU(0.2),
    "ELU(alpha=1.0)": nn.ELU(),
    "Softmax(dim=1)": nn.Softmax(dim=1),
    "Dropout(p=0.2)": nn.Dropout(0.2),
    "ReLU()": nn.ReLU(),
}


def _model() -> nn.Sequential:
    model = nn.Sequential(
        nn.Linear(3, 2), nn.GELU(), nn.LayerNorm(2), nn.Linear(2, 1, bias=False)
    )  # fmt: skip
    model.load_state_dict(STATE)
    return model


def test_outputs_and_gradients_of_pytorch_from_its_state() -> None:
    model = _model()
    out = model(X)
    out.backward()
    assert out.data == pytest.approx(OUTPUT, rel=1e-14)
    grads = {name: p.grad for name, p in model.named_parameters()}
    for name, expected in GRADIENTS.items():
        found = [grad for path, grad in grads.items() if path.startswith(name)]
        assert found == pytest.approx(expected, rel=1e-9), name
    assert compile(model)(np.array([X, X])) == pytest.approx([OUTPUT] * 2, rel=1e-13)


@pytest.mark.parametrize(("module", "expected"), FUNCTIONS)
def test_activations_of_pytorch(module: nn.Module, expected: list[float]) -> None:
    values = [Value(-1.5), Value(0.25), Value(3.0)]
    assert [float(v) for v in module(values)] == pytest.approx(expected, rel=1e-13)
    assert module.parameters() == []
    for row in compile(module)(np.array([[-1.5, 0.25, 3.0]] * 2)):
        assert row == pytest.approx(expected, rel=1e-13)


def test_elementwise_modules_keep_the_structure() -> None:
    assert nn.ReLU()([[-1.0, 2.0], [3.0]]) == [[0.0, 2.0], [3.0]]
    assert nn.Tanh()(0.0) == 0.0 and nn.ReLU()(np.array([-1.0, 1.0])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(("text", "module"), REPRS.items())
def test_reprs_of_pytorch(text: str, module: nn.Module) -> None:
    assert repr(module) == text


def test_linear_begins_as_pytorchs_does() -> None:
    layer = nn.Linear(100, 50, seed=0)
    numbers = np.array([p.data for p in layer.parameters()])
    assert numbers.size == 5050 and np.abs(numbers).max() <= 0.1 < np.abs(numbers).max() * 1.01
    assert {b.data for b in nn.Linear(3, 4, init="he_normal").bias} == {0.0}
    assert nn.Linear(2, 2, seed=3).state_dict() == nn.Linear(2, 2, seed=3).state_dict()
    random.seed(5)
    first = nn.Linear(2, 2).state_dict()
    random.seed(5)
    assert nn.Linear(2, 2).state_dict() == first


def test_sequential_is_a_sequence() -> None:
    model = _model()
    assert len(model) == 4 and model[-1] is [*model][3] is model.layers[3]
    assert [type(part) for part in model[:2]] == [nn.Linear, nn.GELU]
    assert model[1:].parameters() == [p for n, p in model.named_parameters() if n[0] in "23"]
    model.append(nn.ReLU())
    assert repr(model).endswith("  (4): ReLU()\n)")
    with pytest.raises(IndexError):
        model[5]


def test_sequential_of_a_list_of_names_and_of_functions() -> None:
    listed = nn.Sequential([nn.Linear(2, 3), autograd.tanh, nn.Linear(3, 1)])
    assert repr(listed[1]) == "tanh" and isinstance(listed([1.0, 2.0]), Value)
    named = nn.Sequential(OrderedDict(first=nn.Linear(2, 2), last=nn.ReLU()))
    assert [name for name, _ in named.named_children()] == ["first", "last"]
    assert named.first is named[0]
    doubled = nn.Sequential(nn.Linear(2, 2), lambda x: [2.0 * v for v in x])
    assert doubled([1.0, 1.0])[0].data == 2.0 * doubled[0]([1.0, 1.0])[0].data
    assert nn.Sequential()([1.0]) == [1.0]


def test_a_dot_in_a_name_or_a_reserved_one_is_refused() -> None:
    for name in ("a.b", "training", "_names", "append", ""):
        with pytest.raises(ArgumentError, match="cannot be the name of a part"):
            nn.Sequential({name: nn.ReLU()})


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: nn.Sequential(nn.ReLU), KindError, r"the class ReLU; write ReLU\(\)"),
        (lambda: nn.Sequential(nn.ReLU(), "tanh"), KindError, "not 'tanh'"),
        (lambda: nn.Linear(0, 1), ArgumentError, "in_features must be at least 1"),
        (lambda: nn.Linear(2, 1.5), KindError, "out_features must be a positive integer"),
        (lambda: nn.Linear(2, 1)([1.0]), ShapeError, "Linear 2→1 expects 2 inputs, got 1"),
        (lambda: nn.Linear(2, 1)([[1.0, 2.0]] * 2), ShapeError, "take the examples one by one"),
        (lambda: nn.Sequential(nn.Linear(2, 1))([1.0]), ShapeError, r"^0 \(Linear 2→1\) expects"),
        (lambda: nn.LayerNorm((2, 3)), ArgumentError, "the length of one list"),
        (lambda: nn.LayerNorm(2)([1.0]), ShapeError, "LayerNorm 2 expects 2 inputs"),
        (lambda: nn.LayerNorm(2, eps=-1.0), ArgumentError, "eps must be"),
        (lambda: nn.Dropout(1.5), ArgumentError, "a probability from 0 to 1, not 1.5"),
        (lambda: nn.Dropout(-0.1), ArgumentError, "p of a Dropout"),
        (lambda: nn.Softmax(dim=2), ArgumentError, "dim of Softmax is -1"),
        (lambda: nn.LeakyReLU(math.nan), ArgumentError, "negative_slope"),
        (lambda: nn.ReLU().train("yes"), KindError, "mode of train is True or False, not 'yes'"),
        (lambda: nn.ReLU().apply(None), KindError, "a function of a module, not None"),
        (lambda: nn.Embedding(3, 2)(3), autograd.ArgumentError, "3"),
        (lambda: nn.Embedding(3, 2)(0.5), autograd.OperandError, "whole number"),
    ],
)
def test_wrong_blocks_and_inputs(wrong, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        wrong()


# Embedding


def test_an_embedding_is_a_lookup_whose_gradient_reaches_its_row_alone() -> None:
    table = nn.Embedding(3, 2, seed=0)
    autograd.sum(table(1)).backward()
    assert [[v.grad for v in row] for row in table.weight] == [[0, 0], [1, 1], [0, 0]]
    assert table(np.array([2.0, 0.0])) == [table.weight[2], table.weight[0]]
    index = np.array([0, 2, 1])
    rows = np.array([[v.data for v in row] for row in table.weight])
    assert np.stack(compile(table)(index), axis=1).tolist() == rows[index].tolist()


def test_an_index_of_a_trace_names_take() -> None:
    table = nn.Embedding(3, 2)
    with pytest.raises(autograd.TraceError, match=r"autograd.take\(rows, i\)"):
        compile(lambda i: autograd.sum(table.weight[i]))(np.array([1]))


def test_letters_train_by_a_program() -> None:
    letters = np.random.default_rng(0).integers(0, 5, (200, 2))
    model = nn.Sequential(
        nn.Embedding(5, 3, seed=0), nn.Flatten(), nn.Linear(6, 16, seed=1), nn.Tanh(),
        nn.Linear(16, 9, seed=2),
    )  # fmt: skip
    history = nn.fit(
        model, letters, letters.sum(axis=1), loss=nn.CrossEntropyLoss(), optimizer="adam", lr=0.05,
        epochs=30, progress=False,
    )  # fmt: skip
    assert history.compiled and history.metric[-1] > 0.95


# Dropout


def test_dropout_of_nothing_and_of_all() -> None:
    assert nn.Dropout(1.0)([[1.0, 2.0], [3.0]]) == [[0.0, 0.0], [0.0]]
    assert nn.Dropout(0.0)([1.0, 2.0]) == [1.0, 2.0]
    assert nn.Dropout(1.0)([1.0, 2.0]) == [0.0, 0.0]


def test_dropout_keeps_the_mean() -> None:
    random.seed(0)
    kept = np.array(nn.Dropout(0.25)([1.0] * 20_000))
    assert set(kept) == {0.0, 1.0 / 0.75} and kept.mean() == pytest.approx(1.0, abs=0.02)


def _dropout_mlp() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(2, 16, seed=0), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 1, seed=1)
    )  # fmt: skip


def test_dropout_trains_by_programs_as_value_by_value_and_is_off_in_eval() -> None:
    points, labels = nn.data.moons(64)
    settings = {"loss": "bce_with_logits", "optimizer": "adam", "lr": 0.05, "epochs": 4,
                "progress": False, "seed": 3}  # fmt: skip
    states, losses = [], []
    for compiled in (True, False, True):
        model = _dropout_mlp()
        losses.append(nn.fit(model, points, labels, compiled=compiled, **settings).loss)
        states.append([*model.state_dict().values()])
    assert states[0] == states[2]
    assert states[0] == pytest.approx(states[1], rel=1e-9)
    model, off = _dropout_mlp(), _dropout_mlp().eval()
    plain = nn.Sequential(*[part for part in _dropout_mlp() if not isinstance(part, nn.Dropout)])
    nn.fit(off, points, labels, compiled=True, **settings)
    nn.fit(plain, points, labels, compiled=True, **settings)
    assert [*off.state_dict().values()] == [*plain.state_dict().values()] != states[0]
    assert nn.predict(model, points).tolist() == nn.predict(model.eval(), points).tolist()


def test_train_and_eval_reach_every_part() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Dropout()), nn.Linear(2, 1))
    assert all(module.training for module in model.modules())
    assert model.eval() is model and not any(module.training for module in model.modules())
    assert model.train() is model and all(module.training for module in model.modules())


# Modules of all kinds


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
        self.heads = [nn.Linear(2, 1), nn.Linear(2, 1, bias=False)]
        self.table = {"a": nn.Linear(1, 1)}
        self.tied = self.heads[0]
        self.scale = nn.Parameter(2.0)


NET = """Net(
  (encoder): Sequential(
    (0): Linear(in_features=2, out_features=2, bias=True)
    (1): ReLU()
  )
  (head1): Linear(in_features=2, out_features=1, bias=True)
  (head2): Linear(in_features=2, out_features=1, bias=False)
  (table[a]): Linear(in_features=1, out_features=1, bias=True)
)"""


def test_a_users_own_module_tells_its_parts() -> None:
    assert repr(Net()) == NET
    assert repr(nn.Module()) == "Module()"
    both = nn.Module(), nn.Module()
    both[0].other, both[1].other = both[1], both[0]
    assert repr(both[0]) == "Module(\n  (other): Module(\n    (other): ...\n  )\n)"


def test_children_and_modules() -> None:
    net = Net()
    names = ["encoder", "head1", "head2", "table[a]"]
    assert [name for name, _ in net.named_children()] == names
    assert [*net.children()] == [net.encoder, *net.heads, net.table["a"]]
    assert [*net.modules()] == [
        net, net.encoder, *net.encoder, *net.heads, net.table["a"]
    ]  # fmt: skip
    grid = nn.Module()
    grid.cells = np.array([[nn.ReLU(), nn.ReLU()], [nn.ReLU(), nn.ReLU()]], dtype=object)
    assert len([*grid.children()]) == 4


def test_apply_goes_from_the_inside_out() -> None:
    net, seen = Net(), []
    assert net.apply(seen.append) is net
    assert seen == [*net.encoder, net.encoder, *net.heads, net.table["a"], net]


def test_weights_are_drawn_anew_by_apply() -> None:
    def start(module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight, seed=0)
            nn.init.constant_(module.bias, 0.25)

    model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 1)).apply(start)
    assert {b.data for b in model[0].bias} == {0.25}
    rng = random.Random(0)
    expected = [nn.init.xavier_uniform(3, 5, rng) for _ in range(15)]
    assert [w.data for row in model[0].weight for w in row] == expected


def test_what_is_frozen_stays() -> None:
    model = nn.Sequential(nn.Linear(1, 2, seed=0), nn.Tanh(), nn.Linear(2, 1, seed=1))
    before = model[0].requires_grad_(False).state_dict()
    nn.fit(model, [[0.0], [1.0]], [1.0, 2.0], lr=0.1, epochs=3, progress=False)
    assert model[0].state_dict() == before
    assert model.summary().splitlines()[0].split()[-1] == "trained"


def test_a_state_may_fit_in_part() -> None:
    model = nn.Linear(1, 2)
    found = model.load_state_dict({"bias": [1.0, 2.0], "scale": 3.0}, strict=False)
    assert found == (["weight[0][0]", "weight[1][0]"], ["scale"])
    assert found.missing_keys == found[0] and [b.data for b in model.bias] == [1.0, 2.0]
    assert model.load_state_dict(model.state_dict()) is None
    with pytest.raises(StateError, match=r"bias\[0\] is nan"):
        model.load_state_dict({"bias": [math.nan, 1.0]}, strict=False)
    assert model.bias[1].data == 2.0


def test_copies_and_pickles() -> None:
    model = _model()
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert repr(other) == repr(model) and other(X).data == model(X).data
        assert not set(map(id, other.parameters())) & set(map(id, model.parameters()))


def test_a_softmax_at_the_end_is_seen_by_losses_on_logits() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Softmax())
    with pytest.raises(NNError, match="cross_entropy takes logits and applies softmax itself"):
        nn.fit(model, [[0.0, 1.0]], [1], loss="cross_entropy", progress=False)
    logistic = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
    assert logistic.decision_threshold == 0.5


@pytest.mark.parametrize(
    ("name", "advice"),
    [("to", "numbers are floats"), ("fit", r"nn\.fit\(model, X, y\)"), ("predict", "nn.predict")],
)
def test_methods_of_other_libraries_name_ours(name: str, advice: str) -> None:
    with pytest.raises(AttributeError, match=f"no attribute '{name}'; here that is .*{advice}"):
        getattr(nn.MLP(1, [1]), name)
    assert not hasattr(nn.MLP(1, [1]), name)
    with pytest.raises(AttributeError, match=r"'Linear' object has no attribute 'unknown'$"):
        nn.Linear(1, 1).unknown  # noqa: B018


def test_an_error_within_a_property_is_told_as_it_is() -> None:
    class Wrong(nn.Module):
        @property
        def size(self) -> int:
            return self.rows

    with pytest.raises(AttributeError, match="no attribute 'rows'"):
        Wrong().size  # noqa: B018

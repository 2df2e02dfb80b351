"""Module: finding, naming, loading parameters; subclasses of every style; the package itself."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd import Value
from nn import MLP, KindError, Layer, LSTMCell, Module, Neuron, NNError, StateError, fit
from nn.models.module import parameters_in


class Attributes(Module):
    """Every kind of attribute that is searched."""

    def __init__(self) -> None:
        self.scale = Value(1.0)
        self.layers = [Layer(1, 1, seed=0), Layer(1, 1, seed=1)]
        self.rows = [[Value(2.0), Value(3.0)], [Value(4.0), Value(5.0)]]
        self.pair = (Value(6.0), MLP(1, [1], seed=2))
        self.table = {"wte": [Value(7.0)]}
        self.matrix = np.array([[Value(8.0), Value(9.0)]])
        self.name, self.count, self.numbers = "net", 3, np.array([1.0, 2.0])
        self._kept = Value(10.0)


def test_parameters_come_in_the_order_of_definition() -> None:
    assert [name for name, _ in Attributes().named_parameters()] == [
        "scale",
        "layer1.neuron1.w[0]", "layer1.neuron1.b", "layer2.neuron1.w[0]", "layer2.neuron1.b",
        "rows[0][0]", "rows[0][1]", "rows[1][0]", "rows[1][1]",
        "pair[0]", "pair[1].layer1.neuron1.w[0]", "pair[1].layer1.neuron1.b",
        "table[wte][0]", "matrix[0][0]", "matrix[0][1]",
    ]  # fmt: skip


def test_parameters_and_labels_agree_with_the_names() -> None:
    model = Attributes()
    named = list(model.named_parameters())
    assert [p for _, p in named] == model.parameters()
    assert all(p.label == name for name, p in named)


def test_labels_of_lone_parts_are_short() -> None:
    assert [p.label for p in Neuron(2).parameters()] == ["w[0]", "w[1]", "b"]
    assert [p.label for p in Layer(1, 2).parameters()] == [
        "neuron1.w[0]", "neuron1.b", "neuron2.w[0]", "neuron2.b",
    ]  # fmt: skip
    assert MLP(2, [3, 1]).layers[1].neurons[0].b.label == "layer2.neuron1.b"


def test_a_label_of_the_users_stays() -> None:
    layer = Layer(1, 1)
    layer.neurons[0].b.label = "bias"

    class Outer(Module):
        def __init__(self) -> None:
            self.inner = layer

    outer = Outer()
    assert layer.neurons[0].b.label == "bias"
    assert layer.neurons[0].w[0].label == "inner.neuron1.w[0]"
    assert list(dict(outer.named_parameters())) == ["inner.neuron1.w[0]", "inner.neuron1.b"]


def test_replacing_weights_later_names_the_new_ones_by_their_full_path() -> None:
    model = MLP(2, [2, 1])
    model.layers[0].neurons[1].w = [Value(1.0), Value(2.0)]
    assert model.layers[0].neurons[1].w[1].label == "layer1.neuron2.w[1]"


def test_parameters_follow_changes_of_the_lists() -> None:
    model = MLP(1, [2, 1])
    del model.layers[0].neurons[1]
    assert len(model.parameters()) == 2 + 3


def test_shared_and_circular_modules_count_once() -> None:
    class Tied(Module):
        def __init__(self) -> None:
            self.first = Neuron(1)
            self.second = self.first
            self.weights = [self.first.b, self.first.b]
            self.me = self

    assert [name for name, _ in Tied().named_parameters()] == ["first.w[0]", "first.b"]


def test_computed_values_are_no_parameters() -> None:
    class Remembers(Module):
        def __init__(self) -> None:
            self.w = Value(2.0)
            self.last = self.w * 3.0

    assert [name for name, _ in Remembers().named_parameters()] == ["w"]


class Micrograd(Module):
    """micrograd's way: `parameters()` says which there are."""

    def __init__(self) -> None:
        self.layers = [Layer(1, 1), Layer(1, 1)]
        self._hidden = Value(5.0)

    def parameters(self) -> list[Value]:
        return [*self.layers[1].parameters(), self._hidden]


def test_overriding_parameters_has_the_last_word() -> None:
    model = Micrograd()
    names = ["layer2.neuron1.w[0]", "layer2.neuron1.b", "parameter3"]
    assert [name for name, _ in model.named_parameters()] == names
    assert list(model.state_dict()) == names

    class Outer(Module):
        def __init__(self) -> None:
            self.inner = model

    assert [name for name, _ in Outer().named_parameters()] == ["inner." + name for name in names]
    assert Outer().parameters() == model.parameters()


def test_extending_parameters_with_super() -> None:
    class Extended(Module):
        def __init__(self) -> None:
            self.w = Value(1.0)
            self._extra = Value(2.0)

        def parameters(self) -> list[Value]:
            return [*super().parameters(), self._extra]

    model = Extended()
    assert [p.data for p in model.parameters()] == [1.0, 2.0]
    assert [name for name, _ in model.named_parameters()] == ["w", "parameter2"]
    for p in model.parameters():
        p.grad = 1.0
    model.zero_grad()
    assert not any(p.has_grad for p in model.parameters())


def test_parameters_must_be_values() -> None:
    class Wrong(Module):
        def parameters(self) -> list[Value]:
            return [1.0]  # type: ignore[list-item]

    with pytest.raises(KindError, match=r"parameters\(\) of Wrong must give Values, not float"):
        Wrong().state_dict()


def test_deep_nesting_needs_no_recursion() -> None:
    nested: list = [Value(1.0)]
    for _ in range(5000):
        nested = [nested]

    class Deep(Module):
        def __init__(self) -> None:
            self.nested = nested

    assert len(Deep().parameters()) == 1


def test_forward_as_in_pytorch_and_its_absence() -> None:
    class Doubles(Module):
        def forward(self, x: float) -> float:
            return 2.0 * x

    assert Doubles()(3.0) == 6.0
    with pytest.raises(NNError, match=r"def __call__\(self, x\)"):
        Module()(1.0)
    assert Module().parameters() == []


def test_zero_grad() -> None:
    model = MLP(2, [2, 1], seed=0)
    model([1.0, 2.0]).backward()
    assert any(p.has_grad for p in model.parameters())
    model.zero_grad()
    assert all(not p.has_grad and p.grad == 0.0 for p in model.parameters())


def test_state_dict_round_trip() -> None:
    model, other = MLP(2, [3, 1], seed=0), MLP(2, [3, 1], seed=1)
    other.load_state_dict(model.state_dict())
    assert other.state_dict() == model.state_dict()
    assert other([1.0, 2.0]).data == model([1.0, 2.0]).data


def test_nested_lists_and_arrays_load_too() -> None:
    neuron = Neuron(2)
    neuron.load_state_dict({"w": np.array([1.5, -2.0]), "b": np.float64(3.0)})
    assert neuron.state_dict() == {"w[0]": 1.5, "w[1]": -2.0, "b": 3.0}


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({}, r"ReLUNeuron\(2\): 3 parameters are needed and 0 were given; missing: w\[0\], w\[1\]"),
        ({"w": [1.0], "b": 0.0}, r"missing: w\[1\]$"),
        ({"w": [1.0, 2.0, 3.0], "b": 0.0}, r"unknown: w\[2\]$"),
        ({"w": [[1.0, 2.0]], "b": 0.0}, r"unknown: w\[0\]\[0\]"),
        ({"w": [1.0, math.nan], "b": 0.0}, r"w\[1\] is nan"),
        ({"w": [1.0, math.inf], "b": 0.0}, r"w\[1\] is inf"),
    ],
)
def test_states_that_do_not_fit_change_nothing(state: dict, message: str) -> None:
    neuron = Neuron(2, seed=0)
    before = neuron.state_dict()
    with pytest.raises(StateError, match=message):
        neuron.load_state_dict(state)
    assert neuron.state_dict() == before


def test_states_of_the_wrong_kind() -> None:
    with pytest.raises(KindError, match="a state must be a dict"):
        Neuron(1).load_state_dict([1.0, 2.0])  # type: ignore[arg-type]
    with pytest.raises(KindError, match="'b' in a state must be a number, not str"):
        Neuron(1).load_state_dict({"w": [1.0], "b": "2"})


def test_named_modules() -> None:
    names = [name for name, _ in MLP(1, [2, 1]).named_modules()]
    assert names == ["", "layer1", "layer1.neuron1", "layer1.neuron2", "layer2", "layer2.neuron1"]


def test_summary() -> None:
    class Net(Module):
        def __init__(self) -> None:
            self.encoder = MLP(2, [16, 4], activation="tanh", output_activation="softmax")
            self.cell = LSTMCell(4, 3)
            self.scale = Value(1.0)

    assert str(Net().summary()) == (
        "name            model                parameters\n"
        "encoder         MLP 2→16→4                  116\n"
        "encoder.layer1  Layer 2→16, Tanh             48\n"
        "encoder.layer2  Layer 16→4, Softmax          68\n"
        "cell            LSTMCell 4→3                108\n"
        "total           Net                         225"
    )
    assert repr(Net().summary()) == str(Net().summary())


def test_anothers_autograd_is_refused_with_an_explanation(tmp_path: Path) -> None:
    (tmp_path / "autograd.py").write_text("grad = None\n")
    root = Path(__file__).parents[3]
    code = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(root)!r}]; import nn"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert run.returncode == 1
    assert "ImportError: the package `autograd` that Python found is not the one" in run.stderr
    assert "pip uninstall autograd" in run.stderr


class Grown(Module):
    """The commonest pattern: a list that is filled after it was made an attribute."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        for _ in range(2):
            self.layers.append(Layer(2, 2, seed=0))

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def test_modules_appended_to_a_list_know_their_path() -> None:
    model = Grown()
    assert model.layers[1].neurons[0].w[0].label == "layer2.neuron1.w[0]"
    with pytest.raises(NNError, match=r"^layer1 \(Layer 2→2\) expects 2 inputs"):
        model([1.0])
    model.layers.append(Layer(2, 1, seed=0))
    model.zero_grad()
    assert model.layers[2].neurons[0].b.label == "layer3.neuron1.b"


def test_parts_keep_their_full_path_when_asked_for_their_own_parameters() -> None:
    model = Grown()
    assert next(iter(model.layers[1].named_parameters()))[0] == "neuron1.w[0]"
    assert model.layers[1].parameters()[0].label == "layer2.neuron1.w[0]"


def test_two_parameters_of_one_path_are_refused(tmp_path: Path) -> None:
    class Twice(Module):
        def __init__(self) -> None:
            self.layers = [Neuron(1)]
            self.layer1 = Neuron(1)

    class Keys(Module):
        def __init__(self) -> None:
            self.table = {1: Value(1.0), "1": Value(2.0)}

    for model, name in ((Twice(), r"layer1\.w\[0\]"), (Keys(), r"table\[1\]")):
        with pytest.raises(StateError, match=f"two parameters of .* are called {name}"):
            model.state_dict()
        with pytest.raises(StateError, match="rename"):
            model.save(tmp_path / "model.json")
        with pytest.raises(StateError, match="rename"):
            model.load_state_dict({})
    assert list(tmp_path.iterdir()) == []


def test_forward_is_the_same_as_calling() -> None:
    model = MLP(2, [3, 1], seed=0)
    assert model.forward([1.0, 2.0]).data == model([1.0, 2.0]).data
    assert model.layers[1].neurons[0].forward([1.0] * 3).data != 0.0


def containers_that_contain_themselves(w: Value):
    """Lists, dicts and arrays with `w` in them and a way back to themselves."""
    alone: list = [w]
    alone.append(alone)
    table: dict = {"w": w}
    table["again"] = table
    first: list = [w]
    second: list = [first]
    first.append(second)
    pair: dict = {}
    pair["tuple"] = (w, pair)
    array = np.empty(2, dtype=object)
    array[:] = [w, array]
    square = np.empty((1, 2), dtype=object)
    square[0, 0], square[0, 1] = w, square
    return [alone, table, first, pair, array, square]


@pytest.mark.parametrize("number", range(6))
def test_a_container_that_contains_itself(number: int) -> None:
    class Holder(Module):
        def __init__(self, things) -> None:
            self.things = things

        def __call__(self, x):
            return w * x[0]

    w = Value(2.0)
    model = Holder(containers_that_contain_themselves(w)[number])
    assert model.parameters() == [w]
    assert len(model.state_dict()) == 1
    assert model.summary().splitlines()[-1].endswith(" 1")
    model.load_state_dict(model.state_dict())
    model.things2 = model.things
    assert model.parameters() == [w]
    fit(model, [[1.0], [2.0]], [1.0, 2.0], lr=0.1, epochs=1, progress=False)
    assert w.data != 2.0


def test_modules_that_contain_each_other() -> None:
    class Node(Module):
        def __init__(self) -> None:
            self.w = Value(1.0)
            self.others: list = []

    one, two = Node(), Node()
    one.others.append(two)
    two.others += [one, two, two.others]
    one.me = one
    assert [name for name, _ in one.named_parameters()] == ["w", "other1.w"]
    assert [p.label for p in (one.w, two.w)] == ["w", "other1.w"]
    assert one.parameters() == [one.w, two.w]
    one.b = Value(0.0)
    assert one.b.label == "b"
    assert [path for path, _ in one.named_modules()] == ["", "other1"]


def test_a_part_that_knows_what_it_is_part_of() -> None:
    class Part(Module):
        def __init__(self, whole) -> None:
            self.w = Value(1.0)
            self.whole = whole

    class Whole(Module):
        def __init__(self) -> None:
            self.part = Part(None)
            self.part.whole = self
            self.b = Value(2.0)

    model = Whole()
    assert [name for name, _ in model.named_parameters()] == ["part.w", "b"]
    assert [p.label for p in model.parameters()] == ["part.w", "b"]


def test_one_container_in_two_places_counts_once_even_among_temporary_views() -> None:
    class Cube(Module):
        def __init__(self) -> None:
            self.values = np.array([Value(float(i)) for i in range(60)]).reshape(3, 4, 5)
            self.same = [self.values, self.values, list(self.values)]

    assert [p.data for p in Cube().parameters()] == list(range(60))


def test_a_shared_list_of_which_one_owner_shows_less() -> None:
    class Some(Module):
        def __init__(self, values) -> None:
            self.values = values

        def parameters(self):
            return self.values[:1]

    class Both(Module):
        def __init__(self) -> None:
            values = [Value(1.0), Value(2.0)]
            self.some, self.all = Some(values), values

    assert [name for name, _ in Both().named_parameters()] == ["some.values[0]", "all[1]"]


def test_parameters_that_compare_as_equal_are_two() -> None:
    class Equal(Value):
        def __eq__(self, other):
            return isinstance(other, Value) and self.data == other.data

        __hash__ = Value.__hash__

    class ByData(Equal):
        def __hash__(self):
            return hash(self.data)

    class Pair(Module):
        def __init__(self, kind) -> None:
            self.w, self.b = kind(1.0), kind(1.0)

    for kind in (Equal, ByData):
        assert list(Pair(kind).state_dict()) == ["w", "b"]


def test_freezing_a_model() -> None:
    model = MLP(2, [3, 1], seed=0)
    assert model.requires_grad is True
    first, last = model.layers
    first.requires_grad = False
    assert [layer.requires_grad for layer in model.layers] == [False, True]
    assert model.requires_grad is True
    assert [getattr(p, "requires_grad", True) for p in model.parameters()] == [False] * 9 + [
        True
    ] * 4
    assert len(model.parameters()) == len(model.state_dict()) == 13
    assert model.requires_grad_(False) is model
    assert not model.requires_grad
    assert model.requires_grad_().requires_grad
    last.neurons[0].b.requires_grad = False
    assert last.requires_grad
    for wrong in (None, 1, "no"):
        with pytest.raises(KindError, match="requires_grad is True or False, not"):
            model.requires_grad = wrong


def test_a_summary_counts_what_is_trained() -> None:
    model = MLP(2, [3, 1], seed=0)
    whole = model.summary()
    for p in model.layers[0].parameters():
        p.requires_grad = False
    assert model.summary().splitlines() == [
        "name    model              parameters  trained",
        "layer1  Layer 2→3, ReLU             9        0",
        "layer2  Layer 3→1, linear           4        4",
        "total   MLP 2→3→1                  13        4",
    ]
    model.requires_grad_()
    assert model.summary() == whole


def test_parameters_that_are_yielded() -> None:
    class Line(Module):
        def __init__(self) -> None:
            self.w, self.b = Value(1.0), Value(0.0)

        def parameters(self):
            yield self.w
            yield self.b

        def __call__(self, x):
            return self.w * x[0] + self.b

    model = Line()
    assert model.summary().splitlines()[-1].endswith("2")
    model.requires_grad = False
    assert not model.requires_grad
    model.requires_grad = True
    fit(model, [[1.0], [2.0]], [3.0, 5.0], lr=0.1, epochs=1, l2=0.01, progress=False)
    assert model.w.data != 1.0
    assert list(model.state_dict()) == ["w", "b"]


def test_zero_grad_finds_what_parameters_does_and_nothing_else():
    class Chosen(Module):
        def __init__(self):
            self.kept, self.left_out = Value(1.0), Value(2.0)

        def parameters(self):
            return [self.kept]

    class Nested(Module):
        def __init__(self):
            self.layers = [Neuron(2), {"a": (Value(1.0), Neuron(1))}]
            self.array = np.array([[Value(1.0), Value(2.0)]], dtype=object)
            self.chosen, self.again = Chosen(), self.layers
            self.layers.append(self.layers)
            self.computed = Value(2.0) * 3.0
            self._hidden = Value(3.0)

    model = Nested()
    inside = [*model.parameters(), model.computed, model._hidden, model.chosen.left_out]
    for value in inside:
        value.grad = 1.0
    model.zero_grad()
    zeroed = [value for value in inside if not value.has_grad]
    assert list(map(id, zeroed)) == list(map(id, model.parameters()))
    assert len(zeroed) == 9


def test_the_quick_walk_finds_the_parameters_of_parameters() -> None:
    class Special(Value):
        pass

    class Odd(Module):
        def __init__(self) -> None:
            self.several = [Value(1.0), Special(2.0)]
            self.named = {"a": Value(3.0), "b": Value(4.0)}
            self.array = np.array([[Value(5.0)], [Value(6.0)]])
            self.mixed = (Value(7.0), [Value(8.0)], Neuron(2), 9.0)
            self.computed, self.none = [Value(1.0) * 2.0, Value(10.0)], []
            self._hidden = [Value(11.0)]

    model = Odd()
    found = [*parameters_in(model)]
    assert {*map(id, found)} == {*map(id, model.parameters())} and len(found) == 12
    model.named["b"] = Value(4.0)
    assert [*parameters_in(model)] != found

    class Foreign:
        def parameters(self) -> list[Value]:
            return found

    assert parameters_in(Foreign()) is found

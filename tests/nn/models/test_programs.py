"""Programs kept with a model: found again, never stale, gone with the model."""

from __future__ import annotations

import copy
import functools
import gc
import pickle
import threading
import types
import weakref

import numpy as np
import pytest

import autograd
import nn
from autograd import Surroundings, TraceError, Value, no_grad, where
from nn.models import programs
from nn.models.programs import same
from nn.objective.objective import plain

X = np.random.default_rng(0).normal(size=(100, 3))
Y = np.sin(X.sum(axis=1))
FACTOR = 2.0
SETTINGS = None


@pytest.fixture
def traces(monkeypatch):
    """How often a function was traced."""
    counted = []
    trace = autograd.program.running.runner.trace

    def counting(*args):
        counted.append(args)
        return trace(*args)

    monkeypatch.setattr(autograd.program.running.runner, "trace", counting)
    return counted


def network(seed=2, **settings):
    return nn.MLP(3, [5, 1], activation="tanh", seed=seed, **settings)


def by_values(model):
    with no_grad():
        return np.array([plain(model(x)) for x in X.tolist()])


def assert_right(model):
    np.testing.assert_allclose(nn.predict(model, X), by_values(model), rtol=1e-12, atol=1e-15)


# Found again


def test_each_kind_is_traced_once(traces):
    model = network()
    for _ in range(3):
        nn.predict(model, X)
    assert len(traces) == 1
    for _ in range(3):
        nn.evaluate(model, X, Y, loss="mse")
    assert len(traces) == 2
    for _ in range(3):
        nn.fit(model, X, Y, loss="mse", epochs=3, progress=False)
        nn.fit(model, X, Y, loss=lambda o, y: (o - y) ** 2, epochs=3, progress=False)
    assert len(traces) == 4


def test_callbacks_that_measure_find_their_program(traces):
    model, seen = network(), []

    def measure(state):
        seen.append(nn.evaluate(model, X, Y, loss="mse").loss)
        seen.append(float(nn.predict(model, X)[0]))

    nn.fit(model, X, Y, epochs=5, progress=False, callbacks=measure)
    assert len(traces) == 3
    assert len(set(seen)) == 10


def test_training_does_not_make_a_program_stale(traces):
    model = network()
    nn.predict(model, X)
    nn.fit(model, X, Y, epochs=5, progress=False)
    model.load_state_dict({name: 0.5 * x for name, x in model.state_dict().items()})
    assert_right(model)
    assert len(traces) == 2


def test_a_model_that_becomes_a_part_of_another_stays_what_it_is(traces):
    class Both(nn.Module):
        def __init__(self, one, other):
            self.one, self.other = one, other

        def __call__(self, x):
            return self.one(x) + self.other(x)

    models = [network(), network(3)]
    models.append(Both(*models))
    for _ in range(3):
        for model in models:
            nn.fit(model, X, Y, epochs=2, l2=0.01, progress=False, compiled=True)
            assert_right(model)
    assert len(traces) == 2 * len(models)


def test_what_cannot_be_traced_is_not_tried_again(traces):
    class Branching(nn.Module):
        def __init__(self):
            self.a = nn.Neuron(3, nonlin=False, seed=0)

        def __call__(self, x):
            z = self.a(x)
            return z if z > 0.0 else 0.1 * z

    model = Branching()
    for _ in range(3):
        assert_right(model)
    assert len(traces) == 1


def test_what_could_not_be_traced_is_tried_again_when_it_is_another(traces):
    class Switched(nn.Module):
        def __init__(self):
            self.a, self.branches = nn.Neuron(3, nonlin=False, seed=0), True

        def __call__(self, x):
            z = self.a(x)
            if self.branches:
                return z if z > 0.0 else 0.1 * z
            return autograd.leaky_relu(z, slope=0.1)

    model = Switched()
    for compiled in (False, True):
        model.branches = not compiled
        for _ in range(2):
            assert_right(model)
    assert len(traces) == 2
    assert nn.fit(model, X, Y, epochs=3, progress=False).compiled


def test_other_shapes_and_dtypes_of_one_model(traces):
    class Total(nn.Module):
        def __init__(self):
            self.factor = Value(2.0)

        def __call__(self, x):
            return self.factor * autograd.sum(x)

    model = Total()
    for _ in range(2):
        for width in (1, 3, 5):
            rows = np.ones((80, width))
            assert nn.predict(model, rows).tolist() == [2.0 * width] * 80
            nn.fit(model, rows, np.full(80, 2.0 * width), epochs=3, progress=False)
    assert len(traces) == 6
    assert model.factor.data == 2.0


# Never stale


class Nested(nn.Module):
    """Everything that a model may keep a number in."""

    def __init__(self):
        self.inner = network()
        self.scale = 1.5
        self.table = {"shift": [0.25, 0.5]}
        self.array = np.array([1.0, 2.0])
        self.extra = [Value(0.1)]
        self.bend = lambda z: z * z
        self._hidden = 0.75

    def __call__(self, x):
        z = self.scale * self.inner(x) + self.table["shift"][1] + float(self.array[1])
        return self.bend(z) + autograd.sum(self.extra) * FACTOR + self._hidden


def replace_layer(model):
    model.inner.layers[0] = nn.Layer(3, 5, seed=9)


CHANGES = {
    "an attribute": lambda m: setattr(m, "scale", 3.0),
    "an underscored attribute": lambda m: setattr(m, "_hidden", 3.0),
    "a number in a nested list": lambda m: m.table["shift"].__setitem__(1, 7.0),
    "an array in place": lambda m: m.array.__setitem__(1, 7.0),
    "a parameter": lambda m: m.extra.__setitem__(0, Value(0.7)),
    "a list that grew": lambda m: m.extra.append(Value(0.7)),
    "a function": lambda m: setattr(m, "bend", lambda z: 3.0 * z),
    "a layer": replace_layer,
    "all layers": lambda m: setattr(m.inner, "layers", network(5).layers),
    "a submodule": lambda m: setattr(m, "inner", network(5)),
    "an activation": lambda m: setattr(m, "inner", nn.MLP(3, [5, 1], activation="relu", seed=2)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_model_that_changed_gets_a_new_program(change):
    model = Nested()
    assert_right(model)
    before = nn.evaluate(model, X, Y, loss="mse").loss
    change(model)
    assert_right(model)
    found = nn.evaluate(model, X, Y, loss="mse").loss
    assert found != before
    expected = np.mean((by_values(model) - Y) ** 2)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_global_that_changed_gets_a_new_program(monkeypatch):
    model = Nested()
    assert_right(model)
    monkeypatch.setitem(globals(), "FACTOR", 5.0)
    assert_right(model)


class Box:
    """Any object with attributes."""


class Slotted:
    __slots__ = ("one", "two")


class Settings:
    one = two = 1.0


def weight_of_settings(y):
    return where(y > 0.5, SETTINGS.two, SETTINGS.one)


def factors_of(kind):
    """Something with two factors, a loss that uses them by class, and how to change the second."""
    if kind == "array":
        array = np.array([1.0, 1.0])
        return (lambda y: where(y > 0.5, array[1], array[0])), lambda x: array.__setitem__(1, x)
    if kind in ("object", "slots", "class"):
        box = {"object": Box, "slots": Slotted, "class": lambda: Settings}[kind]()
        box.one = box.two = 1.0
        return (lambda y: where(y > 0.5, box.two, box.one)), lambda x: setattr(box, "two", x)
    if kind == "module":
        module = types.ModuleType("settings_of_the_user")
        module.one = module.two = 1.0
        globals()["SETTINGS"] = module
        return weight_of_settings, lambda x: setattr(module, "two", x)
    if kind == "function":
        weights = {0: 1.0, 1: 1.0}

        def weight_of(y):
            return where(y > 0.5, weights[1], weights[0])

        return (lambda y: weight_of(y)), lambda x: weights.__setitem__(1, x)
    weights = {0: 1.0, 1: 1.0}
    return (lambda y: where(y > 0.5, weights[1], weights[0])), lambda x: weights.__setitem__(1, x)


@pytest.mark.parametrize(
    "kind", ["dict", "array", "object", "function", "slots", "class", "module"]
)
def test_a_class_weight_that_a_callback_changes_is_followed(kind):
    """The first example is of the class whose weight stays."""
    labels = (np.arange(100) % 2).astype(float)
    runs = []
    for compiled in (False, True):
        weight, change = factors_of(kind)
        model = network()

        def loss(o, y, weight=weight):
            return weight(y) * (o - y) ** 2

        history = nn.fit(
            model, X, labels, loss=loss, epochs=6, lr=0.1, shuffle=False, progress=False,
            callbacks=lambda state, change=change: change(1.0 + state.epoch), metric=None,
            compiled=compiled,
        )  # fmt: skip
        assert history.compiled is compiled
        runs.append((history.loss, [p.data for p in model.parameters()]))
    np.testing.assert_allclose(runs[0][0], runs[1][0], rtol=1e-10)
    np.testing.assert_allclose(runs[0][1], runs[1][1], rtol=1e-10)


def test_a_parameter_that_is_frozen_afterwards_is_not_trained(traces):
    model = network()
    nn.fit(model, X, Y, epochs=3, progress=False)
    frozen = model.layers[0].neurons[0].w[0]
    frozen.requires_grad, before = False, frozen.data
    nn.fit(model, X, Y, epochs=3, progress=False)
    assert (frozen.data, frozen.has_grad) == (before, False)
    assert len(traces) == 2


def test_an_attribute_of_the_name_of_a_global_is_not_that_global(monkeypatch):
    monkeypatch.setitem(globals(), "losses", [])

    def loss(o, y):
        return nn.losses.huber(o, y)

    around = Surroundings(loss)
    globals()["losses"].append(1.0)
    assert around.changed() is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: functools.partial(nn.losses.huber, delta=0.5),
        lambda: lambda o, y: (o - y) ** 2,
        lambda: nn.losses.quadratic,
        lambda: (lambda k: lambda o, y: k * (o - y) ** 2)([1.0, 2.0][0]),
        lambda: math_loss,
    ],
)
def test_the_same_loss_made_again_is_the_same(make):
    assert same(make(), make())


def math_loss(o, y):
    return FACTOR * (o - y) ** 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.0, -0.0), (1, 1.0), (1, True), ("1", 1), ([1.0], (1.0,)), ([1.0, 2.0], [2.0, 1.0]),
        (np.ones(3), np.ones(3, dtype=np.float32)), (np.ones(3), np.ones((3, 1))),
        (functools.partial(math_loss, y=1.0), functools.partial(math_loss, y=2.0)),
        (nn.losses.mse, nn.losses.hinge), ({"a": 1.0}, {"b": 1.0}), (Value(1.0), Value(1.0)),
        (np.array([Value(1.0)], dtype=object), np.array([Value(1.0)], dtype=object)),
    ],
)  # fmt: skip
def test_what_differs_is_not_the_same(one, other):
    assert same(one, one)
    assert not same(one, other)


def test_sameness_ends_in_circles_and_depths():
    loops, deeps = [[1.0], [1.0]], [[2.0], [2.0]]
    for loop in loops:
        loop.append(loop)
    for _ in range(5_000):
        deeps = [[deep] for deep in deeps]
    assert same(*loops)
    assert same(*deeps)


def test_values_with_an_equality_of_their_own_count_by_identity():
    class Same(Value):
        def __eq__(self, other):
            return isinstance(other, Same) and self.data == other.data

        def __hash__(self):
            return hash(self.data)

    assert not same([Same(1.0)], [Same(1.0)])

    optimizer = nn.SGD([Same(1.0), Same(1.0)], lr=0.5)
    (optimizer.params[0] ** 2).backward()
    optimizer.step()
    assert [p.data for p in optimizer.params] == [0.0, 1.0]


# Gone with the model


def test_a_program_does_not_keep_its_model_alive():
    gc.collect()
    gc.disable()
    try:
        model = network()
        nn.fit(model, X, Y, epochs=3, progress=False)
        nn.predict(model, X)
        kept = [weakref.ref(one.program) for one in model._programs.programs]
        assert len(kept) == 2
        alive = weakref.ref(model)
        del model
        assert alive() is None
        assert [program() for program in kept] == [None] * 2
    finally:
        gc.enable()


def test_a_loss_that_refers_to_the_model_does_not_keep_it_alive():
    def run():
        model = network()

        def loss(o, y):
            return (o - y) ** 2 + model.parameters()[0] ** 2

        nn.fit(model, X, Y, loss=loss, epochs=3, progress=False)
        return weakref.ref(model)

    alive = run()
    gc.collect()
    assert alive() is None


def test_at_most_eight_programs_are_kept_for_a_model():
    model = network()
    for i in range(20):
        nn.evaluate(model, X, Y, loss=lambda o, y, i=i: (o - y) ** 2 + i)
    assert len(model._programs.programs) == programs.KEPT


def test_a_model_with_programs_can_be_copied_and_pickled():
    model = network()
    before = nn.predict(model, X)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert nn.predict(twin, X).tolist() == before.tolist()
        twin.parameters()[0].data += 1.0
        assert_right(twin)
    assert nn.predict(model, X).tolist() == before.tolist()


def test_functions_and_bare_callables_are_models_too():
    class Slots:
        __slots__ = ("w",)

        def __init__(self):
            self.w = Value(2.0)

        def __call__(self, x):
            return self.w * x[0]

    w = Value(2.0)
    for model in (lambda x: w * x[0], Slots(), Slots().__call__, functools.partial(Slots())):
        np.testing.assert_allclose(nn.predict(model, X), 2.0 * X[:, 0], rtol=1e-15)


class Numbered(nn.Module):
    """Layers under names that are computed."""

    def __init__(self):
        for i in range(2):
            setattr(self, f"layer{i}", nn.Layer(3, 3, activation="tanh", seed=i))

    def __call__(self, x):
        for i in range(2):
            x = getattr(self, f"layer{i}")(x)
        return x


class Bare:
    """No Module, and every attribute is a parameter."""

    def __init__(self):
        self.w, self.b = Value(2.0), Value(1.0)

    def parameters(self):
        return list(vars(self).values())

    def __call__(self, x):
        w, b = self.parameters()
        return w * x[0] + b


def test_layers_under_computed_names():
    model = Numbered()
    assert_right(model)
    model.layer1 = nn.Layer(3, 3, activation="relu", seed=7)
    assert_right(model)


def test_what_is_no_module_keeps_its_attributes_to_itself(traces):
    model = Bare()
    for w in (model.w, model.w, Value(5.0)):
        model.w = w
        assert_right(model)
    assert list(vars(model)) == ["w", "b"]
    assert len(traces) == 2
    alive = weakref.ref(model)
    del model
    gc.collect()
    assert alive() is None


def test_programs_of_models_that_are_no_modules_are_few():
    models = [Bare() for _ in range(programs.MODELS + 3)]
    for model in models:
        nn.predict(model, X)
    assert len(programs._others) == programs.MODELS
    assert_right(models[0])
    before = len(programs._others)
    del model, models
    gc.collect()
    assert len(programs._others) < before


def test_a_shallow_copy_has_programs_of_its_own():
    model = Nested()
    assert_right(model)
    twin = copy.copy(model)
    twin.scale = 7.0
    for one in (twin, model, twin):
        assert_right(one)


def test_a_loss_that_is_made_anew_in_a_loop(traces):
    model = network()
    for weight in (1.0, 1.0, 3.0, 1.0):
        rows = [0.5, weight]

        def loss(o, y, rows=rows):
            return rows[1] * (o - y) ** 2

        found = nn.evaluate(model, X, Y, loss=loss).loss
        expected = weight * np.mean((by_values(model) - Y) ** 2)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert len(traces) == 2


def test_a_loss_found_by_sameness_that_has_changed_since():
    """The older of two equal losses closes over a list that is another by now."""
    model, weights = network(), [1.0]

    def make(weights):
        return lambda o, y: weights[0] * (o - y) ** 2

    first = make(weights)
    expected = np.mean((by_values(model) - Y) ** 2)
    for weight in (1.0, 4.0, 1.0):
        weights[0] = weight
        for loss, factor in ((first, weight), (make([1.0]), 1.0), (make([4.0]), 4.0)):
            found = nn.evaluate(model, X, Y, loss=loss).loss
            np.testing.assert_allclose(found, factor * expected, rtol=1e-12)


def test_a_parameter_that_only_the_penalty_sees(traces):
    model = network()
    nn.fit(model, X, Y, l2=0.1, epochs=3, progress=False)
    model.extra = Value(1.0)
    with pytest.warns(autograd.TeachingWarning, match="no gradient reaches extra"):
        nn.fit(model, X, Y, l2=0.1, epochs=3, lr=0.1, progress=False)
    assert 0.0 < model.extra.data < 1.0


def test_a_weight_that_a_callback_changes_many_times_is_no_reason_for_a_warning():
    weight = [1.0]
    nn.fit(
        network(), X, Y, loss=lambda o, y: weight[0] * (o - y) ** 2, epochs=12, progress=False,
        compiled=True, callbacks=lambda state: weight.__setitem__(0, 1.0 / state.epoch),
    )  # fmt: skip


@pytest.mark.parametrize("reads", [False, True])
def test_a_metric_that_reads_parameters_sees_them_move(reads):
    model, seen = network(), []
    first = model.parameters()[0]

    def metric(outputs, targets):
        seen.append(first.data if reads else 0.0)
        return 0.0

    nn.fit(model, X, Y, epochs=5, lr=0.1, progress=False, metric=metric, compiled=True)
    assert len(set(seen)) == (5 * 4 if reads else 1)  # batches


# Several at once


def test_two_runs_on_one_model_at_once_do_not_share_a_program():
    model = network()
    outer = []

    def nested(state):
        inner = nn.fit(model, X, Y, epochs=3, lr=0.01, progress=False)
        outer.append(inner.compiled)

    history = nn.fit(model, X, Y, epochs=3, lr=0.01, progress=False, callbacks=nested)
    assert history.compiled
    assert outer == [True] * 3


def test_predicting_in_threads():
    model, found = network(), []
    expected = by_values(model)
    threads = [
        threading.Thread(target=lambda: found.append(nn.predict(model, X))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for one in found:
        np.testing.assert_allclose(one, expected, rtol=1e-12)


# No switch


@pytest.mark.parametrize("n", [1, 63, 64, 65, 499, 500])
def test_any_number_of_rows_gives_the_same(n):
    rows = np.resize(X, (n, 3))
    targets = np.resize(Y, n)
    for model in (network(), nn.MLP(3, [4, 2], seed=0)):
        expected = [plain(model(row)) for row in rows[:1].tolist()]
        found = nn.predict(model, rows)
        assert len(found) == n
        np.testing.assert_allclose(found[:1], expected, rtol=1e-12)
    model = network()
    expected = np.mean([(model(x).data - y) ** 2 for x, y in zip(rows, targets, strict=True)])
    found = nn.evaluate(model, rows, targets, loss="mse").loss
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_model_that_remembers_says_what():
    class Logging(nn.Module):
        def __init__(self):
            self.inside, self.log = network(), []

        def __call__(self, x):
            self.log.append(1)
            return self.inside(x)

    with pytest.raises(TraceError, match=r"changes '.*log' while it runs"):
        nn.fit(Logging(), X, Y, compiled=True, progress=False)
    assert_right(Logging())


def test_evaluate_says_what_is_wrong_with_an_output_of_a_late_row():
    model = nn.Neuron(1, nonlin=False, init="zeros")
    model.load_state_dict({"w": [0.5], "b": 0.5})
    rows = np.zeros((300, 1))
    rows[299] = 9.0
    with pytest.raises(nn.ArgumentError, match="takes probabilities, from 0 to 1, not 5"):
        nn.evaluate(model, rows, [1] * 300, loss="binary_cross_entropy")

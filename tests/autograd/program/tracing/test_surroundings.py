"""All that a function reads of its surroundings is known, and a change of it is seen."""

from __future__ import annotations

import itertools
import random
import sys
from array import array
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from types import MappingProxyType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nn
from autograd import TraceError, Value
from autograd import compile as compiled
from autograd.program.tracing.surroundings import Surroundings

SCALE, UNIT = 2.0, 2.0
W = Value(3.0)
TABLE = [1.0, 2.0]
USERS_MODULE = ModuleType("settings_of_the_user")
USERS_MODULE.scale = 2.0  # type: ignore[attr-defined]
sys.modules[USERS_MODULE.__name__] = USERS_MODULE


@dataclass
class Settings:
    scale: Any = 2.0
    other: Any = 0.0


@dataclass(frozen=True, slots=True)
class Slotted:
    scale: Any = 2.0


class Model:
    factor = 2.0

    def __init__(self) -> None:
        self.w = Value(1.0)
        self.ws = [Value(1.0), Value(2.0)]
        self.layers = [SimpleNamespace(w=[Value(1.0)], b=Value(0.0))]
        self.history: list[float] = []
        self.steps = 0
        self.inner = Settings()

    def __call__(self, x: Any) -> Any:
        return self.forward(x) * self.twice

    @property
    def twice(self) -> Any:
        return self.factor * 2.0

    @cached_property
    def kept(self) -> float:
        return 1.0

    @staticmethod
    def fixed(x: Any) -> Any:
        return x * SCALE

    def forward(self, x: Any) -> Any:
        out = self.w * x + sum(self.ws) + self.inner.scale
        for layer in self.layers:
            out = layer.w[0] * out + layer.b
        return self.fixed(out)

    def train(self, x: Any) -> None:
        self.history.append(float(self(x)))
        self.steps += 1


def helper(x: Any) -> Any:
    return x * SCALE


def set_global(name: str, thing: Any) -> Callable[[], None]:
    return lambda: globals().__setitem__(name, thing)


def closed_over(thing: Any) -> tuple[Callable[[Any], Any], Callable[[Any], None]]:
    def rebind(other: Any) -> None:
        nonlocal thing
        thing = other

    return (lambda x: x * thing), rebind


class Reader:
    """Without attributes of its own; `set_global` changes what it reads."""

    def __call__(self, x: Any) -> Any:
        return x * UNIT

    def __get__(self, instance: Any, owner: Any) -> Any:
        return UNIT


class Kind(type):
    @property
    def scale(cls) -> Any:
        return UNIT


class OfKind(metaclass=Kind):
    pass


class Described:
    scale = Reader()


class Tagged(list[Any]):
    scale = 1.0


def with_default(x: Any, scale: Any = 2.0, *, table: Any = (1.0,)) -> Any:
    return x * scale * table[0]


def of(thing: Any) -> Callable[[Any], Any]:
    """A function that reads whatever it closes over."""
    return lambda x: (thing, thing.scale, thing.w, thing.layers, thing.factor, x)


def closure_case(first: Any, second: Any) -> Callable[[], Any]:
    def make() -> Any:
        f, rebind = closed_over(first)
        return f, lambda: rebind(second), "thing"

    return make


def content_case(thing: Any, change: Callable[[Any], Any], name: str) -> Callable[[], Any]:
    return lambda: (of(thing), lambda: change(thing), name)


def model_case(change: Callable[[Model], Any], name: str) -> Callable[[], Any]:
    def make() -> Any:
        model = Model()
        return (lambda x: model(x)), (lambda: change(model)), name

    return make


def method_case(change: Callable[[Model], Any], name: str) -> Callable[[], Any]:
    def make() -> Any:
        model = Model()
        return model.forward, lambda: change(model), name

    return make


def module_case(change: Callable[[Any], Any], name: str) -> Callable[[], Any]:
    def make() -> Any:
        model = nn.MLP(2, [2, 1])
        return (lambda x: model([x, x])), (lambda: change(model)), name

    return make


CHANGED: dict[str, Callable[[], Any]] = {
    "a closed-over number": closure_case(2.0, 3.0),
    "a number by another kind": closure_case(2.0, 2),
    "a sign of nought": closure_case(0.0, -0.0),
    "a number by a Value": closure_case(2.0, Value(2.0)),
    "a Value": closure_case(Value(2.0), Value(2.0)),
    "a text": closure_case("a", "b"),
    "a function": closure_case(abs, max),
    "a list by an equal one": closure_case([Value(1.0)], [Value(1.0)]),
    "an element": content_case([1.0, 2.0], lambda c: c.__setitem__(1, 3.0), "thing[1]"),
    "an element, a Value": content_case([Value(1.0)], lambda c: c.__setitem__(0, Value(1.0)), "th"),
    "a list that grew": content_case([Value(1.0)], lambda c: c.append(Value(1.0)), "thing"),
    "a list that shrank": content_case([Value(1.0)] * 3, lambda c: c.pop(), "thing"),
    "an empty list": content_case([], lambda c: c.append(1.0), "thing"),
    "a long list": content_case([1.0] * 500, lambda c: c.__setitem__(7, 2.0), "thing"),
    "a very long list": content_case([1.0] * 20_000, lambda c: c.append(2.0), "thing"),
    "the last of a list": content_case([1.0, "a"], lambda c: c.append(2.0), "thing"),
    "an order": content_case([1.0, "a"], lambda c: c.reverse(), "thing[0]"),
    "a list in a tuple": content_case(([1.0],), lambda c: c[0].append(2.0), "thing[0]"),
    "a dict's entry": content_case({"a": 1.0, "b": "x"}, lambda c: c.update(b="y"), "thing['b']"),
    "a dict's Value": content_case({"a": Value(1.0)}, lambda c: c.update(a=Value(1.0)), "thing"),
    "a dict's new entry": content_case({"a": 1.0, "b": "x"}, lambda c: c.update(c=1.0), "thing"),
    "a dict's key": content_case({"a": 1.0}, lambda c: c.update(b=c.pop("a")), "thing"),
    "a nested dict": content_case(
        {"a": {"b": 1.0}}, lambda c: c["a"].update(b=2.0), "thing['a']['b']"
    ),
    "a set": content_case({1.0, "a"}, lambda c: c.add(3.0), "thing"),
    "a deque": content_case(deque([1.0, "a"]), lambda c: c.rotate(), "thing"),
    "a number in an array": content_case(np.ones(3), lambda c: c.__setitem__(1, 2.0), "thing"),
    "a Value in an array": content_case(
        np.array([W, W], dtype=object), lambda c: c.__setitem__(1, Value(3.0)), "thing"
    ),
    "an attribute": content_case(Settings(), lambda c: setattr(c, "scale", 3.0), "thing.scale"),
    "an attribute's Value": content_case(
        Settings(Value(1.0)), lambda c: setattr(c, "scale", Value(1.0)), "thing.scale"
    ),
    "an attribute that goes": content_case(Settings(), lambda c: delattr(c, "scale"), "thing"),
    "a slot": content_case(
        Slotted(), lambda c: object.__setattr__(c, "scale", 3.0), "thing.scale"
    ),
    "a namespace": content_case(
        SimpleNamespace(scale=1.0), lambda c: setattr(c, "scale", 3.0), "thing.scale"
    ),
    "a user's module": content_case(
        USERS_MODULE, lambda c: setattr(c, "scale", c.scale + 1.0), "thing.scale"
    ),
    "a class": content_case(Model, lambda c: setattr(c, "factor", c.factor + 1.0), "thing.factor"),
    "what is given to a partial": lambda: (
        lambda table: (partial(with_default, scale=table), lambda: table.append(1.0), "")
    )([1.0]),
    "a cached function": lambda: (
        lambda table: (
            lru_cache(lambda x: x * table[0]), lambda: table.__setitem__(0, 5.0), "table[0]"
        )
    )([1.0, "a"]),
    "a program within": lambda: (
        lambda table: (
            of(compiled(lambda x: x * table[0])), lambda: table.__setitem__(0, 5.0), "table[0]"
        )
    )([1.0, "a"]),
    "an inner function's": lambda: (
        lambda table: (
            lambda x: [table[0] * v for v in x], lambda: table.__setitem__(0, 5.0), "table[0]"
        )
    )([1.0, "a"]),
    "an array of Python's": content_case(
        array("d", [1.0]), lambda c: c.__setitem__(0, 2.0), "thing"
    ),
    "a view of memory": content_case(
        memoryview(bytearray(b"a")), lambda c: c.__setitem__(0, 2), "thing"
    ),
    "bytes that change": content_case(bytearray(b"a"), lambda c: c.append(2), "thing"),
    "an array of no dimensions": content_case(
        np.array(1.0), lambda c: c.__setitem__((), 2.0), "thing"
    ),
    "an array of dates": content_case(
        np.array(["2020"], "M8[D]"), lambda c: c.__setitem__(0, np.datetime64("2021")), "thing"
    ),
    "a proxy of a dict": lambda: (
        lambda table: (
            of(MappingProxyType(table)), lambda: table.__setitem__("a", 5.0), "thing['a']"
        )
    )({"a": 1.0, "b": "x"}),
    "a chain of dicts": content_case(
        ChainMap({"a": 1.0, "b": "x"}), lambda c: c.__setitem__("a", 5.0), "thing[0]['a']"
    ),
    "a dict of the user's kind": content_case(
        UserDict(a=1.0, b="x"), lambda c: c.__setitem__("a", 5.0), "thing['a']"
    ),
    "a list of the user's kind": content_case(
        UserList([1.0, "x"]), lambda c: c.append(5.0), "thing"
    ),
    "an attribute of a list": content_case(
        Tagged([1.0]), lambda c: setattr(c, "scale", 5.0), "thing.scale"
    ),
    "an attribute over the class's": content_case(
        Model(), lambda c: setattr(c, "factor", 5.0), "thing.factor"
    ),
    "a method over the class's": model_case(
        lambda m: setattr(m, "forward", lambda x: x), "model.forward"
    ),
    "a class's attribute over its base's": lambda: (
        lambda kind: (of(kind()), lambda: setattr(kind, "factor", 5.0), "Local.factor")
    )(type("Local", (Model,), {"__module__": __name__})),
    "what an object without attributes reads": lambda: (
        of(Reader()), set_global("UNIT", UNIT + 1.0), "UNIT"
    ),
    "what a descriptor reads": lambda: (
        of(Described()), set_global("UNIT", UNIT + 1.0), "UNIT"
    ),
    "what a metaclass reads": lambda: (of(OfKind), set_global("UNIT", UNIT + 1.0), "UNIT"),
    "code that was loaded again": lambda: (
        lambda f: (f, lambda: setattr(f, "__code__", helper.__code__), "the code of <lambda>")
    )(lambda x: x),
    "a model's Value": model_case(lambda m: setattr(m, "w", Value(1.0)), "model.w"),
    "a model's list": model_case(lambda m: m.ws.append(Value(1.0)), "model.ws"),
    "a model's layers": model_case(lambda m: setattr(m, "layers", []), "model.layers"),
    "a new layer": model_case(lambda m: m.layers.append(m.layers[0]), "model.layers"),
    "a weight inside": model_case(lambda m: m.layers[0].w.append(W), "model.layers[0].w"),
    "a bias inside": model_case(lambda m: setattr(m.layers[0], "b", W), "model.layers[0].b"),
    "a setting inside": model_case(lambda m: setattr(m.inner, "scale", 5.0), "model.inner.scale"),
    "a method": lambda: (
        lambda kind: (
            (lambda model: lambda x: model(x))(kind()),
            lambda: setattr(kind, "forward", lambda self, x: x),
            "Local.forward",
        )
    )(type("Local", (Model,), {"forward": Model.forward, "__module__": __name__})),
    "self's Value": method_case(lambda m: setattr(m, "w", Value(1.0)), "self.w"),
    "a neuron's weight": module_case(
        lambda m: m.layers[0].neurons[1].w.__setitem__(0, W), "model.layers[0].neurons[1].w"
    ),
    "a neuron's bias": module_case(
        lambda m: setattr(m.layers[1].neurons[0], "b", W), "model.layers[1].neurons[0].b"
    ),
    "a module's layers": module_case(lambda m: setattr(m, "layers", m.layers[:1]), "model.layers"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_changed_is_named(name: str) -> None:
    f, change, path = CHANGED[name]()
    around = Surroundings(f)
    assert around.changed() is None
    change()
    found = around.changed()
    assert found is not None
    assert found.startswith(path)
    assert around.changed() == found
    assert Surroundings(f).changed() is None


@pytest.mark.parametrize("f", [helper, lambda x: helper(x), Model(), Model().forward])
def test_globals(f: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the function and of those that it calls; rebound, deleted and put back."""
    around = Surroundings(f)
    for other in (3.0, Value(2.0), None):
        monkeypatch.setitem(globals(), "SCALE", other)
        assert around.changed() == "SCALE"
    monkeypatch.delitem(globals(), "SCALE")
    assert around.changed() is not None
    monkeypatch.setitem(globals(), "SCALE", 2.0)
    assert around.changed() is None


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    around = Surroundings(with_default)
    monkeypatch.setattr(with_default, "__defaults__", (3.0,))
    assert around.changed() == "a default of with_default"
    monkeypatch.setattr(with_default, "__defaults__", (2.0,))
    assert around.changed() is None
    monkeypatch.setattr(with_default, "__kwdefaults__", {"table": (2.0,)})
    assert around.changed() == "a default of with_default"


def test_equal_plain_things_are_no_change() -> None:
    """And what stands in their place from then on is noted in turn."""
    numbers = np.ones(3)
    settings = {"scale": 2.5, "name": "a", "numbers": numbers}
    around = Surroundings(lambda x: settings)
    settings.update(scale=float("2.5"), name="".join(["a"]), numbers=np.ones(3))
    assert around.changed() is None
    settings["numbers"][0] = 2.0
    assert around.changed() == "settings['numbers']"


def test_what_the_function_does_not_read_is_free_to_change() -> None:
    model = Model()
    around = Surroundings(lambda x: model(x))
    model.train(1.0)
    model.history, model.steps, model.inner.other = [1.0], 7, 3.0
    model.w.data = 5.0
    model.ws[0].label = "w"
    assert around.changed() is None
    assert model.kept == 1.0
    assert around.changed() is None


def test_lists_of_values_may_be_left_out() -> None:
    model = Model()
    around = Surroundings(lambda x: model(x))
    model.ws[0] = Value(1.0)
    assert around.changed(parameters=False) is None
    assert around.changed() == "model.ws"
    model.layers.clear()
    assert around.changed(parameters=False) == "model.layers"


def test_a_large_number_of_things_is_not_looked_through() -> None:
    """Beyond 200,000 in all, a container is its size."""
    rows = [[float(i), "a"] * 500 for i in range(300)]
    around = Surroundings(lambda x: rows)
    assert around.changed() is None
    rows[0][0], rows[299][0] = -1.0, -1.0
    assert around.changed() in ("rows[0][0]", "rows[299][0]")
    around = Surroundings(lambda x: rows)
    assert 190_000 <= len(around._noted.things) <= 210_000
    rows[0].append(1.0)
    assert around.changed() == "rows[0]"
    rows[0].pop()
    rows[299].append(1.0)
    assert around.changed() == "rows[299]"


def test_things_that_refer_to_each_other() -> None:
    a, b = Settings(), Settings()
    a.scale, b.scale = b, a
    ring: list[Any] = [1.0]
    ring.append(ring)
    around = Surroundings(lambda x: (a.scale, b, ring))
    assert around.changed() is None
    b.scale = 2.0
    assert around.changed() is not None


def test_a_cell_that_is_not_bound_yet() -> None:
    def f(x: Any) -> Any:
        return later * x

    around = Surroundings(f)
    assert around.changed() is None
    later = 2.0
    assert around.changed() == "later"


def test_nothing_of_the_users_is_called() -> None:
    """No property, no `__eq__`, no `__getattr__`: only what is bound is looked at."""

    class Alarm:
        def __eq__(self, other: object) -> bool:
            raise AssertionError

        __hash__ = None  # type: ignore[assignment]

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            raise AssertionError

        @property
        def scale(self) -> Any:
            raise AssertionError

    things = [Alarm(), "a"]
    around = Surroundings(of(things))
    assert around.changed() is None
    things[0] = Alarm()
    assert around.changed() == "thing[0]"


def test_generators_of_random_numbers() -> None:
    for rng, draw in (
        (random.Random(0), lambda rng: rng.random()),
        (np.random.default_rng(0), lambda rng: rng.random()),
        (np.random.RandomState(0), lambda rng: rng.rand()),
        (np.random.RandomState(np.random.PCG64(0)), lambda rng: rng.rand()),
    ):
        around = Surroundings(of([rng]))
        assert around.drew() is None
        draw(rng)
        assert around.drew() == "thing[0]"
        assert around.changed() is None
    around = Surroundings(helper)
    np.random.seed(0)
    assert around.drew() == "the state of NumPy's random numbers"


def test_a_draw_beside_an_equal_number() -> None:
    """Looking anew at the number does not forget the draw."""
    box = {"n": 2.5, "name": "a"}

    def f(x: Any) -> Any:
        random.random()
        box["n"] = float("2.5")
        return x * box["n"]

    with pytest.raises(TraceError, match="the state of Python's random numbers while it runs"):
        compiled(f)(1.0)


@pytest.mark.parametrize(
    "numbers",
    [
        itertools.cycle([1.0, 1.0, 2.0]),
        itertools.count(),
        iter([1.0, 1.0]),
        (1.0 for _ in range(5)),
        map(float, range(3)),
        zip([1.0], [2.0], strict=True),
    ],
    ids=["cycle", "count", "iter", "generator", "map", "zip"],
)
def test_iterators(numbers: Any) -> None:
    """It is chance if the two looks of a trace saw the same."""
    with pytest.raises(TraceError, match=r"reads 'numbers', which gives something else every time"):
        compiled(lambda x: x * 1.0 if next(numbers) else x)(1.0)
    box = {"n": numbers}
    with pytest.raises(TraceError, match=r"reads \"box\['n'\]\", which gives something else"):
        compiled(lambda x: x * 1.0 if next(box["n"]) else x)(1.0)


class AnswersAll:
    """An object without attributes that answers to every name."""

    __slots__ = ()

    def __getattr__(self, name):
        return AnswersAll()


def test_an_object_that_answers_every_name_is_asked_for_none():
    everything = AnswersAll()
    program = compiled(lambda x: x * x if everything else x)
    assert [program(3.0), program(4.0)] == [9.0, 16.0]

"""A program whose surroundings are others by now traces again."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import GraphError, Surroundings, TeachingWarning, TraceError, Value
from autograd import compile as compiled

XS = np.array([1.0, 2.0, 3.0])


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The traces that are made."""
    made: list[Any] = []
    trace = ag.program.running.runner.trace

    def counting(*args: Any) -> Any:
        made.append(args)
        return trace(*args)

    monkeypatch.setattr(ag.program.running.runner, "trace", counting)
    return made


def agrees(program: Any, f: Callable[[Any], Any], parameters: list[Value]) -> None:
    """Every method of the program, with the function itself."""
    for _ in range(2):  # the second time the short way
        assert program(XS).tolist() == [float(f(Value(x))) for x in XS]
        value, gradient = program.value_and_grad(XS)
        cost = ag.mean([f(Value(x)) for x in XS])
        assert value == pytest.approx(float(cost), rel=1e-14)
        assert list(map(id, program.parameters)) == list(map(id, parameters))
        for p in parameters:
            p.zero_grad()
        cost.backward()
        np.testing.assert_allclose(gradient, [p.grad for p in parameters], rtol=1e-14)
        assert program(2.0) == float(f(Value(2.0)))


def test_a_parameter_that_is_rebound() -> None:
    w = Value(2.0)
    f = lambda x: w * x * x  # noqa: E731
    program = compiled(f)
    agrees(program, f, [w])
    old, w = w, Value(5.0)
    agrees(program, f, [w])
    old.data = 100.0
    agrees(program, f, [w])


def test_a_list_of_parameters_that_grew() -> None:
    ws = [Value(2.0)]
    f = lambda x: ag.sum([w * x for w in ws])  # noqa: E731
    program = compiled(f)
    for _ in range(2):
        agrees(program, f, ws)
        ws.append(Value(3.0))
    ws[0] = Value(7.0)
    agrees(program, f, ws)


def test_layers_that_are_replaced() -> None:
    model = nn.MLP(1, [3, 1], seed=0)
    f = lambda x: model([x])  # noqa: E731
    program = compiled(f)
    rows = XS[:, None]
    before = program(XS)
    model.layers = [nn.Layer(1, 2, seed=1000), nn.Layer(2, 1, seed=5000)]
    after = program(XS)
    assert not np.array_equal(before, after)
    np.testing.assert_allclose(after, nn.predict(model, rows), rtol=1e-14)
    assert len(program.grad(XS)) == len(program.parameters) == 7
    model.layers[1].neurons[0].w[1] = Value(0.0)
    np.testing.assert_allclose(program(XS), nn.predict(model, rows), rtol=1e-14)


def test_constants_that_change() -> None:
    w = Value(3.0)
    scale, table, numbers = 2.0, {"shift": [1.0]}, np.array([1.0, 2.0])
    settings = SimpleNamespace(power=2.0)

    def f(x: Any, extra: Any = table) -> Any:
        return scale * w * x**settings.power + extra["shift"][0] + numbers[1] * w

    program = compiled(f)
    agrees(program, f, [w])
    scale = 5.0
    agrees(program, f, [w])
    table["shift"][0] = 7.0
    agrees(program, f, [w])
    numbers[1] = 9.0
    agrees(program, f, [w])
    settings.power = 3.0
    agrees(program, f, [w])


def test_a_constant_that_becomes_a_parameter() -> None:
    settings: dict[str, Any] = {"t": 2.0}
    f = lambda x: settings["t"] * x  # noqa: E731
    program = compiled(f)
    assert program(2.0) == 4.0
    settings["t"] = Value(2.0)
    assert program.value_and_grad(2.0)[1].tolist() == [2.0]


def test_asking() -> None:
    w, scale = Value(3.0), 2.0
    program = compiled(lambda x: w * scale * x)
    with pytest.raises(GraphError, match="nothing has been traced yet"):
        program.changed()
    assert program.trace(1.0).changed() is None
    scale = 4.0
    assert program.changed() == "scale"
    assert program(1.0) == 12.0
    assert program.changed() is None


def test_straight_line_programs_and_backward() -> None:
    factor, w = 2.0, Value(3.0)
    program = compiled(lambda x: w * factor * ag.sin(x))
    assert program.backward(1.0) == 6.0 * np.sin(1.0)
    factor = 4.0
    assert program.backward(1.0) == 12.0 * np.sin(1.0)
    assert w.grad == pytest.approx(6.0 * np.sin(1.0))


def test_methods() -> None:
    class Net:
        def __init__(self) -> None:
            self.w, self.losses = Value(2.0), list[float]()

        @compiled
        def cost(self, x: Any) -> Any:
            return self.w * x

        @compiled
        def other(self, x: Any) -> Any:
            return self.w - x

    net = Net()
    assert net.cost(XS).tolist() == [2.0, 4.0, 6.0]
    assert net.other(1.0) == 1.0
    net.w = Value(3.0)
    assert net.cost(XS).tolist() == [3.0, 6.0, 9.0]
    assert net.other(1.0) == 2.0


def test_what_stays_the_same_is_not_traced_again() -> None:
    """Training: the numbers of parameters, gradients, labels, histories."""
    runs, model = [], nn.MLP(1, [2, 1])

    class Net:
        def __init__(self) -> None:
            self.model, self.losses, self.steps = model, list[float](), 0

        def cost(self, x: Any) -> Any:
            return self.model([x]) ** 2

    net = Net()

    def count(x: Any) -> Any:
        return x

    def f(x: Any) -> Any:
        return net.cost(count(x))

    program = compiled(f)
    program.value_and_grad(XS)
    first = program._traces.latest
    for _ in range(3):
        value, gradient = program.value_and_grad(XS)
        for p, g in zip(program.parameters, gradient.tolist(), strict=True):
            p.data -= 0.1 * g
            p.label = "p"
        net.losses.append(value)
        net.steps += 1
        runs.append(value)
        program.backward(XS)
        list(model.named_parameters())
    assert program._traces.latest is first


def test_a_constant_that_changes_all_the_time_is_told() -> None:
    w, alpha = Value(3.0), 1.0
    program = compiled(lambda x: w * alpha * x)
    for i in range(1, 6):
        assert program(2.0) == 6.0 * alpha
        alpha = 1.0 + i
    with pytest.warns(TeachingWarning, match="'alpha' changed between the calls.* 5 times") as seen:
        assert program(2.0) == 36.0
    assert seen[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alpha = 9.0
        assert program(2.0) == 54.0


def test_within_flat_parameters() -> None:
    w, ws, factor = Value(3.0), [Value(1.0)], 2.0
    program = compiled(lambda x: w * factor * x + ws[0])
    program.value_and_grad(XS)
    with program.flat_parameters() as theta:
        assert program.value_and_grad(XS)[0] == 13.0
        factor = 4.0
        assert program.value_and_grad(XS)[0] == 25.0
        theta[:] = 1.0
        assert program.value_and_grad(XS)[0] == 9.0
        v, w = w, Value(7.0)
        with pytest.raises(GraphError, match="another order"):
            program.value_and_grad(XS)
        w = v
        assert program.value_and_grad(XS)[0] == 9.0
    assert (w.data, ws[0].data) == (1.0, 1.0)


def test_a_change_that_cannot_be_traced() -> None:
    """The error is about the function as it is now; put back, it runs again."""
    w = Value(2.0)
    program = compiled(lambda x: w * x)
    assert program(XS).tolist() == [2.0, 4.0, 6.0]
    old, w = w, "text"  # type: ignore[assignment]
    for _ in range(2):
        with pytest.raises(TypeError, match="text"):
            program(XS)
    w = old
    assert program(XS).tolist() == [2.0, 4.0, 6.0]


class Box:
    """Attributes that come and go."""

    factor = 1.0

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


def box_function(kind: str, box: Any) -> Callable[[Any], Any]:
    """A function that reads attributes of a box without naming them, or that are not there yet."""
    if kind == "getattr":
        return lambda x: ag.prod([getattr(box, f"w{i}") * x for i in range(2)])
    if kind == "vars":
        return lambda x: ag.sum([w * x for w in vars(box).values()])
    if kind == "__dict__":
        return lambda x: ag.sum([w * x for w in box.__dict__.values()])
    if kind == "of a class":
        return lambda x: x * box.w0 * box.factor
    return lambda x: x * box.w0 * (box.late if hasattr(box, "late") else 1.0)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("getattr", "w1"), ("vars", "w1"), ("vars", "w2"), ("__dict__", "w0"), ("__dict__", "new"),
        ("of a class", "factor"), ("late", "late"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("new", [3.0, Value(3.0)])
def test_attributes_whose_names_are_computed_or_new(kind: str, name: str, new: Any) -> None:
    box = Box(w0=Value(2.0), w1=Value(5.0))
    f = box_function(kind, box)
    program = compiled(f)
    assert program(1.5) == float(f(1.5))
    setattr(box, name, new)
    assert program.changed() == f"box.{name}"
    assert program(1.5) == float(f(1.5))


def test_a_new_attribute_that_nobody_reads_is_no_change(traces: list[Any]) -> None:
    box = Box(w0=Value(2.0))
    program = compiled(lambda x: x * box.w0)
    for i in range(5):
        assert program(1.5) == 3.0
        setattr(box, f"history{i}", [1.0])
    assert len(traces) == 1


def test_what_a_function_stores_under_a_new_name() -> None:
    """Anew at every call it is refused; made once, it is the same from then on."""

    class Remembers(Box):
        def __call__(self, x: Any) -> Any:
            self.last = self.w0 * x
            return self.last

    class Lazy(Box):
        def __call__(self, x: Any) -> Any:
            if not hasattr(self, "table"):
                self.table = [1.0, 2.0]
            return self.w0 * x * self.table[1]

    remembers, lazy = Remembers(w0=Value(2.0)), Lazy(w0=Value(2.0))
    with pytest.raises(TraceError, match=r"changes 'remembers\.last' while it runs"):
        compiled(lambda x: remembers(x))(1.0)
    program = compiled(lambda x: lazy(x))
    assert program(1.0) == 4.0
    lazy.table[1] = 3.0
    assert program(1.0) == 6.0


def test_through_a_weak_reference() -> None:
    box = Box(w0=Value(2.0))
    reference = weakref.ref(box)
    program = compiled(lambda x: x * reference().w0)  # type: ignore[union-attr]
    assert program(1.0) == 2.0
    box.w0 = Value(3.0)
    assert program(1.0) == 3.0


def test_an_attribute_of_the_name_of_a_global(
    traces: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box(losses=Value(2.0))
    program = compiled(lambda x: x * box.losses)
    for i in range(4):
        monkeypatch.setitem(globals(), "losses", [0.5] * i)
        assert program(1.0) == 2.0
    assert len(traces) == 1


def test_any_number_of_parameters_is_looked_through() -> None:
    ws = [Value(0.0) for _ in range(12_000)]
    around = Surroundings(lambda x: x * ws[0])
    assert around.changed() is None
    ws[-1] = Value(1.0)
    assert around.changed() == "ws"


def test_tracing_on_purpose_is_not_warned_of(traces: list[Any]) -> None:
    box = Box(w0=1.0)
    program = compiled(lambda x: x * box.w0)
    for i in range(8):
        box.w0 = float(i)
        assert program.trace(1.0)(1.0) == float(i)
    assert len(traces) == 8


def test_values_among_what_is_read() -> None:
    w, number = Value(1.0), 2.0
    box, pair = Box(w=[w]), {"a": w}
    for f in (lambda x: w * x, lambda x: box.w[0], lambda x: pair["a"], [w], (2.0, [[w]])):
        assert Surroundings(f).values
    for f in (lambda x: number * x, ag.exp, None, [1.0], lambda x: box.other):
        assert not Surroundings(f).values


@pytest.mark.parametrize("shape", [(3,), (100, 100)])
def test_numbers_in_an_array(shape: tuple[int, ...]) -> None:
    table = np.zeros(shape)
    program = compiled(lambda x: x + float(table.flat[-1]))
    assert program(1.0) == 1.0
    table.flat[-1] = 2.0
    assert program.changed() == "table"
    assert program(1.0) == 3.0


class Rows(list[Any]):
    """A container with attributes and methods."""

    factor = 2.0

    def first(self) -> Any:
        return self[0] * self.factor


@pytest.mark.parametrize("of", ["object", "class", "function", "list", "class of a list"])
@pytest.mark.parametrize("new", [3.0, Value(3.0)])
def test_attributes_of_what_has_none_at_first(
    of: str, new: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(x: Any) -> Any:
        return x * (twice.factor if hasattr(twice, "factor") else 2.0)  # type: ignore[attr-defined]

    box, rows = Box(), Rows([Value(5.0)])
    f = {"function": twice, "list": lambda x: x * rows.first()}.get(of, lambda x: x * box.factor)
    f = (lambda x: x * rows.first()) if of == "class of a list" else f
    changing = {"object": box, "class": Box, "function": twice, "list": rows}.get(of, Rows)
    program = compiled(lambda x: f(x))
    assert program(1.5) == float(f(1.5))
    monkeypatch.setattr(changing, "factor", new, raising=False)
    assert program.changed() is not None
    assert program(1.5) == float(f(1.5))


class Trainer:
    """An object with operators, which read a number that its methods do not."""

    def __init__(self) -> None:
        self.w, self.factor, self.hidden = Value(2.0), 3.0, 1.0

    def __call__(self, x: Any) -> Any:
        return self.hidden * x

    def __len__(self) -> int:
        return round(self.hidden)

    def cost(self, x: Any) -> Any:
        return self.scaled(x) + sum(self.w * v for v in [x, x])

    def scaled(self, x: Any) -> Any:
        return self.factor * x

    def itself(self) -> Trainer:
        return self

    def called_by_itself(self, x: Any) -> Any:
        return self(x)

    def called_within(self, x: Any) -> Any:
        return ag.sum([(lambda v: self(v))(v) for v in [x, x]])

    def called_elsewhere(self, x: Any) -> Any:
        return applied(self, x)


def applied(f: Any, x: Any) -> Any:
    return f(x)


TRAINER = Trainer()


def kept_in_an_attribute() -> Any:
    box = SimpleNamespace(trainer=Trainer())
    return box.trainer, lambda x: box.trainer.cost(x)


def test_operators_that_are_not_called_are_not_read(traces: list[Any]) -> None:
    trainer = Trainer()
    for owner, f in ((trainer, trainer.cost), kept_in_an_attribute()):
        program = compiled(f)
        agrees(program, f, program.trace(XS).parameters)
        traces.clear()
        owner.hidden = 7.0
        assert program.changed() is None
        agrees(program, f, program.parameters)
        assert traces == []
        owner.factor = 11.0
        agrees(program, f, program.parameters)
        assert len(traces) > 0


def called_by_name(trainer: Any) -> Any:
    return lambda x: trainer(x)


class Holder:
    """An object that others are reached through."""

    def __init__(self, trainer: Any) -> None:
        self.trainer, self.several = trainer, [trainer]
        self.other = SimpleNamespace(owner=trainer)


def called_through(get: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of a trainer: one that calls what `get` gives for an object that holds it."""
    return lambda trainer: (lambda box: lambda x: get(box)(x))(Holder(trainer))


@pytest.mark.parametrize(
    "make",
    [
        called_by_name,
        lambda trainer: trainer,
        lambda trainer: trainer.__call__,
        lambda trainer: trainer.called_by_itself,
        lambda trainer: trainer.called_within,
        lambda trainer: trainer.called_elsewhere,
        lambda trainer: lambda x: trainer.itself()(x),
        lambda trainer: lambda x, f=trainer: f(x),
        lambda trainer: lambda x: x * len(trainer),
        lambda trainer: lambda x: ag.sum(list(map(trainer, [x]))),
        called_through(lambda box: box.trainer),
        called_through(lambda box: box.several[0]),
        called_through(lambda box: box.other.owner),
        called_through(lambda box: getattr(box, "trai" + "ner")),
        called_through(lambda box: vars(box)["trainer"]),
        called_through(lambda box: next(f for f in box.several if f.factor)),
    ],
)
def test_operators_that_are_called_are_read(make: Callable[[Any], Any]) -> None:
    trainer = Trainer()
    f = make(trainer)
    program = compiled(f)
    assert program(XS).tolist() == [float(f(Value(x))) for x in XS]
    trainer.hidden = 4.0
    assert program.changed() is not None
    assert program(XS).tolist() == [float(f(Value(x))) for x in XS]


def test_an_operator_of_a_global_object() -> None:
    program = compiled(lambda x: TRAINER.cost(x) + TRAINER(x))
    before = program(1.0)
    TRAINER.hidden += 2.0
    assert program(1.0) == before + 2.0

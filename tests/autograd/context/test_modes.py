"""no_grad and detect_anomaly."""

from __future__ import annotations

import asyncio
import inspect
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd.context import modes

# no_grad


def test_no_grad_records_nothing() -> None:
    x = Value(3.0, label="x")
    with ag.no_grad():
        results = [x * 2, 2 * x, x + x, -x, abs(x), x**2, 2**x, x**x, ag.exp(x), x.exp(), np.exp(x),
                   ag.sum([x, x]), ag.dot([x], [x], x), ag.where(x > 0, x, 0.0), ag.softmax([x])[0],
                   ag.clip(x, 0, 1), (np.array([1.0]) * x)[0], sum([x, x])]  # fmt: skip
    for out in results:
        assert out.is_leaf
        assert out.parents == ()
        assert out.primitive is None
        out.backward()
    assert not x.has_grad


def test_no_grad_nests_and_ends_with_an_exception() -> None:
    x = Value(3.0)

    def work() -> None:
        with pytest.raises(ValueError, match="inner"), ag.no_grad():
            raise ValueError("inner")
        assert (x * x).is_leaf
        raise KeyError

    with pytest.raises(KeyError), ag.no_grad():
        work()
    assert not (x * x).is_leaf


def test_no_grad_decorates() -> None:
    x = Value(3.0)

    @ag.no_grad()
    def double(v: Value) -> Value:
        """Twice v."""
        return v * 2.0

    assert double(x).is_leaf
    assert double(x).is_leaf  # usable more than once
    assert double.__doc__ == "Twice v."
    assert not (x * 2.0).is_leaf


def test_no_grad_leaves_existing_graphs_and_backward_alone() -> None:
    x = Value(3.0)
    y = x * x
    with ag.no_grad():
        y.backward()
    assert x.grad == 6.0


def test_no_grad_in_many_threads() -> None:
    x = Value(2.0)
    wrong: list[str] = []

    def work(recorded: bool) -> None:
        for _ in range(2_000):
            if recorded:
                wrong.extend(["lost"] if (x * x).is_leaf else [])
            else:
                with ag.no_grad():
                    wrong.extend([] if (x * x).is_leaf else ["recorded"])

    threads = [threading.Thread(target=work, args=(i % 2 == 0,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert not (x * x).is_leaf


def test_generators_do_not_leak_no_grad_for_good() -> None:
    x = Value(2.0)

    def generate() -> Iterator[Value]:
        with ag.no_grad():
            yield x * x

    assert all(v.is_leaf for v in generate())
    assert not (x * x).is_leaf


def test_no_grad_decorates_generators_for_as_long_as_they_run() -> None:
    x = Value(3.0)
    closed: list[bool] = []

    @ag.no_grad()
    def generate() -> Any:
        """Some values."""
        try:
            sent = yield x * x
            try:
                yield sent * x
            except KeyError:
                yield x + x
        finally:
            closed.append((x * x).is_leaf)
        return x * 2.0

    values = generate()
    assert inspect.isgeneratorfunction(generate)
    assert generate.__doc__ == "Some values."
    assert next(values).is_leaf
    assert not (x * x).is_leaf
    sent = values.send(x * 1.0)
    assert sent.is_leaf
    assert sent.data == 9.0
    assert values.throw(KeyError()).is_leaf
    with pytest.raises(StopIteration) as end:
        next(values)
    assert end.value.value.is_leaf
    abandoned = generate()
    next(abandoned)
    abandoned.close()
    assert closed == [True, True]
    assert not (x * x).is_leaf


def test_two_decorated_generators_in_turn() -> None:
    x = Value(3.0)

    @ag.no_grad
    def plain() -> Iterator[Value]:
        for _ in range(3):
            yield x * x

    def recorded() -> Iterator[Value]:
        for _ in range(3):
            yield x * x

    for without, within in zip(plain(), recorded(), strict=True):
        assert without.is_leaf
        assert not within.is_leaf


def test_no_grad_decorates_coroutines() -> None:
    x = Value(3.0)

    @ag.no_grad()
    async def double() -> Value:
        await asyncio.sleep(0.0)
        return x * 2.0

    @ag.no_grad()
    async def several() -> Any:
        try:
            yield x * x
            await asyncio.sleep(0.0)
            yield x + x
        except KeyError:
            yield x

    async def work() -> tuple[Value, Value]:
        task = asyncio.create_task(double())
        await asyncio.sleep(0.0)
        meanwhile = x * x
        async for value in several():
            assert value.is_leaf
            assert not (x * x).is_leaf
        thrown = several()
        await thrown.__anext__()
        assert (await thrown.athrow(KeyError())) is x
        await thrown.aclose()
        abandoned = several()
        await abandoned.__anext__()
        await abandoned.aclose()
        return await task, meanwhile

    doubled, meanwhile = asyncio.run(work())
    assert doubled.is_leaf
    assert not meanwhile.is_leaf


def test_one_no_grad_may_be_entered_again() -> None:
    x, off = Value(3.0), ag.no_grad()
    with off:
        with off:
            assert (x * x).is_leaf
        assert (x * x).is_leaf
    assert not (x * x).is_leaf
    with off:
        assert (x * x).is_leaf
    assert not (x * x).is_leaf


def test_a_block_that_ends_in_another_thread_ends() -> None:
    x = Value(3.0)

    def generate() -> Iterator[Value]:
        with ag.no_grad():
            yield x * x

    values = generate()
    next(values)
    thread = threading.Thread(target=lambda: list(values))
    thread.start()
    thread.join()
    assert not (x * x).is_leaf
    assert not modes.ACTIVE


@pytest.mark.parametrize("given", [3, True, "x", Value(1.0)])
def test_what_is_no_function_is_not_decorated(given: Any) -> None:
    for decorate in (ag.no_grad, ag.no_grad(), ag.detect_anomaly(), ag.lints(True)):
        with pytest.raises(ag.OperandError, match=r"a mode is for a block .* or for a function"):
            decorate(given)


def test_detect_anomaly_decorates() -> None:
    @ag.detect_anomaly()
    def root(x: Value) -> Value:
        return ag.log(x)

    with pytest.raises(ag.AnomalyError, match="log gave"):
        root(Value(0.0))
    assert ag.log(Value(0.0)).data == -math.inf


# detect_anomaly


def test_anomaly_going_forward_names_everything() -> None:
    a = Value(0.0, label="a")
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError) as caught:
        Value(1.0) / a  # the user's line
    text = str(caught.value)
    for part in ("div gave inf", "a = 0.0", "1.0", __file__, "Value(1.0) / a  # the user's line"):
        assert part in text
    assert isinstance(caught.value, FloatingPointError)


def test_anomaly_going_backward_names_everything() -> None:
    x = Value(0.0, label="weight")
    with ag.detect_anomaly():
        root = ag.sqrt(x)  # made here
        root.label = "root of weight"
        loss = root * 2.0
        with pytest.raises(ag.AnomalyError) as caught:
            loss.backward()
    text = str(caught.value)
    for part in ("sqrt", "gradient of inf", "operand 1", "weight = 0.0", "root of weight",
                 __file__, "root = ag.sqrt(x)  # made here"):  # fmt: skip
        assert part in text, part


def test_anomaly_names_the_first_bad_value() -> None:
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError, match="log gave -inf"):
        ag.log(Value(1.0) - 1.0) * 0.0


@pytest.mark.parametrize(
    ("name", "f"),
    [("exp", lambda: ag.exp(Value(1e3))), ("mul", lambda: Value(1e200) * 1e200),
     ("power", lambda: Value(-1.0) ** 0.5), ("pow", lambda: Value(-1.0) ** Value(0.5)),
     ("div", lambda: 1 / Value(0.0)), ("sum", lambda: ag.sum([Value(1e308), 1e308])),
     ("sub", lambda: Value(math.inf) - math.inf), ("log", lambda: Value(-1.0).log()),
     ("exp", lambda: np.exp(Value(1e3)))],
)  # fmt: skip
def test_anomaly_catches_every_way_to_make_a_node(name: str, f: Callable[[], Any]) -> None:
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError, match=f"^{name} gave (inf|-inf|nan)"):
        f()
    f()  # and not after the block


def test_anomaly_with_create_graph() -> None:
    x = Value(0.0)
    x.grad = 3.0
    y = ag.sqrt(x)
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError, match=r"sqrt|div"):
        y.backward(create_graph=True)
    assert x.grad == 3.0


def test_anomaly_with_create_graph_where_the_gradient_is_a_plain_number() -> None:
    x = Value(1e-300)
    y = x * 1e200 * 1e200  # finite, but ∂y/∂x overflows, through constants alone
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError):
        y.backward(create_graph=True)


def test_finite_graphs_pass_under_detect_anomaly_with_the_same_numbers() -> None:
    def run() -> tuple[float, ...]:
        x, y = Value(0.5), Value(2.0)
        out = ag.sum([ag.sin(x * y), ag.where(x > 0, x, ag.sqrt(x)), y**x])
        out.backward()
        return out.data, x.grad, y.grad

    with ag.detect_anomaly():
        watched = run()
    assert watched == run()


def test_anomaly_detection_ignores_branches_not_taken_going_backward() -> None:
    x = Value(0.0)
    y = ag.where(x > 0, ag.sqrt(x), x)
    with ag.detect_anomaly():
        y.backward()
    assert x.grad == 1.0


def test_modes_combine() -> None:
    with ag.no_grad(), ag.detect_anomaly(), pytest.raises(ag.AnomalyError, match="log gave"):
        ag.log(Value(0.0))
    with ag.detect_anomaly(), ag.no_grad():
        assert (Value(2.0) * 2.0).is_leaf

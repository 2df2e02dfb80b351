"""`compile` and what a Program does: gradients, reductions, parameters, caching, threads."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import ArgumentError, AutogradError, GraphError, OperandError, Value
from autograd import compile as compiled

X = np.array([[0.5, -1.0], [2.0, 0.25], [1.5, 3.0], [-0.75, 1.0]])
Y = np.array([1.0, 0.0, 2.0, -1.0])


def neuron() -> tuple[list[Value], Callable[..., Any]]:
    w = [Value(0.5), Value(-1.25), Value(0.75)]
    return w, lambda x, y: (ag.tanh(w[0] * x[0] + w[1] * x[1] + w[2]) - y) ** 2


# Calling it


def test_a_program_is_made_in_every_way() -> None:
    w = Value(3.0)

    @ag.compile
    def bare(x: Any) -> Any:
        """Doc."""
        return w * x

    @ag.compile(reduce="sum", argnums=0)
    def with_keywords(x: Any) -> Any:
        return w * x

    assert bare(2.0) == 6.0
    assert bare.__name__ == "bare"
    assert bare.__doc__ == "Doc."
    assert with_keywords.grad(np.array([1.0, 2.0])).tolist() == [3.0, 3.0]
    assert "bare" in repr(bare)
    assert "not traced" in repr(with_keywords) or "with_keywords" in repr(with_keywords)


@pytest.mark.parametrize("given", [3.0, Value(1.0), "f", [abs]])
def test_what_is_no_function_is_refused(given: Any) -> None:
    with pytest.raises(OperandError, match=r"compile\(f\)"):
        compiled(given)


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(ArgumentError, match="'mean', 'sum' or None"):
        compiled(abs, reduce="max")
    for dtype in (np.int64, np.float16, np.complex128):
        with pytest.raises(ArgumentError, match="float32"):
            compiled(abs, dtype=dtype)


def test_the_documents_numbers() -> None:
    """Document 003, examples 5 and 6: J = (wx + b − y)², w = 5, b = 1, x = 1, y = 2."""
    w, b = Value(5.0), Value(1.0)
    program = compiled(lambda x, y: (w * x + b - y) ** 2)
    value, gradient = program.value_and_grad(1.0, 2.0)
    assert value == 16.0
    assert gradient.tolist() == [8.0, 8.0]
    assert [p is q for p, q in zip(program.parameters, (w, b), strict=True)] == [True, True]


def test_functions_without_arguments_or_parameters() -> None:
    w = Value(3.0)
    assert compiled(lambda: w * w).value_and_grad() == (9.0, [6.0])
    assert compiled(lambda: w)() == 3.0
    assert compiled(lambda: 2.0)() == 2.0
    for f, args in ((lambda x: x * x, (2.0,)), (lambda x: x * x, (Y,)), (lambda: 2.0, ())):
        for reduce in ("mean", "sum"):
            program = compiled(f, reduce=reduce)
            for ask in (program.value_and_grad, program.grad, program.backward):
                with pytest.raises(ArgumentError, match=r"closes over no Values.*argnums=0"):
                    ask(*args)


def test_callable_objects_and_methods() -> None:
    class Scaled:
        def __init__(self) -> None:
            self.function, self.reduce, self.dtype, self.argnums = None, None, "x", 3
            self.w = Value(3.0)

        def __call__(self, x: Any) -> Any:
            return self.w * x

        def method(self, x: Any) -> Any:
            return self.w * x * x

    thing = Scaled()
    value, gradient = compiled(thing).value_and_grad(np.array([1.0, 3.0]))
    assert value == 6.0
    assert gradient.tolist() == [2.0]
    assert compiled(thing.method).value_and_grad(2.0) == (12.0, [4.0])


def test_a_program_within_a_program_is_part_of_it_or_refused() -> None:
    w = Value(3.0)
    inner = compiled(lambda x: w * x)
    for x in (1.0, 2.0, 2):
        for f in (
            lambda x: inner(x) + w * x,
            lambda x: inner.value_and_grad(x)[0] + w * x,
            lambda x: inner.grad(x)[0] * x + w * x,
            lambda x: inner.backward(x) + w * x,
        ):
            try:
                got = compiled(f).value_and_grad(x)
            except AutogradError:
                continue
            assert got == (2.0 * w.data * x, [2.0 * x])


def test_a_program_of_a_program() -> None:
    w = Value(3.0)
    twice = compiled(compiled(lambda x: w * x), argnums=0)
    assert twice.value_and_grad(2.0) == (6.0, 3.0)


# argnums


def test_argnums() -> None:
    w = Value(3.0)

    def f(x: Any, y: Any, z: Any) -> Any:
        return x * x * y + w * z

    args = (2.0, 5.0, 7.0)
    for argnums, want in (
        (0, 20.0),
        (1, 4.0),
        (2, 3.0),
        (-1, 3.0),
        (-3, 20.0),
        ((0,), (20.0,)),
        ((0, 1), (20.0, 4.0)),
        ((1, 0), (4.0, 20.0)),
        ((-1, 0), (3.0, 20.0)),
        ([0, 2], (20.0, 3.0)),
    ):
        assert compiled(f, argnums=argnums).grad(*args) == want, argnums
        assert compiled(f, argnums=argnums).value_and_grad(*args)[0] == 41.0


def test_argnums_keep_the_structure_of_arguments() -> None:
    def f(d: Any, rest: Any) -> Any:
        return d["a"][0] * d["b"][1][0] * d["b"][0] + rest[0] * rest[1][1]

    d = {"a": [2.0, 1.0], "b": (5.0, np.array([[3.0, 0.0], [4.0, 0.0]]))}
    gradient = compiled(f, argnums=(0, 1), reduce="mean").grad(d, (1.5, [0.0, 2.5]))
    assert gradient[0]["a"] == [17.5, 0.0]
    assert isinstance(gradient[0]["b"], tuple)
    assert gradient[0]["b"][0] == 7.0
    assert gradient[0]["b"][1].tolist() == [[5.0, 0.0], [5.0, 0.0]]
    assert gradient[1] == (2.5, [0.0, 1.5])


@pytest.mark.parametrize("argnums", [(0, 0), (1, 0, -1)])
def test_an_argument_named_twice(argnums: Any) -> None:
    for ask in ("grad", "value_and_grad"):
        with pytest.raises(ArgumentError, match=rf"{re.escape(str(argnums))} names .* twice"):
            getattr(compiled(lambda x, y: x * y, argnums=argnums), ask)(1.0, 2.0)


@pytest.mark.parametrize("argnums", [2, -3, (0, 5)])
def test_argnums_out_of_range(argnums: Any) -> None:
    with pytest.raises(ArgumentError, match="2 positional arguments"):
        compiled(lambda x, y: x * y, argnums=argnums).grad(1.0, 2.0)


def test_integers_have_no_gradient() -> None:
    program = compiled(lambda x, i: ag.take([x, x * x], i), argnums=1)
    with pytest.raises(ArgumentError, match="no gradient"):
        program.grad(2.0, 1)
    assert compiled(lambda x, i: ag.take([x, x * x], i), argnums=0).grad(2.0, 1) == 4.0


def test_an_argument_that_is_not_used_has_gradient_nought() -> None:
    program = compiled(lambda x, y, z: y * 2.0, argnums=(0, 1, 2), reduce="mean")
    gx, gy, gz = program.grad(np.ones((3, 2)), np.ones(3), 2.0)
    assert gx.tolist() == [[0.0, 0.0]] * 3
    assert np.allclose(gy, 2.0 / 3.0)
    assert gz == 0.0


# Reductions


def test_reductions_of_the_batch() -> None:
    w, f = neuron()
    want = []
    for x, y in zip(X, Y, strict=True):
        for p in w:
            p.zero_grad()
        out = f(x, y)
        out.backward()
        want.append([out.data, *(p.grad for p in w)])
    table = np.array(want)
    for p in w:
        p.zero_grad()
    for reduce, expected in (("mean", table.mean(0)), ("sum", table.sum(0))):
        value, gradient = compiled(f, reduce=reduce).value_and_grad(X, Y)
        assert type(value) is float
        np.testing.assert_allclose([value, *gradient], expected, rtol=1e-12)
    values, gradients = compiled(f, reduce=None).value_and_grad(X, Y)
    assert values.shape == (4,)
    assert gradients.shape == (4, 3)
    np.testing.assert_allclose(np.column_stack([values, gradients]), table, rtol=1e-12)
    single = compiled(f, reduce=None)
    for i in range(4):
        value, gradient = single.value_and_grad(X[i].tolist(), float(Y[i]))
        assert type(value) is float
        np.testing.assert_allclose([value, *gradient], table[i], rtol=1e-12)


@pytest.mark.parametrize(("reduce", "share"), [("mean", 1.0), ("sum", 4.0), (None, None)])
def test_a_result_that_no_example_changes(reduce: str | None, share: float | None) -> None:
    """The mean of n equal values has the gradient of one, their sum n times that."""
    w = Value(3.0)
    for f, slope in ((lambda x: w * w, 6.0), (lambda x: w, 1.0), (lambda x: ag.sin(w) ** 2,
                     2.0 * np.sin(3.0) * np.cos(3.0))):  # fmt: skip
        value, gradient = compiled(f, reduce=reduce).value_and_grad(np.ones(4))
        want = f(1.0).data
        if share is None:
            np.testing.assert_allclose(value, [want] * 4)
            np.testing.assert_allclose(gradient, [[slope]] * 4)
        else:
            np.testing.assert_allclose([value, *gradient], [want * share, slope * share])
    shared = compiled(lambda x, s: s * s, argnums=1, reduce=reduce).grad(np.ones(4), 3.0)
    np.testing.assert_allclose(shared, 6.0 * share if share is not None else [6.0] * 4)


def test_several_results_have_no_gradient() -> None:
    program = compiled(lambda x: [x, x * 2.0])
    for call in (program.value_and_grad, program.grad, program.backward):
        with pytest.raises(ArgumentError, match="one number"):
            call(1.0)
    assert program(1.0) == [1.0, 2.0]


# backward()


def test_backward_adds_to_gradients() -> None:
    w, f = neuron()
    program = compiled(f)
    value, gradient = program.value_and_grad(X, Y)
    assert not any(p.has_grad for p in w)
    assert program.backward(X, Y) == value
    assert [p.grad for p in program.parameters] == gradient.tolist()
    assert all(type(p.grad) is float for p in w)
    program.backward(X, Y)
    np.testing.assert_allclose([p.grad for p in program.parameters], 2.0 * gradient)
    f(X[0], Y[0]).backward()
    w[0].zero_grad()
    program.backward(X, Y)
    assert w[0].grad == gradient[[p is w[0] for p in program.parameters]][0]


def test_backward_and_the_gradient_of_an_argument_take_turns() -> None:
    w = Value(3.0)
    program = compiled(lambda x: w * x, argnums=0, reduce="sum")
    for n in (2, 3, 2, 2):
        w.zero_grad()
        assert program.backward(np.ones(n)) == 3.0 * n
        assert w.grad == n
        assert program.grad(np.ones(n)).tolist() == [3.0] * n


def test_backward_needs_one_value() -> None:
    w, f = neuron()
    with pytest.raises(ArgumentError, match="reduce="):
        compiled(f, reduce=None).backward(X, Y)
    assert compiled(f, reduce=None).backward(X[0].tolist(), 1.0) > 0.0
    assert all(p.has_grad for p in w)


# Parameters


def test_parameters_are_read_at_every_call() -> None:
    w, f = neuron()
    program = compiled(f)
    program(X, Y)
    w[0].data = -2.0
    w[2].data += 1.0
    fresh = compiled(f)
    assert np.array_equal(program(X, Y), fresh(X, Y))
    assert program.value_and_grad(X, Y)[1].tolist() == fresh.value_and_grad(X, Y)[1].tolist()


def test_parameters_are_listed_once_in_an_order_that_stays() -> None:
    w, f = neuron()
    program = compiled(lambda x, y: f(x, y) + f(x, y) * w[0])
    program(X, Y)
    assert sorted(map(id, program.parameters)) == sorted(map(id, w))
    assert [id(p) for p in program.parameters] == [id(p) for p in program.parameters]
    again = compiled(lambda x, y: f(x, y) + f(x, y) * w[0]).trace(X, Y)
    assert list(map(id, again.parameters)) == list(map(id, program.parameters))
    program.parameters.clear()
    assert len(program.parameters) == 3


def test_the_order_is_one_for_all_structures() -> None:
    """Flat gradients must not change their order when another structure is traced."""
    w = [Value(1.0 + i) for i in range(6)]

    def f(xs: Any) -> Any:
        pairs = zip(w if len(xs) > 3 else w[::-1], xs, strict=False)
        return ag.sum([p * x for p, x in pairs]) + 0.0 * ag.sum(w)

    program = compiled(f)
    program.trace([1.0] * 6)
    first = list(map(id, program.parameters))
    program.trace([1.0] * 2)
    second = list(map(id, program.parameters))
    for args in ([1.0] * 6, [1.0] * 2):
        gradient = program.grad(args)
        order = list(map(id, program.parameters))
        for i, p in enumerate(w if len(args) > 3 else w[::-1]):
            assert gradient[order.index(id(p))] == (1.0 if i < len(args) else 0.0)
    assert sorted(first) == sorted(second)


def test_what_has_not_been_traced_says_so() -> None:
    program = compiled(lambda x: x)
    for look in ("parameters", "plan", "source", "stats"):
        with pytest.raises(GraphError, match="traced"):
            getattr(program, look)
    with pytest.raises(GraphError, match="traced"), program.flat_parameters():
        pass


def test_computed_values_from_before_are_computed_again() -> None:
    w, v = Value(3.0), Value(2.0)
    c = ag.exp(w * v)
    d = c + w
    program = compiled(lambda x: c * x + d)
    np.testing.assert_allclose(program(2.0), float(c * 2.0 + d), rtol=1e-12)
    w.data = 0.5
    np.testing.assert_allclose(program(2.0), 3.0 * np.exp(1.0) + 0.5, rtol=1e-12)
    gradient = dict(zip(map(id, program.parameters), program.grad(2.0), strict=True))
    np.testing.assert_allclose(gradient[id(w)], 3.0 * 2.0 * np.exp(1.0) + 1.0, rtol=1e-12)
    np.testing.assert_allclose(gradient[id(v)], 3.0 * 0.5 * np.exp(1.0), rtol=1e-12)


def test_leaves_made_inside_are_constants() -> None:
    w = Value(3.0)

    def f(x: Any) -> Any:
        c = Value(2.0)
        return c * w * x + Value(0.5) * c

    program = compiled(f)
    assert program.value_and_grad(2.0) == (13.0, [4.0])
    assert [id(p) for p in program.parameters] == [id(w)]


def test_values_given_as_arguments_are_refused() -> None:
    """No gradient would flow through the program to them."""
    w, x = Value(3.0), Value(2.0)
    program = compiled(lambda x, rest: w * x * rest[0], argnums=0)
    assert program.value_and_grad(2.0, [5.0, 1.0]) == (30.0, 15.0)
    for args in ((x, [5.0, 1.0]), (w, [5.0, 1.0]), (x * x, [5.0, 1.0])):
        with pytest.raises(OperandError, match=r"argument 0 is a Value.*data"):
            program(*args)
    with pytest.raises(OperandError, match=r"argument 1\[0\] is a Value"):
        program(2.0, [x, 1.0])
    with pytest.raises(OperandError):
        program(2.0, np.array([x, w]))
    assert not x.has_grad


# flat_parameters()


def test_flat_parameters() -> None:
    w, f = neuron()
    program = compiled(f)
    value, gradient = program.value_and_grad(X, Y)
    before = [p.data for p in program.parameters]
    with program.flat_parameters() as theta:
        assert theta.dtype == np.float64
        assert theta.tolist() == before
        for _ in range(3):
            value, gradient = program.value_and_grad(X, Y)
            theta -= 0.1 * gradient
        inside = program.value_and_grad(X, Y)
    assert [p.data for p in program.parameters] == theta.tolist() != before
    outside = program.value_and_grad(X, Y)
    assert outside[0] == inside[0] < value
    assert outside[1].tolist() == inside[1].tolist()
    reference = f(X[0], Y[0]).data
    np.testing.assert_allclose(program(X[:1], Y[:1]), [reference], rtol=1e-12)
    assert all(type(p.data) is float for p in w)


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_flat_parameters_on_exceptions(error: type[BaseException]) -> None:
    w = Value(3.0)
    program = compiled(lambda x: w * x)
    program(1.0)
    with pytest.raises(error), program.flat_parameters() as theta:
        theta[0] = 7.0
        raise error
    assert w.data == 7.0
    assert program(2.0) == 14.0
    with program.flat_parameters() as theta:
        assert theta.tolist() == [7.0]


def test_flat_parameters_one_block_at_a_time() -> None:
    w = Value(3.0)
    program = compiled(lambda x: w * x)
    program(1.0)
    with program.flat_parameters() as theta:
        with pytest.raises(GraphError, match="in use"), program.flat_parameters():
            pass
        theta[0] = 5.0
        assert program(1.0) == 5.0
    assert w.data == 5.0
    with program.flat_parameters() as theta:
        assert theta.tolist() == [5.0]


def test_two_programs_with_blocks_of_their_own() -> None:
    w = Value(3.0)
    one, other = compiled(lambda x: w * x), compiled(lambda x: w + x)
    one(1.0), other(1.0)
    with one.flat_parameters() as theta:
        theta[0] = 10.0
        assert one(2.0) == 20.0
        assert other(2.0) == 5.0
    assert other(2.0) == 12.0


def test_a_new_structure_within_flat_parameters() -> None:
    """Either it is traced with the same parameters in the same order, or it is refused."""
    w = [Value(1.0), Value(10.0)]
    program = compiled(lambda xs: w[0] * xs[0] + w[1] * xs[-1])
    program([1.0, 1.0])
    with program.flat_parameters() as theta:
        theta *= 2.0
        assert program([2.0, 3.0]) == 64.0
        try:
            got = program([1.0, 1.0, 1.0])
        except GraphError as error:
            assert "trace" in str(error)  # noqa: PT017
        else:
            assert got == 22.0


# Structures and their cache


def counted() -> tuple[list[int], Callable[..., Any]]:
    """A function that notes its calls where the trace does not look."""
    calls = [0]
    handle = iter(range(10**6))

    def f(*args: Any) -> Any:
        calls[0] = next(handle) + 1
        total: Any = 0.0
        for i, arg in enumerate(args):
            row = arg if isinstance(arg, (list, tuple, np.ndarray)) else [arg]
            for v in row:
                total = total + (1.0 + i) * v
        return total

    return calls, f


def test_every_structure_is_traced_once() -> None:
    w = Value(2.0)
    lengths: list[int] = []

    class Seen(list):  # type: ignore[type-arg]
        pass

    program = compiled(lambda xs: w * ag.sum(list(xs)))
    for args, want in (
        ([1.0, 2.0], 6.0),
        ([3.0, 4.0], 14.0),
        ([1.0, 2.0, 3.0], 12.0),
        ((1.0, 2.0), 6.0),
        ([5.0, 2.0], 14.0),
    ):
        assert program(args) == want
    plans = []
    for args in ([1.0, 2.0], [1.0, 2.0, 3.0], [4.0, 4.0]):
        program(args)
        plans.append(program.plan)
    assert plans[0] is plans[2]
    assert plans[0] is not plans[1]
    assert program(np.ones((3, 2))).tolist() == [4.0, 4.0, 4.0]
    assert program(np.ones((5, 2))).tolist() == [4.0] * 5
    assert not lengths


def test_structures_that_differ_only_in_containers() -> None:
    kinds = compiled(lambda d, x: x if isinstance(d, list) else 2.0 * x)
    assert [kinds([], 1.0), kinds({}, 1.0), kinds((), 1.0), kinds([], 1.0)] == [1.0, 2.0, 2.0, 1.0]
    nested = compiled(lambda d: d[0][0] if isinstance(d, list) else d[0][1])
    assert [nested([[1.0, 2.0]]), nested(([1.0, 2.0],))] == [1.0, 2.0]
    count = compiled(lambda *args: args[0] * float(len(args)))
    assert [count(1.0), count(1.0, []), count(1.0, [], [])] == [1.0, 2.0, 3.0]
    keys = compiled(lambda d: sum((float(k) * v for k, v in d.items()), 0.0))
    assert [keys({1: 1.0, 2: 1.0}), keys({3: 1.0, 4: 1.0}), keys({2: 1.0, 1: 5.0})] == [3, 7, 7]


def test_batches_and_single_examples_by_turns() -> None:
    _, f = neuron()
    program = compiled(f)
    for _ in range(2):
        batch = program(X, Y)
        for i in range(4):
            np.testing.assert_allclose(program(X[i].tolist(), float(Y[i])), batch[i], rtol=1e-12)
        assert np.array_equal(program(X[:2], Y[:2]), batch[:2])


# Types


def test_float32() -> None:
    w, f = neuron()
    program = compiled(f, dtype=np.float32)
    value, gradient = program.value_and_grad(X, Y)
    want, slopes = compiled(f).value_and_grad(X, Y)
    assert program(X, Y).dtype == np.float32
    np.testing.assert_allclose(value, want, rtol=1e-5)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-4, atol=1e-6)
    each = compiled(f, dtype=np.float32, reduce=None).value_and_grad(X, Y)
    np.testing.assert_allclose(each[1].mean(0), slopes, rtol=1e-4, atol=1e-6)
    with program.flat_parameters() as theta:
        theta += 1e-12
    assert w[0].data != 0.5
    single = program.value_and_grad(X[0].tolist(), 1.0)
    np.testing.assert_allclose(single[0], compiled(f)(X[0].tolist(), 1.0), rtol=1e-5)


@pytest.mark.parametrize("kind", [np.float32, np.int64, np.int8, np.uint8, bool, np.float64])
def test_arrays_of_every_kind(kind: Any) -> None:
    w = Value(2.5)
    xs = np.array([[0, 1], [1, 1], [1, 0]]).astype(kind)
    program = compiled(lambda x: w * x[0] + ag.exp(x[1]) * x[1] / 2.0)
    want = [2.5 * float(a) + np.exp(float(b)) * float(b) / 2.0 for a, b in xs]
    np.testing.assert_allclose(program(xs), want, rtol=1e-12)
    np.testing.assert_allclose(program.grad(xs), [float(xs[:, 0].sum()) / 3.0], rtol=1e-12)


def test_arrays_in_any_memory_layout() -> None:
    _, f = neuron()
    program = compiled(f, argnums=0, reduce=None)
    want = program.grad(X, Y)
    for xs, ys in (
        (np.asfortranarray(X), Y),
        (np.repeat(X, 2, 0)[::2], np.repeat(Y, 2)[::2]),
        (X[::-1][::-1], np.broadcast_to(Y, (4,))),
        (X.astype(">f8"), Y.astype(">f8")),
    ):
        assert np.array_equal(program.grad(xs, ys), want)
    xs = X.copy()
    xs.flags.writeable = False
    assert np.array_equal(program.grad(xs, Y), want)


# Threads


def run_together(jobs: list[Callable[[], Any]]) -> list[Any]:
    """The jobs' results, each in a thread of its own; raises what they raise."""
    found: list[Any] = [None] * len(jobs)
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(jobs))

    def work(i: int) -> None:
        try:
            barrier.wait()
            found[i] = jobs[i]()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(jobs))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if errors:
        raise errors[0]
    return found


def test_threads_with_programs_of_their_own() -> None:
    def job(seed: int) -> Callable[[], Any]:
        rng = np.random.default_rng(seed)
        w = [Value(v) for v in rng.normal(size=3)]
        xs = rng.normal(size=(50, 2))
        program = compiled(lambda x: ag.tanh(w[0] * x[0] + w[1] * x[1]) * w[2])

        def run() -> Any:
            return [program.value_and_grad(xs)[1].tolist() for _ in range(30)]

        return run

    apart = [job(seed)() for seed in range(4)]
    together = run_together([job(seed) for seed in range(4)])
    assert together == apart
    assert all(row == rows[0] for rows in together for row in rows)


def test_threads_with_one_program() -> None:
    w = Value(3.0)
    program = compiled(lambda x: ag.tanh(w * x[0]) + x[1], reduce=None)
    batches = [np.random.default_rng(seed).normal(size=(200, 2)) for seed in range(4)]
    want = [program.value_and_grad(xs) for xs in batches]

    def job(i: int) -> Callable[[], Any]:
        def run() -> None:
            for _ in range(40):
                value, gradient = program.value_and_grad(batches[i])
                assert np.array_equal(value, want[i][0])
                assert np.array_equal(gradient, want[i][1])

        return run

    run_together([job(i) for i in range(4)])


def test_tracing_does_not_disturb_eager_work_in_another_thread() -> None:
    inside, done = threading.Event(), threading.Event()

    def slow(x: Any, inside: Any = inside, done: Any = done) -> Any:
        inside.set()
        assert done.wait(10)
        return x * 2.0

    def look() -> list[Any]:
        assert inside.wait(10)
        try:
            x = Value(2.0)
            y = x * x if x > 1.0 else x
            y.backward()
            assert not ag.is_tracing()
            return [float(y), x.grad, bool(x), x.data, max(x, y) is y]
        finally:
            done.set()

    found = run_together([lambda: compiled(slow)(1.0), look])
    assert found == [2.0, [4.0, 4.0, True, 2.0, True]]

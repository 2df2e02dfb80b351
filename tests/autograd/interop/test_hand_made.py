"""Nodes with a `_backward` function: their local gradients are measured, and copies keep them."""

import copy
import gc
import pickle
import weakref

import pytest
from autograd_support import no_warnings
from hypothesis import given as for_all
from hypothesis import strategies as st

import autograd as ag
from autograd import GraphError, TeachingWarning, Value, topological_order

numbers = st.floats(-1e3, 1e3)
COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda v: pickle.loads(pickle.dumps(v)),
}


def product(*xs: Value, label: str = "") -> Value:
    """x₀·x₁·…, in micrograd's way."""
    data = 1.0
    for x in xs:
        data *= x.data
    out = Value(data, xs, "product", label=label)

    def _backward() -> None:
        for i, x in enumerate(xs):
            others = 1.0
            for k, other in enumerate(xs):
                others *= other.data if k != i else 1.0
            x.grad += others * out.grad

    out._backward = _backward
    return out


@for_all(st.lists(numbers, min_size=1, max_size=4), numbers, st.booleans())
def test_measured_local_gradients_are_those_of_the_composition(data, seed, held) -> None:
    xs = [Value(x) for x in data]
    out, plain = product(*xs), ag.prod(xs)
    before = seed if held else None
    for node in (*xs, out):
        node.grad = before
    assert out.local_gradients == pytest.approx(plain.local_gradients)
    assert all((node.grad, node.has_grad) == (before or 0.0, held) for node in (*xs, out))


def test_a_value_used_twice_has_the_right_sum() -> None:
    x = Value(3.0)
    assert product(x, x).local_gradients == (3.0, 3.0)
    assert product(x, x, x).local_gradients == (9.0, 9.0, 9.0)


def test_forward_mode_and_transforms() -> None:
    def f(x: Value, y: Value) -> Value:
        return product(x, x, y) * 2.0

    assert ag.jvp(f, (3.0, 5.0), (1.0, 0.0)) == (90.0, 60.0)
    assert ag.jvp(f, (3.0, 5.0), (0.0, 1.0)) == (90.0, 18.0)
    assert ag.grad(f, argnums=(0, 1))(3.0, 5.0) == (60.0, 18.0)
    with pytest.raises(GraphError, match="cannot be differentiated again"):
        ag.hessian(lambda x: f(x, x))(3.0)


def given(x: Value) -> Value:
    """x², in microgpt's way."""
    return Value(x.data**2, (x,), (2.0 * x.data,))


@pytest.mark.parametrize("square", [lambda x: product(x, x), given])
def test_plain_numbers_where_values_cannot_be(square) -> None:
    w = Value(3.0)
    results = {
        12.0: lambda: ag.grad(lambda x: square(x) * w)(2.0),
        6.0: lambda: ag.grad(square)(w),
        24.0: lambda: ag.jvp(lambda x: square(x) * w, (2.0,), (2.0,))[1],
        -12.0: lambda: ag.vjp(lambda x: square(x) * w, 2.0)[1](-1.0)[0],
        4.0: lambda: ag.jacobian(lambda x: [x * w, square(x) + w])(2.0)[1],
    }
    for want, result in results.items():
        with pytest.warns(TeachingWarning, match=r"plain numbers, .* cannot be differentiated"):
            found = result()
        assert (type(found), found) == (float, want)
        with ag.no_grad(), no_warnings():
            assert result() == want
    with pytest.warns(TeachingWarning, match="plain numbers"):  # no variable of the outer one
        assert ag.grad(lambda v: v * ag.grad(lambda x: square(x) + w)(2.5))(2.0) == 5.0


@pytest.mark.parametrize("square", [lambda x: product(x, x), given])
def test_a_real_second_derivative_is_refused(square) -> None:
    w = Value(3.0)
    for second in (ag.grad(ag.grad(square)), ag.hessian(lambda x: square(x) * w),
                   ag.grad(lambda x: ag.grad(lambda y: square(y) * x)(2.0))):  # fmt: skip
        with pytest.raises(GraphError, match="cannot be differentiated again"):
            second(2.0)


@pytest.mark.parametrize("square", [lambda x: product(x, x), given])
def test_what_does_not_depend_on_the_variables_needs_no_second_derivative(square) -> None:
    w = Value(3.0)
    for result in (lambda: ag.grad(lambda x: square(w) * x * x)(2.0),
                   lambda: ag.jvp(lambda x: square(w) * x * x, (2.0,), (1.0,))[1]):  # fmt: skip
        w.zero_grad()
        with no_warnings():
            out = result()
            out.backward()
        assert (out.data, w.grad) == (36.0, 24.0)


def test_measuring_leaves_no_trace() -> None:
    """Neither in gradients nor in what lints remember, also of nodes that are no parents."""
    x, hidden = Value(3.0), Value(5.0)
    out = Value(15.0, (x,), "f")

    def _backward() -> None:
        x.grad += hidden.data * out.grad
        hidden.grad += x.data * out.grad

    out._backward = _backward
    out.backward()
    before = [(v.grad, v._grad_at) for v in (x, hidden, out)]
    assert out.local_gradients == (5.0,)
    assert [(v.grad, v._grad_at) for v in (x, hidden, out)] == before


shared = Value(3.0)
made = Value(6.0, (shared,), "twice")


def module_function() -> None:
    """What a notebook writes: nodes are global names."""
    shared.grad += 2.0 * made.grad


def test_functions_that_are_no_closures() -> None:
    made._backward = module_function
    assert made.local_gradients == (2.0,)
    assert not shared.has_grad

    class Times:
        def __init__(self, x: Value, out: Value) -> None:
            self.x, self.out = x, out

        def __call__(self) -> None:
            self.x.grad += 4.0 * self.out.grad

        send = __call__

    x = Value(1.0)
    for function in (lambda t: t, lambda t: t.send):
        out = Value(4.0, (x,), "times")
        out._backward = function(Times(x, out))
        assert out.local_gradients == (4.0,)
        assert not x.has_grad and not out.has_grad


def test_gradients_that_are_values_are_read_as_numbers() -> None:
    x, w = Value(3.0), Value(5.0)
    out = Value(15.0, (x,), "f")

    def _backward() -> None:
        x.grad += w * out.grad

    out._backward = _backward
    assert out.local_gradients == (5.0,)


def test_without_a_derivative_there_are_no_local_gradients() -> None:
    x = Value(3.0)
    out = Value(9.0, (x,), "sq")
    with pytest.raises(GraphError, match=r"'sq' has no local gradients yet: set its _backward"):
        _ = out.local_gradients
    with pytest.raises(GraphError, match="no local gradients yet"):
        ag.jvp(lambda x: Value(9.0, (x,), "sq"), (3.0,), (1.0,))
    for pass_back in (out.backward, lambda: ag.grad(lambda x: Value(9.0, (x,), "sq"))(3.0)):
        with pytest.warns(TeachingWarning, match="gradient is lost: 'sq' has no local gradients"):
            pass_back()
    assert not x.has_grad


def test_a_function_that_fails() -> None:
    x = Value(3.0, label="x")
    out = Value(9.0, (x,), "sq", label="q")

    def _backward() -> None:
        x.grad += 1.0
        raise KeyError("no table")

    out._backward = _backward
    x.grad = 7.0
    text = r"_backward function of 'q' fails when its gradient is 1, .* KeyError\('no table'\)"
    for action in (lambda: out.local_gradients, *(lambda c=c: c(out) for c in COPIES.values())):
        with pytest.raises(GraphError, match=text):
            action()
    assert x.grad == 7.0


def test_a_name_that_was_never_assigned() -> None:
    x = Value(3.0)
    out = Value(6.0, (x,), "twice")

    def _backward() -> None:
        if out.grad > 1e9:
            x.grad += late
        x.grad += 2.0 * out.grad

    out._backward = _backward
    if out.data < 0:
        late = 1.0
    assert out.local_gradients == (2.0,)


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_has_the_gradient_of_the_original(how: str) -> None:
    x, y = Value(3.0), Value(5.0)
    root = product(product(x, y) * 2.0, x)
    root.backward()
    expected = [v.grad for v in topological_order(root)]
    twin = COPIES[how](root)
    assert [v.grad for v in topological_order(twin)] == expected
    for leaf in topological_order(twin):
        leaf.zero_grad()
    twin.backward()
    assert [v.grad for v in topological_order(twin)] == expected
    if how != "copy":
        assert [v.grad for v in topological_order(root)] == expected


@pytest.mark.parametrize("how", COPIES)
def test_copies_of_leaves_and_of_nodes_without_a_derivative(how: str) -> None:
    leaf = Value(2.0)
    calls: list[float] = []
    leaf._backward = lambda: calls.append(1.0)
    assert COPIES[how](leaf).data == 2.0
    assert calls == []
    bare = COPIES[how](Value(4.0, (Value(2.0),), "sq"))
    assert (bare._op, bare.data) == ("sq", 4.0)
    given_ = COPIES[how](Value(4.0, (Value(2.0),), (4.0,)))
    assert given_.local_gradients == (4.0,)


def test_assigning_data_keeps_the_function() -> None:
    """The function reads the gradient of the node it was written for, now one step further on."""
    x, y = Value(3.0), Value(5.0)
    out = product(x, y)
    out.data = 100.0
    assert out._prev[0].local_gradients == (5.0, 3.0)
    (out * 2.0).backward()
    assert (x.grad, y.grad) == (10.0, 6.0)
    twin = copy.deepcopy(out * 2.0)
    twin.backward()
    assert [v.grad for v in topological_order(twin) if v.is_leaf] == [20.0, 12.0]


def test_nodes_go_without_the_garbage_collector() -> None:
    gc.disable()
    try:
        x = Value(3.0)
        out = Value(6.0, (x,), "twice")
        out._backward = lambda: None
        gone = weakref.ref(out)
        del out
        assert gone() is None
    finally:
        gc.enable()

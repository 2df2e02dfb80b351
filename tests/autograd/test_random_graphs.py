"""Random graphs with sharing: reverse mode against forward mode, differences and itself."""

from __future__ import annotations

import copy
import math
import pickle

from autograd_support import assert_close, assert_same
from hypothesis import HealthCheck, example, given, settings
from strategies import Dual, DualOperations, Plan, Step, graphs

import autograd as ag
from autograd import Value

EXAMPLES = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

SHARED = Plan(1, (Step("mul", (0, 0)), Step("sum", (1, 1, 0)), Step("dot", (2, 1, 2))), 2)


def gradient(plan: Plan, xs: list[float]) -> tuple[Value, list[Value]]:
    leaves = [Value(x) for x in xs]
    out = plan.run(leaves)
    out.backward()
    return out, leaves


@EXAMPLES
@given(graphs())
@example((SHARED, [0.7]))
def test_agrees_with_independent_forward_mode(graph: tuple[Plan, list[float]]) -> None:
    plan, xs = graph
    out, leaves = gradient(plan, xs)
    for i, leaf in enumerate(leaves):
        duals = [Dual(x, 1.0 if i == j else 0.0) for j, x in enumerate(xs)]
        want = plan.run(duals, DualOperations)
        assert_close(out.data, want.x, rel=1e-10, scale=1.0)
        assert_close(leaf.grad, want.d, rel=1e-10, scale=max(1.0, _size(plan, leaves)))


def _size(plan: Plan, leaves: list[Value]) -> float:
    """Gradients cancel between paths: an error is relative to the largest gradient around."""
    return max(abs(leaf.grad) for leaf in leaves)


@EXAMPLES
@given(graphs())
@example((SHARED, [0.7]))
def test_agrees_with_central_differences(graph: tuple[Plan, list[float]]) -> None:
    plan, xs = graph
    _, leaves = gradient(plan, xs)

    def slope(i: int, h: float) -> float:
        up, down = list(xs), list(xs)
        up[i] += h
        down[i] -= h
        return (float(plan.run(up)) - float(plan.run(down))) / (up[i] - down[i])

    for i, leaf in enumerate(leaves):
        coarse, fine = slope(i, 2e-4), slope(i, 1e-4)
        best = (4 * fine - coarse) / 3
        # What the two step sizes disagree by bounds the truncation error of their combination.
        allowed = 1e-7 + abs(fine - coarse)
        assert abs(leaf.grad - best) <= allowed, f"∂/∂x{i}: {leaf.grad!r}, measured {best!r}"


@EXAMPLES
@given(graphs())
def test_floats_and_values_agree_bit_for_bit(graph: tuple[Plan, list[float]]) -> None:
    plan, xs = graph
    out, _ = gradient(plan, xs)
    assert_same(out.data, plan.run(xs))


@EXAMPLES
@given(graphs())
def test_create_graph_and_transforms_give_the_same_gradient(
    graph: tuple[Plan, list[float]],
) -> None:
    plan, xs = graph
    _, leaves = gradient(plan, xs)
    again = [Value(x) for x in xs]
    plan.run(again).backward(create_graph=True)
    by_grad = ag.grad(lambda v: plan.run(v))(xs)
    scale = _size(plan, leaves)
    for leaf, other, g in zip(leaves, again, by_grad, strict=True):
        assert_close(float(other.grad), leaf.grad, rel=1e-13, scale=scale)
        assert_close(g, leaf.grad, rel=1e-13, scale=scale)
    direction = [math.cos(1.0 + i) for i in range(len(xs))]
    _, along = ag.jvp(lambda v: plan.run(v), (xs,), (direction,))
    want = sum(leaf.grad * d for leaf, d in zip(leaves, direction, strict=True))
    assert_close(along, want, rel=1e-10, scale=max(scale, 1.0))


@settings(EXAMPLES, max_examples=40)
@given(graphs(max_inputs=3, max_steps=10))
def test_hessians_are_symmetric_and_match_differences_of_gradients(
    graph: tuple[Plan, list[float]],
) -> None:
    plan, xs = graph
    H = ag.hessian(lambda v: plan.run(v))(xs)
    size = max(1.0, max(abs(h) for row in H for h in row))
    gradients = ag.grad(lambda v: plan.run(v))
    for i in range(len(xs)):
        slopes = []
        for h in (2e-4, 1e-4):
            up, down = list(xs), list(xs)
            up[i] += h
            down[i] -= h
            pairs = zip(gradients(up), gradients(down), strict=True)
            slopes.append([(a - b) / (up[i] - down[i]) for a, b in pairs])
        for j in range(len(xs)):
            assert_close(H[i][j], H[j][i], rel=1e-9, scale=size)
            coarse, fine = slopes[0][j], slopes[1][j]
            best = (4 * fine - coarse) / 3
            assert abs(H[j][i] - best) <= 1e-6 * size + abs(fine - coarse)


@EXAMPLES
@given(graphs())
def test_bookkeeping_of_the_graph(graph: tuple[Plan, list[float]]) -> None:
    """Local gradients times backpropagated gradients, summed over successors, is the gradient."""
    plan, xs = graph
    out, leaves = gradient(plan, xs)
    order = ag.topological_order(out)
    total = dict.fromkeys(order, 0.0)
    total[out] = 1.0
    for v in reversed(order):
        assert_close(v.grad, total[v], rel=1e-12, scale=1e-300)
        for parent, local in zip(v.parents, v.local_gradients, strict=True):
            total[parent] += v.grad * local
    before = [leaf.grad for leaf in leaves]
    out.backward()
    assert [leaf.grad for leaf in leaves] == [2 * g for g in before]


@settings(EXAMPLES, max_examples=60)
@given(graphs())
def test_copies_and_pickles_give_the_same_bits(graph: tuple[Plan, list[float]]) -> None:
    plan, xs = graph
    leaves = [Value(x) for x in xs]
    out = plan.run(leaves)
    for twin_out, twins in (
        copy.deepcopy((out, leaves)),
        pickle.loads(pickle.dumps((out, leaves))),
    ):
        twin_out.backward()
        fresh, same = gradient(plan, xs)
        assert_same(twin_out.data, fresh.data)
        for twin, leaf in zip(twins, same, strict=True):
            assert_same(twin.grad, leaf.grad)
    assert not any(leaf.has_grad for leaf in leaves)

"""The backward pass: backpropagated gradient times local gradient, summed over successors.

Walking the topological order from the output, every node sends each parent the message
∂z/∂node · ∂node/∂parent, and a parent's gradient is the sum of its messages (document 003,
section 1.3, remarks 1 and 2). A node that no message reached passes nothing on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from autograd.context.lints import Leftover, added_to, warn_if_stale
from autograd.context.locks import fork_safe_lock
from autograd.context.modes import (
    anomalies_allowed,
    anomaly_detected,
    check_gradient,
    check_tangent,
)
from autograd.core.marks import REACHED
from autograd.core.wiring import (
    Node,
    add_dependents,
    gradient,
    is_leaf,
    leaves_of,
    order_of,
    receive,
    rewire,
    set_gradient,
    topological_order,
    wires,
)
from autograd.node.foreign import require_differentiable_rules
from autograd.node.messages import send_messages, visit
from autograd.node_sets import node_dict, node_set
from autograd.primitives.arithmetic import identity

_one_pass_at_a_time = fork_safe_lock()


def backward(root: Node, seed: float) -> None:
    """Add ∂root/∂leaf · seed to every leaf's gradient; set every other gradient anew.

    If the pass fails or is interrupted, leaves keep the gradients they had, and nothing else has
    one. Frozen leaves keep theirs in any case.
    """
    with _one_pass_at_a_time:
        order: list[Any] = []
        leaves: list[Any] = []
        held: list[Any] = []
        seen_at: list[Any] = []
        try:
            visit(root, order, leaves, held)
            warn_if_stale(order, leaves)
            seen_at = [(leaf, leaf._grad_at) for leaf in leaves]
            before, leftover = node_dict(held), Leftover()
            root._grad, root._mark = seed, REACHED
            send_messages(order)
            for leaf in leaves:
                _accumulate(leaf, before.get(leaf), leftover)
        except BaseException:  # Ctrl-C too, at any moment
            for node in order:
                set_gradient(node, None)
            put_back(held, seen_at)
            raise


def put_back(held: Iterable[tuple[Any, Any]], seen_at: Iterable[tuple[Any, Any]]) -> None:
    """Give nodes the gradients that they held, and leaves the data at which those were computed."""
    for node, grad in held:
        set_gradient(node, grad)
    for leaf, at in seen_at:
        leaf._grad_at = at


def _accumulate(leaf: Any, before: Any, leftover: Leftover) -> None:
    """Add this pass's gradient of a leaf to what the leaf held, and note at which data."""
    new = gradient(leaf)
    if new is not None and not leaf._frozen:
        leaf._grad_at = added_to(leaf, before, leftover)
        set_gradient(leaf, new if before is None else before + new)
    else:
        set_gradient(leaf, before)


def backward_again(root: Any, seed: Any) -> None:
    """As `backward`, with gradients of leaves that can be differentiated again.

    Other values get theirs as plain numbers: as Values they would refer back to the graph that
    holds them, and it could no longer be freed by reference counting.
    """
    order = topological_order(root)
    leaves = leaves_of(order)
    warn_if_stale(order, leaves)
    with _one_pass_at_a_time:
        leftover = Leftover()
        gradients = _differentiable_gradients(order, [(root, seed)])
        held = [(value, gradient(value)) for value in order]
        seen_at = [(leaf, leaf._grad_at) for leaf in leaves]
        try:
            for value, before in held:
                found = gradients.get(value)
                if not is_leaf(value):
                    set_gradient(value, None if found is None else float(found))
                elif found is not None and not value._frozen:
                    found = type(root)(found) if type(found) is float else found
                    value._grad_at = added_to(value, before, leftover)
                    set_gradient(value, found if before is None else before + found)
        except BaseException:
            put_back(held, seen_at)
            raise


def _depending_on(wanted: Iterable[Any], order: list[Any]) -> list[Any]:
    """The nodes of a topological order that the wanted ones reach."""
    depending = node_set(wanted)
    add_dependents(depending, order)
    return [node for node in order if node in depending]


def gradients(
    order: list[Any], seeds: list[tuple[Any, Any]], wanted: list[Any], *, again: bool
) -> list[Any]:
    """Σ seed · ∂output/∂w over the (output, seed) pairs, for each wanted value w.

    Leaves no trace in the graph: gradients that values held, they hold afterwards. With `again`
    the results are Values where they can be differentiated. `order` is that of the outputs.
    """
    if again:
        found = _differentiable_gradients(_depending_on(wanted, order), seeds)
        return [found.get(value, 0.0) for value in wanted]
    with _one_pass_at_a_time:
        held = [(node, gradient(node)) for node in order]
        try:
            for node in order:
                set_gradient(node, None)
            for output, seed in seeds:
                receive(output, seed)
            send_messages(order)
            results = [value.grad for value in wanted]
            put_back(held, ())
        except BaseException:  # an interrupt may have come while they were put back, too
            put_back(held, ())
            raise
        return results


def _differentiable_gradients(order: list[Any], seeds: list[tuple[Any, Any]]) -> Any:
    """The gradient of every value that a message reaches: a Value, or a float if constant."""
    checked = anomaly_detected()
    found = node_dict()
    for output, seed in seeds:
        found[output] = found[output] + seed if output in found else seed
    for node in reversed(order):
        grad = found.get(node)
        if grad is None or is_leaf(node):
            continue
        for parent, message in _differentiable_messages(node, grad):
            found[parent] = found[parent] + message if parent in found else message
            if checked:
                check_gradient(node, parent, found[parent])
    return found


def _differentiable_messages(node: Any, grad: Any) -> Iterator[tuple[Any, Any]]:
    if node._primitive.length and node._float == 0.0 and type(grad) is not float:
        curvature = _curvature(grad, node)
        if curvature is not None:
            for parent, number in wires(node):
                if parent is not None:
                    yield parent, curvature * _as_recorded(parent, number)
            return
    for parent, local in _differentiable_locals(node):
        if node._primitive.is_taken(local):
            yield parent, _times(local, grad)


def _curvature(grad: Any, length: Any) -> Any:
    """f″(0) for a function f of a length r = 0, where grad = f′(0) is 0; None if there is none.

    The message to xᵢ is f′(r) · xᵢ/r. At the origin that has the limit f″(0) · xᵢ, which is 0 but
    has a derivative: that is why ‖x‖² has a Hessian there.
    """
    if grad._float != 0.0:
        return None
    below = node_set()
    topological_order(length, below)
    with anomalies_allowed():
        found = _differentiable_gradients(topological_order(grad, below), [(grad, 1.0)])
    curvature = sum(slope for value, slope in found.items() if _is_the_same(value, length))
    return None if _is_zero(curvature) or not math.isfinite(curvature) else curvature


def _is_zero(slope: Any) -> bool:
    """True if a slope is the constant 0; a Value that is 0 here has derivatives of its own."""
    return isinstance(slope, (float, int)) and slope == 0.0


def _is_the_same(node: Any, other: Any) -> bool:
    """True if both are one function of the same operands, as in norm(v) · norm(v)."""
    if node._primitive is not other._primitive:
        return False
    pairs = zip(wires(node), wires(other), strict=False)
    return len(wires(node)) == len(wires(other)) and all(
        p is q and x == y for (p, x), (q, y) in pairs
    )


def push_forward(outputs: list[Any], seeds: Any, *, again: bool) -> list[Any]:
    """Forward mode: the directional derivative of each output, given those of the inputs.

    tangent(node) = Σ ∂node/∂parent · tangent(parent). With `again`, as Values. What stays as it is
    contributes nothing, even where a derivative in it is infinite.
    """
    found = node_dict((value, tangent) for value, tangent in seeds.items() if not _is_zero(tangent))
    locals_of = _differentiable_locals if again else _plain_locals
    checked = anomaly_detected()
    for node in _depending_on(seeds, order_of(outputs)):
        if node in seeds:
            continue
        for parent, local in locals_of(node):
            if parent in found and node._primitive.is_taken(local):
                term = _times(local, found[parent])
                found[node] = found[node] + term if node in found else term
                if checked:
                    check_tangent(node, found[node])
    return [found.get(output, 0.0) for output in outputs]


def local_gradients(node: Any) -> tuple[float, ...]:
    """∂node/∂parent for each parent, at the numbers the node was computed from."""
    return tuple(local for _, local in _plain_locals(node))


def _plain_locals(node: Any) -> Iterator[tuple[Any, float]]:
    found = wires(node)
    if not found:
        return
    slopes = node._primitive.slopes(node, tuple(number for _, number in found))
    for (parent, _), slope in zip(found, slopes, strict=True):
        if parent is not None:
            yield parent, slope


def _differentiable_locals(node: Any) -> Iterator[tuple[Any, Any]]:
    found = wires(node)
    require_differentiable_rules(node._primitive)
    operands = (number if p is None else _as_recorded(p, number) for p, number in found)
    with anomalies_allowed():  # a rule may compute a branch that it then does not take
        slopes = node._primitive.local_gradients(node, *operands)
    for (parent, _), slope in zip(found, slopes, strict=True):
        if parent is not None:
            yield parent, slope


def _as_recorded(parent: Any, number: float) -> Any:
    """The parent with the number it had; if it was given another since, a node that says so."""
    both_nan = parent._float != parent._float and number != number
    if both_nan or parent._float == number:
        return parent
    then = identity(parent)
    then._float = number
    rewire(then, identity, parent, None, number)
    return then


def _times(local: Any, grad: Any) -> Any:
    """local · grad, without a node for a factor of 1."""
    if type(local) is float and local == 1.0:
        return grad
    return local if type(grad) is float and grad == 1.0 else local * grad

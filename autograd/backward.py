"""The backward pass: backpropagated gradient times local gradient, summed over successors.

Walking the topological order from the output, every node sends each parent the message
∂z/∂node · ∂node/∂parent, and a parent's gradient is the sum of its messages (Lei's notes,
section 1.3, remarks 1 and 2). A node that no message reached passes nothing on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from autograd.context.lints import Leftover, warn_if_stale
from autograd.context.locks import fork_safe_lock
from autograd.context.modes import (
    anomalies_allowed,
    anomaly_detected,
    check_gradient,
    check_tangent,
)
from autograd.context.tracing import is_tracing
from autograd.core.marks import REACHED
from autograd.core.wiring import (
    Node,
    add_dependents,
    gradient,
    is_leaf,
    leaves_of,
    receive,
    set_gradient,
    topological_order,
    wires,
)
from autograd.node.conditions import both, either
from autograd.node.local_gradients import differentiable_locals, plain_locals, times
from autograd.node.messages import push_tangents, send_messages, visit
from autograd.node_sets import node_dict, node_set
from autograd.primitives.operands import equal
from autograd.primitives.selection import where

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
    if leaf._mark != REACHED or leaf._frozen:
        set_gradient(leaf, before)
        return
    leaf._grad_at = _added_at(leaf, before, leftover)
    if before is not None:
        set_gradient(leaf, before + leaf._grad)


def _added_at(leaf: Any, before: Any, leftover: Leftover) -> Any:
    """The data to which a leaf's gradient belongs now that a pass was added to `before`.

    Accumulating over several graphs is fine while the leaf stays as it is.
    """
    at = leaf._grad_at
    number = before._float if isinstance(before, Node) else before
    return leaf._float if not number or at is None or at == leaf._float else leftover


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
                    value._grad_at = _added_at(value, before, leftover)
                    set_gradient(value, found if before is None else before + found)
        except BaseException:
            put_back(held, seen_at)
            raise


def sent_gradients(
    order: list[Any], seeds: list[tuple[Any, Any, Any]], wanted: list[Any]
) -> list[tuple[Any, Any] | None]:
    """`gradients` while a program is traced, with the conditions under which something is sent.

    Seeds come with a condition each, and so does the gradient of each wanted value (None: always),
    or else it is None: nothing is ever sent there.
    """
    outputs, sent = node_dict(), node_dict()
    for output, seed, there in seeds:
        if output in outputs:
            seed, there = outputs[output] + seed, either(sent[output], there)
        outputs[output], sent[output] = seed, there
    order = _depending_on(wanted, order)
    found = _differentiable_gradients(order, list(outputs.items()), sent=sent)
    return [(found[v], sent.get(v)) if v in found else None for v in wanted]


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


def _differentiable_gradients(
    order: list[Any], seeds: list[tuple[Any, Any]], *, curved: bool = True, sent: Any = None
) -> Any:
    """The gradient of every value that a message reaches: a Value, or a float if constant.

    `curved`: with the curvature of lengths at the origin. `sent`: the conditions, of the values
    that are sent something by some examples only; others are added.
    """
    checked = anomaly_detected()
    found = node_dict()
    for output, seed in seeds:
        found[output] = found[output] + seed if output in found else seed
    sent = node_dict() if sent is None else sent
    for node in reversed(order):
        grad = found.get(node)
        if grad is None or is_leaf(node):
            continue
        curvature = None
        if curved and node._primitive.length and type(grad) is not float:
            curvature = _curvature(grad, node)
        messages = _differentiable_messages(node, grad, curvature, sent.get(node))
        for parent, message, there in messages:
            if parent not in found:
                found[parent], sent[parent] = message, there
            else:
                found[parent] = found[parent] + message
                sent[parent] = either(sent.get(parent), there)
            if checked:
                check_gradient(node, parent, found[parent])
    return found


def _differentiable_messages(
    node: Any, grad: Any, curvature: Any, there: Any
) -> Iterator[tuple[Any, Any, Any]]:
    """For each parent its message, and the condition under which it is sent (None: always).

    While a program is traced, it depends on the example what a choice takes. What is sent nothing
    sends nothing on, which `where` has to say: zero times an infinite slope is nan.
    """
    if node._primitive.messages is not None:
        yield from node._primitive.messages(node, grad, there)
        return
    at_origin = None if curvature is None else _at_origin(node, grad, curvature)
    for parent, operand, local in differentiable_locals(node):
        if not node._primitive.is_taken(local):
            continue
        message, condition = times(local, grad), there
        if curvature is not None:
            message = where(at_origin, curvature * operand, message)
        elif _is_choice(node, local):
            message, condition = grad, both(there, local > 0.0)
        if condition is not None and isinstance(local, Node):
            message = where(condition, message, 0.0)
        yield parent, message, condition


def _is_choice(node: Any, local: Any) -> bool:
    """True if it depends on the example whether a choice takes this operand: where traced."""
    return node._primitive.selects and isinstance(local, Node)


def _at_origin(length: Any, grad: Any, curvature: Any) -> Any:
    """True where a length and the gradient that it is sent are 0, and there is a curvature."""
    if not is_tracing(length):
        return True
    known = (curvature > -math.inf) & (curvature < math.inf)
    return equal(length, 0.0) & equal(grad, 0.0) & known


def _curvature(grad: Any, length: Any) -> Any:
    """f″(0) for a function f of a length r = 0, where grad = f′(0) is 0; None if there is none.

    The message to xᵢ is f′(r) · xᵢ/r. At the origin that has the limit f″(0) · xᵢ, which is 0 but
    has a derivative: that is why ‖x‖² has a Hessian there. While a program is traced, it is not
    known if that is so: see `_at_origin`.
    """
    traced = is_tracing(length)
    if not traced and (length._float != 0.0 or grad._float != 0.0):
        return None
    below = node_set()
    topological_order(length, below)
    above = topological_order(grad, below)
    alike = [length, *(node for node in above if _is_the_same(node, length))]
    with anomalies_allowed():  # (traced, `where` has chosen the curvature of lengths above this)
        order = _depending_on(alike, above)
        found = _differentiable_gradients(order, [(grad, 1.0)], curved=not traced)
    curvature = sum(found.get(node, 0.0) for node in alike)
    if _is_zero(curvature) or not (traced or math.isfinite(curvature)):
        return None
    return curvature


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


def push_forward(order: list[Any], outputs: list[Any], seeds: Any, *, again: bool) -> list[Any]:
    """Forward mode: the directional derivative of each output, given those of the inputs.

    tangent(node) = Σ ∂node/∂parent · tangent(parent). With `again`, as Values. What stays as it is
    contributes nothing, even where a derivative in it is infinite. `order` is that of the outputs.
    """
    found = node_dict((value, tangent) for value, tangent in seeds.items() if not _is_zero(tangent))
    if again or anomaly_detected():
        _push_forward_again(order, seeds, found, differentiable_locals if again else plain_locals)
    else:
        push_tangents(order, found)
    return [found.get(output, 0.0) for output in outputs]


def _push_forward_again(order: list[Any], seeds: Any, found: Any, locals_of: Any) -> None:
    """Add the tangents of all nodes that depend on seeds, by the rules that `locals_of` reads."""
    checked = anomaly_detected()
    sent = node_dict()  # conditions, of the tangents that a choice passes on for some examples only
    for node in _depending_on(seeds, order):
        if node in seeds:
            continue
        if node._primitive.tangent is not None:
            tangent = node._primitive.tangent(node, found)
            if tangent is not None:
                found[node] = tangent
            continue
        for parent, _, local in locals_of(node):
            if parent in found and node._primitive.is_taken(local):
                term, there = times(local, found[parent]), sent.get(parent)
                if _is_choice(node, local):
                    term, there = found[parent], both(there, local > 0.0)
                if there is not None and isinstance(local, Node):
                    term = where(there, term, 0.0)
                if node in found:
                    term, there = found[node] + term, either(sent.get(node), there)
                found[node], sent[node] = term, there
                if checked:
                    check_tangent(node, found[node])

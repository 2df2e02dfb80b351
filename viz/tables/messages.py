"""The backward pass as a table of messages (Lei's notes, remark 2)."""

from __future__ import annotations

from typing import NamedTuple

from autograd import Value
from viz.graph.given import graph_of, names_of
from viz.tables.columns import Cells, Column, TableOf
from viz.text import atom, number, shorten
from viz.theme import GRADIENT, LOCAL


class Message(NamedTuple):
    """A message from one value to one of its parents.

    Attributes:
        node: the value that receives the message.
        successor: the value that sends it.
        upstream: the successor's backpropagated gradient.
        local: the local gradient ∂successor/∂node.
        message: upstream · local.
        total: the sum of the messages that the node has received so far; the last total of a
            node is its gradient.
    """

    node: str
    successor: str
    upstream: float
    local: float
    message: float
    total: float


class Messages(TableOf[Message]):
    """Messages in the order in which they are sent; `print` it to see them aligned.

    Attributes:
        target: the name of the output, whose gradients these are.
    """

    fields = Message._fields

    def _columns(self) -> list[Column]:
        target = atom(shorten(self.target, 12))
        return [
            Column("node"),
            Column("from"),
            Column(f"upstream ∂{target}/∂succ.", numeric=True, colour=GRADIENT),
            Column("local", numeric=True, colour=LOCAL),
            Column("message", numeric=True, colour=GRADIENT),
            Column("running sum", numeric=True, colour=GRADIENT),
        ]

    def _cells(self, row: Message) -> Cells:
        return [shorten(row.node), shorten(row.successor), *(number(x) for x in row[2:])]


def messages(root: Value, gradient: float = 1.0) -> Messages:
    """Every message of the backward pass from `root`, in the order the engine sends them.

    A message is upstream gradient times local gradient, ∂z/∂yⱼ · ∂yⱼ/∂x, and the gradient of x
    is the sum of the messages from its successors yⱼ (Lei's notes, section 1.3). A branch that
    `where` did not take is sent nothing. It is all computed beside the graph, which may be
    before `backward()` or after, and is left as it is. (Local gradients of a node made by hand
    that has none are not known: they are nan, and written as ?.)

    Args:
        root: the output of the graph.
        gradient: ∂z/∂root, as for `backward`.

    Raises:
        DrawingError: `root` is no Value.

    >>> b, c = Value(1.0, label="b"), Value(6.0, label="c")       # Lei's notes, example 7
    >>> x = 1.0 + b
    >>> y = b + c
    >>> f = x * y
    >>> x.label, y.label, f.label = "x", "y", "f"
    >>> print(messages(f))
    node  from  upstream ∂f/∂succ.  local  message  running sum
    ────  ────  ──────────────────  ─────  ───────  ───────────
    x     f                      1      7        7            7
    y     f                      1      2        2            2
    b     y                      2      1        2            2
    c     y                      2      1        2            2
    b     x                      7      1        7            9
    """
    graph = graph_of(root, caller="messages")
    names = names_of(graph)
    rows = (
        Message(names[one.receiver], names[one.sender], *one[2:])
        for one in graph.messages(float(gradient))
    )
    return Messages(rows, names[len(graph)])

"""The marks of nodes: what a node's gradient is.

From FIRST_PASS on, a mark is the number of the backward pass that visited the node, and no
message has reached it yet.
"""

NONE = 0
"""There is none."""
REACHED = 1
"""It is the number in the node's `_grad`."""
AGAIN = 2
"""It is a Value, which can be differentiated again; see `autograd.core.wiring.set_gradient`."""
FIRST_PASS = 3

Mark = int

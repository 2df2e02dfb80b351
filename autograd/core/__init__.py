"""A node as it lies in memory, and what is done to every node.

`wiring` holds the slots of a node (its number, its gradient, its operands), the walk over them and
the messages that go along them; `marks` says what a node's gradient is; `untracked` makes the
fresh nodes. Together with `recording`, `access` and `messages` of `autograd.node` and with
`autograd.backward` this is the core, which can be compiled ahead of time: the same sources, with
the types of the `.pxd` file beside each (see `autograd.builds`).
"""

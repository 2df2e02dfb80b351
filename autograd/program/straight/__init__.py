"""Straight lines: a graph as one line after the other, forward and backward, as data.

A line computes a step of the graph, or sends its messages. Lines that are alike share a form, which
has expressions over placeholders in place of operands (`forms`): a back end writes each form once.
Expressions are spelled out in elementary operations (`spelled`; `expanded` says the less common
ones in terms of others), or of another kind of symbols that a back end brings. Every value has a
name: p3 a parameter, x0 another leaf, v7 a result, dv7 what is sent to it, and r7 if it was sent
anything, where that depends on the numbers (`lines`).
"""

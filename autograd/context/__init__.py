"""Context of a computation: modes, lints, a trace, and the code that calls.

Read `settings` (a setting, and a mode that changes it for a block) and `modes` (no_grad,
detect_anomaly, watching what is recorded) first, then `tracing` (programs being made),
`differentiating` (transforms under way) and `lints`. `call_sites` and `caller` find the user's line
and what it asks for; `locks` are for threads.

>>> from autograd import Value, no_grad
>>> x = Value(3.0)
>>> with no_grad():
...     (x * x).is_leaf
True
"""

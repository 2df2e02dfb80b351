"""Programs (`autograd.compile`) against hand-written NumPy, PyTorch, JAX and micrograd.

One file per workload holds the problem, ours and NumPy's version; `in_torch` and `in_jax` hold
those of the two frameworks, so that no rival's process has another's library in it.
"""

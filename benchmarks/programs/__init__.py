"""Programs (`autograd.compile`) against hand-written NumPy, PyTorch, JAX, CasADi and micrograd.

One file per workload holds the problem, ours and NumPy's version; `in_torch`, `in_jax` and
`in_casadi` hold those of the three others, so that no rival's process has another's library in it.
"""

"""Functions in, derivatives out: grad, value_and_grad, jacobian, hessian, jvp, vjp.

`structures` takes arguments apart into numbers and puts results together again, `call` runs a
function once on fresh Values, and `derivatives` are the transforms made of the two.

>>> from autograd import grad
>>> grad(lambda w: w["a"] * w["b"])({"a": 2.0, "b": 3.0})
{'a': 3.0, 'b': 2.0}
"""

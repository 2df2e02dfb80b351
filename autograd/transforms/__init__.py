"""Functions in, derivatives out: grad, value_and_grad, jacobian, hessian, jvp, vjp."""

from autograd.transforms.derivatives import grad, hessian, jacobian, jvp, value_and_grad, vjp

__all__ = ["grad", "hessian", "jacobian", "jvp", "value_and_grad", "vjp"]

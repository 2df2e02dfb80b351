"""Document 002's vector case against the scalar engine."""

import numpy as np

import autograd
from autograd import Value
from nn import matrix

EXACT = {"rtol": 1e-12, "atol": 1e-12}


def data(values):
    return [v.data for v in values]


def grads(values):
    return [v.grad for v in values]


def test_the_vector_case_equals_the_scalar_engine():
    rng = np.random.default_rng(21)
    m, n, k = 3, 4, 2  # n ≠ k: the slide's diag(ψ′)Aᵀ would not even have a shape
    x, B, A = rng.normal(size=m), rng.normal(size=(n, m)), rng.normal(size=(k, n))
    case = matrix.vector_case(
        x, A, B, phi="tanh", psi="sigmoid",
        loss=lambda y: float(np.sum(y**3)), loss_gradient=lambda y: 3.0 * y**2,
    )  # fmt: skip
    As, Bs = ([[Value(v) for v in row] for row in M] for M in (A, B))
    z_prime = [autograd.dot(row, list(x)) for row in Bs]
    y_prime = [v.tanh() for v in z_prime]
    z = [autograd.dot(row, y_prime) for row in As]
    y = [v.sigmoid() for v in z]
    loss = sum(v**3 for v in y)
    loss.backward()
    for mine, theirs in (
        (case.z_prime, z_prime),
        (case.y_prime, y_prime),
        (case.z, z),
        (case.y, y),
    ):
        np.testing.assert_allclose(mine, data(theirs), **EXACT)
    np.testing.assert_allclose(case.l, loss.data, **EXACT)
    np.testing.assert_allclose(case.dy, grads(y), **EXACT)
    np.testing.assert_allclose(case.dA, [grads(row) for row in As], **EXACT)
    np.testing.assert_allclose(case.dy_prime, grads(y_prime), **EXACT)
    np.testing.assert_allclose(case.dB, [grads(row) for row in Bs], **EXACT)

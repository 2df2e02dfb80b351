"""The exercises of notebook 7: f(f(f(w))) and the vector case.

What is expected comes from sums written out index by index, and from counting.
"""

from __future__ import annotations

from collections.abc import Sequence

from viz.questions.answers import Answer, Function, Number

__all__ = ["EXERCISES"]


def _pull_back(
    W: Sequence[Sequence[float]], slopes: Sequence[float], dy: Sequence[float]
) -> list[float]:
    """∂l/∂y_j of the layer below: the sum over its successors i."""
    successors = range(len(W))
    return [sum(W[i][j] * slopes[i] * dy[i] for i in successors) for j in range(len(W[0]))]


def _evaluations(n: int) -> int:
    """How often f is evaluated in the product of n slopes, each computed from w."""
    return sum(depth for depth in range(n))


_M, _N, _K = 1000, 500, 100
_ROW = _N * _M + _N + _N + 1
_PULL = _N * _M + _N + _K * _N + _K

EXERCISES: dict[str, Answer] = {
    "7.1": Number(
        _evaluations(10),
        "Ten factors: f′ of something. How many f stand inside each of them? Add up.",
        mistakes=[
            (55, "That is with the value, which takes 10 more. Here only the gradient is asked."),
            (10, "That is how many factors there are. Count the f inside them."),
            (
                9,
                "That many different values there are: what backpropagation needs.",
            ),
            (100, "The factors need different numbers of evaluations, from none up."),
        ],
        praise="9 + 8 + … + 1 + 0. Backpropagation needs 9.",
    ),
    "7.2": Function(
        trials=[
            ([[1.0, 0.5, -1.0], [-0.5, 1.0, 1.0]], [0.25, 0.2], [-0.5, 0.3]),
            ([[1.0, 2.0], [3.0, 4.0]], [1.0, 0.5], [1.0, 1.0]),
            ([[2.0, -1.0]], [0.5], [3.0]),
        ],
        expected=_pull_back,
        hint="Which shapes fit? The slopes belong to the outputs, so multiply them with dy first, "
        "entry by entry; then the transpose of W. np.array(…) makes an array of a "
        "list, and its .tolist() a list again.",
        praise="The slopes first, then the transpose.",
    ),
    "7.3": Number(
        _K * _ROW / _PULL,
        "Put the numbers into k(nm + 2n + 1) and nm + n + kn + k, and divide the first by the "
        "second.",
        digits=2,
        mistakes=[
            (
                float(_K),
                "Close. But a row of the Jacobian needs only one row of A: use the counts.",
            ),
            (_PULL / (_K * _ROW), "The other way round: the Jacobian divided by the vector."),
        ],
        praise="About 91: nearly k times as many.",
    ),
}

r"""Labels in LaTeX: Unicode where pictures and tables are read, verbatim in LaTeX."""

import pytest

from autograd import Value
from viz import derive, draw, table
from viz.mathtext import as_unicode, latex_in


@pytest.mark.parametrize(
    ("label", "read"),
    [
        (r"$\lambda$", "λ"),
        (r"$\Omega$", "Ω"),
        (r"$w_1$", "w₁"),
        (r"$w^{2}$", "w²"),
        (r"$\hat{y}$", "ŷ"),
        (r"$\mathbf{W}_{ij}$", "Wᵢⱼ"),
        (r"$a^{(1)}_3$", "a⁽¹⁾₃"),
        (r"$W^T$", "W^T"),
        (r"$z_{out}$", "zₒᵤₜ"),
        (r"$x_b$", "x_b"),
        (r"$\partial L$", "∂ L"),
        (r"$y'$", "y′"),
    ],
)
def test_what_is_taken(label: str, read: str) -> None:
    assert as_unicode(label) == read
    assert latex_in(label) == label[1:-1]


@pytest.mark.parametrize(
    "label",
    [
        r"$\href{javascript:alert(1)}{x}$",
        r"$\html{<b>}$",
        r"$\unknown$",
        r"${$",
        r"$}$",
        "$$",
        "$ $",
        "w$",
        "$w",
        r"$\\$",
        r"$a_$",
        r"$\hat$",
        "$a$b$",
        r"$\input{/etc/passwd}$",
    ],
)
def test_what_is_not_stays_as_it_is(label: str) -> None:
    assert as_unicode(label) == label
    assert latex_in(label) is None
    root = Value(2.0, label=label) * 3.0
    root.backward()
    assert "\\href{" not in derive(root, root.parents[0]).latex
    draw(root)


def test_a_label_in_figures_tables_and_derivations() -> None:
    rate, w = Value(2.0, label=r"$\lambda_1$"), Value(3.0, label="w")
    loss = rate * w**2
    loss.label = r"$\mathcal{L}$"
    loss.backward()
    assert ">λ₁<" in draw(loss).svg
    assert "$" not in draw(loss).svg
    assert next(row.name for row in table(loss)) == "λ₁"
    found = derive(loss, rate)
    assert str(found).startswith("∂L/∂λ₁ = w² = ")
    assert r"\partial \mathcal{L}" in found.latex
    assert r"\lambda_1" in found.latex
    assert draw(loss, path=(r"$\lambda_1$", loss)).scene.value(1).name == "λ₁"


def test_labels_that_recur_are_numbered_in_both() -> None:
    h = Value(1.0, label=r"$\eta$")
    k = h * 2.0
    k.label = r"$\eta$"
    y = k * k
    y.backward()
    found = derive(y, h)
    assert "η⁽¹⁾" in str(found)
    assert r"{\eta}^{(1)}" in found.latex

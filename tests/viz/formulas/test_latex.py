"""Labels as LaTeX."""

import pytest

from viz.formulas.latex import latex_name
from viz.text import is_compound


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("w", "w"),
        ("w1", "w_{1}"),
        ("w_12", "w_{12}"),
        ("x₁", "x_{1}"),
        ("b′", r"b^{\prime}"),
        ("σ", r"\sigma"),
        ("λ2", r"\lambda_{2}"),
        ("ŷ", r"\hat{y}"),
        ("loss", r"\mathrm{loss}"),
        ("Wx", r"\mathrm{Wx}"),
        ("h⁽¹²⁾", "h^{(12)}"),
        ("v7", "v_{7}"),
        ("layer1.neuron2.w[0]", r"\mathrm{layer1.neuron2.w[0]}"),
        ("hidden state", r"\mathrm{hidden\ state}"),
        ("my_weight_2", r"\mathrm{my\_weight\_2}"),
        ("y − a", "y - a"),
        ("w1·x1", r"w_{1} \cdot x_{1}"),
        ("50%", r"50\%"),
        ("a\\b", r"a\backslash b"),
        ("{", r"\{"),
        ("漢", "漢"),
        ("", ""),
    ],
)
def test_labels(label: str, latex: str) -> None:
    assert latex_name(label) == latex


def test_labels_that_are_calculations() -> None:
    assert is_compound("y − a")
    assert is_compound("w·x")
    assert not is_compound("h⁽²⁾")
    assert not is_compound("layer1.neuron2.w[0]")


def test_long_labels_are_shortened() -> None:
    assert len(latex_name("n" * 500)) < 90

"""Labels that are paths."""

import pickle

import pytest

import nn
from autograd import PathLabel


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("w", ("", "w", ())),
        ("net.layer1.neuron2.w[0]", ("net.layer1.neuron2", "w", (0,))),
        ("cell.weight_ih[2][1]", ("cell", "weight_ih", (2, 1))),
        ("a[1, 2]", ("", "a", (1, 2))),
        ("layers[3].b", ("layers[3]", "b", ())),
        ("", None),
        ("w[", None),
        ("w[a]", None),
    ],
)
def test_parts(path: str, parts: object) -> None:
    assert PathLabel(path).parts == parts


def test_a_models_labels_are_paths_and_texts() -> None:
    label = nn.MLP(2, [1]).parameters()[0].label
    assert isinstance(label, PathLabel) and label == "layer1.neuron1.w[0]"
    assert type(pickle.loads(pickle.dumps(label))) is PathLabel

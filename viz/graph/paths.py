"""Places of parameters in a model, as their labels tell: `layer1.neuron2.w[0]`.

A model labels its parameters with their paths. A name that a user gave counts as a path when it is
written like one, with a dot before `w`, `b`, `weight…` or `bias…`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from autograd import PathLabel, Value

_WRITTEN = re.compile(r"\.(w|b|weight\w*|bias\w*)(\[\d+(, *\d+)*\])*$")
_NEURON = re.compile(r"(?:(?P<layer>.*)\.)?(?:neuron|unit|node)s?(?:\d+|\[\d+\])")
_LISTED = re.compile(r"(?P<layer>.*[^\]])\[\d+\]")


class Place(NamedTuple):
    """The place of a parameter.

    Attributes:
        layer, neuron: the paths of its layer and its neuron, "" for a model that is one itself.
        name: the attribute, such as `w`.
        indices: its place in the attribute, such as (0,); (2, 1) in a matrix.
    """

    layer: str
    neuron: str
    name: str
    indices: tuple[int, ...]


def is_parameter(leaf: Value) -> bool:
    """True if the label of a leaf is the path of a model's parameter."""
    label = leaf.label
    return isinstance(label, PathLabel) or bool(_WRITTEN.search(str(label)[-80:]))


@lru_cache(maxsize=1 << 16)
def place_of(path: str) -> Place | None:
    """The place that a path tells; None for a text that is no path.

    A module that holds matrices is a layer, and each row of them a neuron, as in `nn.RNNCell`.

    >>> place_of("layer1.neuron2.w[0]")
    Place(layer='layer1', neuron='layer1.neuron2', name='w', indices=(0,))
    >>> place_of("w[0]"), place_of("cell.weight_ih[2][1]").neuron
    (Place(layer='', neuron='', name='w', indices=(0,)), 'cell[2]')
    """
    parts = PathLabel(path).parts
    if parts is None:
        return None
    owner, name, indices = parts
    if len(indices) > 1 or (indices and name.startswith("bias")):
        return Place(owner, f"{owner}[{indices[0]}]", name, indices)
    inside = _LISTED.fullmatch(owner) or _NEURON.fullmatch(owner)
    return Place((inside["layer"] or "") if inside else owner, owner, name, indices)


def within(path: str, outer: str) -> bool:
    """True if a path is `outer` or lies inside it: `rnn[2]` lies inside `rnn`."""
    return path == outer or (path.startswith(outer) and path[len(outer)] in ".[")

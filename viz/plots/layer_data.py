"""Numbers by layer, from plain data or from reports, as rows of one array."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from viz.errors import DrawingError
from viz.plots.axes import Array

ALLOWED = (
    "give a mapping from layer to {one}, such as {{'layer1': 0.1}}, or to a list of them; an "
    "nn.diagnose report, or a list of reports"
)

MODEL = (
    "a model has no numbers of its layers before it sees examples; give its report, "
    "nn.diagnose(model, X, y)"
)

HISTORY = (
    "a history has no numbers of the layers; collect reports while training, such as "
    "reports.append(nn.diagnose(model, X, y)) after each epoch, and give that list"
)


class LayerData(NamedTuple):
    """Layers, the one next to the input first, and a row of numbers for each.

    Attributes:
        rows: short rows are filled up with nan.
        over_time: true where a row has several numbers by its nature, even if it has one.
        reports: true where they come from reports.
    """

    names: list[str]
    rows: Array
    over_time: bool
    reports: bool = False


def layer_data(given: Any, one: str, *fields: str) -> LayerData:
    """The numbers by layer in a mapping, a report or a list of reports.

    An error calls a number `one`. Of a report's layer, the first of the `fields` that is not None
    is meant.
    """
    for sign, advice in (("parameters", MODEL), ("epochs", HISTORY)):
        if hasattr(given, sign):
            raise DrawingError(advice)
    if isinstance(given, Mapping) and given:
        return _from_mapping(given, one)
    alone = hasattr(given, "layers")
    reports = [given] if alone else given
    if isinstance(reports, Sequence) and reports and all(hasattr(r, "layers") for r in reports):
        return _from_reports(reports, fields, over_time=not alone)
    what = "something empty" if given in ({}, [], ()) else type(given).__name__
    raise DrawingError(f"{ALLOWED.format(one=f'a {one}')}, not {what}")


def _from_mapping(given: Mapping[Any, Any], one: str) -> LayerData:
    try:
        lists = [np.atleast_1d(np.asarray(entry, dtype=np.float64)) for entry in given.values()]
    except (TypeError, ValueError):
        raise DrawingError(ALLOWED.format(one=f"a {one}")) from None
    if any(row.ndim != 1 or not row.size for row in lists):
        raise DrawingError(f"a list of {one}s is flat and not empty")
    rows = np.full((len(lists), max(map(len, lists))), np.nan)
    for row, numbers in zip(rows, lists, strict=True):
        row[: len(numbers)] = numbers
    several = not all(map(np.isscalar, given.values()))
    return LayerData([str(name) for name in given], rows, several)


def _from_reports(reports: Sequence[Any], fields: tuple[str, ...], over_time: bool) -> LayerData:
    names = [str(layer.name) for layer in reports[0].layers]
    if any([str(layer.name) for layer in report.layers] != names for report in reports):
        raise DrawingError("the reports of a list must have the same layers")
    rows = [[_first(layer, fields) for layer in report.layers] for report in reports]
    return LayerData(names, np.array(rows, dtype=np.float64).T, over_time, reports=True)


def _first(layer: Any, fields: tuple[str, ...]) -> float:
    found = (getattr(layer, name, None) for name in fields)
    return next((float(x) for x in found if x is not None), math.nan)

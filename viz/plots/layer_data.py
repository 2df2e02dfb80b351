"""Numbers by layer, from plain data or from reports, as rows of one array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from viz.errors import DrawingError

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
    """Rows of numbers.

    Attributes:
        names: the layers, the one next to the input first.
        rows: a row for each; short rows are filled up with nan.
        over_time: whether a row has several numbers by its nature, even if it has one.
        reports: whether they come from reports.
    """

    names: list[str]
    rows: NDArray[np.float64]
    over_time: bool
    reports: bool = False


def layer_data(given: Any, fields: str | tuple[str, ...], one: str) -> LayerData:
    """Read what a plot of layers was given.

    Args:
        given: a mapping from layer to a number or to a list of numbers, a report with `layers`,
            or a list of reports.
        fields: which attribute of a report's layer is meant; the first that is not None.
        one: what a number is called in errors.

    Raises:
        DrawingError: anything else, or nothing.

    >>> layer_data({"layer1": [0.5, 1.0], "layer2": [0.25]}, "norm", "norm").rows.tolist()
    [[0.5, 1.0], [0.25, nan]]
    """
    names = (fields,) if isinstance(fields, str) else fields
    if hasattr(given, "parameters"):
        raise DrawingError(MODEL)
    if hasattr(given, "epochs"):
        raise DrawingError(HISTORY)
    if hasattr(given, "layers"):
        return _from_reports([given], names, over_time=False)
    if isinstance(given, Mapping) and given:
        return _from_mapping(given, one)
    if isinstance(given, Sequence) and given and all(hasattr(r, "layers") for r in given):
        return _from_reports(list(given), names, over_time=True)
    what = "something empty" if given in ({}, [], ()) else type(given).__name__
    raise DrawingError(f"{ALLOWED.format(one=f'a {one}')}, not {what}")


def _from_mapping(given: Mapping[Any, Any], one: str) -> LayerData:
    several = [not np.isscalar(entry) for entry in given.values()]
    try:
        lists = [np.atleast_1d(np.asarray(entry, dtype=np.float64)) for entry in given.values()]
    except (TypeError, ValueError):
        raise DrawingError(ALLOWED.format(one=f"a {one}")) from None
    if any(row.ndim != 1 or not row.size for row in lists):
        raise DrawingError(f"a list of {one}s is flat and not empty")
    rows = np.full((len(lists), max(map(len, lists))), np.nan)
    for row, numbers in zip(rows, lists, strict=True):
        row[: len(numbers)] = numbers
    return LayerData([str(name) for name in given], rows, any(several))


def _from_reports(reports: list[Any], fields: tuple[str, ...], over_time: bool) -> LayerData:
    names = [str(layer.name) for layer in reports[0].layers]
    if any([str(layer.name) for layer in report.layers] != names for report in reports):
        raise DrawingError("the reports of a list must have the same layers")
    rows = [[_first(layer, fields) for layer in report.layers] for report in reports]
    return LayerData(names, np.array(rows, dtype=np.float64).T, over_time, reports=True)


def _first(layer: Any, fields: tuple[str, ...]) -> float:
    found = [getattr(layer, name) for name in fields if getattr(layer, name, None) is not None]
    return float(found[0]) if found else float("nan")

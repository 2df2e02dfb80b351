"""Run a notebook and bring it into the form that is committed; find what is out of date.

The form says nothing about when or where a notebook ran: no timings, no versions, cell ids that
count the cells, and of each result only what GitHub can show. Running it again gives the same.
"""

from __future__ import annotations

import base64
import copy
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

__all__ = ["FOLDER", "committed", "differences", "execute", "paths", "solutions", "write"]

FOLDER = Path(__file__).parent
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
INLINE = "module://matplotlib_inline.backend_inline"
SECONDS = 120
KEPT = ("tags", "jupyter")
"""What of a cell's metadata is committed: its tags, and if its source is folded."""
WIDGET = "application/vnd.jupyter.widget-view+json"
PIXELS = 4.0
"""By how much two renderings of a plot may differ on average, of 255: fonts are not all alike."""

_PLOT = re.compile(r"data:image/png;base64,([^\"]+)")
_SOLUTION = re.compile(r"<details>.*?</details>", re.DOTALL)
_CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)

Notebook = Any


def paths() -> list[Path]:
    """The notebooks, in reading order."""
    return sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))


def committed(path: Path) -> Notebook:
    """The notebook as it lies on disk."""
    return nbformat.read(path, as_version=4)


def execute(
    notebook: Notebook, extra: list[str] | None = None, *, live: bool = False
) -> tuple[Notebook, list[str]]:
    """Run a copy from a fresh kernel; the notebook in its committed form, and what `extra` printed.

    Args:
        notebook: it is not changed.
        extra: code to run after the last cell, in the same kernel.
        live: keep live figures, which the committed form has not, for pages.

    Raises:
        CellExecutionError: a cell raised.
    """
    ran = copy.deepcopy(notebook)
    count = len(ran.cells)
    ran.cells.extend(nbformat.v4.new_code_cell(code) for code in extra or [])
    client = NotebookClient(
        ran, timeout=SECONDS, record_timing=False, resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute(env=_environment())
    printed = ["".join(map(_stream_text, cell.outputs)) for cell in ran.cells[count:]]
    ran.cells = ran.cells[:count]
    return _normal(ran, live), printed


def _environment() -> dict[str, str]:
    """The bundled layout engine and the plots of notebooks, whatever this machine prefers."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return os.environ | {"PATH": beside, "CHAINRULE_DOT": "graphviz-pure", "MPLBACKEND": INLINE}


def _stream_text(output: Any) -> str:
    return output.text if output.output_type == "stream" else ""


def _normal(notebook: Notebook, live: bool) -> Notebook:
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    number = 0
    for index, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{index:02}"
        kept = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            number += 1
            cell.execution_count = number
            outputs = _joined(cell.outputs)
            cell.outputs = [_normal_output(output, number, live) for output in outputs]
    return notebook


def _joined(outputs: list[Any]) -> Iterator[Any]:
    """Outputs, with what was printed in several pieces in one."""
    last = None
    for output in outputs:
        if _prints_on(last, output):
            last.text += output.text
            continue
        last = output
        yield output


def _prints_on(last: Any, output: Any) -> bool:
    both_print = last is not None and output.output_type == last.output_type == "stream"
    return both_print and bool(output.name == last.name)


def _normal_output(output: Any, number: int, live: bool) -> Any:
    if "execution_count" in output:
        output.execution_count = number
    data = output.get("data", {})
    data.pop(WIDGET, None)  # of a widget only its kernel knows what it shows
    if not live and "<iframe" in data.get("text/html", ""):
        del data["text/html"]  # sanitisers print a page's script as text
    if output.get("metadata"):
        output.metadata = nbformat.from_dict({})
    return output


def write(notebook: Notebook, path: Path) -> None:
    """Put a notebook on disk."""
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def solutions(notebook: Notebook) -> list[str]:
    """The code of every folded solution."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return [code for folded in _SOLUTION.findall(prose) for code in _CODE.findall(folded)]


def differences(old: Notebook, new: Notebook) -> list[str]:
    """How a committed notebook differs from what running it gives: none if it is up to date."""
    if len(old.cells) != len(new.cells):
        return [f"{len(old.cells)} cells against {len(new.cells)}"]
    found = []
    for before, after in zip(old.cells, new.cells, strict=True):
        for what in ("id", "cell_type", "source", "metadata", "execution_count"):
            if before.get(what) != after.get(what):
                found.append(f"{after.id}: {what} is {before.get(what)!r}, not {after.get(what)!r}")
        found += [f"{after.id}: {text}" for text in _output_differences(before, after)]
    return found


def _output_differences(before: Any, after: Any) -> Iterator[str]:
    old, new = before.get("outputs", []), after.get("outputs", [])
    if len(old) != len(new):
        yield f"{len(old)} outputs against {len(new)}"
        return
    for one, other in zip(old, new, strict=True):
        if one.output_type != other.output_type:
            yield f"an output is {one.output_type}, not {other.output_type}"
        elif one.output_type == "stream":
            if one.text != other.text:
                yield f"prints\n{one.text}\nnot\n{other.text}"
        else:
            yield from _data_differences(one.get("data", {}), other.get("data", {}))


def _data_differences(one: Any, other: Any) -> Iterator[str]:
    if set(one) != set(other):
        yield f"shows {sorted(one)}, not {sorted(other)}"
        return
    for kind in one:
        if kind == "image/png":
            if not _look_alike(one[kind], other[kind]):
                yield "another plot"
        elif kind == "text/html" and _PLOT.sub("", one[kind]) == _PLOT.sub("", other[kind]):
            plots = zip(_PLOT.findall(one[kind]), _PLOT.findall(other[kind]), strict=True)
            if not all(_look_alike(before, after) for before, after in plots):
                yield "another plot"
        elif one[kind] != other[kind]:
            shown = "" if kind == "image/svg+xml" else f":\n{one[kind]}\nnot\n{other[kind]}"
            yield f"another {kind}{shown}"


def _look_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    before, after = _pixels(one), _pixels(other)
    if np.abs(np.subtract(before.shape, after.shape)).max() > 8:
        return False
    rows, columns = np.minimum(before.shape[:2], after.shape[:2])
    return float(np.abs(before[:rows, :columns] - after[:rows, :columns]).mean()) <= PIXELS


def _pixels(png: str) -> np.ndarray[Any, Any]:
    image = Image.open(io.BytesIO(base64.decodebytes(png.encode())))
    return np.asarray(image.convert("RGB"), dtype=np.float64)

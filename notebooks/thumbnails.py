"""`python -m notebooks.thumbnails`: the index's small pictures, made from the notebooks."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
from PIL import Image, ImageChops

from notebooks.execution import FOLDER, Notebook, committed, paths

__all__ = ["KEY_PICTURES", "main", "thumbnail"]

KEY_PICTURES: dict[str, int | tuple[str, str]] = {
    "01": 0,
    "02": ("C.backward()", "draw(C, wrt=[w, b])"),
    "03": ("J.backward()", "draw(J, wrt=[w, b])"),
    "04": ("f.backward()", "draw(f)"),
    "05": 0,
    "06": ("C.backward()", 'draw(C, max_nodes=1, expand=["layer2", "layer3", "layer4"])'),
    "07": 0,
    "08": -1,
    "09": 1,
    "10": 3,
    "11": 2,
    "12": 2,
    "13": -1,
    "14": ("second = drawn", "drawn(by_x)"),
    "15": 0,
    "16": ("head_drawn = draw", "head_drawn"),
    "17": -1,
    "18": -1,
}
"""Which picture stands for a notebook: a plot, by its place among the plots; or a drawing, of which
the notebook holds only SVG, as (text of the last cell to run before, the drawing)."""

TARGET = FOLDER / "thumbnails"
SIZE = (240, 150)
LONGEST = 3.6
"""A picture that is longer, for its height, is cut to its end."""

_HEADING = re.compile(r"^label=<<.*?>>;$", re.MULTILINE | re.DOTALL)


def main(names: list[str]) -> None:
    """Make the thumbnails of the notebooks whose numbers are given; of all, if none is."""
    TARGET.mkdir(exist_ok=True)
    for path in paths():
        number = path.name[:2]
        if number in KEY_PICTURES and (not names or number in names):
            thumbnail(_picture(committed(path), KEY_PICTURES[number])).save(
                TARGET / f"{number}.png", optimize=True
            )
            print(f"thumbnails/{number}.png")


def thumbnail(picture: Image.Image) -> Image.Image:
    """The picture without its margins, on white ground of the size of all thumbnails."""
    white = Image.new("RGB", picture.size, "white")
    inner = picture.crop(ImageChops.difference(picture, white).getbbox())
    width, height = inner.size
    if width > LONGEST * height:
        inner = inner.crop((round(width - LONGEST * height), 0, width, height))
    inner.thumbnail((SIZE[0] - 8, SIZE[1] - 8), Image.Resampling.LANCZOS)
    card = Image.new("RGB", SIZE, "white")
    card.paste(inner, ((SIZE[0] - inner.width) // 2, (SIZE[1] - inner.height) // 2))
    return card.quantize(200, dither=Image.Dither.NONE)


def _picture(notebook: Notebook, key: int | tuple[str, str]) -> Image.Image:
    if isinstance(key, tuple):
        return _as_image(_drawing(notebook, *key))
    outputs = [out.get("data", {}) for cell in notebook.cells for out in cell.get("outputs", [])]
    plots = [data["image/png"] for data in outputs if "image/png" in data]
    return Image.open(io.BytesIO(base64.b64decode(plots[key]))).convert("RGB")


def _drawing(notebook: Notebook, until: str, drawing: str) -> Any:
    """The drawing, after the cells up to the first that contains `until` have run."""
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, names)
            if until in cell.source:
                return eval(drawing, names)
    raise LookupError(f"no cell contains {until}")


def _as_image(figure: Any) -> Image.Image:
    figure.source = _HEADING.sub("", figure.source, count=1)
    with tempfile.TemporaryDirectory() as folder:
        return Image.open(figure.save(Path(folder) / "figure.png")).convert("RGB")


if __name__ == "__main__":
    mpl.use("Agg")
    warnings.simplefilter("ignore")  # plt.show() has nowhere to show
    sys.path.insert(0, str(FOLDER))  # the notebooks import `exercises` from there
    with contextlib.chdir(FOLDER):
        main(sys.argv[1:])

"""`python -m notebooks.thumbnails`: the index's pictures, made from what the notebooks show.

A notebook's picture is the first that the cell tagged `thumbnail` shows, or else the first of all.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from typing import Any
from xml.etree import ElementTree

from PIL import Image, ImageChops

from notebooks.browser import Window, window
from notebooks.execution import FOLDER, Notebook, committed, paths

__all__ = ["TAG", "main", "picture_of", "thumbnail"]

TAG = "thumbnail"
TARGET = FOLDER / "thumbnails"
SIZE = (480, 300)
LONGEST = 5.0
"""A picture that is longer, for its height, is cut to its end."""

_SVG = "http://www.w3.org/2000/svg"
_EMBEDDED = re.compile(r'src="data:(image/[a-z+]+);base64,([^"]+)"')
_HEADING = {f"{{{_SVG}}}{tag}" for tag in ("text", "polygon", "polyline", "path")}
"""The parts of a drawing that stand in no node, wire or frame: its heading and legend."""


def main(names: list[str]) -> None:
    """Make the thumbnails of the notebooks whose numbers are given; of all, if none is.

    Raises:
        SystemExit: no notebook has such a number.
    """
    chosen = [path for path in paths() if not names or path.name[:2] in names]
    if not chosen:
        raise SystemExit(f"no notebook's number is {' or '.join(names)}; they are such as 03")
    TARGET.mkdir(exist_ok=True)
    with window("--hide-scrollbars") as browser:
        for path in chosen:
            kind, data = picture_of(committed(path))
            image = _drawn(data, browser) if kind == "image/svg+xml" else _opened(data)
            thumbnail(image).save(TARGET / f"{path.name[:2]}.png", optimize=True)
            print(f"thumbnails/{path.name[:2]}.png")


def picture_of(notebook: Notebook) -> tuple[str, bytes]:
    """The kind and the bytes of the picture that stands for a notebook.

    Raises:
        LookupError: it has no picture, or its tagged cell has none.
    """
    tagged = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]
    for cell in tagged or notebook.cells:
        for output in cell.get("outputs", []):
            for picture in _pictures(output.get("data", {})):
                return picture
    raise LookupError(f"no picture in the cell tagged {TAG}" if tagged else "no picture")


def _pictures(data: Any) -> list[tuple[str, bytes]]:
    found = [("image/svg+xml", data["image/svg+xml"].encode())] if "image/svg+xml" in data else []
    if "image/png" in data:
        found.append(("image/png", base64.b64decode(data["image/png"])))
    embedded = _EMBEDDED.findall(data.get("text/html", ""))
    return found + [(kind, base64.b64decode(text)) for kind, text in embedded]


def thumbnail(picture: Image.Image) -> Image.Image:
    """The picture without its margins, on white ground of the size of all thumbnails."""
    white = Image.new("RGB", picture.size, "white")
    inner = picture.crop(ImageChops.difference(picture, white).getbbox())
    width, height = inner.size
    if width > LONGEST * height:
        inner = inner.crop((round(width - LONGEST * height), 0, width, height))
    inner.thumbnail((SIZE[0] - 16, SIZE[1] - 16), Image.Resampling.LANCZOS)
    card = Image.new("RGB", SIZE, "white")
    card.paste(inner, ((SIZE[0] - inner.width) // 2, (SIZE[1] - inner.height) // 2))
    return card.quantize(64, dither=Image.Dither.NONE)


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def _drawn(svg: bytes, browser: Window) -> Image.Image:
    """A drawing without its heading, as a browser shows it."""
    drawing = ElementTree.fromstring(svg)
    graph = drawing.find(f"{{{_SVG}}}g[@class='graph']")
    for part in list(() if graph is None else graph):
        if part.tag in _HEADING:
            graph.remove(part)
    width, height = (float(x) for x in drawing.attrib["viewBox"].split()[2:])
    drawing.attrib |= {"width": f"{width}", "height": f"{height}"}
    browser.resize(round(width), round(height), scale=2.0)
    text = base64.b64encode(ElementTree.tostring(drawing)).decode()
    browser.open(f"data:image/svg+xml;base64,{text}")
    return _opened(browser.picture())


if __name__ == "__main__":
    main(sys.argv[1:])

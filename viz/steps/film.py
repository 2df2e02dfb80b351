"""The steps of a graph as a GIF or a video, for slides and pages that show no SVG.

Pillow draws the same shapes and texts as the page of steps, in DejaVu Sans, which comes with
matplotlib; it is set smaller, so that it takes no more room than Helvetica, for which figures are
laid out.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from viz.errors import SaveError
from viz.extras import matplotlib, pillow
from viz.figure.drawing import Part
from viz.layout.shapes import Point, Shape, Sheet, Text
from viz.theme import CARD, INK, ROLE

FINER = 2
"""Pixels are drawn so many times finer, and then made smooth."""
NARROWER = 0.86
"""The width of Helvetica's letters, in that of DejaVu's."""
LIGHT = "#FFF1C9"
"""The ground of a number that has just been found."""
CAPTION, ROOM = 13.0, 44.0
"""Points: the size of a caption, and the height that it has below the figure."""
PIECES = 12
"""Straight pieces in which a curve is drawn."""
COLOURS = 96
RATE = 25.0
"""Pictures of a video in a second, at least: players stumble over fewer."""


def gif(
    sheet: Sheet, captions: Sequence[Sequence[Part]], *, seconds: float, pause: float, scale: float
) -> bytes:
    """A GIF with a picture for each caption, over and over.

    Raises:
        MissingExtraError: (an ImportError) Pillow or matplotlib is not installed.
    """
    pictures = (picture.quantize(COLOURS) for picture in _pictures(sheet, captions, scale))
    times = [round(1000 * seconds)] * (len(captions) - 1) + [round(1000 * pause)]
    buffer = io.BytesIO()
    first, *others = pictures
    first.save(
        buffer, "GIF", save_all=True, append_images=others, duration=times, loop=0, optimize=False
    )
    return buffer.getvalue()


def mp4(
    sheet: Sheet, captions: Sequence[Sequence[Part]], *, seconds: float, pause: float, scale: float
) -> bytes:
    """A video of the same pictures, once, which the program ffmpeg makes.

    Raises:
        SaveError: ffmpeg is not there, or failed.
        MissingExtraError: (an ImportError) Pillow or matplotlib is not installed.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise SaveError(
            "a video needs the program ffmpeg, which is not on PATH: install it "
            "(apt-get install ffmpeg, brew install ffmpeg), or save a .gif"
        )
    pictures = io.BytesIO()
    for picture in _pictures(sheet, captions, scale):
        picture.save(pictures, "PNG")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")
        command = [program, "-v", "error", "-f", "image2pipe", "-framerate", f"{1.0 / seconds}"]
        command += ["-i", "-", *_coded(seconds, (len(captions) - 1) * seconds + pause), str(path)]
        done = subprocess.run(command, input=pictures.getvalue(), capture_output=True, check=False)
        if done.returncode:
            told = done.stderr.decode(errors="replace").strip() or "it gave no reason"
            raise SaveError(f"ffmpeg could not make a video: {told}")
        return path.read_bytes()


def _coded(seconds: float, long: float) -> list[str]:
    """The arguments for an even size, as players ask, and a last picture that stays to the end."""
    even = f"pad=ceil(iw/2)*2:ceil(ih/2)*2:color={CARD}"
    filters = f"fps={max(RATE, 1.0 / seconds)},tpad=stop=-1:stop_mode=clone,{even}"
    coded = ["-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    return ["-vf", filters, "-t", f"{long}", *coded]


def _pictures(sheet: Sheet, captions: Sequence[Sequence[Part]], scale: float) -> Iterator[Any]:
    image, draw = pillow("Image"), pillow("ImageDraw")
    fonts = _Fonts(scale * FINER)
    size = round(sheet.width * scale), round((sheet.height + ROOM) * scale)
    large = size[0] * FINER, size[1] * FINER
    shapes = image.new("RGB", large, CARD)
    pen = _Pen(draw.Draw(shapes), fonts)
    for part in sheet.parts:
        if isinstance(part, Shape) and part.frame is None:
            pen.shape(part)
    for frame, caption in enumerate(captions):
        picture = shapes.copy()
        pen = _Pen(draw.Draw(picture), fonts)
        for part in sheet.parts:
            due = part.frame is None or part.frame <= frame
            if isinstance(part, Text) and due:
                pen.text(part, new=part.frame == frame > 0)
            elif isinstance(part, Shape) and part.frame is not None and due:
                pen.shape(part)
        pen.caption(caption, sheet)
        yield picture.resize(size, image.Resampling.LANCZOS)


class _Fonts:
    """The faces in each size, and pixels for points."""

    def __init__(self, scale: float):
        self.scale = scale
        manager = matplotlib("font_manager")
        self._paths = [
            manager.findfont(manager.FontProperties(family="DejaVu Sans", weight=weight))
            for weight in ("normal", "bold")
        ]
        self._met: dict[tuple[float, bool], Any] = {}

    def of(self, size: float, bold: bool = False) -> Any:
        """The face in this size, in points."""
        key = round(size, 2), bold
        if key not in self._met:
            pixels = max(1, round(size * NARROWER * self.scale))
            self._met[key] = pillow("ImageFont").truetype(self._paths[bold], pixels)
        return self._met[key]


class _Pen:
    """Draws on one picture."""

    def __init__(self, draw: Any, fonts: _Fonts):
        self._draw, self._fonts, self._scale = draw, fonts, fonts.scale

    def shape(self, shape: Shape) -> None:
        """A curve, filled, drawn or both."""
        points = [(x * self._scale, y * self._scale) for x, y in _straight(shape)]
        if shape.fill and len(points) > 2:
            self._draw.polygon(points, fill=shape.fill)
        if shape.stroke:
            closed = [*points, points[0]] if shape.closed else points
            wide = max(1, round(shape.wide * self._scale))
            self._draw.line(closed, fill=shape.stroke, width=wide, joint="curve")

    def text(self, text: Text, *, new: bool) -> None:
        """A text on its line, on a light ground if it is `new`."""
        face = self._fonts.of(text.size, text.bold)
        x, y = text.at[0] * self._scale + face.getlength(text.after), text.at[1] * self._scale
        if new and text.text.strip():
            left, top, right, bottom = self._draw.textbbox((x, y), text.text, face, anchor="ls")
            edge = 2 * self._scale
            self._draw.rectangle((left - edge, top - edge, right + edge, bottom + edge), LIGHT)
        self._draw.text((x, y), text.text, fill=text.fill, font=face, anchor="ls")

    def caption(self, parts: Sequence[Part], sheet: Sheet) -> None:
        """The caption, in the middle below the figure; a long one is set smaller."""
        face = self._fonts.of(CAPTION)
        long, room = sum(face.getlength(part.text) for part in parts), sheet.width * self._scale
        if long > room:
            face = self._fonts.of(CAPTION * room / long)
            long = sum(face.getlength(part.text) for part in parts)
        x, y = (room - long) / 2, (sheet.height + 0.6 * ROOM) * self._scale
        for part in parts:
            self._draw.text((x, y), part.text, ROLE.get(part.role, INK), face, anchor="ls")
            x += face.getlength(part.text)


def _straight(shape: Shape) -> Iterator[Point]:
    """The corners of a curve, those of Bézier pieces in between."""
    if not shape.curved:
        yield from shape.points
        return
    a = shape.points[0]
    yield a
    for k in range(1, len(shape.points), 3):
        b, c, d = shape.points[k : k + 3]
        for step in range(1, PIECES + 1):
            t = step / PIECES
            weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            four = zip(weights, (a, b, c, d), strict=True)
            pairs = [(w * x, w * y) for w, (x, y) in four]
            yield sum(x for x, _ in pairs), sum(y for _, y in pairs)
        a = d

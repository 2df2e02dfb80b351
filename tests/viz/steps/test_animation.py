"""`animate`: an SVG that plays by itself."""

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz.layout.engine
from autograd import Value
from viz.errors import DrawingError, EngineNotFoundError, SaveError
from viz.extras import MissingExtraError
from viz.layout.svg import fluid
from viz.steps.animation import animate
from viz.steps.frames import frames

SVG = "{http://www.w3.org/2000/svg}"


def captions(svg: str) -> list[str]:
    groups = ElementTree.fromstring(svg).findall(f"{SVG}g[@text-anchor='middle']")
    return ["".join(list(group.itertext())[1:]).replace("\xa0", " ") for group in groups]


def test_every_caption_is_in_the_picture(graph: Value) -> None:
    told = captions(animate(graph).svg)
    expected = [frame.caption for frame in frames(graph)]
    assert told[:-1] == expected


def test_the_end_state_tells_the_gradients(build) -> None:
    assert captions(animate(build.regression(), wrt=["w", "b"]).svg)[-1] == "∂J/∂w = 8, ∂J/∂b = 8"
    assert captions(animate(build.fan_out()).svg)[-1] == "∂f/∂a = 7, ∂f/∂b = 9, ∂f/∂c = 2"


def test_it_needs_no_script_and_no_other_file(build) -> None:
    svg = animate(build.marked(), title="A title").svg
    root = ElementTree.fromstring(svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "style", "rect", "g", "path", "polygon", "ellipse", "text", "tspan"}
    assert not re.search(r"href|url\(|@import| on\w+=", svg)
    assert not [element for element in root.iter() if element.get("id")]
    assert "prefers-reduced-motion:no-preference" in svg
    assert not [key for e in root.iter() for key in e.attrib if key.startswith("data-")]


def test_figures_on_one_page_do_not_meet(build) -> None:
    one, two = animate(build.square()).svg, animate(build.fan_out()).svg
    scopes = [re.search(r'class="(s\w+)"', svg)[1] for svg in (one, two)]
    assert scopes[0] != scopes[1]
    for svg, scope in zip((one, two), scopes, strict=True):
        rules = re.search("<style>(.*)</style>", svg, re.DOTALL)[1]
        selectors = re.findall(r"^(?:\.|@keyframes )(\w+)", rules, re.MULTILINE)
        assert set(selectors) == {scope}


def test_how_long_it_takes(build) -> None:
    animation = animate(build.regression(), seconds_per_frame=0.5, pause=1)
    assert repr(animation) == "<animation of J, 13 frames in 7.5 s>"
    assert " 7.5s " in animation.svg
    assert str(animation) == str(frames(build.regression()))


def test_bytes_are_stable(build) -> None:
    assert animate(build.neuron()).svg == animate(build.neuron()).svg


def test_save_and_display(build, tmp_path) -> None:
    animation = animate(build.square())
    assert animation.save(tmp_path / "new" / "f.svg").read_text(encoding="utf-8") == animation.svg
    bundle = animation._repr_mimebundle_()
    assert bundle == {"image/svg+xml": fluid(animation.svg), "text/plain": str(animation)}
    with pytest.raises(DrawingError, match=r"give one of \.svg, \.gif"):
        animation.save(tmp_path / "f.png")


def test_a_gif_has_a_picture_for_each_step(build, tmp_path) -> None:
    image = pytest.importorskip("PIL.Image")
    animation = animate(build.square(), seconds_per_frame=0.5, pause=2.0)
    path = animation.save(tmp_path / "f.gif")
    with image.open(path) as gif:
        assert gif.n_frames == len(animation.frames) == 5
        assert gif.info["loop"] == 0
        found = []
        for k in range(gif.n_frames):
            gif.seek(k)
            found.append((gif.convert("RGB").tobytes(), gif.info["duration"]))
    assert len({picture for picture, _ in found}) == 5
    assert [time for _, time in found] == [500, 500, 500, 500, 2000]
    assert (
        path.read_bytes()
        == animate(build.square(), seconds_per_frame=0.5, pause=2.0)
        .save(tmp_path / "g.gif")
        .read_bytes()
    )


def test_a_gif_says_what_it_needs(build, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(MissingExtraError, match=r'a GIF needs PIL.*"chainrule\[gif\]"'):
        animate(build.square()).save(tmp_path / "f.gif")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg: apt-get install ffmpeg")
@pytest.mark.parametrize("pause", [2.0, 0.2])
def test_a_video_shows_the_pictures_of_the_gif(build, tmp_path, pause: float) -> None:
    image = pytest.importorskip("PIL.Image")
    animation = animate(build.square(), seconds_per_frame=0.5, pause=pause)
    path = animation.save(tmp_path / "f.mp4")
    probe = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", path]
    (stream,) = json.loads(subprocess.run(probe, check=True, capture_output=True).stdout)["streams"]
    assert float(stream["duration"]) == pytest.approx(2.0 + pause, abs=0.05)
    with image.open(animation.save(tmp_path / "f.gif")) as gif:
        assert [n + n % 2 for n in gif.size] == [stream["width"], stream["height"]]
        for k in range(gif.n_frames):
            gif.seek(k)
            at = ["-ss", f"{0.5 * k + 0.1}", "-i", path, "-frames:v", "1", tmp_path / f"{k}.png"]
            subprocess.run(["ffmpeg", "-v", "error", *at], check=True)
            with image.open(tmp_path / f"{k}.png") as picture:
                seen = np.asarray(picture.convert("L").crop((0, 0, *gif.size)), dtype=float)
            assert np.abs(seen - np.asarray(gif.convert("L"), dtype=float)).mean() < 1.5


def test_a_video_says_what_it_needs(build, tmp_path, monkeypatch) -> None:
    pytest.importorskip("PIL.Image")
    animation = animate(build.square())
    found = shutil.which
    programs: dict[str, str | None] = {"ffmpeg": None}
    monkeypatch.setattr(
        shutil,
        "which",
        lambda program, **where: (
            programs[program] if program in programs else found(program, **where)
        ),
    )
    with pytest.raises(SaveError, match="needs the program ffmpeg, which is not on PATH: install"):
        animation.save(tmp_path / "f.mp4")
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho no encoder >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    programs["ffmpeg"] = str(broken)
    with pytest.raises(SaveError, match="ffmpeg could not make a video: no encoder"):
        animation.save(tmp_path / "f.mp4")
    assert not (tmp_path / "f.mp4").exists()


def test_without_an_engine_there_is_text_and_advice(build, no_engine) -> None:
    animation = animate(build.square())
    bundle = animation._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert bundle["text/plain"].count("pip install graphviz-pure") == 1
    with pytest.raises(EngineNotFoundError):
        _ = animation.svg


def test_display_never_raises(build, monkeypatch) -> None:
    def broken(*_, **__):
        raise KeyError("surprise")

    monkeypatch.setattr(viz.layout.engine, "render", broken)
    assert "surprise" in animate(build.square())._repr_mimebundle_()["text/plain"]


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=30) | st.sampled_from(["</style><script>", "]]>", "<!--", "&#60;"]))
def test_labels_add_no_markup(label: str) -> None:
    def shape(text: str) -> list[str]:
        root = Value(2.0, label=text) * 3.0
        root.label = text
        tree = ElementTree.fromstring(animate(root, title=text).svg)
        return sorted({e.tag for e in tree.iter()} | {key for e in tree.iter() for key in e.attrib})

    assert shape(label) == shape("w")


def test_arguments_are_checked(build) -> None:
    with pytest.raises(DrawingError, match="pause= is a number of seconds above 0, not 0"):
        animate(build.square(), pause=0)
    with pytest.raises(DrawingError, match="seconds_per_frame= is"):
        animate(build.square(), seconds_per_frame=-1)
    with pytest.raises(DrawingError, match=r"animate\(\) shows every value one by one"):
        animate(build.regression(), max_nodes=3)
    with pytest.raises(DrawingError, match="max_nodes= is a whole number"):
        animate(build.regression(), max_nodes=0)


def test_without_style_sheets_only_the_end_state_is_told(build) -> None:
    root = ElementTree.fromstring(animate(build.square()).svg)
    captions = [g for g in root.iter(f"{SVG}g") if g.get("class", "").startswith("caption ")]
    assert [(g.get("display"), g.get("opacity")) for g in captions[:-1]] == [("none", "0")] * (
        len(captions) - 1
    )
    assert "display" not in captions[-1].attrib
    assert "opacity" not in captions[-1].attrib


def test_the_end_state_needs_no_program_that_centres_parts_of_a_line() -> None:
    a, b = Value(2.0, label="a"), Value(-1.0, label="b")
    svg = ElementTree.fromstring(animate(a * b + a).svg)
    seen = [g for g in svg if "caption" in g.get("class", "") and g.get("display") != "none"]
    (caption,) = seen
    place, *lines = caption
    assert "".join(place.itertext()) == "every\N{NO-BREAK SPACE}gradient" and lines
    assert all(line.get("text-anchor") == "start" for line in lines)
    assert all(0 < float(line.get("x", "0")) < float(place.get("x", "0")) for line in lines)

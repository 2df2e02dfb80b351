"""The stepper's page: self-contained, and safe whatever a label holds."""

import base64
import hashlib
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value
from viz import theme as style
from viz.steps.frames import Frames, frames
from viz.steps.stage import stage
from viz.steps.stepper import page, sandboxed
from viz.text import printable

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "--><img src=x onerror=alert(1)>",
    "]]></style><svg onload=alert(1)>",
    '"><iframe src=javascript:alert(1)>',
    "' onmouseover='alert(1)",
    "${title} $style $$ {{x}}",
    "\u2028\u2029\0\x0b\ud800",
    "&lt;b&gt; &#x3c; &amp;",
    "url(https://example.com/x) @import 'x'",
    "`+alert(1)+`\\u003cscript\\u003e",
]


class Outline(HTMLParser):
    """What a browser would see: tags with attributes, and the texts of some of them."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._open = tag
        if tag in ("script", "style", "title", "h1"):
            self.texts.setdefault(tag, []).append("")

    def handle_data(self, data: str) -> None:
        if self._open in self.texts:
            self.texts[self._open][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


def made(root: Value, title: str = "a title") -> tuple[Frames, str]:
    steps = frames(root)
    return steps, page(steps, stage(steps), title=title, seconds=2.0)


def labelled(label: str) -> Value:
    root = Value(2.0, label=label) * Value(3.0, label=f"{label}2")
    root.label = label
    return root


def shape(html: str) -> list[tuple[str, list[str]]]:
    """Tags and attribute names of the page, without the drawing."""
    tags = [t for t in Outline(html).tags if t[0] not in ("g", "path", "polygon", "text", "tspan")]
    return [(tag, list(attributes)) for tag, attributes in tags]


def test_every_caption_is_on_the_page(graph: Value) -> None:
    steps, html = made(graph)
    lines = re.findall(r'<li data-phase="(\w+)".*?>(.*)</li>', html)
    told = [(phase, unescape(re.sub("<[^>]*>", "", line))) for phase, line in lines]
    assert told == [(frame.phase, frame.caption) for frame in steps]


def test_nothing_is_loaded_and_nothing_else_may_run(build) -> None:
    _, html = made(build.regression())
    outline = Outline(html)
    for tag, attributes in outline.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "a", "use")
        assert not {"src", "href", "style", "srcset", "action"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"@import|url\(|fetch|XMLHttp|innerHTML|eval\(|import\(", html)
    assert set(re.findall(r"https?://[^\"' ]+", html)) == {"http://www.w3.org/2000/svg"}


def test_the_policy_names_exactly_the_pages_own_script_and_style(build) -> None:
    _, html = made(build.regression())
    outline = Outline(html)
    policy = next(a["content"] for _, a in outline.tags if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for name in ("script", "style"):
        (text,) = outline.texts[name]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("label", HOSTILE)
def test_labels_add_no_markup(label: str) -> None:
    _, plain = made(labelled("w"))
    _, html = made(labelled(label), title=label)
    assert shape(html) == shape(plain)
    assert Outline(html).texts["h1"] == [printable(label)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE, "<", ">", '"', "'", "&"]) | st.text(), max_size=4))
def test_no_label_adds_markup(parts: list[str]) -> None:
    label = "".join(parts)
    _, html = made(labelled(label), title=label)
    _, plain = made(labelled("w"))
    assert shape(html) == shape(plain)
    html.encode()


def test_the_colours_are_the_figures(build) -> None:
    _, html = made(build.regression())
    sheet = Outline(html).texts["style"][0]
    fills = {*style.FILL.values(), *style.GROUP.values(), style.GROUP_LINE} - {style.CARD}
    for light in (style.FORWARD, style.GRADIENT, style.LOCAL, style.INK, style.MUTED, *fills):
        assert f"light-dark({light}, {style.DARK[light]})".lower() in sheet


def test_the_legend_names_what_occurs(build) -> None:
    _, plain = made(build.regression())
    assert "(+) message" not in plain
    assert "saturated: local gradient" not in plain
    _, marked = made(build.marked())
    for text in ("(+) message on this wire", "off: passes no gradient", "saturated: local"):
        assert text in marked


def test_a_frame_is_sandboxed() -> None:
    html = sandboxed('<p title="x">&amp;</p>', title='"', height=500)
    (tag, attributes), *others = Outline(html).tags
    assert not others
    assert (tag, attributes["sandbox"]) == ("iframe", "allow-scripts")
    assert attributes["srcdoc"] == '<p title="x">&amp;</p>'
    assert attributes["title"] == '"'

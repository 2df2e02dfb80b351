"""The engine's SVG, adapted: every program can read it, and nothing in it points outside.

This is the one room that edits what the layout engine wrote. Faces are named that have the widths
a figure was laid out for; the document type, which names an address, and comments go; tooltips
become titles: some programs draw nothing of what stands in a link without an address.
`inline` makes an element that can stand in a page beside others; `bare` one that can be marked.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from viz.errors import DrawingError

LEGIBLE, WIDEST = 0.6, 4
"""Least scale of a figure that is shrunk to a page; how many pages wide it may become for that."""

FONTS = "Helvetica,Helvetica Neue,Arimo,Liberation Sans,Arial,sans-serif"
"""Faces with Helvetica's widths, for which layout is measured; CairoSVG heeds the first only."""

_FONT_FAMILY = re.compile(r'font-family="Helvetica[^"<>]*"')
_PROLOGUE = re.compile(r"<!DOCTYPE[^>]*>\s*|<!--.*?-->\s*", re.DOTALL)
_TOOLTIP = re.compile(r'<a xlink:title="([^"]*)">|</a>')
_TAG = re.compile(r"<[a-z][^<>]*>")
_ID = re.compile(r'(\sid=")([^"]*")')
_LINK = re.compile(r'(href="#|url\(#)')
_SCALE = re.compile(r'class="graph" transform="scale\(([\d.]+)')
_SIDE = re.compile(r'\b(width|height)="([\d.]+)pt"')
_PREFIX = re.compile(r"[A-Za-z_][\w.-]*")
_KEPT = re.compile(
    "id|class|d|points|c?[xy]|r[xy]|transform|fill|stroke.*|text-anchor|font-(size|weight|style)"
)
_SVG = "http://www.w3.org/2000/svg"


def faced(svg: str) -> str:
    """`svg` with faces of the same widths beside Helvetica, which few machines have."""
    return _FONT_FAMILY.sub(f'font-family="{FONTS}"', svg)


def in_face(svg: str, font: str) -> str:
    """`svg` with a face that is tried before the others."""
    return svg.replace(f'font-family="{FONTS}"', f'font-family="{font},{FONTS}"')


def adaptive(svg: str, colours: Mapping[str, str]) -> str:
    """`svg` that changes its colours where a reader prefers a dark page.

    Programs other than browsers show it as it is.
    """
    rules = "".join(
        f'.adaptive [{kind}="{light}" i]{{{kind}:{dark}}}'
        for light, dark in colours.items()
        for kind in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>"
    start = svg.index("<svg")
    end = svg.index(">", start) + 1
    head = svg[start:end].replace("<svg", '<svg class="adaptive"', 1)
    return svg[:start] + head + style + svg[end:]


def cleaned(svg: str) -> str:
    """`svg` without document type and comments, its tooltips as titles of their groups.

    >>> cleaned('<!DOCTYPE svg PUBLIC "a" "b"><!-- c --><g><a xlink:title="w = 5"><path/></a></g>')
    '<g><title>w = 5</title><path/></g>'
    """
    return _TOOLTIP.sub(_title, _PROLOGUE.sub("", svg))


def _title(tag: re.Match[str]) -> str:
    return "" if tag[1] is None else f"<title>{tag[1]}</title>"


def legible(svg: str) -> str:
    """`svg` larger than a page where its text would be unreadable on one."""
    found = _SCALE.search(svg)
    scale = float(found[1]) if found else 1.0
    if scale >= LEGIBLE:
        return svg
    times = min(WIDEST, LEGIBLE / max(scale, 0.01))
    start = svg.index("<svg")
    head = svg[start : svg.index(">", start)]
    larger = _SIDE.sub(lambda side: f'{side[1]}="{float(side[2]) * times:.0f}pt"', head)
    return svg.replace(head, larger, 1)


def fluid(svg: str) -> str:
    """`svg` for a page: it shrinks to the width that there is, and nothing of it is clipped.

    A file has no such style, since programs other than browsers draw nothing then.
    """
    return svg.replace("<svg", '<svg style="max-width:100%;height:auto"', 1)


def inline(svg: str, prefix: str) -> str:
    """`svg` as an element for a page, every id in it after `prefix`.

    >>> inline('<?xml version="1.0"?><svg><g id="v1"/><use href="#v1"/></svg>', "fig2-")
    '<svg><g id="fig2-v1"/><use href="#fig2-v1"/></svg>'
    """
    if not _PREFIX.fullmatch(prefix):
        raise DrawingError(
            "prefix= is a letter, then letters, digits, '-', '_' or '.', such as 'fig2-', "
            f"not {prefix!r}"
        )
    svg = cleaned(svg)
    element = svg[svg.index("<svg") :]

    def renamed(tag: re.Match[str]) -> str:
        return _LINK.sub(rf"\g<1>{prefix}", _ID.sub(rf"\g<1>{prefix}\g<2>", tag[0]))

    return _TAG.sub(renamed, element)


def bare(svg: bytes) -> Element:
    """The picture alone: no background, no links, no tooltips (they tell numbers to come)."""
    root = ElementTree.fromstring(svg)
    made = Element("svg", {"xmlns": _SVG, "viewBox": root.attrib["viewBox"]})
    made.extend(_kept(root))
    graph = made[0]
    background = graph.find("polygon")
    if background is not None:
        graph.remove(background)
    return made


def _kept(old: Element) -> Iterator[Element]:
    for child in old:
        tag = child.tag.removeprefix(f"{{{_SVG}}}")
        if tag == "a":  # holds the tooltip
            yield from _kept(child)
        elif tag != "title":
            new = Element(tag, {k: v for k, v in child.items() if _KEPT.fullmatch(k)})
            if tag == "text":
                new.text = kept_together(child.text or "")
            new.extend(_kept(child))
            yield new


def kept_together(text: str) -> str:
    """`text` with spaces that SVG neither drops nor breaks."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")

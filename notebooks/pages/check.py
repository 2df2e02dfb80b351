"""`python -m notebooks.pages.check FOLDER`: a look at every page of a site, in a browser.

Nothing goes wrong, nothing is fetched from elsewhere, everything fits. 0 if that is so.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from notebooks.browser import BrowserError, Window, window

SIZES = ((1280, 900), (390, 844))
"""A desk's and a telephone's, in pixels."""

_LINK = re.compile(r'\s(?:href|src)="([^"]+)"')
_EMBEDDED = re.compile(r'\ssrcdoc="[^"]*"')
_SETTLE = """
document.querySelectorAll("details").forEach((one) => { one.open = true; });
return (window.MathJax?.startup?.promise ?? Promise.resolve()).then(
    () => document.querySelectorAll("[data-mjx-error]").length)
"""
_WIDER = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FOUND = "return document.querySelectorAll('#search-results li').length"


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong with the site in a folder; 0 if nothing is."""
    parser = argparse.ArgumentParser(prog="python -m notebooks.pages.check", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the site")
    folder = parser.parse_args(arguments).folder
    try:
        found = list(problems(folder))
    except BrowserError as error:
        found = [f"check: {error}"]
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(f"{len(list(folder.rglob('*.html')))} pages: nothing wrong")
    return 1 if found else 0


def problems(folder: Path) -> Iterator[str]:
    """The faults of a site, each with its page: none of a good one.

    A page's faults are links that lead nowhere, what the console says, requests that leave the
    folder, formulas that cannot be set, and sideways scrolling on a desk or a telephone.
    """
    folder = folder.resolve()
    pages = sorted(folder.rglob("*.html"))
    with window("--hide-scrollbars") as browser:
        for page in pages:
            name = page.relative_to(folder)
            yield from (f"{name}: {fault}" for fault in _dead_links(page))
            yield from (f"{name}: {fault}" for fault in _faults(page, folder, browser))
        yield from _searched(folder, browser)


def _dead_links(page: Path) -> Iterator[str]:
    text = _EMBEDDED.sub("", page.read_text(encoding="utf-8"))
    for link in sorted(set(_LINK.findall(text))):
        parts = urlsplit(unescape(link))
        target = page.parent / unquote(parts.path)
        if not (parts.scheme or parts.netloc) and parts.path and not target.exists():
            yield f"the link {link} leads nowhere"


def _faults(page: Path, folder: Path, browser: Window) -> Iterator[str]:
    browser.resize(*SIZES[0])
    browser.open(page.as_uri())
    if count := browser.run(_SETTLE):
        yield f"{count} formulas cannot be set"
    for width, height in SIZES:
        browser.resize(width, height)
        if (wider := browser.run(_WIDER)) > 0:
            yield f"{wider} pixels wider than a window of {width}"
    yield from (f"the console says {line}" for line in browser.complaints())
    for address in browser.requests():
        if not address.startswith((folder.as_uri(), "data:", "about:", "chrome:")):
            yield f"asks for {address}"


def _searched(folder: Path, browser: Window) -> Iterator[str]:
    browser.open(f"{(folder / 'search.html').as_uri()}?q=gradient")
    if not browser.run(_FOUND):
        yield "search.html: finds nothing about gradients"


if __name__ == "__main__":
    sys.exit(main())

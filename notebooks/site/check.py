"""A look at every page in a browser: nothing goes wrong, nothing is fetched, everything fits."""

from __future__ import annotations

import importlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

DESKTOP, PHONE = (1280, 900), (390, 800)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--allow-file-access-from-files=false",
)  # fmt: skip
SETTLED = """return document.readyState === "complete" &&
    (!window.MathJax || !MathJax.startup || MathJax.startup.promise.done === true)"""
WIDER = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Window:
    """A headless Chromium with one page."""

    def __init__(self, driver: Any):
        self.driver = driver

    def resize(self, width: int, height: int) -> None:
        """Give the page this size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def open(self, address: str) -> None:
        """Show a page, and wait until its formulas stand."""
        self.driver.get(address)

    def requests(self) -> list[str]:
        """Every address that was asked for since the last call."""
        events = [json.loads(e["message"])["message"] for e in self.driver.get_log("performance")]
        sent = [e for e in events if e["method"] == "Network.requestWillBeSent"]
        return [e["params"]["request"]["url"] for e in sent]

    def complaints(self) -> list[str]:
        """What the console says since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

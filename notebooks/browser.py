"""A headless Chromium, for a look at pages and for pictures of figures."""

from __future__ import annotations

import importlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class BrowserError(RuntimeError):
    """There is no browser; the text says how to get one."""


class Window:
    """One window, which shows a page after the other."""

    def __init__(self, driver: Any):
        self.driver = driver

    def open(self, address: str) -> None:
        """Show a page, and forget what happened before."""
        self.driver.get("about:blank")
        self.requests(), self.complaints()
        self.driver.get(address)

    def resize(self, width: int, height: int, scale: float = 1.0) -> None:
        """Give the page this size, in pixels of a page of which each has `scale` of a screen."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def run(self, script: str, *arguments: object) -> Any:
        """The value that a script returns, or that its promise comes to."""
        return self.driver.execute_script(script, *arguments)

    def requests(self) -> list[str]:
        """Every address that was asked for since `open`."""
        events = [json.loads(e["message"])["message"] for e in self.driver.get_log("performance")]
        sent = [e for e in events if e["method"] == "Network.requestWillBeSent"]
        return [e["params"]["request"]["url"] for e in sent]

    def complaints(self) -> list[str]:
        """Lines that the console has had since `open`."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def picture(self) -> bytes:
        """The page as it is seen, as PNG."""
        png: bytes = self.driver.get_screenshot_as_png()
        return png


@contextmanager
def window(*flags: str) -> Iterator[Window]:
    """A window with a profile of its own, and further flags of Chromium.

    Raises:
        BrowserError: no Chromium, chromedriver or selenium is installed; none is downloaded.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    try:
        webdriver = importlib.import_module("selenium.webdriver")
        service = importlib.import_module("selenium.webdriver.chrome.service")
    except ImportError as error:
        raise BrowserError("selenium is not installed: pip install selenium") from error
    if program is None or driver is None:
        raise BrowserError("no browser: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, *flags, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        opened = webdriver.Chrome(options=options, service=service.Service(driver))
        try:
            yield Window(opened)
        finally:
            opened.quit()

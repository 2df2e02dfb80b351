"""A real headless Chromium, driven through the chromedriver that is installed.

Tests that need it are skipped, with a reason, only where no browser is installed: nothing is
downloaded.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from viz.steps.stepper import step

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--window-size=1280,800",
)  # fmt: skip


class Browser:
    """One window, and the folder that its pages are in."""

    def __init__(self, driver: Any, folder: Path):
        self.driver, self.folder = driver, folder

    def open(self, text: str, suffix: str = "html") -> None:
        """Show a page, in a light theme, and forget what happened before."""
        path = self.folder / f"page.{suffix}"
        path.write_text(text, encoding="utf-8")
        self.driver.get("about:blank")
        self.emulate(prefers_color_scheme="light")
        self.resize(1280, 800)
        self.requests(), self.complaints()
        self.driver.get(path.as_uri())

    def press(self, *keys: str) -> None:
        """Type on the keyboard, wherever the focus is: the button it was on may just have gone."""
        chains = pytest.importorskip("selenium.webdriver").ActionChains
        for key in keys:
            chains(self.driver).send_keys(key).perform()

    def click(self, selector: str) -> None:
        """Click as soon as the page has come so far, as a person would."""
        found = self.driver.find_element("css selector", selector)
        deadline = time.monotonic() + 10.0
        while not found.is_displayed() and time.monotonic() < deadline:
            time.sleep(0.05)
        found.click()

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        return self.run("return document.querySelector(arguments[0]).textContent", selector)

    def emulate(self, **features: str) -> None:
        chosen = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": chosen})

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def requests(self) -> list[str]:
        """Every address that was asked for since `open`."""
        events = [json.loads(e["message"])["message"] for e in self.driver.get_log("performance")]
        sent = [e for e in events if e["method"] == "Network.requestWillBeSent"]
        return [e["params"]["request"]["url"] for e in sent]

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def seen(self) -> list[str]:
        """The numbers of the figure that can be seen, in the order of the drawing."""
        return self.run(
            """return [...document.querySelectorAll("[data-from]")]
            .filter((e) => getComputedStyle(e).visibility === "visible")
            .map((e) => e.textContent.replaceAll("\\u00a0", " ").trim())"""
        )


@contextmanager
def chromium(folder: Path, *flags: str) -> Iterator[Browser]:
    """A browser with a fresh profile in `folder`; skips where none is installed."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    service = pytest.importorskip("selenium.webdriver.chrome.service")
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no browser: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, *flags, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    window = webdriver.Chrome(options=options, service=service.Service(driver))
    try:
        yield Browser(window, folder)
    finally:
        window.quit()


@pytest.fixture(scope="session")
def launch() -> Callable[..., AbstractContextManager[Browser]]:
    """Starts a browser of one's own: `with launch(folder, "--flag") as browser:`."""
    return chromium


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests, each of which opens its own page."""
    with chromium(tmp_path_factory.mktemp("browser")) as window:
        yield window


@pytest.fixture
def stepper(browser: Browser, build) -> Browser:
    """The stepper of document 003's linear regression, on its first frame."""
    browser.open(step(build.regression(), wrt=["w", "b"]).html)
    return browser

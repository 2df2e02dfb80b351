"""A real headless Chromium, driven through the chromedriver that is installed.

Tests that need it are skipped, with a reason, only where no browser is installed: nothing is
downloaded.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from notebooks.browser import BrowserError, Window, window
from viz.steps.stepper import step


class Browser(Window):
    """One window, and the folder that its pages are in."""

    def __init__(self, driver: Any, folder: Path):
        super().__init__(driver)
        self.folder = folder

    def open(self, text: str, suffix: str = "html") -> None:
        """Show a page, in a light theme, and forget what happened before."""
        path = self.folder / f"page.{suffix}"
        path.write_text(text, encoding="utf-8")
        self.emulate(prefers_color_scheme="light")
        self.resize(1280, 800)
        super().open(path.as_uri())

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

    def text(self, selector: str) -> str:
        return self.run("return document.querySelector(arguments[0]).textContent", selector)

    def emulate(self, **features: str) -> None:
        chosen = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": chosen})

    def seen(self) -> list[str]:
        """The numbers of the figure that can be seen, in the order of the drawing."""
        return self.run(
            """return [...document.querySelectorAll("[data-from]")]
            .filter((e) => getComputedStyle(e).visibility === "visible")
            .map((e) => e.textContent.replaceAll("\\u00a0", " ").trim())"""
        )


@contextmanager
def chromium(folder: Path, *flags: str) -> Iterator[Browser]:
    """A browser whose pages are in `folder`; skips where none is installed."""
    try:
        with window("--window-size=1280,800", *flags) as shown:
            yield Browser(shown.driver, folder)
    except BrowserError as error:
        pytest.skip(str(error))


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

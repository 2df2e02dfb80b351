"""The stepper's page in a real browser: hands, eyes and ears."""

import time

import pytest

from autograd import Value
from viz.steps.frames import frames
from viz.steps.stepper import step

Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
FRAMES = 13


def test_keys(stepper, build) -> None:
    captions = [frame.caption for frame in frames(build.regression())]
    assert stepper.text("#caption") == captions[0]
    for caption in captions[1:]:
        stepper.press(Keys.ARROW_RIGHT)
        assert stepper.text("#caption") == caption
    stepper.press(Keys.ARROW_RIGHT)
    assert stepper.text("#place") == "Backward · step 13 of 13"
    stepper.press(Keys.ARROW_LEFT)
    assert stepper.text("#caption") == captions[-2]
    stepper.press(Keys.HOME)
    assert stepper.text("#place") == "Forward · step 1 of 13"
    stepper.press(Keys.END)
    assert stepper.text("#caption") == captions[-1]


def test_buttons(stepper) -> None:
    for button, place in [("forward", 2), ("forward", 3), ("back", 2), ("last", 13), ("first", 1)]:
        stepper.click(f"#{button}")
        assert f"step {place} of {FRAMES}" in stepper.text("#place")
    assert stepper.run("return document.querySelector('#back').disabled")


def test_the_keyboard_alone_reaches_everything(stepper) -> None:
    reached = []
    for _ in range(7):
        stepper.press(Keys.TAB)
        reached.append(stepper.run("return document.activeElement.id"))
        outline = stepper.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", reached
    assert reached[:6] == ["predict", "theme", "play", "forward", "last", "slider"]
    stepper.run("document.querySelector('#forward').focus()")
    stepper.press(Keys.ENTER, Keys.SPACE)
    assert "step 3 of" in stepper.text("#place")


def test_the_slider(stepper) -> None:
    stepper.run("document.querySelector('#slider').focus()")
    stepper.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert "step 3 of" in stepper.text("#place")
    stepper.press(Keys.END)
    assert "step 13 of" in stepper.text("#place")
    value = "return document.querySelector('#slider').getAttribute('aria-valuetext')"
    assert stepper.run(value) == "Backward · step 13 of 13"


def test_it_plays_pauses_and_stops_at_the_end(browser, build) -> None:
    browser.open(step(build.square(), seconds_per_frame=0.05).html)
    browser.press(Keys.SPACE)
    assert browser.run("return document.querySelector('#play').ariaLabel") == "Pause"
    deadline = time.monotonic() + 10
    while "step 5 of 5" not in browser.text("#place"):
        assert time.monotonic() < deadline
    while browser.run("return document.querySelector('#play').ariaLabel") == "Pause":
        assert time.monotonic() < deadline
    browser.open(step(build.square(), seconds_per_frame=30).html)
    browser.press(Keys.SPACE, Keys.SPACE)
    assert browser.run("return document.querySelector('#play').ariaLabel") == "Play"


def test_numbers_appear_one_by_one(stepper) -> None:
    assert sorted(stepper.seen()) == ["1", "1", "2", "5"]
    stepper.press(Keys.ARROW_RIGHT)
    assert sorted(stepper.seen()) == ["1", "1", "2", "5", "v3 = 5"]
    stepper.press(*[Keys.ARROW_RIGHT] * 4)
    assert "∂ 1" in stepper.seen()
    assert "×8" not in stepper.seen()
    stepper.press(Keys.ARROW_RIGHT)
    assert {"×8", "∂ 8"} <= set(stepper.seen())
    now = "return [...document.querySelectorAll('#stage .now')].map((e) => e.id).sort()"
    assert stepper.run(now) == ["w7_8_0", "w7_8_0_a", "w7_8_0_b"]
    stepper.press(Keys.END)
    assert len(stepper.seen()) == stepper.run(
        "return document.querySelectorAll('[data-from]').length"
    )


def test_nothing_moves(browser) -> None:
    names = [Value(float(i), label=f"a_rather_long_name_{i}") for i in range(3)]
    browser.open(step(names[0] * names[1] * names[2] + names[0]).html)
    browser.resize(500, 800)
    browser.run("arrange()")
    places = """const stage = document.querySelector("#stage");
        return [...document.querySelectorAll("#stage *, button, #slider, .legend")].map((e) => {
          const { x, y, width, height } = e.getBoundingClientRect();
          const inside = stage.contains(e);
          const left = inside ? stage.scrollLeft : 0, top = inside ? stage.scrollTop : 0;
          return [x + left, y + top, width, height].map(Math.round).join(" ");
        });"""
    first = browser.run(places)
    for _ in range(10):
        browser.press(Keys.ARROW_RIGHT)
        assert browser.run(places) == first


def test_prediction(stepper) -> None:
    stepper.press("p", Keys.ARROW_RIGHT)
    assert stepper.text("#caption") == "v3 = w · x = ?"
    assert "v3 = 5" not in stepper.seen()
    assert "w · x = ?" in stepper.text("#announcer")
    stepper.click("#guess")
    stepper.press("4", Keys.ENTER)
    assert "Not yet" in stepper.text("#verdict")
    assert "v3 = 5" not in stepper.seen()
    stepper.press(Keys.BACKSPACE, "5,02", Keys.ENTER)
    assert "Right" in stepper.text("#verdict")
    assert stepper.text("#caption").endswith("= 5")
    assert "v3 = 5" in stepper.seen()
    stepper.press(Keys.ENTER)
    assert stepper.text("#caption") == "z = v3 + b = ?"
    assert stepper.text("#score") == "Score: 0 of 1"
    stepper.run("document.querySelector('#guess').value = '6'; check()")
    assert stepper.text("#score") == "Score: 1 of 2"


@pytest.mark.parametrize(
    ("level", "forward", "backward"),
    [
        (1, "v3 = w · x = 5 · 1 = ?", "∂J/∂r = ∂J/∂J · ∂J/∂r = 1 · 8 = ?"),
        (2, "v3 = w · x = ?", "∂J/∂r = ∂J/∂J · ∂J/∂r = ?"),
        (3, "v3 = ?", "∂J/∂r = ?"),
    ],
)
def test_three_levels(stepper, level: int, forward: str, backward: str) -> None:
    stepper.press("p")
    select = "const e = document.querySelector('#level'); e.value = arguments[0];"
    stepper.run(f"{select} e.dispatchEvent(new Event('change'))", str(level))
    stepper.run("go(1)")
    assert stepper.text("#caption") == forward
    stepper.run("go(6)")
    assert stepper.text("#caption") == backward


def test_an_address_opens_a_step_and_follows(stepper) -> None:
    stepper.run("location.hash = '#7'")
    stepper.driver.refresh()
    assert stepper.text("#place") == "Backward · step 7 of 13"
    stepper.press(Keys.ARROW_RIGHT)
    assert stepper.run("return location.hash") == "#8"
    stepper.run("location.hash = '#99'")
    stepper.driver.refresh()
    assert stepper.text("#place") == "Backward · step 13 of 13"


def test_backward_wires_point_back(stepper) -> None:
    shown = """return [...document.querySelectorAll("#stage polygon.back")]
    .filter((e) => getComputedStyle(e).visibility === "visible").length"""
    stepper.run("go(4)")
    assert stepper.run(shown) == 0
    stepper.run("go(12)")
    assert stepper.run(shown) == 8
    stepper.run("go(6)")
    assert stepper.run(shown) == 2


def test_full_screen(stepper) -> None:
    assert stepper.run("return document.fullscreenEnabled")
    stepper.click("#full")
    time.sleep(0.3)
    assert stepper.run("return document.fullscreenElement === document.documentElement")
    stepper.click("#full")


def test_a_prediction_can_be_revealed_or_left(stepper) -> None:
    stepper.press("P", Keys.ARROW_RIGHT, Keys.SPACE)
    assert stepper.text("#caption") == "v3 = w · x = 5 · 1 = 5"
    stepper.run("go(8)")
    assert "∂ −8" not in stepper.seen()
    stepper.click("#reveal")
    assert "∂ −8" in stepper.seen()
    assert not stepper.run("return document.querySelector('#transcript').checkVisibility()")
    stepper.press(Keys.ESCAPE, "p")
    assert stepper.text("#caption")[-1] != "?"
    assert not stepper.run("return document.querySelector('#question').checkVisibility()")


@pytest.mark.parametrize(
    ("guess", "right"), [("−8", True), ("-8.05", True), ("8", False), ("x", False), ("", False)]
)
def test_what_counts_as_right(stepper, guess: str, right: bool) -> None:
    stepper.run("go(8); predict(true)")
    stepper.click("#guess")
    stepper.press(guess, Keys.ENTER)
    assert ("Right" in stepper.text("#verdict")) == right


def test_light_and_dark(stepper) -> None:
    paper = "return getComputedStyle(document.body).backgroundColor"
    forward = "return getComputedStyle(document.querySelector('#stage [data-from]')).fill"
    assert (stepper.run(paper), stepper.run(forward)) == ("rgb(255, 255, 255)", "rgb(0, 105, 75)")
    stepper.press("d")
    assert (stepper.run(paper), stepper.run(forward)) == ("rgb(22, 24, 29)", "rgb(79, 209, 165)")
    stepper.click("#theme")
    assert stepper.run(paper) == "rgb(255, 255, 255)"
    stepper.driver.refresh()
    stepper.emulate(prefers_color_scheme="dark")
    assert stepper.run(paper) == "rgb(22, 24, 29)"
    stepper.press("d")
    assert stepper.run(paper) == "rgb(255, 255, 255)"


def test_reduced_motion(stepper) -> None:
    duration = "return getComputedStyle(document.querySelector('[data-from]')).transitionDuration"
    assert stepper.run(duration) == "0.25s"
    stepper.emulate(prefers_reduced_motion="reduce")
    assert stepper.run(duration) == "0s"


@pytest.mark.parametrize("width", [320, 600, 1920])
def test_it_fits(stepper, width: int) -> None:
    stepper.resize(width, 700)
    stepper.press("p", Keys.END)
    assert stepper.run("return document.documentElement.scrollWidth") <= width
    figure = "return document.querySelector('#stage > svg').getBoundingClientRect().height"
    assert stepper.run(figure) > 100


def test_captions_are_announced(stepper) -> None:
    stepper.press(*[Keys.ARROW_RIGHT] * 7)
    assert stepper.run("return document.querySelector('#announcer').ariaLive") == "polite"
    told = "Backward, step 8 of 13: ∂J/∂z = ∂J/∂r · ∂r/∂z = 8 · 1 = 8"
    assert stepper.text("#announcer") == told


def test_it_is_silent_and_asks_for_nothing(stepper) -> None:
    stepper.press(*[Keys.ARROW_RIGHT] * 3, "p", "d", Keys.END, "p", Keys.SPACE)
    assert stepper.complaints() == []
    (only,) = stepper.requests()
    assert only.startswith("file://")


def test_in_a_notebooks_frame(browser, build) -> None:
    frame = step(build.regression())._repr_html_()
    browser.open(f"<!DOCTYPE html><title>cell</title>{frame}")
    browser.driver.switch_to.frame(0)
    browser.run("document.querySelector('#forward').click()")
    assert browser.text("#caption") == "v3 = w · x = 5 · 1 = 5"
    assert browser.run("return self.origin") == "null"
    browser.driver.switch_to.default_content()
    assert browser.complaints() == []


@pytest.mark.parametrize("hiding", ["display: none", "width: 0; height: 0", "height: 1px"])
def test_a_frame_that_is_shown_later_has_its_full_size(browser, build, hiding: str) -> None:
    """As in a notebook, where a page may run before its frame has a size."""
    html = step(build.regression())._repr_html_()
    browser.open(f'<div id="room" style="overflow: hidden; {hiding}">{html}</div>')
    full = 'return document.querySelector("#stage > svg").getBoundingClientRect().width'
    browser.driver.switch_to.frame(0)
    hidden = browser.run(full)
    browser.driver.switch_to.default_content()
    browser.run('document.getElementById("room").style = ""')
    browser.driver.switch_to.frame(0)
    browser.driver.implicitly_wait(0)
    deadline = time.monotonic() + 5.0
    while browser.run(full) < 700 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert browser.run(full) > max(700, hidden - 1)
    browser.driver.switch_to.default_content()

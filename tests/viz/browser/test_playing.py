"""The animated figure in a real browser."""

import time

from viz.steps.animation import animate


def opacities(browser, seconds: float) -> dict[str, float]:
    """How opaque each number of an SVG is, so long after its start."""
    return browser.run(
        """document.getAnimations().forEach((a) => {
          a.pause();
          a.currentTime = 1000 * arguments[0];
        });
        return Object.fromEntries([...document.querySelectorAll("text, tspan")].map((e) =>
          [e.textContent.replaceAll("\\u00a0", " ").trim(), getComputedStyle(e).fillOpacity]));""",
        seconds,
    )


def test_the_animation_plays(browser, build) -> None:
    svg = animate(build.regression(), seconds_per_frame=1.0, pause=2.0).svg
    browser.open(svg, "svg")
    assert browser.run("return document.getAnimations().length") > 20
    early, late = opacities(browser, 1.9), opacities(browser, 14.9)
    assert (early["v3 = 5"], early["z = 6"], early["∂ 40"]) == ("1", "0", "0")
    assert set(late.values()) == {"1"}
    assert opacities(browser, 15.1)["v3 = 5"] == "0"
    assert browser.complaints() == []


def picture(browser, svg: str) -> bytes:
    """What an `<img>` with this SVG looks like a moment after it was loaded."""
    (browser.folder / "picture.svg").write_text(svg, encoding="utf-8")
    browser.open('<!DOCTYPE html><title>i</title><img alt="steps" src="picture.svg">')
    time.sleep(0.3)
    return browser.driver.get_screenshot_as_png()


def test_it_plays_inside_an_img(browser, build) -> None:
    svg = animate(build.square(), seconds_per_frame=0.4).svg
    first = picture(browser, svg)
    deadline = time.monotonic() + 10
    while browser.driver.get_screenshot_as_png() == first:
        assert time.monotonic() < deadline


def test_where_reduced_motion_is_preferred_the_end_state_stands_still(
    launch, tmp_path, build
) -> None:
    svg = animate(build.square(), seconds_per_frame=0.2).svg
    with launch(tmp_path, "--force-prefers-reduced-motion") as browser:
        first = picture(browser, svg)
        time.sleep(0.5)
        assert browser.driver.get_screenshot_as_png() == first
        browser.open(svg, "svg")
        assert browser.run("return document.getAnimations().length") == 0
        assert set(opacities(browser, 0).values()) == {"1"}


def test_wires_change_colour_as_numbers_pass(browser, build) -> None:
    browser.open(animate(build.regression(), seconds_per_frame=1.0, pause=2.0).svg, "svg")
    stroke = """const wire = [...document.querySelectorAll(".wire")].find((e) =>
        e.textContent.includes("40"));
        const { color, strokeWidth } = getComputedStyle(wire);
        return [color, strokeWidth];"""
    ink, green, orange = "rgb(34, 34, 34)", "rgb(0, 105, 75)", "rgb(168, 67, 0)"
    expected = {
        0.5: [ink, "0px"],
        1.5: [green, "1.4px"],
        11.5: [ink, "0px"],
        12.5: [orange, "1.4px"],
        14.0: [orange, "0px"],
    }
    for seconds, look in expected.items():
        opacities(browser, seconds)
        assert browser.run(stroke) == look, seconds

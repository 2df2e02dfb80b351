"""Playgrounds in a real browser: training by the network's own arithmetic, by mouse and by keys."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any

import pytest

import nn
from autograd import Value, mean
from autograd import compile as compiled
from viz.live.play import play
from viz.text import number

webdriver = pytest.importorskip("selenium.webdriver")
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys

X, Y = nn.data.moons(40, noise=0.05, seed=0)
LOSS = nn.losses.get("bce_with_logits")


def network(activation: str = "tanh") -> nn.MLP:
    return nn.MLP(2, [4, 1], activation=activation, seed=0)


@pytest.fixture
def page(browser):
    browser.open(play(network(), X, Y, LOSS, threshold=0.0).html)
    frame(browser)
    return browser


def frame(browser) -> None:
    browser.driver.execute_async_script(
        "requestAnimationFrame(() => requestAnimationFrame(arguments[0]));"
    )


def state(browser) -> dict[str, float]:
    """The weights, as the page gives them."""
    browser.run("document.querySelector('#weights').open = true")
    frame(browser)
    found: dict[str, float] = json.loads(
        browser.run("return document.querySelector('#state').value")
    )
    return found


def descended(model: nn.MLP, steps: int, rate: float, decay: float = 0.0) -> dict[str, float]:
    """The weights after steps of gradient descent in Python."""
    program = compiled(lambda x, y: LOSS(model(x), y))
    for _ in range(steps):
        gradient = program.grad(X, Y.astype(float))
        for parameter, slope in zip(program.parameters, gradient, strict=True):
            l2 = 0.0 if str(parameter.label).endswith(".b") else 2.0 * decay * parameter.data
            parameter.data -= rate * (float(slope) + l2)
    return model.state_dict()


def set_field(browser, selector: str, value: Any) -> None:
    browser.run(
        """const field = document.querySelector(arguments[0]);
        field.value = arguments[1];
        for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind));""",
        selector,
        str(value),
    )


def test_it_begins_with_the_model_and_its_loss(page) -> None:
    assert state(page) == network().state_dict()
    model = network()
    loss = mean([LOSS(model(list(x)), float(y)) for x, y in zip(X, Y, strict=True)])
    assert page.text("#told").startswith(f"step 0 · loss {number(loss.data)} · ")
    assert page.complaints() == []


def test_steps_are_those_of_gradient_descent_in_python(page) -> None:
    set_field(page, "#rate", 0)
    for _ in range(3):
        page.click("#step")
    frame(page)
    assert state(page) == pytest.approx(descended(network(), 3, 1.0), rel=1e-12, abs=1e-15)
    assert page.text("#told").startswith("step 3 · loss ")
    page.click("#reset")
    frame(page)
    assert state(page) == network().state_dict()


def test_l2_pulls_the_weights_and_not_the_biases(page) -> None:
    set_field(page, "#rate", -1)
    set_field(page, "#decay", "0.01")
    page.click("#step")
    frame(page)
    wanted = descended(network(), 1, 0.1, decay=0.01)
    assert state(page) == pytest.approx(wanted, rel=1e-12, abs=1e-15)


def test_the_weights_can_be_handed_back(page) -> None:
    page.click("#step")
    frame(page)
    model = network()
    model.load_state_dict(state(page))
    assert model.state_dict() == state(page)


def test_playing_learns_and_pauses(page) -> None:
    set_field(page, "#rate", 0)
    page.press(" ")
    deadline = time.monotonic() + 20.0
    while page.run("return training.steps") < 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    page.press(" ")
    frame(page)
    steps = page.run("return training.steps")
    frame(page)
    assert page.run("return training.steps") == steps
    model = network()
    model.load_state_dict(state(page))
    before = mean([LOSS(network()(list(x)), float(y)) for x, y in zip(X, Y, strict=True)])
    after = mean([LOSS(model(list(x)), float(y)) for x, y in zip(X, Y, strict=True)])
    assert after.data < 0.7 * before.data
    shown = page.run("return record.at(-1).lengths")
    assert len(shown) == 2
    assert all(0 < x < 10 for x in shown)


def test_small_batches_go_through_every_example_and_are_the_same_each_time(page) -> None:
    set_field(page, "#batch", 10)
    seen = """const seen = [];
        while (seen.length < 40) seen.push(...training.batch(points, 10));
        return seen.map((point) => points.indexOf(point));"""
    page.run("training.reset()")
    first = page.run(seen)
    assert sorted(first) == list(range(40))
    assert first != sorted(first)
    page.run("training.reset()")
    assert page.run(seen) == first


def test_another_activation_computes_another_network(page) -> None:
    set_field(page, "#activation", "relu")
    set_field(page, "#rate", 0)
    page.click("#step")
    frame(page)
    other = network("relu")
    other.load_state_dict(network().state_dict())
    assert state(page) == pytest.approx(descended(other, 1, 1.0), rel=1e-12, abs=1e-15)


def test_a_point_is_dragged(page) -> None:
    before = page.run("return points[chosen].base"), page.text("#told")
    circle = page.driver.find_element("css selector", "#points circle.chosen")
    chain = webdriver.ActionChains(page.driver, duration=20)
    chain.click_and_hold(circle).move_by_offset(40, -20).release().perform()
    frame(page)
    x, y = page.run("return points[chosen].base")
    assert (x > before[0][0], y > before[0][1]) == (True, True)
    assert page.text("#told") != before[1]
    assert number(x) in page.text("#plane-told")


def test_points_by_keys(page) -> None:
    page.run("document.querySelector('#points circle.chosen').focus()")
    before = page.run("return points[0].base")
    page.press(Keys.ARROW_RIGHT, Keys.ARROW_UP)
    frame(page)
    x, y = page.run("return points[0].base")
    assert x > before[0]
    assert y > before[1]
    page.press(".", ".", ",")
    frame(page)
    assert page.run("return chosen") == 1
    assert page.run("return document.activeElement.classList.contains('chosen')")
    label = page.driver.find_element("css selector", "#points circle.chosen").accessible_name
    assert label.startswith("Example 2: x1 ")


def test_noise_moves_the_points_and_going_back_restores_them(page) -> None:
    set_field(page, "#noise", 0.5)
    frame(page)
    moved = page.run("return points.map(({ at }) => at)")
    assert moved != X.tolist()
    set_field(page, "#noise", 0)
    frame(page)
    assert page.run("return points.map(({ at }) => at)") == X.tolist()


def test_a_neuron_shows_its_figure_with_the_numbers_of_the_chosen_point(page) -> None:
    page.driver.find_elements("css selector", "button.tile")[1].click()
    frame(page)
    model = network()
    x = [Value(float(v), label=f"x{i}") for i, v in enumerate(X[0], start=1)]
    loss = LOSS(model(x), float(Y[0]))
    loss.backward()
    unit = model.layers[0].neurons[1]
    texts = page.run(
        """return [...document.querySelectorAll(".stage:not([hidden]) :is(text)")]
        .map((e) => e.textContent.replaceAll("\\u00a0", " "))"""
    )
    for parameter in (*unit.w, unit.b):
        assert number(parameter.data) in texts
        assert f"∂ {number(parameter.grad)}" in texts
    assert number(x[0].data) in texts
    assert page.text("#neuron-title").startswith("layer1.neuron2 at the chosen point: a = ")
    pressed = [e.get_attribute("aria-pressed") for e in
               page.driver.find_elements("css selector", "button.tile")]  # fmt: skip
    assert pressed[1] == "true"
    assert pressed.count("true") == 1


def test_wires_by_weights_or_by_gradients(page) -> None:
    wide = "return wires.map(({ line }) => line.style.strokeWidth)"
    weights = page.run(wide)
    set_field(page, "#wires", "gradient")
    frame(page)
    assert page.run(wide) != weights


def test_maps_show_what_each_neuron_makes_of_the_plane(page) -> None:
    kinds = page.run(
        """return [...document.querySelectorAll(".tile canvas, #ground")].map((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(data).size; });"""
    )
    assert len(kinds) == 2 + 5 + 1
    assert all(count > 20 for count in kinds)


def test_sixty_steps_a_second_for_two_hundred_examples(browser) -> None:
    X, Y = nn.data.moons(200, seed=0)
    model = nn.MLP(2, [8, 8, 1], activation="tanh", seed=0)
    browser.open(play(model, X, Y, LOSS, threshold=0.0).html)
    frame(browser)
    fastest = browser.run(
        """return Math.min(...Array.from({ length: 20 }, () => {
          const start = performance.now();
          training.step(points, settings());
          return performance.now() - start;
        }));"""
    )
    assert fastest < 1000 / 60


def test_divergence_pauses_and_says_so(page) -> None:
    page.run("training.parameters.forEach(({ number: i }) => { all[i] = NaN; })")
    page.click("#play")
    deadline = time.monotonic() + 10.0
    while page.text("#play") != "Play":
        assert time.monotonic() < deadline
    page.click("#weights summary")
    frame(page)
    shown = page.run("return document.querySelector('#state').value")
    assert shown == "Some weights are no finite numbers: Reset goes back."
    page.click("#reset")
    frame(page)
    assert state(page) == network().state_dict()
    assert page.complaints() == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_desktop_and_phone_in_light_and_dark(page, width: int, theme: str) -> None:
    page.emulate(prefers_color_scheme=theme)
    page.resize(width, 844)
    frame(page)
    assert page.run("return document.documentElement.scrollWidth") <= width
    ground = page.run("return paper()")
    assert ground == ([255, 255, 255] if theme == "light" else [22, 24, 29])
    narrow = page.run(
        """return ["plane", "net", "loss"].map((id) => byId(id).getBoundingClientRect().width)"""
    )
    assert min(narrow) > 250


def test_the_keyboard_alone_reaches_everything(page) -> None:
    reached = set()
    active = """const { id, className, localName } = document.activeElement;
        return id || className.baseVal || className || localName;"""
    page.run("document.body.tabIndex = -1; document.body.focus()")
    for _ in range(20):
        page.press(Keys.TAB)
        reached.add(page.run(active))
    assert {"theme", "play", "step", "reset", "rate", "batch", "activation", "decay", "noise",
            "wires", "tile"} <= reached  # fmt: skip
    assert any("chosen" in one for one in reached)
    hands = page.driver.find_elements("css selector", "button, select, input, textarea")
    assert all(hand.accessible_name for hand in hands if hand.is_displayed())


def test_nothing_is_asked_for_and_nothing_complains(page) -> None:
    page.click("#step")
    page.click("#weights summary")
    page.click("#theme")
    frame(page)
    assert page.complaints() == []
    assert [url for url in page.requests() if not url.startswith(("file:", "about:"))] == []


def test_in_a_notebook_it_runs_in_a_sandboxed_frame(browser) -> None:
    shown = play(network(), X, Y, LOSS)._repr_html_()
    browser.open(f"<!DOCTYPE html><title>notebook</title>{shown}")
    browser.driver.switch_to.frame(0)
    browser.click("#step")
    frame(browser)
    assert browser.text("#told").startswith("step 1 · loss ")
    browser.driver.switch_to.default_content()
    assert browser.complaints() == []


def test_lengths_of_the_gradient_are_drawn_before_the_first_step(page) -> None:
    drawn = """return [...document.querySelectorAll("#lengths [class^=layer]")]
        .map((line) => line.getTotalLength())"""
    assert page.run(drawn) == [8, 8]
    page.click("#step")
    frame(page)
    assert all(length > 8 for length in page.run(drawn))


def test_tiles_of_a_deep_network_leave_room_for_wires(browser) -> None:
    browser.open(play(nn.MLP(2, [3, 3, 3, 3, 3, 3, 1], seed=0), X, Y).html)
    browser.resize(390, 800)
    frame(browser)
    boxes = """return [...document.querySelectorAll(".tile")].map((one) => {
        const box = one.getBoundingClientRect(); return [box.left, box.right]; })"""
    columns = sorted({tuple(round(x, 2) for x in box) for box in browser.run(boxes)})
    assert len(columns) == 8
    assert all(right + 4 < left for (_, right), (left, _) in pairwise(columns))


def test_points_between_two_colours_have_an_edge(browser) -> None:
    browser.open(play(network(), X[:3], [0.0, 1.0, 2.0]).html)
    frame(browser)
    found = "return circles.map((one) => one.classList.contains('between'))"
    assert browser.run(found) == [False, True, False]


def test_a_training_that_runs_away_says_what_may_help(page) -> None:
    page.run("training.all[training.parameters[0].number] = NaN; measured()")
    frame(page)
    assert page.text("#told").endswith("loss nan · 50 % on the right side · a smaller α may help; "
                                       "Reset goes back")  # fmt: skip
    page.click("#reset")
    frame(page)
    assert "smaller" not in page.text("#told")

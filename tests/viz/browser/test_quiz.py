"""The page of a quiz: nothing leaves it, answers unfold, and it fits a phone."""

from __future__ import annotations

from viz import quiz


def test_the_page_of_a_quiz(browser) -> None:
    page = quiz(seed=2).save(browser.folder / "quiz.html").read_text(encoding="utf-8")
    browser.open(page)
    assert (
        browser.run("return [...document.querySelectorAll('details')].map(d => d.open)").count(True)
        == 0
    )
    browser.click("li details summary")
    assert browser.run("return document.querySelector('li details').open")
    browser.click("#theme")
    assert browser.run("return document.documentElement.dataset.theme") == "dark"
    browser.resize(390, 800)
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.complaints() == []
    assert [one for one in browser.requests() if not one.startswith("file:")] == []

"""Labels that try to run a script or to load something, in a real browser."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd import Value
from viz.live.live import live
from viz.steps.animation import animate
from viz.steps.stepper import step

NoAlert = pytest.importorskip("selenium.common.exceptions").NoAlertPresentException

PIECES = [
    "</script><script>alert(1)</script>", "<!--", "-->", "<script>", "</li></ol>", "</style>",
    "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "]]>", '"', "'", "&lt;", "&", "\u2028",
    "<iframe srcdoc='<script>alert(1)</script>'>", "</tspan></text></svg>", "javascript:alert(1)",
    "<link rel=stylesheet href=http://127.0.0.1:9/x>", "${alert(1)}", "\0", "\\", "w",
]  # fmt: skip


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(PIECES), max_size=4).map("".join))
def test_labels_run_nothing_and_load_nothing(browser, label: str) -> None:
    made_by_hand = Value(2.0, (Value(1.0, label=label),), label or "f")
    root = made_by_hand * Value(3.0, label="x")
    root.label = label
    animation = animate(root, title=label).svg
    formula = Value(2.0, label=label) * Value(3.0, label=f"{label}2")
    formula.label = label
    pages = [
        live(formula, title=label).html,
        step(root, title=label).html,
        f"<!DOCTYPE html><title>inline</title>{animation}",
    ]
    pages.append(f"<!DOCTYPE html><title>f</title>{step(root)._repr_html_()}")
    for html in pages:
        browser.open(html)
        with pytest.raises(NoAlert):
            _ = browser.driver.switch_to.alert
        assert browser.complaints() == []
        assert [url for url in browser.requests() if not url.startswith(("file:", "about:"))] == []
        tags = "return [...document.querySelectorAll('body *')].map((e) => e.localName)"
        assert not {"img", "link"} & set(browser.run(tags))

"""`step`: its arguments, its page as a file, its display."""

import pytest

import viz.layout.engine
from autograd import Value, topological_order
from viz.errors import DrawingError, EngineNotFoundError, VizError
from viz.steps.animation import animate
from viz.steps.frames import frames
from viz.steps.stepper import MAX_NODES, step


def chain(count: int) -> Value:
    x = Value(1.0, label="x")
    for _ in range(count - 1):
        x = x * 1.5
    x.label = "J"
    return x


def test_it_is_a_page_and_data(build, tmp_path) -> None:
    steps = step(build.regression(), wrt=["w", "b"], title="Linear regression")
    assert repr(steps) == "<steps of J, 13 frames>"
    assert str(steps) == str(frames(build.regression()))
    path = steps.save(tmp_path / "new" / "j.html")
    assert path.read_text(encoding="utf-8") == steps.html
    assert "<title>Linear regression</title>" in steps.html
    assert "swatch parameter" in steps.html
    assert "<title>J, step by step</title>" in step(build.regression()).html


def test_bytes_are_stable(build) -> None:
    assert step(build.marked()).html == step(build.marked()).html


def test_it_saves_pages_and_slides_only(build, tmp_path) -> None:
    with pytest.raises(DrawingError, match=r"give one of \.html, \.tex"):
        step(build.square()).save(tmp_path / "j.svg")


def test_a_notebook_shows_a_sandboxed_frame(build) -> None:
    steps = step(build.regression())
    bundle = steps._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    assert bundle["text/html"] == steps._repr_html_()
    assert bundle["text/html"].startswith('<iframe sandbox="allow-scripts" ')
    assert bundle["text/plain"] == str(steps)


def test_where_no_page_can_be_shown_there_is_the_last_figure(build) -> None:
    picture = step(build.regression())._repr_mimebundle_()["image/svg+xml"]
    assert "<svg " in picture
    assert "<script" not in picture
    assert all(f">{text}<" in picture for text in ("16", "∂ 8", "∂ 40", "×5"))


def test_without_an_engine_a_notebook_shows_text_and_advice(build, no_engine, tmp_path) -> None:
    steps = step(build.regression())
    assert steps._repr_html_() is None
    bundle = steps._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert "∂J/∂b = ∂J/∂z · ∂z/∂b = 8 · 1 = 8" in bundle["text/plain"]
    assert bundle["text/plain"].count("pip install graphviz-pure") == 1
    with pytest.raises(EngineNotFoundError):
        steps.save(tmp_path / "j.html")
    assert not list(tmp_path.iterdir())


def test_display_never_raises(build, monkeypatch) -> None:
    def broken(*_, **__):
        raise KeyError("surprise")

    monkeypatch.setattr(viz.layout.engine, "render", broken)
    assert "surprise" in step(build.square())._repr_mimebundle_()["text/plain"]


def test_stepping_changes_nothing(build) -> None:
    root = build.regression()
    before = [(v.data, v.has_grad, v.label) for v in topological_order(root)]
    assert step(root, wrt="w").html
    assert [(v.data, v.has_grad, v.label) for v in topological_order(root)] == before


def test_a_large_graph_is_refused_with_advice() -> None:
    with pytest.raises(DrawingError, match=r"has 61, more than max_nodes=60: .*smaller example"):
        step(chain(MAX_NODES + 1))
    with pytest.raises(DrawingError, match=r"path=\(w, root\)"):
        step(chain(2_000))
    assert len(step(chain(MAX_NODES)).frames) == 2 * MAX_NODES
    assert len(step(chain(70), max_nodes=None).frames) == 140


def test_the_largest_page_is_small() -> None:
    assert len(step(chain(MAX_NODES)).html) < 200_000


@pytest.mark.parametrize("limit", [0, -1, 1.5, "all", True])
def test_max_nodes_must_be_a_whole_number(build, limit) -> None:
    with pytest.raises(DrawingError, match="max_nodes= is a whole number from 1, or None"):
        step(build.square(), max_nodes=limit)


@pytest.mark.parametrize("seconds", [0, -1.0, float("nan"), float("inf"), "2", True])
def test_seconds_must_be_positive(build, seconds) -> None:
    with pytest.raises(DrawingError, match="seconds_per_frame= is a number of seconds above 0"):
        step(build.square(), seconds_per_frame=seconds)


def test_an_engine_can_be_named(build) -> None:
    with pytest.raises(VizError, match="no-such-dot"):
        _ = step(build.square(), engine="no-such-dot").html


@pytest.mark.parametrize("show", [step, animate])
def test_a_graph_that_is_too_large_is_refused_before_its_steps_are_written(
    show, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = chain(60_000)
    root.label = "end"

    def written(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("viz.steps.stepper.frames", written)
    with pytest.raises(DrawingError, match=r"and end has 60,000, more than max_nodes=60"):
        show(root)


def test_the_page_explains_the_sign_for_a_direct_part() -> None:
    x = Value(3.0, label="x")
    assert "the direct part alone" in step((x * 2.0) * x).html
    assert "the direct part alone" in animate((x * 2.0) * x).svg.replace("\N{NO-BREAK SPACE}", " ")
    assert "the direct part alone" not in step(x * 2.0).html

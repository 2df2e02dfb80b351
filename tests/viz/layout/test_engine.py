"""Finding a layout engine and running it."""

import stat
from pathlib import Path

import pytest
from graphviz.backend import dot_command

from viz.errors import EngineNotFoundError, LayoutError
from viz.layout import engine as layout
from viz.layout.svg import FONTS

DOT = "digraph { a [label=<a>]; a -> b; }"


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CHAINRULE_DOT", raising=False)
    layout.set_engine(None)
    yield
    layout.set_engine(None)


def program(folder: Path, name: str, script: str = "exit 0") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_order_in_which_engines_are_found(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    folders = [str(tmp_path / "wheel"), str(tmp_path / "user")]
    monkeypatch.setattr(layout, "_script_folders", lambda: iter(folders))
    with pytest.raises(EngineNotFoundError, match="pip install graphviz-pure"):
        layout.find_engine()
    for name in ("path/graphviz-pure", "user/graphviz-pure", "wheel/graphviz-pure", "path/dot"):
        found = program(tmp_path, name)
        assert layout.find_engine() == found
    in_environment = program(tmp_path, "one")
    monkeypatch.setenv("CHAINRULE_DOT", in_environment)
    assert layout.find_engine() == in_environment
    chosen = program(tmp_path, "two")
    layout.set_engine(chosen)
    assert layout.find_engine() == chosen
    argument = program(tmp_path, "three")
    assert layout.find_engine(argument) == argument
    layout.set_engine(None)
    assert layout.find_engine() == in_environment


def test_the_wheel_of_this_environment_is_found(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Path(layout.find_engine()).stem == "graphviz-pure"


def test_a_setting_that_names_no_program(monkeypatch) -> None:
    with pytest.raises(EngineNotFoundError, match="engine= names 'no-such-dot'"):
        layout.find_engine("no-such-dot")
    with pytest.raises(EngineNotFoundError, match="set_engine names 'no-such-dot'"):
        layout.set_engine("no-such-dot")
    monkeypatch.setenv("CHAINRULE_DOT", "no-such-dot")
    with pytest.raises(EngineNotFoundError, match="CHAINRULE_DOT names 'no-such-dot'"):
        layout.find_engine()


def test_svg_names_faces_of_the_same_widths_and_only_those() -> None:
    source = 'digraph { node [fontname="Helvetica"]; a [label="font-family=\\"Helvetica\\""]; }'
    svg = layout.render(source, "svg").decode()
    assert f'font-family="{FONTS}"' in svg
    assert "=&quot;Helvetica&quot;" in svg


def test_png_is_a_png_and_nothing_is_said(capfd) -> None:
    assert layout.render('digraph { a [label="∂ × ½"]; }', "png").startswith(b"\x89PNG")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("source", ["digraph { a -> ", "digraph { a [label=<<B>x</I>>]; }"])
def test_real_errors_surface(source: str) -> None:
    with pytest.raises(LayoutError, match=r"could not lay out the graph: .*(syntax|tag)"):
        layout.render(source, "svg")


def test_a_kind_that_the_engine_cannot_write(tmp_path) -> None:
    engine = program(tmp_path, "dot", 'echo "Format: \\"pdf\\" not recognized." >&2; exit 1')
    with pytest.raises(LayoutError, match=r"dot cannot write pdf: save \.svg or \.png"):
        layout.render(DOT, "pdf", engine)


@pytest.mark.parametrize(
    ("script", "message"),
    [("exit 3", "gave no reason"), ("sleep 5", "did not finish within 0.2 s")],
)
def test_an_engine_that_fails(monkeypatch, tmp_path, script: str, message: str) -> None:
    monkeypatch.setattr(layout, "TIMEOUT", 0.2)
    with pytest.raises(LayoutError, match=message):
        layout.render(DOT, "svg", program(tmp_path, "dot", script))


def test_a_program_that_cannot_run(tmp_path) -> None:
    engine = tmp_path / "dot"
    engine.write_bytes(b"\x7fELF no")
    engine.chmod(0o755)
    with pytest.raises(LayoutError, match="could not be run"):
        layout.render(DOT, "svg", str(engine))


def test_graphviz_has_its_own_engine_back_afterwards() -> None:
    before = dot_command.DOT_BINARY
    with layout.engine_for_graphviz():
        assert str(dot_command.DOT_BINARY) == layout.find_engine()
    assert before == dot_command.DOT_BINARY


def _fail_inside() -> None:
    with layout.engine_for_graphviz():
        raise ValueError("inside")


def test_graphviz_has_its_own_engine_back_after_an_error() -> None:
    before = dot_command.DOT_BINARY
    with pytest.raises(ValueError, match="inside"):
        _fail_inside()
    assert before == dot_command.DOT_BINARY


def test_a_program_that_gives_no_picture(tmp_path) -> None:
    for script in ("exit 0", "cat"):
        engine = program(tmp_path, "silent", script)
        for kind in ("svg", "png", "pdf"):
            with pytest.raises(LayoutError, match=f"silent gave no {kind} picture; name another"):
                layout.render(DOT, kind, engine)

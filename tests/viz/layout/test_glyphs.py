"""PNGs show every character, one that says the same, or a warning says that they do not."""

import io
import re
from pathlib import Path

import pytest

from autograd import PRIMITIVES, TeachingWarning, Value
from viz import draw
from viz.layout.engine import find_engine
from viz.layout.glyphs import COVERED, SAME, Glyphs

PURE = "/usr/bin/graphviz-pure"


def drawable(text: str, program: str, name: str) -> str:
    glyphs = Glyphs(program)
    text = glyphs(text)
    glyphs.warn(name)
    return text


def small(label: str = "x", **options):
    x = Value(1.0, label=label)
    return draw(x * 2.0, **options)


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        ("∇C", "grad C"),
        ("⟨a⟩", "<a>"),
        ("𝒩𝐱", "Nx"),
        ("ŷ σ₁ ∂⁺ ᵀ", "ŷ σ₁ ∂⁺ ᵀ"),
        ("a⊙b", "a∙b"),
    ],
)
def test_characters_that_the_font_lacks_are_replaced(given: str, drawn: str) -> None:
    assert drawable(given, PURE, "x.png") == drawn


@pytest.mark.parametrize("text", ["漢", "😀", "⨂"])
def test_others_are_told(text: str) -> None:
    with pytest.warns(TeachingWarning, match=rf"has no {text}, which x\.png shows as empty boxes"):
        assert drawable(f"a {text} b", PURE, "x.png") == f"a {text} b"


def test_nothing_replaced_can_break_the_figure(tmp_path: Path) -> None:
    """Full-width quotes and backslashes do not become those of DOT."""
    assert drawable("＂＼＜＆", PURE, "x.png") == '"\\<&'
    assert small("＂＼＜＆N", title="＂＼＜＆").save(tmp_path / "x.png").stat().st_size


def test_an_engine_with_the_fonts_of_the_machine_is_left_alone() -> None:
    assert drawable("∇漢", "/usr/bin/dot", "x.png") == "∇漢"


def test_what_stands_in_tooltips_alone_is_not_told(tmp_path: Path) -> None:
    figure = small("a" * 20 + "漢" + "b" * 20)
    assert "漢" in figure.source
    figure.save(tmp_path / "x.png")


def test_the_symbols_of_every_primitive_and_all_replacements_can_be_drawn() -> None:
    symbols = "".join(p.symbol for p in PRIMITIVES.values())
    drawable(f"{symbols}∂δ·×−½²′→Σ√≤ᵀ₀⁺⁽¹⁾…|{''.join(SAME.values())}", PURE, "x.png")


def test_saving(tmp_path: Path) -> None:
    if "graphviz-pure" not in find_engine():
        pytest.skip("another layout engine comes first here, with the machine's fonts")
    assert small("w∇", title="∇C").save(tmp_path / "a.png").stat().st_size
    assert "∇C" in small("漢", title="∇C").save(tmp_path / "a.svg").read_text("utf-8")
    with pytest.warns(TeachingWarning, match=r"has no 漢 字, which b\.png") as caught:
        small("漢字漢").save(tmp_path / "b.png")
    assert Path(caught[0].filename).name == "test_glyphs.py"


def test_the_table_is_that_of_the_font() -> None:
    """The characters listed are those of the Arimo inside the engine's program."""
    tables = pytest.importorskip("fontTools.ttLib")
    program = find_engine()
    if "graphviz-pure" not in program:
        pytest.skip("another layout engine comes first here")
    content = Path(program).read_bytes()
    faces = [m.start() for m in re.finditer(rb"\x00\x01\x00\x00\x00[\x10-\x14]....", content, re.S)]
    for start in faces:
        try:
            face = tables.TTFont(io.BytesIO(content[start : start + 3_000_000]), lazy=True)
            name = face["name"].getDebugName(4)
        except (tables.TTLibError, KeyError):
            continue
        if name == "Arimo Regular":
            assert set(face.getBestCmap()) == {
                code
                for first, _, last in (text.partition("-") for text in COVERED.split())
                for code in range(int(first, 16), int(last or first, 16) + 1)
            }
            return
    pytest.skip("the engine holds another font")

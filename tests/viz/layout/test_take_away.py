"""Pictures to take away: shapes read from SVG, PDF and TikZ written from them."""

import re
import shutil
import subprocess
import unicodedata

import pytest

from autograd import Value, dot
from viz import draw, step, worksheet
from viz.errors import DrawingError
from viz.layout.pdf import OVER, runs
from viz.layout.shapes import Shape, Text, sheet
from viz.layout.tikz import escaped, slides, tikz

LATEX = shutil.which("pdflatex") or shutil.which("lualatex") or shutil.which("tectonic")


def differentiated(build, name: str) -> Value:
    root = getattr(build, name)()
    root.backward()
    return root


@pytest.mark.parametrize("name", ["regression", "marked", "mlp", "unrolled"])
def test_every_text_and_shape_is_read(build, name: str) -> None:
    svg = draw(differentiated(build, name)).svg
    found = sheet(svg)
    texts = [part for part in found.parts if isinstance(part, Text)]
    assert len(texts) == svg.count("<text ")
    shapes = [part for part in found.parts if isinstance(part, Shape)]
    count = sum(svg.count(f"<{tag} ") for tag in ("path", "polygon", "polyline", "ellipse"))
    assert len(shapes) == count - 1  # the card
    for part in shapes:
        assert all(
            -1 <= x <= found.width + 1 and -1 <= y <= found.height + 1 for x, y in part.points
        )
        assert not part.curved or len(part.points) % 3 == 1
    assert {part.fill for part in texts} <= {
        "#00694b",
        "#a84300",
        "#5b3a8c",
        "#222222",
        "#6b6b6b",
        "#000000",
    }


def test_steps_tell_from_when_a_text_is_there(build) -> None:
    steps = step(differentiated(build, "fan_out"))
    found = sheet(steps._stage.svg)
    frames = {part.text: part.frame for part in found.parts if isinstance(part, Text)}
    assert frames["∂ 9"] == 10
    assert frames[" (+7)"] == 10
    after = {part.after for part in found.parts if isinstance(part, Text) and part.text == " (+7)"}
    assert after == {"∂ 9"}


def test_pdf(build, tmp_path) -> None:
    pytest.importorskip("reportlab")
    figure = draw(differentiated(build, "marked"))
    pdf = figure.save(tmp_path / "m.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pdf == figure.save(tmp_path / "n.pdf").read_bytes()
    assert {*re.findall(rb"/BaseFont /([\w-]+)", pdf)} == {
        b"Helvetica",
        b"Helvetica-Bold",
        b"Symbol",
    }
    width = float(re.search(rb"/MediaBox \[ 0 0 ([\d.]+)", pdf)[1])
    assert width == pytest.approx(sheet(figure.svg).width, abs=0.01)


def test_pdf_of_a_worksheet_has_two_pages(build, tmp_path) -> None:
    pytest.importorskip("reportlab")
    made = worksheet(differentiated(build, "regression"))
    pdf = made.save(tmp_path / "w.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2


@pytest.mark.parametrize(
    "text", ["∂ −8 · ½ → Σ ‖ ŷ ⁽²⁾", "漢字 🙂", "", "<&>", "\N{NO-BREAK SPACE}x"]
)
def test_every_text_has_a_font(text: str) -> None:
    for font, run in runs(text, "Helvetica"):
        assert font in ("Helvetica", "Symbol")
        assert run
        if font == "Helvetica":
            run.encode("cp1252")


def test_an_accent_is_set_over_its_letter() -> None:
    """ŷ is not y, on a worksheet that has both."""
    assert [*runs("ŷ = y", "Helvetica")] == [("Helvetica", f"y{OVER}ˆ = y")]
    assert [*runs("σ\u0302", "Helvetica")] == [("Symbol", "σ"), ("Helvetica", f"{OVER}ˆ")]
    assert [*runs("é", "Helvetica")] == [("Helvetica", "é")]


@pytest.mark.parametrize("name", ["regression", "marked", "mlp"])
def test_tikz_is_a_document_of_its_own(build, name: str) -> None:
    text = tikz(sheet(draw(differentiated(build, name)).svg), "#FFFFFF")
    check_latex(text)
    defined = set(re.findall(r"\\definecolor\{(\w+)\}", text))
    assert set(re.findall(r"(?:fill|draw|text)=(\w+)", text)) <= defined
    assert text.count(r"\node[") == draw(differentiated(build, name)).svg.count("<text ")
    assert text.count("\\begin{") == text.count("\\end{")


def check_latex(text: str) -> None:
    """Braces are balanced, and every character is one that pdfLaTeX knows."""
    plain = re.sub(r"\\.", "", text)
    assert plain.count("{") == plain.count("}")
    assert plain.count("$") % 2 == 0
    for character in set(text) - {"\n"}:
        assert character.isascii() or "LATIN" in unicodedata.name(character), character


NASTY = ["\\input{/etc/passwd}", "a_b & 50% #1 $x^2$ ~", "{", "}", "\\", "漢字 σ∂½", "^^41", "é ŷ"]


@pytest.mark.parametrize("label", NASTY)
def test_labels_are_texts_in_latex(label: str, tmp_path) -> None:
    root = Value(2.0, label=label) * 3.0
    root.label = label
    root.backward()
    for made in (draw(root, title=label), step(root, title=label)):
        text = made.save(tmp_path / "x.tex").read_text(encoding="utf-8")
        check_latex(text)
        assert "\\input" not in text
        assert "^^" not in text
    assert "\\input" not in escaped(label)


def test_slides_have_an_overlay_for_each_step(build, tmp_path) -> None:
    steps = step(differentiated(build, "regression"), title="Regression")
    text = steps.save(tmp_path / "r.tex").read_text(encoding="utf-8")
    check_latex(text)
    assert r"\documentclass[aspectratio=169]{beamer}" in text
    assert [int(k) for k in re.findall(r"\\only<(\d+)>", text)] == list(range(1, 14))
    shown = [int(k) for k in re.findall(r"\\uncover<(\d+)->", text)]
    assert set(shown) <= set(range(1, 14))
    assert max(shown) == 13
    again = slides(sheet(steps._stage.svg), [f.caption for f in steps.frames], "Regression")
    assert again == text


def test_slides_of_a_tall_figure_are_as_high_as_a_slide(build, tmp_path) -> None:
    def size(name: str) -> str:
        text = (
            step(differentiated(build, name), max_nodes=None)
            .save(tmp_path / "s.tex")
            .read_text("utf-8")
        )
        return re.search(r"\\resizebox(\S+?)\{%", text)[1]

    assert size("regression") == r"{\textwidth}{!}"
    assert size("mlp") == r"{!}{0.39\textwidth}"


@pytest.mark.skipif(
    LATEX is None,
    reason="no TeX here: apt-get install texlive-latex-recommended texlive-pictures "
    "texlive-fonts-recommended",
)
@pytest.mark.parametrize("kind", ["figure", "slides"])
@pytest.mark.parametrize("tall", [False, True])
def test_latex_compiles(build, tmp_path, kind: str, *, tall: bool) -> None:
    root = differentiated(build, "marked")
    if tall:
        leaves = [Value(0.12345678, label=f"a long label {k}") for k in range(8)]
        root = dot(leaves[:4], leaves[4:])
        root.backward()
    made = draw(root) if kind == "figure" else step(root)
    path = made.save(tmp_path / "c.tex")
    command = (
        [LATEX, path.name] if "tectonic" in LATEX else [LATEX, "-interaction=batchmode", path.name]
    )
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    if "tectonic" not in LATEX:
        log = path.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
        pages = 1 if kind == "figure" else len(made.frames)
        assert f"({pages} page" in log.replace("\n", "")
        assert "Overfull" not in log
        assert "Missing character" not in log


def test_a_worksheet_leaves_numbers_out(build, tmp_path) -> None:
    made = worksheet(differentiated(build, "regression"), wrt="w", title="Fill in")
    blank, whole = (
        [
            part.text.strip("\N{NO-BREAK SPACE} ")
            for part in sheet(one.svg).parts
            if isinstance(part, Text)
        ]
        for one in (made.questions, made.answers)
    )
    assert "J = 16" in whole
    assert not [text for text in blank if re.search(r"∂ −?\d|×−?\d|16", text)]
    assert blank.count("∂") == 8
    assert {"5", "1", "2"} <= set(blank), "leaves keep their values"
    assert "<title>w = 5" not in made.svg
    path = made.save(tmp_path / "w.svg")
    assert path.read_text(encoding="utf-8") == made.svg
    assert "J = 16" in (tmp_path / "w-answers.svg").read_text(encoding="utf-8")
    assert str(made).startswith("Fill in: the value of every wire")


def test_a_worksheet_does_not_tell_which_unit_is_off() -> None:
    x = Value(-2.0, label="x")
    root = x.relu() + 1.0
    root.backward()
    made = worksheet(root)
    assert ">off<" not in made.questions.svg
    assert ">off<" in made.answers.svg
    assert ">off<" in worksheet(root, ask="gradients").questions.svg


def test_a_worksheet_asks_for_some(build) -> None:
    root = differentiated(build, "regression")
    svg = worksheet(root, ask="gradients").svg
    assert "J = 16" in svg
    assert "×8" in svg
    assert "∂ 8" not in svg
    for ask in ("answers", [], ["values", "x"]):
        with pytest.raises(DrawingError, match="ask= is one or more of 'values', 'local', 'grad"):
            worksheet(root, ask=ask)

"""A picture as TikZ: a LaTeX document that compiles by itself, or Beamer slides of its steps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from viz.layout.shapes import Shape, Sheet, Text

HEAD = """\\documentclass{{article}}
\\usepackage[paperwidth={width:g}bp,paperheight={height:g}bp,margin=0pt]{{geometry}}
\\usepackage[T1]{{fontenc}}
\\usepackage[utf8]{{inputenc}}
\\usepackage[scaled]{{helvet}}
\\usepackage{{amssymb,tikz}}
\\pagestyle{{empty}}
\\setlength\\parindent{{0pt}}
\\renewcommand*\\familydefault{{\\sfdefault}}
{colours}
\\begin{{document}}
{body}
\\end{{document}}
"""
SLIDES = """\\documentclass[aspectratio=169]{{beamer}}
\\usepackage[T1]{{fontenc}}
\\usepackage[utf8]{{inputenc}}
\\usepackage[scaled]{{helvet}}
\\usepackage{{amssymb,tikz}}
\\setbeamertemplate{{navigation symbols}}{{}}
{colours}
\\begin{{document}}
\\begin{{frame}}{{{title}}}
\\centering
\\resizebox{size}{{%
{body}}}

\\medskip
\\small
{captions}
\\end{{frame}}
\\end{{document}}
"""
FLATTEST = 0.39
"""Height by width of a picture that fills a slide below its title; two lines go below it."""
SIGNS = {
    "∂": r"\partial", "−": "-", "×": r"\times", "·": r"\cdot", "÷": r"\div", "Σ": r"\Sigma",
    "∑": r"\sum", "→": r"\to", "½": r"\frac12", "√": r"\surd", "∞": r"\infty", "≤": r"\le",
    "≥": r"\ge", "‖": r"\|", "∇": r"\nabla", "⊙": r"\odot", "∘": r"\circ", "…": r"\ldots",
    "′": "'", "⁺": "^{+}", "⁻": "^{-}", "⁽": "^{(}", "⁾": "^{)}", "ᵀ": "^{T}", "Π": r"\Pi",
    "|": "|", "<": "<", ">": ">",
}  # fmt: skip
"""Signs in mathematics."""
CAPITALS = (
    "gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega"
)  # fmt: skip
"""Greek letters whose capitals are no Latin ones."""
_ESCAPED = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
}  # fmt: skip


def tikz(sheet: Sheet, card: str) -> str:
    """One picture as a document with a page of its size, on a card of this colour."""
    return HEAD.format(
        width=sheet.width,
        height=sheet.height,
        colours=_colours([card], sheet),
        body=_picture(sheet, card),
    )


def slides(sheet: Sheet, captions: Iterable[str], title: str) -> str:
    """The steps of a picture as one Beamer frame, an overlay for each."""
    lines = (f"\\only<{k}>{{{escaped(text)}}}" for k, text in enumerate(captions, start=1))
    body, colours = _picture(sheet, ""), _colours([], sheet)
    wide = sheet.height <= FLATTEST * sheet.width
    size = r"{\textwidth}{!}" if wide else f"{{!}}{{{FLATTEST}\\textwidth}}"
    return SLIDES.format(
        size=size, colours=colours, body=body, captions="\n".join(lines), title=escaped(title)
    )


def _colours(more: list[str], sheet: Sheet) -> str:
    used = [part.fill for part in sheet.parts]
    used += [part.stroke for part in sheet.parts if isinstance(part, Shape)]
    found = sorted({colour.upper() for colour in [*used, *more] if colour})
    return "\n".join(f"\\definecolor{{c{c[1:]}}}{{HTML}}{{{c[1:]}}}" for c in found)


def _picture(sheet: Sheet, card: str) -> str:
    lines = [r"\begin{tikzpicture}[x=1bp,y=-1bp,line join=round]"]
    whole = f"(0,0) rectangle ({sheet.width:g},{sheet.height:g});"
    lines.append(f"\\useasboundingbox {whole}")
    if card:
        lines.append(f"\\fill[{_name(card)}] {whole}")
    for part in sheet.parts:
        line = _shape(part) if isinstance(part, Shape) else _text(part)
        lines.append(line if part.frame is None else f"\\uncover<{part.frame + 1}->{{{line}}}")
    return "\n".join([*lines, r"\end{tikzpicture}"])


def _name(colour: str) -> str:
    return f"c{colour[1:].upper()}"


def _shape(shape: Shape) -> str:
    options = [f"line width={shape.wide:.2f}bp"]
    options += [f"fill={_name(shape.fill)}"] * bool(shape.fill)
    options += [f"draw={_name(shape.stroke)}"] * bool(shape.stroke)
    options += ["dashed"] * shape.dashed
    points = [f"({x:.2f},{y:.2f})" for x, y in shape.points]
    if shape.curved:
        pieces = (points[k : k + 3] for k in range(1, len(points), 3))
        way = "".join(f" .. controls {a} and {b} .. {c}" for a, b, c in pieces)
    else:
        way = "".join(f" -- {point}" for point in points[1:])
    return f"\\path[{','.join(options)}] {points[0]}{way}{' -- cycle' * shape.closed};"


def _text(text: Text) -> str:
    x, y = text.at
    size = f"\\fontsize{{{text.size:.2f}bp}}{{{1.2 * text.size:.2f}bp}}\\selectfont"
    bold = r"\bfseries" * text.bold
    before = f"\\phantom{{{escaped(text.after)}}}" if text.after else ""
    return (
        f"\\node[anchor=base west,inner sep=0,text={_name(text.fill)}] at ({x:.2f},{y:.2f}) "
        f"{{{size}{bold}{{}}{before}{escaped(text.text)}}};"
    )


def escaped(text: str) -> str:
    r"""`text` as LaTeX, whatever is in it.

    >>> print(escaped("∂ 8 & w_1"))
    $\partial$ 8 \& w\_1
    """
    return re.sub(r"\$\$", "", "".join(map(_escaped, text)))


def _escaped(character: str) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character in SIGNS:
        return f"${SIGNS[character]}$"
    if character.isascii():
        return character if character.isprintable() else " "
    return f"${_greek(character)}$" if _greek(character) else "".join(_spelt(character))


def _greek(character: str) -> str:
    words = unicodedata.name(character, "").split()
    if len(words) != 4 or words[0] != "GREEK" or words[2] != "LETTER":
        return ""
    name = words[3].lower().replace("lamda", "lambda")
    if words[1] == "SMALL":
        return f"\\{name}" if name != "omicron" else "o"
    own = name in CAPITALS
    return f"\\{name.capitalize()}" if own else f"\\mathrm{{{name[0].upper()}}}"


def _spelt(character: str) -> Iterator[str]:
    """The character as raised or lowered digits, as a letter with its accent, or as `?`."""
    plain = unicodedata.normalize("NFKC", character)
    kind = unicodedata.decomposition(character).split(" ")[0]
    if plain.isascii() and plain.isprintable():
        raised = {"<super>": "^", "<sub>": "_"}.get(kind, "")
        yield f"${raised}{{{plain}}}$" if raised else "".join(map(_escaped, plain))
    elif "LATIN" in unicodedata.name(character, "") and ord(character) < 0x180:
        yield character
    else:
        yield "?"

"""A question as widgets: boxes to type into or buttons, what is said, and what unfolds."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from viz.errors import FormulaError
from viz.questions.answers import Typed, Verdict
from viz.questions.prose import html_of, inline, is_page, still

WIDE, NARROW = "100%", "11em"


def widgets() -> Any:
    """The package ipywidgets; None where it is not installed, or older than 8."""
    try:
        kit = importlib.import_module("ipywidgets")
    except ImportError:
        return None
    return kit if hasattr(kit.Widget, "_repr_mimebundle_") else None


def typed(text: str) -> Typed | str:
    """The number in a text; what is wrong with it, where it is none."""
    try:
        return Typed.read(text)
    except FormulaError as error:
        return error.reason


class Box:
    """The widgets of one question.

    Args:
        kit: the package ipywidgets.
        question: as Markdown.
        names: of the numbers that are asked for, "" for a single one; none for an open question.
        choices: the words to choose from, in place of numbers.
        judge: the verdict on a number, a dict of numbers by name, or a word.
        looked_at: called when the answer is asked for.
        answer: the right answer and why, as Markdown.
        figures: what unfolds with it.
    """

    def __init__(
        self,
        kit: Any,
        question: str,
        names: Sequence[str],
        choices: Sequence[str],
        judge: Callable[[Any], Verdict],
        looked_at: Callable[[], None],
        answer: str,
        figures: Sequence[Any],
    ):
        self._kit, self._judge, self._looked_at = kit, judge, looked_at
        self._answer, self._figures = answer, figures
        self._said = kit.HTMLMath()
        self._unfolded = kit.VBox([])
        self._fields = {name: self._field(name) for name in names}
        controls = [self._button(word, self._chosen) for word in choices] or [
            *self._fields.values(),
            *([self._button("Check", self._checked)] if names else []),
        ]
        row = kit.HBox(
            [*controls, self._button("Show me", self._shown, quiet=True)],
            layout=kit.Layout(flex_flow="row wrap", width=WIDE),
        )
        asked = kit.HTMLMath(f"<b>Predict.</b> {inline(question)}")
        self.widget = kit.VBox([asked, row, self._said, self._unfolded])

    def _field(self, name: str) -> Any:
        field = self._kit.Text(
            placeholder="a number",
            continuous_update=False,
            description=name and f"{name}{':' if ' ' in name else ' ='}",
            style={"description_width": "initial"},
            layout=self._kit.Layout(width=NARROW),
        )
        field.observe(lambda change: self._entered(), names="value")
        return field

    def _button(self, text: str, clicked: Callable[[Any], None], *, quiet: bool = False) -> Any:
        button = self._kit.Button(description=text, layout=self._kit.Layout(width="auto"))
        button.button_style = "" if quiet else "primary"
        button.on_click(clicked)
        return button

    def _entered(self) -> None:
        """Enter was pressed in a field, or it was left: judged once all are filled."""
        if all(field.value.strip() for field in self._fields.values()):
            self._checked(None)

    def _checked(self, button: Any) -> None:
        read = {name: typed(field.value) for name, field in self._fields.items()}
        for name, found in read.items():
            if isinstance(found, str):
                empty = not self._fields[name].value.strip()
                self._say("?", "Type a number." if empty else found)
                return
        self._tell(self._judge(read.get("", read)))

    def _chosen(self, button: Any) -> None:
        self._tell(self._judge(button.description))

    def _tell(self, verdict: Verdict) -> None:
        mark, word = ("✓", "Right.") if verdict.right else ("✗", "Not yet.")
        self._say(mark, verdict.text or word)
        if verdict.right:
            self._unfold()

    def _say(self, mark: str, text: str) -> None:
        self._said.value = f"{mark} {inline(text)}"

    def _shown(self, button: Any) -> None:
        self._looked_at()
        self._unfold()

    def _unfold(self) -> None:
        if not self._unfolded.children:
            self._unfolded.children = [self._kit.HTMLMath(html_of(self._answer)), *self._outputs()]

    def _outputs(self) -> list[Any]:
        return [
            self._page(f) if is_page(f) else self._kit.HTMLMath(still(f)) for f in self._figures
        ]

    def _page(self, figure: Any) -> Any:
        output = self._kit.Output()
        output.append_display_data(figure)
        return output

"""Pictures of computation graphs: every value, every gradient, every local gradient.

>>> from autograd import Value
>>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
>>> J = w * x
>>> J.label = "J"
>>> J.backward()
>>> print(draw(J))  # in a notebook: the picture; draw(J).save("j.svg") writes it
J = 10   ∂ 1   (×)
├─ ×2 ─ w = 5   ∂ 2
└─ ×5 ─ x = 2   ∂ 5
>>> print(derive(J, w))
∂J/∂w = x = 2

The rooms, in the order in which to read them:

1. `mathtext`, `text` and `theme`: numbers and names as they are written, and colours.
2. `graph`: a graph as it is to be shown, whole or folded; names, paths, doubtful numbers.
3. `figure`: `draw`, from the graph to a drawing, and `worksheet`. `layout`: from the drawing to
   SVG, by Graphviz, and from that to PDF and TikZ.
4. `tables`: `table`, `messages` and `nudge`.
5. `formulas`: `parse` reads one, `derive` writes the chain rule out.
6. `steps`: `step` and `animate`, the two passes frame by frame.
7. `live` and `play`: pages that compute everything anew as one drags an input, or train.
8. `plots`: activations, curves, training runs, surfaces, decisions and the lift, by matplotlib.
9. `questions`: `predict`, a question that hides its answer, `score`, and `quiz`, exercises.

`errors`, `files`, `pages` and `extras` serve them all. `python -m viz` draws a formula,
`python -m viz.demo` a neuron with its cost.
"""

import autograd

if not hasattr(autograd, "TeachingWarning"):
    raise ImportError(
        "the package `autograd` that Python found is not chainrule's engine, but "
        f"{autograd.__file__ or list(autograd.__path__)}. If that is a file or folder of your own, "
        "give it another name. If it is the PyPI package of that name, use a separate environment "
        "for chainrule, or run: pip uninstall autograd && "
        "pip install --force-reinstall --no-deps chainrule"
    )

from viz.errors import (
    DrawingError,
    EngineNotFoundError,
    FormulaError,
    LayoutError,
    SaveError,
    VizError,
)
from viz.extras import MissingExtraError
from viz.figure.draw import draw
from viz.figure.drawing import Part
from viz.figure.figure import Figure
from viz.figure.micrograd import draw_dot, trace
from viz.figure.worksheet import Worksheet, worksheet
from viz.formulas.derivation import Derivation, derive
from viz.formulas.equations import Equation
from viz.formulas.parse import Formula, parse
from viz.layout.engine import find_engine, introduce_to_graphviz, set_engine
from viz.live.inputs import Input
from viz.live.live import Live, live
from viz.live.play import Playground, play
from viz.plots.activation import plot_activation
from viz.plots.curves import plot_curves
from viz.plots.decision import plot_decision
from viz.plots.lift.plot import plot_lift
from viz.plots.surface import plot_loss_surface
from viz.plots.training import plot_gradient_norms, plot_history, plot_saturation
from viz.questions.predict import Prediction, predict
from viz.questions.quiz.question import Question
from viz.questions.quiz.quiz import Quiz, quiz
from viz.questions.score import Score, score
from viz.steps.animation import Animation, animate
from viz.steps.frames import Frame, Frames, frames
from viz.steps.stepper import Stepper, step
from viz.tables.messages import Message, Messages, messages
from viz.tables.nudge import Nudge, NudgeStep, nudge
from viz.tables.values import Local, Row, Table, table

introduce_to_graphviz()
del introduce_to_graphviz

__all__ = [
    "Animation",
    "Derivation",
    "DrawingError",
    "EngineNotFoundError",
    "Equation",
    "Figure",
    "Formula",
    "FormulaError",
    "Frame",
    "Frames",
    "Input",
    "LayoutError",
    "Live",
    "Local",
    "Message",
    "Messages",
    "MissingExtraError",
    "Nudge",
    "NudgeStep",
    "Part",
    "Playground",
    "Prediction",
    "Question",
    "Quiz",
    "Row",
    "SaveError",
    "Score",
    "Stepper",
    "Table",
    "VizError",
    "Worksheet",
    "animate",
    "derive",
    "draw",
    "draw_dot",
    "find_engine",
    "frames",
    "live",
    "messages",
    "nudge",
    "parse",
    "play",
    "plot_activation",
    "plot_curves",
    "plot_decision",
    "plot_gradient_norms",
    "plot_history",
    "plot_lift",
    "plot_loss_surface",
    "plot_saturation",
    "predict",
    "quiz",
    "score",
    "set_engine",
    "step",
    "table",
    "trace",
    "worksheet",
]

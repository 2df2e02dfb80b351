"""The kinds of answers that an exercise can ask for, as `viz.questions` has them."""

from viz.questions.answers import Answer as Exercise
from viz.questions.answers import Choice, Function, Number, Numbers

__all__ = ["Choice", "Exercise", "Function", "Number", "Numbers"]

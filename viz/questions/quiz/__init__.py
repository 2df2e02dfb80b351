"""Exercises with answers, on random graphs and on given ones.

The rooms, in the order in which to read them:

1. `random_graph`: graphs of small whole numbers. `question`: one question, as data.
2. `material`: what may be asked of a graph. `kinds`, `effects` and `slips`: the questions.
3. `handout` and `paper`: a quiz as Markdown, as a page, and as PDF.
4. `quiz`: all of it together.
"""

from viz.questions.quiz.quiz import KINDS

__all__ = ["KINDS"]

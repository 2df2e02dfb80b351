"""The walkthroughs' exercises: `check("3.1", answer)` tells right from wrong, and gives a hint.

Each notebook has a module here that lists its exercises. What is expected is computed there, by
another way than the notebook's where there is one.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from viz.questions.answers import Answer
from viz.questions.score import EXERCISES, SCORE

__all__ = ["check"]


def check(name: str, answer: Any = ...) -> None:
    """Print whether `answer` is right, and a hint where it is not.

    Args:
        name: the exercise's number, such as "3.1".
        answer: what was found; `...` stands for none yet.

    Raises:
        KeyError: there is no such exercise.
    """
    exercise = _find(name)
    SCORE.ask(EXERCISES, name)
    if answer is ...:
        print(f"Exercise {name}: put your answer in place of the dots and run this cell again.")
        return
    right, text = exercise.judge(answer)
    SCORE.answered(EXERCISES, name, right)
    print(f"✓ {name}: right. {text}".rstrip() if right else f"✗ {name}: not yet. {text}")


def _find(name: str) -> Answer:
    number = name.split(".")[0]
    for module in pkgutil.iter_modules(__path__):
        if module.name == f"notebook_{number:0>2}":
            found: dict[str, Answer] = importlib.import_module(f"exercises.{module.name}").EXERCISES
            if name in found:
                return found[name]
            raise KeyError(f"there is no exercise {name!r}; there are {', '.join(found)}")
    raise KeyError(f"there is no exercise {name!r}: notebook {number} has none")

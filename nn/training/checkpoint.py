"""A checkpoint: all that a run needs to go on, in one file, exactly as if it had never stopped.

The file holds the parameters, the state of optimiser and schedule, and the history. The order of
the examples and the random numbers of an epoch depend on the seed and on the epoch, so that they
need no room in it. Reading runs no code from the file.
"""

from __future__ import annotations

import io
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from autograd import write_file
from nn.checks import finite_array
from nn.errors import FileFormatError, KindError, StateError
from nn.text import short
from nn.training.history import History

FORMAT = "chainrule.nn checkpoint, version 1"
_OF_A_RUN = {"compiled": False, "why_not_compiled": None, "interrupted": False}
"""What a history says of one run only, and the next finds out anew."""


class Checkpoint:
    """The file of a run, and what the run was told, which must be the same when it goes on."""

    def __init__(self, path: Any, said: dict[str, Any]) -> None:
        if not isinstance(path, (str, os.PathLike)):
            raise KindError(f"checkpoint= is the path of a file, 'run.npz', not {short(path)}")
        self.path, self.said = Path(path), said

    def write(self, model: Any, optimizer: Any, schedule: Any, history: History) -> None:
        """Write the state after an epoch; until all of it is on the disk, the old file stays."""
        state = _state(optimizer)
        steps, averages = state.pop("steps", []), state.pop("averages", {})
        facts = {
            "format": FORMAT,
            "said": self.said,
            "optimizer": state,
            "averages": [*averages],
            "schedule": None if schedule is None else schedule.state_dict(),
            "history": asdict(history) | _OF_A_RUN,
        }
        arrays: Any = {f"average{i}": np.array(a) for i, a in enumerate(averages.values())}
        numbers = np.array([p.data for p in model.parameters()], dtype=np.float64)
        file = io.BytesIO()
        text = np.array(json.dumps(facts))
        np.savez(file, facts=text, parameters=numbers, steps=np.array(steps), **arrays)
        write_file(self.path, file.getvalue())

    def read(self, model: Any, optimizer: Any, schedule: Any) -> History | None:
        """Put model, optimiser and schedule into the state of the file; None if there is none.

        Raises:
            FileFormatError: it is no checkpoint, or damaged. StateError: it is of another run;
                nothing has changed.
        """
        if not self.path.exists():
            return None
        facts, numbers, state = self._contents()
        for name, mine in json.loads(json.dumps(self.said)).items():
            if facts["said"].get(name) != mine:
                raise StateError(
                    f"{self.path} is the checkpoint of a run with {name} = "
                    f"{facts['said'].get(name)!r}, and this one has {mine!r}; say the same, or "
                    "give another path, or remove the file to begin anew"
                )
        parameters = list(model.parameters())
        if len(parameters) != len(numbers) or (schedule is None) != (facts["schedule"] is None):
            raise StateError(
                f"{self.path} is the checkpoint of another run: it has {len(numbers):,} "
                f"parameters and {'no' if facts['schedule'] is None else 'a'} schedule, this one "
                f"{len(parameters):,} and {'no' if schedule is None else 'a'} schedule"
            )
        optimizer.load_state_dict(state)
        if schedule is not None:
            schedule.load_state_dict(facts["schedule"])
        for parameter, number in zip(parameters, numbers.tolist(), strict=True):
            parameter.data = number
        return History(**facts["history"])

    def _contents(self) -> tuple[dict[str, Any], Any, dict[str, Any]]:
        try:
            with np.load(io.BytesIO(self.path.read_bytes()), allow_pickle=False) as archive:
                facts = json.loads(str(archive["facts"]))
                if facts["format"] != FORMAT:
                    raise ValueError(f"it says it is {short(facts['format'])}")
                names = enumerate(facts["averages"])
                averages = {name: archive[f"average{i}"].tolist() for i, name in names}
                numbers, steps = archive["parameters"], archive["steps"].tolist()
            finite_array(numbers, "its parameters")
        except OSError:
            raise
        except Exception as error:  # zip, zlib, json and NumPy each have their own for damage
            raise FileFormatError(
                f"{self.path} is not a checkpoint that fit wrote, or it is damaged ({error}); "
                "nothing was loaded"
            ) from None
        state = facts["optimizer"] | ({"steps": steps, "averages": averages} if steps else {})
        return facts, numbers, state


def _state(optimizer: Any) -> dict[str, Any]:
    try:
        return dict(optimizer.state_dict())
    except AttributeError:
        raise KindError(
            f"checkpoint= needs an optimiser with state_dict() and load_state_dict(), which "
            f"{type(optimizer).__name__} has not"
        ) from None

"""Losses: how far one example's output a is from its target y.

Every loss is a function `loss(output, target)` of ONE example; average over a batch with
`autograd.mean([loss(model(x), y) for x, y in batch])` (Lei's notes, section 2.4). `output` is
what a model gives: a Value, or a list of them; plain numbers and arrays work too and give a
number. `target` is a number or a sequence of the same length. All stay finite and exact for
extreme outputs.

A loss is one block: its facts, its formula, its description. Names, targets and thresholds are
read from the facts by whoever needs them. Rooms, in the order to read them: `table` (where a block
enters its facts), `numbers` and `classes` (the losses, by what their targets are), `names` (which
others have for them).

>>> get("MSELoss") is get("mse") is mse is mean_squared_error
True
>>> cross_entropy([0.0, 0.0], 1)
0.6931471805599453
"""

# ruff: noqa: F403 (that names are not listed again is the point)

from nn.foreign import elsewhere
from nn.losses.classes import *
from nn.losses.names import *
from nn.losses.names import LossClass
from nn.losses.numbers import *
from nn.losses.table import LOSSES

globals()["__all__"] = [  # by this way, since type checkers know the names from the import
    *("LOSSES", "facts_of", "get"),
    *(name for name, thing in globals().items() if thing in LOSSES.values()),
    *(name for name, thing in globals().items() if isinstance(thing, LossClass)),
]

globals()["__getattr__"] = elsewhere(__name__)  # by this way, or for type checkers all would exist

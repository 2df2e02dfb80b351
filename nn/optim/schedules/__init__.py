"""Learning-rate schedules: how the learning rate η changes from epoch to epoch.

Names and formulas are PyTorch's. Call `scheduler.step()` once per epoch (or per batch, if its
numbers are meant so), after `optimizer.step()`. Every schedule is also a plain function of the
step's number: `scheduler.lr_at(10)`.

One difference: where PyTorch multiplies the rates of two schedules on one optimiser, here each sets
the rate by itself, so that the last one to step decides. Put one after the other with
`SequentialLR`, or write their product as a `LambdaLR`.

Rooms, in the order to read them: `base` (what a schedule is), `by_step` (functions of the step's
number), `plateau` (which looks at the loss), `names` (the usual ones by name, for `fit`).
"""

from nn.foreign import elsewhere
from nn.optim.schedules.base import LRScheduler
from nn.optim.schedules.by_step import (
    ConstantLR,
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    OneCycleLR,
    SequentialLR,
    StepLR,
    warmup_cosine,
)
from nn.optim.schedules.names import SCHEDULES
from nn.optim.schedules.plateau import ReduceLROnPlateau

__all__ = [
    "SCHEDULES",
    "ConstantLR",
    "CosineAnnealingLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "OneCycleLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
    "warmup_cosine",
]

globals()["__getattr__"] = elsewhere(__name__)  # by this way, or for type checkers all would exist

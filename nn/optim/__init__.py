"""Optimisers, learning-rate schedules, clipping: parameters θ follow gradients g downhill.

Rooms, in the order in which to read them: `base` holds parameters and running averages, with
settings by `groups`; `optimizers` has the formulas, `schedules` sets the learning rate, `clipping`
bounds gradients.

>>> from autograd import Value
>>> w = Value(3.0)
>>> optimizer = SGD([w], lr=0.25)
>>> for _ in range(3):
...     (w ** 2).backward()
...     optimizer.step()
...     optimizer.zero_grad()
>>> w.data
0.375
"""

from nn.foreign import elsewhere
from nn.optim import schedules as lr_scheduler
from nn.optim.base import Optimizer
from nn.optim.optimizers import SGD, Adam, AdamW, RMSProp, RMSprop

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSProp", "RMSprop", "lr_scheduler"]

globals()["__getattr__"] = elsewhere(__name__)  # by this way, or for type checkers all would exist

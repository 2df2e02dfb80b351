"""Optimisers, learning-rate schedules, clipping: parameters θ follow gradients g downhill."""

from nn.optim.base import Optimizer
from nn.optim.optimizers import SGD, Adam, AdamW, RMSProp, RMSprop

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSProp", "RMSprop"]

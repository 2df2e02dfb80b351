"""Keywords of `fit` and of `compiled_step` that other packages call something else."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from nn.errors import KindError

__tracebackhide__ = True

_HERE = {
    "lr": "learning_rate learning_rate_init learningrate eta step_size",
    "epochs": "max_iter n_epochs num_epochs nb_epoch max_epochs n_iter iterations",
    "seed": "random_state random_seed rng",
    "progress": "verbose disp show_progress",
    "validation": "validation_data val_data eval_set valid",
    "validation_split": "validation_fraction val_split test_size",
    "loss": "criterion loss_fn loss_function objective",
    "optimizer": "optim opt solver optimiser",
    "schedule": "scheduler lr_scheduler lr_schedule learning_rate_schedule",
    "metrics": "scoring scorer",
    "l2": "alpha penalty weight_penalty reg",
    "clip_norm": "clipnorm max_grad_norm grad_clip gradient_clip_val max_norm",
    "clip_value": "clipvalue",
    "sample_weight": "sample_weights weights",
    "class_weight": "class_weights",
    "batch_size": "batchsize bs minibatch_size",
    "callbacks": "callback",
    "compiled": "jit compile",
    "backend": "device",
    "initial_epoch": "start_epoch first_epoch",
    "checkpoint": "resume checkpoint_path",
    "callbacks=nn.EarlyStopping(patience=10)": "early_stopping patience n_iter_no_change",
}
_OURS = {theirs: ours for ours, names in _HERE.items() for theirs in names.split()}


def refuse(function: str, unknown: Iterable[str], known: Collection[str]) -> None:
    """Raise KindError if there are unknown keywords; it says what to write for the first."""
    for name in unknown:
        close = difflib.get_close_matches(name, known, n=1)
        ours = _OURS.get(name.lower()) or next(iter(close), "")
        if ours.partition("=")[0] not in known:
            advice = f"it takes {', '.join(known)}"
        else:
            advice = f"write {ours if '=' in ours else f'{ours}='}"
        raise KindError(f"{function} has no {name}=; {advice}")

"""The bar, and what happens without tqdm."""

import importlib

import nn
from nn.training.fit import fit
from nn.training.progress import ProgressBar


def test_what_the_bar_says(capsys):
    with ProgressBar(True, epochs=2, batches=3, metric="accuracy") as bar:
        bar.begin_epoch(2)
        bar.show(loss=0.123456, metric=0.5, val_loss=None)
        for _ in range(6):
            bar.advance()
    shown = capsys.readouterr().err
    assert "epoch 2/2" in shown
    assert "6/6" in shown
    assert "loss=0.1235, accuracy=50.0%" in shown
    assert "val_loss" not in shown


def test_other_metrics_are_no_shares(capsys):
    with ProgressBar(True, epochs=1, batches=1, metric="distance") as bar:
        bar.show(metric=2.5)
        bar.advance()
    assert "distance=2.5" in capsys.readouterr().err


def test_without_tqdm_training_works_and_one_line_says_what_to_install(capsys, monkeypatch):
    def missing(name, *args):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    history = fit(nn.MLP(1, [1], seed=0), [[1.0]], [1.0], epochs=2)
    assert len(history) == 2
    message = capsys.readouterr().err
    assert 'pip install "chainrule[train]"' in message
    assert message.count("\n") == 1

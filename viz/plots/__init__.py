"""Plots: activations, training runs, loss surfaces, decisions."""

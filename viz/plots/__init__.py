"""Plots, a file each: `activation`, `curves`, `training`, `surface`, `decision`, and a room `lift`.

`axes` has what all of them share: the style, titles and legends, colour bars, checks. Each plot
takes the Axes to draw on as `ax=`, or makes a figure of its own, and returns the Axes; `lift`,
which has several panels, always makes one.

>>> from matplotlib.figure import Figure
>>> from viz.plots.activation import plot_activation
>>> axes = plot_activation("tanh", Figure().subplots())
>>> [curve.get_label() for curve in axes.get_lines()[2:]]
['φ(z)', 'φ′(z)']
"""

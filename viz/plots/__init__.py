"""Plots: `activation`, `training` (with `layer_data`), `surface` and `decision`, on `axes`.

`axes` has what all of them share: the style, titles and legends, colour bars, ranges. Each plot
takes the Axes to draw on as `ax=`, or makes a figure of its own, and returns the Axes.
"""

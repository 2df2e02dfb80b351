"""Forward and backward, one step at a time.

`frames` are the steps as data, which `captions` tell. `stage` lays out one figure for all of them
and marks its parts with when they appear; `stepper` shows it on a page to go through by hand,
`animation` as an SVG that plays (`moving_figure`, `keyframes`), or as a GIF or a video (`film`).

>>> from autograd import Value
>>> from viz.steps.frames import frames
>>> from viz.steps.stage import stage
>>> steps = frames(Value(3.0, label="w") ** 2)
>>> print(steps[-1])
∂v2/∂w = ∂v2/∂v2 · ∂v2/∂w = 1 · 6 = 6
>>> numbers = stage(steps).svg.iterfind(".//*[@data-answer]")
>>> [(" ".join(part.text.split()), part.get("data-from")) for part in numbers]
[('3', '0'), ('∂ 6', '3'), ('9', '1'), ('∂ 1', '2')]
"""

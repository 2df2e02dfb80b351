"""The lift: `reading` finds out, `columns` and `statements` draw, `plot` is what users call."""

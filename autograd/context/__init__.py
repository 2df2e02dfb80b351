"""The context of a computation: modes, settings, tracing, lints, and the code that calls."""

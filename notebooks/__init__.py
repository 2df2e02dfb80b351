"""The walkthroughs, and the command that runs them: `python -m notebooks`."""

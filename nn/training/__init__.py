"""Training and use: `fit`, one run of it, its callbacks and history; predictions."""

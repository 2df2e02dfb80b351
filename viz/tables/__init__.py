"""Tables of values, of messages, and of what a small change of a value does."""

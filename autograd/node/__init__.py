"""A `Value`'s parts: operators, methods, conditions, and how an operation becomes a node."""

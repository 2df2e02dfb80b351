"""Back ends: each is one file that spells the statements or the graph of a program."""

"""Running programs: traces kept, buffers, batches in pieces, methods and pickles."""

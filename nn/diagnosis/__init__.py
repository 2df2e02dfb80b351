"""What keeps a network from learning: `diagnose`, its report and its advice."""

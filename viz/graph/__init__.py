"""What there is to see of a graph: its scene, its routes, what is folded, what is in doubt."""

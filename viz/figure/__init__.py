"""The wire figure: every value on a wire, or neurons and layers as boxes."""

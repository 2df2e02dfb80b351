"""The layout engine, and what is done to the SVG that it writes."""

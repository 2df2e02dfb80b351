"""Tracing: a function run once on placeholders, and what it reads of the world around it."""

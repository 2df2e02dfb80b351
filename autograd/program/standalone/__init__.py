"""Standalone files."""

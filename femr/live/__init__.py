"""Faces over time: a live camera."""

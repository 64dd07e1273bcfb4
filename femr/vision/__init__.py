"""Faces in photos, and what they show. Knows nothing of music."""

"""Songs for moods. Knows nothing of faces."""

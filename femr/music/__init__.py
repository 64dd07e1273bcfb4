"""Songs for moods. Knows nothing of faces.

`playlist.recommend` makes a playlist: it sets where each song should lie, `filters` says which songs are allowed, and
`selection.select_songs` chooses them from a `catalogue`. `export` and `share_link` take a playlist along, `exportify`
writes and parses a table of songs, and `audio_library` makes one from a folder of audio files.
"""

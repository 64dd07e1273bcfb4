"""Films: from a clip's file to who shows what in it over time.

    file ──► worker: decode ──► watch ──► film
             a few upright      faces     moments, and the mood's line in segments
             frames a second    followed

`film` is pure; `watch` reads frames with the rooms of a live camera; `process` has the file decoded by another process.
"""

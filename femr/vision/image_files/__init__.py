"""Pictures' files: from what a visitor gives to an upright RGB array or a clear error, and from arrays to a page.

    file ──► structure (jpeg, png, gif, webp, heif, bmp) ──► decode ──► upright RGB
             sizes, scans, what it costs; refused             only what the pixels need

`load` decodes in the caller's process; `pool` does so in processes of its own (`worker`), for strangers' files.
"""

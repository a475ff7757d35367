"""Pictures: image files, opened as hostile, and what can be read from them.

Read in this order: `anatomy` (the structure of a file, without decoding), `opening` (a file → clean
pixels, or an error that says why not).
"""

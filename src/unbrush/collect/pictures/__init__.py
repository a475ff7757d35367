"""Pictures: image files, opened as hostile, and what can be read from them.

Read in this order: `anatomy` (the structure of a file, without decoding), `opening` (a file → clean
pixels, or an error that says why not). Screenshots: `ocr` (pixels → lines; `tiles`), `qr`, `stars`,
`bubbles`, `kinds` (what a page is), `stated` and `fields` (what it states), `masking` (what is
hidden of it), and `screenshot`, the door to all of these.
"""

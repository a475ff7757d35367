"""Pages: their text, what is found on them, and what was made to catch searches."""

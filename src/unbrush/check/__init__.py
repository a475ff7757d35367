"""check: what can be said of a few reviews, pages, posts or pictures by who holds no more.

The short path beside `run`: the same stages on a tiny market, and one document per input. Read in
this order: `opening` (a name → a file that is safe to read), `lines` (→ records), `kinds` (what
they are), `gathering` and `standing_in` (reviews → a table), `market` (→ the stages), `reviews`,
`pages`, `posts`, `pictures` (→ documents), `sources` (one after the other).
"""

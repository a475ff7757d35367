"""What labels teach: boosted trees on what was known of an order or review at its own moment.

What comes in: `_orders`, `_reviews`, `_witnesses` and the event tables; labels only in `train`.
What goes out: one weak witness where the model is sure, with its reasons. Read `features` (what is
known), `train` (how trees grow), `model` (the file) and `speaking` (what a model may do) in turn.
"""

from unbrush.judge.learned.model import Model, read_model
from unbrush.judge.learned.speaking import speak, write_down

__all__ = ["Model", "read_model", "speak", "write_down"]

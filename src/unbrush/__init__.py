"""unbrush finds fake orders and fake reviews, shows who organised them, and counts without them."""

__version__ = "0.1.0"

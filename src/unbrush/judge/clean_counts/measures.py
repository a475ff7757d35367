"""What is counted of a row, raw and clean: one list, for every table that counts."""

MEASURES = (
    "orders",
    "turnover_minor",
    "refunded_orders",
    "refunded_minor",
    "reviews",
    "ratings",
    "rating_milli_sum",
)
"""Orders that were not called off, what was paid for them, what of both was given back; reviews,
those with a rating, and the sum of their ratings in thousandths: whole numbers, whose sums do not
depend on their order."""


def sums(measures: tuple[str, ...] = MEASURES) -> str:
    """Return SQL for the sum of every measure, raw and clean, under its own name."""
    return ", ".join(
        f"CAST(sum({what}_{side}) AS BIGINT) AS {what}_{side}"
        for what in measures
        for side in ("raw", "clean")
    )

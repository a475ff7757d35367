"""Units: what a mapping may say a number is in, and what it takes to make it ours."""

from unbrush.base.tables import Column, Kind

_WEIGHTS = {"g": 1.0, "kg": 1_000.0, "mg": 0.001, "oz": 28.349523125, "lb": 453.59237, "jin": 500.0}
_DURATIONS = {"ms": 1.0, "s": 1_000.0, "min": 60_000.0, "h": 3_600_000.0}
_TIMES = ("s", "ms", "us", "ns")


def units_of(column: Column) -> tuple[str, ...]:
    """Return the units that a mapping may give for ``column``; none if it has no unit."""
    if column.kind is Kind.MONEY:
        return ("minor", "major")
    if column.kind is Kind.TIME:
        return _TIMES
    return tuple(_factors(column))


def factor_of(column: Column, unit: str) -> float:
    """Return what a number in ``unit`` is multiplied by to be in the column's own unit."""
    return _factors(column).get(unit, 1.0)


def _factors(column: Column) -> dict[str, float]:
    if column.name.endswith("_g"):
        return _WEIGHTS
    if column.name.endswith("_ms"):
        return _DURATIONS
    return {}

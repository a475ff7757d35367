"""Parameters with bounds: described once, at their field, and checked before they enter any SQL."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, TypeVar

from unbrush.base.errors import BadParameter, did_you_mean

P = TypeVar("P")


def bounded(
    default: float,
    *,
    doc: str,
    at_least: float = -math.inf,
    at_most: float = math.inf,
) -> Any:
    """Declare a numeric field of a frozen ``Params`` dataclass.

    Args:
        default: Value when nobody says otherwise; its type (int or float) is the field's type.
        doc: One sentence, the only place where the parameter is described.
        at_least: Smallest allowed value.
        at_most: Largest allowed value.
    """
    bounds = {"doc": doc, "at_least": at_least, "at_most": at_most, "type": type(default)}
    return dataclasses.field(default=default, metadata=bounds)


def with_values(params: P, values: Mapping[str, Any], *, owner: str) -> P:
    """Return ``params`` with some values replaced, each checked against its field's bounds.

    Args:
        params: A frozen dataclass whose fields were made by `bounded`.
        values: New values by field name.
        owner: Whose parameters they are, for the error message.

    Raises:
        BadParameter: A name that does not exist, a value of the wrong type or out of bounds.
    """
    fields = {field.name: field for field in dataclasses.fields(params)}  # type: ignore[arg-type]  # P is a dataclass by contract
    for key, value in values.items():
        if key not in fields:
            raise BadParameter(f"{owner} has no parameter {key!r}.", hint=did_you_mean(key, fields))
        _check(fields[key].metadata, f"{owner}.{key}", value)
    return dataclasses.replace(params, **values)  # type: ignore[type-var]


def _check(bounds: Mapping[str, Any], label: str, value: Any) -> None:
    low, high, kind = bounds["at_least"], bounds["at_most"], bounds["type"]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or (kind is int and not float(value).is_integer()):
        wanted = "a whole number" if kind is int else "a number"
        raise BadParameter(f"{label} is {value!r}, but it must be {wanted}.", hint=bounds["doc"])
    if not low <= value <= high:
        raise BadParameter(
            f"{label} is {value}, but it must lie between {low} and {high}.", hint=bounds["doc"]
        )

"""What can be given and asked: event tables and detectors, as the terminal lists them."""

import dataclasses
import importlib
from typing import Any

from unbrush.base.detector import Detector
from unbrush.base.errors import BadParameter, did_you_mean
from unbrush.base.tables import TABLES

Rows = list[dict[str, Any]]


def table_rows(name: str) -> Rows:
    """Return one row per event table, or per column of the table ``name``.

    Raises:
        BadParameter: There is no such table.
    """
    if not name:
        return [
            {
                "table": table.name,
                "key": ", ".join(table.key),
                "needed": ", ".join(table.required),
                "optional": ", ".join(c.name for c in table.columns if not c.is_required),
            }
            for table in TABLES.values()
        ]
    if name not in TABLES:
        raise BadParameter(f"There is no table {name!r}.", hint=did_you_mean(name, TABLES))
    return [
        {
            "column": column.name,
            "holds": column.kind.value,
            "needed": "yes" if column.is_required else "",
            "known values": ", ".join(column.allowed),
        }
        for column in TABLES[name].columns
    ]


def detector_rows(found: list[Detector]) -> Rows:
    """Return one row per detector: what it looks for and needs."""
    return [
        {
            "detector": detector.name,
            "finds": f"{detector.title.en} · {detector.title.zh}",
            "needs": "; ".join(f"{t} ({', '.join(c)})" for t, c in detector.needs.items()),
        }
        for detector in found
    ]


def parameter_rows(detector: Detector) -> Rows:
    """Return one row per parameter of a detector: default, bounds and meaning."""
    return [
        {
            "parameter": f"{detector.name}.{field.name}",
            "default": str(field.default),
            "from": str(field.metadata["at_least"]),
            "to": str(field.metadata["at_most"]),
            "meaning": field.metadata["doc"],
        }
        for field in dataclasses.fields(detector.params)
    ]


def page(name: str, found: list[Detector]) -> tuple[Detector, str]:
    """Return a detector by name, with its page.

    Raises:
        BadParameter: There is no such detector.
    """
    by_name = {detector.name: detector for detector in found}
    if name not in by_name:
        raise BadParameter(f"There is no detector {name!r}.", hint=did_you_mean(name, by_name))
    module = importlib.import_module(f"unbrush.detect.{name.replace('-', '_')}")
    return by_name[name], (module.__doc__ or "").strip()

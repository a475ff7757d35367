"""Preset files: TOML that says what conduct weighs, checked key by key."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from unbrush.base.errors import BadParameter, BadRecord, did_you_mean
from unbrush.base.params import with_values
from unbrush.base.words import Words
from unbrush.respond.desk.credit.preset import (
    CLASSES,
    MEASURES,
    Band,
    CreditClass,
    Numbers,
    Preset,
)
from unbrush.respond.desk.ladder import LADDER

LARGEST = 20_000
_NUMBERS = {field.name.replace("_", ".", 1): field.name for field in fields(Numbers)}
_SECTIONS = ("name", "classes", "bands", *sorted({key.split(".")[0] for key in _NUMBERS}))
_COPY = "Start from the default: GET /credit/presets/default."


def default_text() -> str:
    """Return the text of the default preset, to be copied and changed."""
    return (files("unbrush.respond.desk.credit") / "preset.toml").read_text("utf-8")


@cache
def read_preset(text: str) -> Preset:
    """Read a preset; every class and every number has to be there.

    Raises:
        BadRecord: It does not make sense; names the key, what is allowed and what to try.
    """
    if len(text) > LARGEST:
        raise BadRecord(f"A preset has {LARGEST:,} signs at most.", hint=_COPY)
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRecord(f"The preset is not TOML: {error}.", hint=_COPY) from None
    _keys("the preset", raw, _SECTIONS)
    name = raw["name"]
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 100:
        raise BadRecord("name is no name.", hint="Give it 1 to 100 signs in quotes.")
    preset = Preset(
        name=name.strip(), classes=_classes(raw["classes"]), numbers=_numbers(raw),
        bands=_bands(raw["bands"]),
    )  # fmt: skip
    _check_order(preset)
    return preset


def _keys(where: str, body: Any, known: tuple[str, ...] | list[str]) -> None:
    if not isinstance(body, Mapping):
        raise BadRecord(f"{where} is no section.", hint=f"Write it as [{where}]. {_COPY}")
    for key in body:
        if key not in known:
            raise BadRecord(f"{where} has a key {key} that is not known.",
                            hint=did_you_mean(str(key), known))  # fmt: skip
    for key in known:
        if key not in body:
            raise BadRecord(f"{where} lacks {key}.", hint=_COPY)


@dataclass(frozen=True)
class _Reading:
    """Puts values into a dataclass, and names keys as the file does."""

    where: str

    def into(self, target: Any, values: Mapping[str, Any]) -> Any:
        try:
            return with_values(target, values, owner=self.where)
        except BadParameter as error:
            raise BadRecord(error.message, hint=error.hint) from None


def _classes(raw: Any) -> dict[str, CreditClass]:
    _keys("classes", raw, list(CLASSES))
    return {name: _class(f"classes.{name}", raw[name]) for name in CLASSES}


def _class(where: str, raw: Any) -> CreditClass:
    _keys(where, raw, [field.name for field in fields(CreditClass)])
    rungs, needs = _words(f"{where}.rungs", raw["rungs"], LADDER), _words(
        f"{where}.needs", raw["needs"], MEASURES
    )  # fmt: skip
    numbers = {key: value for key, value in raw.items() if key not in ("rungs", "needs")}
    made: CreditClass = _Reading(where).into(CreditClass(rungs=rungs, needs=needs), numbers)
    if made.max_days <= made.min_days:
        raise BadRecord(
            f"{where}.max_days ({made.max_days}) is not above min_days ({made.min_days}).",
            hint="Something has to be left between, in which it fades.",
        )
    return made


def _words(where: str, raw: Any, known: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(each, str) for each in raw):
        raise BadRecord(f"{where} is no list of words.", hint=f"Known: {', '.join(known)}.")
    for each in raw:
        if each not in known:
            raise BadRecord(f"{where} names {each}.", hint=did_you_mean(each, known))
    return tuple(raw)


def _numbers(raw: Mapping[str, Any]) -> Numbers:
    values: dict[str, Any] = {}
    for section in sorted({key.split(".")[0] for key in _NUMBERS}):
        known = [key.split(".")[1] for key in _NUMBERS if key.startswith(f"{section}.")]
        _keys(section, raw[section], known)
        values |= {_NUMBERS[f"{section}.{key}"]: value for key, value in raw[section].items()}
    made: Numbers = _Reading("the preset").into(Numbers(), values)
    return made


def _bands(raw: Any) -> tuple[Band, ...]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= 20:
        raise BadRecord("bands is no list of 1 to 20.", hint=f"Write each as [[bands]]. {_COPY}")
    made = []
    for place, each in enumerate(raw, start=1):
        where = f"bands[{place}]"
        _keys(where, each, ["name", "least", "zh", "en"])
        least = each["least"]
        if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 100:
            raise BadRecord(f"{where}.least is {least!r}.", hint="It is a score, 0 to 100.")
        texts = [each[key] for key in ("name", "zh", "en")]
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise BadRecord(f"{where} has an empty name, zh or en.", hint="Give it all three.")
        made.append(Band(name=texts[0], least=float(least), words=Words(texts[1], texts[2])))
    return tuple(made)


def _check_order(preset: Preset) -> None:
    classes = list(preset.classes.values())
    named = [rung for each in classes for rung in each.rungs]
    if sorted(named) != sorted(LADDER):
        raise BadRecord(
            f"The classes name the rungs {', '.join(sorted(named))}.",
            hint=f"Each of {', '.join(LADDER)} is in one class, and in one only.",
        )
    for what in ("weight", "max_days"):
        values = [getattr(each, what) for each in classes]
        if values != sorted(values):
            raise BadRecord(
                f"{what} falls from light to serious ({', '.join(map(str, values))}).",
                hint="What is graver weighs at least as much, and is remembered as long.",
            )
    numbers = preset.numbers
    if not numbers.role_organiser >= numbers.role_merchant >= numbers.role_coerced:
        raise BadRecord(
            "role does not fall from organiser to merchant to coerced.",
            hint="Whoever organised it carries most, whoever was pressed into it least.",
        )
    if numbers.severity_unknown > numbers.severity_most:
        raise BadRecord("severity.unknown is above severity.most.", hint="Nobody counted: be mild.")
    least = [band.least for band in preset.bands]
    if least != sorted(set(least), reverse=True) or least[-1] != 0:
        raise BadRecord(
            f"bands do not fall to 0 ({', '.join(map(str, least))}).",
            hint="The best comes first, each lower than the one before, the last with least = 0.",
        )

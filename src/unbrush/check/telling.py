"""Values of fields as people read them, in both languages."""

from collections.abc import Mapping
from typing import Any

from unbrush.base.words import Words
from unbrush.check.terms import FIELDS, VALUES


def told_value(value: Any) -> Words:
    """Return a field's value on one line."""
    if isinstance(value, bool):
        return Words("是", "yes") if value else Words("否", "no")
    if isinstance(value, list | tuple):
        each = [told_value(one) for one in value]
        return Words("、".join(one.zh for one in each), ", ".join(one.en for one in each))
    if isinstance(value, Mapping):
        return _told_mapping(value)
    text = str(value)
    return VALUES.get(text, Words(text, text))


def _told_mapping(value: Mapping[str, Any]) -> Words:
    """Return a contact, a reward or a script in a few words."""
    if "masked" in value:
        kind = told_value(value["kind"])
        return Words(f"{kind.zh} {value['masked']}", f"{kind.en} {value['masked']}")
    if "words" in value:
        amount = ""
        if value.get("amount_minor") is not None:
            amount = f" {value['amount_minor'] / 100:g} {value.get('currency', '')}".rstrip()
        return Words(f"“{value['words']}”{amount}", f"“{value['words']}”{amount}")
    names = {key: FIELDS.get(key, Words(key, key)) for key in value}
    each = {key: told_value(one) for key, one in value.items()}
    return Words(
        "；".join(f"{names[key].zh}：{one.zh}" for key, one in each.items()),
        "; ".join(f"{names[key].en}: {one.en}" for key, one in each.items()),
    )

"""`unbrush tables` and `unbrush detectors`: what can be given, and what is looked for."""

from unbrush.serve import reference, screen
from unbrush.serve.options import Common


def tables(name: str = "", /, *, common: Common = Common()) -> None:
    """List the event tables that you can give, or the columns of one.

    Args:
        name: A table, such as orders; all of them if left out.
        common: Shared options.
    """
    rows = reference.table_rows(name)
    if common.json:
        screen.say_json(rows)
    else:
        screen.say_table(f"Columns of {name}" if name else "Event tables", rows)


def detectors(name: str = "", /, *, common: Common = Common()) -> None:
    """List the detectors, or show one: what it finds, whom it spares, its parameters for --set.

    Args:
        name: A detector, such as shared-device; all of them if left out.
        common: Shared options.
    """
    from unbrush.detect import detectors as discover

    found = discover()
    if not name:
        rows = reference.detector_rows(found)
        screen.say_json(rows) if common.json else screen.say_table("Detectors", rows)
        return
    detector, text = reference.page(name, found)
    rows = reference.parameter_rows(detector)
    if common.json:
        screen.say_json({"detector": name, "page": text, "parameters": rows})
        return
    screen.say(f"{name} · {detector.title.zh}\n\n{text}\n")
    screen.say_table("Parameters", rows)

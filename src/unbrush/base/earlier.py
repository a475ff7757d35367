"""An earlier run of the same market, opened beside today's, so that a stage can go on from it.

Its tables appear under their own name after ``was_``, with ids of today's type.
"""

from unbrush.base.clock import day_of
from unbrush.base.engine import Engine
from unbrush.base.errors import DoesNotFollow, NotReady, UsageError
from unbrush.base.manifest import Manifest
from unbrush.base.market import whole_table_sql
from unbrush.base.run_folder import RunFolder
from unbrush.base.tables import TABLES

WATCHED = ("accounts", "account_links", "interactions", "orders", "reviews")
"""Event tables whose new rows may change a ring."""

STATE = ("blocks", "block_accounts", "block_columns", "companies")
"""What `group` leaves for its next run, beside what it found."""

FOUND = ("rings", "ring_members")


def open_earlier(engine: Engine, earlier: RunFolder, folder: RunFolder, manifest: Manifest) -> None:
    """Make the tables of ``earlier`` that a grouping goes on from readable in ``engine``.

    Args:
        engine: Where they shall appear, as views.
        earlier: A run folder in which `group` has run.
        folder: Today's run folder.
        manifest: Today's.

    Raises:
        NotReady: There is no earlier run, or it left no state.
        DoesNotFollow: It is of another key, or newer, or has tables that are gone.
        UsageError: Both are one folder.
    """
    if earlier.root.resolve() == folder.root.resolve():
        raise UsageError(
            f"--since is {earlier.root}, the folder that is grouped itself.",
            hint="Collect each day into a folder of its own, and name the day before.",
        )
    check_is_there(earlier)
    before = Manifest.read(earlier.manifest)
    _check_follows(earlier, folder, before, manifest)
    for name in WATCHED:
        source = engine.scan(earlier.event(name)) if name in before.tables else ""
        sql = whole_table_sql(engine, TABLES[name], source, manifest.id_types)
        engine.view(f"was_{name}", sql)
    for name in FOUND:
        engine.view(f"was_{name}", f"SELECT * FROM {engine.scan(earlier.output(name))}")
    for name in STATE:
        engine.view(f"was_{name}", f"SELECT * FROM {engine.scan(earlier.state(name))}")


def check_is_there(earlier: RunFolder) -> None:
    """Refuse a folder that nothing can go on from, before any work.

    Raises:
        NotReady: There is no earlier run, or it left no state.
    """
    if not earlier.manifest.is_file():
        raise NotReady(
            f"{earlier.root}, given as --since, holds no run.",
            hint="Name the folder of an earlier run, or leave --since out.",
        )
    paths = [earlier.output(name) for name in FOUND] + [earlier.state(name) for name in STATE]
    for path in paths:
        if not path.is_file():
            raise NotReady(
                f"{earlier.root} has no {path.relative_to(earlier.root)}, which --since goes on"
                " from.",
                hint=f"Run `unbrush group {earlier.root}` once, or leave --since out.",
            )


def _check_follows(
    earlier: RunFolder, folder: RunFolder, before: Manifest, manifest: Manifest
) -> None:
    keys = before.key_fingerprint, manifest.key_fingerprint
    if all(keys) and keys[0] != keys[1]:
        raise DoesNotFollow(
            f"{earlier.root} was collected with another key ({keys[0]}) than {folder.root}"
            f" ({keys[1]}): the same phone or device has another token there.",
            hint="Collect every day with one UNBRUSH_KEY; today, leave --since out.",
        )
    for name in WATCHED:
        if name not in before.tables:
            continue
        if not earlier.event(name).is_file():
            raise NotReady(
                f"{earlier.root} has no events/{name}.parquet any more, which new rows are"
                " told by.",
                hint="Keep a run folder whole, or leave --since out.",
            )
        if name not in manifest.tables:
            raise DoesNotFollow(
                f"{earlier.root} has {name}, {folder.root} has none.",
                hint="Collect the whole export again with the new days in it.",
            )
        last, now = before.tables[name].last_at, manifest.tables[name].last_at
        if last is not None and now is not None and last > now:
            raise DoesNotFollow(
                f"{earlier.root} has {name} up to {day_of(last)}, {folder.root} only up to"
                f" {day_of(now)}: what is given as --since is the later one.",
                hint="Name an earlier run as --since, or leave it out.",
            )

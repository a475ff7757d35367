"""Native sources: files named after our tables, columns named as ours or by their raw names."""

from unbrush.base.tables import TABLES, Column, Kind, Table
from unbrush.collect.plan import Pull, SourceMapping, TablePlan

_RAW_NAMES = {
    "address_token": ("street_address", "address_id"),
    "author_token": ("author_id",),
    "bank_token": ("bank_account", "bank_card"),
    "contact_token": ("contacts",),
    "device_token": ("device_id",),
    "from_token": ("from_account", "from_id"),
    "identity_token": ("identity_number", "id_number", "id_card"),
    "ip_token": ("ip_address",),
    "legal_rep_token": ("legal_representative",),
    "payer_token": ("payer_account", "payer_id"),
    "phone_token": ("phone_number", "mobile"),
    "shipper_token": ("shipper_id", "shipper_phone"),
    "to_token": ("to_account", "to_id"),
    "token": ("value",),
}


def native() -> SourceMapping:
    """Return the mapping of a source that already has our tables and columns."""
    return SourceMapping(
        name="native",
        tables=tuple(
            TablePlan(
                table=table,
                files=(table.name,),
                pulls=tuple(
                    Pull(
                        column=column,
                        sources=(column.name, *raw_names(column)),
                        if_present=True,
                    )
                    for column in table.columns
                ),
                if_present=True,
            )
            for table in TABLES.values()
        ),
    )


def raw_names(column: Column) -> tuple[str, ...]:
    """Return what else a personal column may be called before it is hashed."""
    if column.kind is not Kind.TOKEN:
        return ()
    bare = column.name.removesuffix("_token")
    return (*((bare,) if bare != column.name else ()), *_RAW_NAMES.get(column.name, ()))


def known_titles(table: Table) -> set[str]:
    """Return every title that a native file of ``table`` may have."""
    return {title for column in table.columns for title in (column.name, *raw_names(column))}

"""`unbrush sharing`: give out what was approved for another body, as a file."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from unbrush.base.errors import CannotWrite, missing_extra
from unbrush.serve.desk import Folder, body_name, existing_records, present

sharing_app = App(
    name="sharing", sort_key=32, help="Indicators for other bodies: give out what was approved."
)


@sharing_app.command
def export(
    share: str,
    /,
    *,
    out: Annotated[Path, Parameter(help="File to write; its signature goes beside it.")],
    desk: Folder = Path("desk"),
) -> None:
    """Write a share as a bundle of STIX 2.1, with the desk's signature in OUT.sig.

    Organisations and tools alone are in it. That it was given out is an entry of the audit.
    Example: `unbrush sharing export X-1 --desk desk --out bundle.json`

    Args:
        share: Its id, such as X-1.
        out: File to write; its signature goes beside it.
        desk: The desk's folder.
    """
    from unbrush.respond.desk.signing import signer_of
    from unbrush.respond.sharing.shares import give_out
    from unbrush.respond.sharing.stix import bundle_of

    try:
        from unbrush.serve.api.routes.sharing import bundle_text
    except ImportError:
        raise missing_extra("desk", "The desk") from None
    records = existing_records(desk)
    signer = signer_of(desk)
    try:
        with records.writing() as transaction:
            terms, shared = give_out(
                transaction, present(), share, body_name(), by="command line"
            )  # fmt: skip
            content = bundle_text(bundle_of(terms, shared))
            # Within the transaction: what could not be written was not given out.
            try:
                out.write_bytes(content)
                out.with_name(out.name + ".sig").write_text(signer.sign(content) + "\n")
            except OSError as error:
                raise CannotWrite(
                    f"{out} cannot be written: {error.strerror}.", hint="Choose another place."
                ) from None
    finally:
        records.close()
    print(f"{out}：{len(shared)} 项，供 {terms.recipient}，密钥 {signer.key_id}。")
    print(f"{out}: {len(shared)} indicators for {terms.recipient}, key {signer.key_id}.")

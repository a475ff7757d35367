"""`unbrush serve`: the desk's API and records, with one command; and `unbrush audit`."""

import json
import os
import sys
from pathlib import Path
from socket import AF_INET, AF_INET6, create_server, socket
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from unbrush.base.errors import BadParameter, SourceNotFound, UnreadableFile, missing_extra
from unbrush.serve.options import now_ms

if TYPE_CHECKING:
    from unbrush.store.records import SqlRecords

RECORDS_VARIABLE = "UNBRUSH_RECORDS"
BODY_VARIABLE = "UNBRUSH_BODY"

audit_app = App(name="audit", sort_key=31, help="The desk's audit: verify it.")

Folder = Annotated[Path, Parameter(help="Folder of records, files and keys.")]


def serve(
    *,
    desk: Folder = Path("desk"),
    host: str = "127.0.0.1",
    port: int = 8460,
    runs: Path | None = None,
    loopback_hooks: bool = False,
) -> None:
    """Start the desk: cases, steps, appeals and their audit, over HTTP.

    Records are kept in DESK/records.sqlite, or in the PostgreSQL that UNBRUSH_RECORDS names. At the
    first start a link is printed, once, by which an administrator sets a password. Ctrl-C ends it:
    requests that are under way are answered first. Example: `unbrush serve --desk desk`

    Args:
        desk: The desk's folder.
        host: Address to listen at; anything but this machine should stand behind TLS.
        port: Port to listen at.
        runs: Where runs may be imported from; none may if left out.
        loopback_hooks: Let events be sent to this machine itself, over http, too.
    """
    try:
        import uvicorn

        from unbrush.serve.api.app import make_api
        from unbrush.serve.keeping import Keeper
    except ImportError:
        raise missing_extra("desk", "The desk") from None
    from unbrush.respond.desk.signing import signer_of
    from unbrush.serve.api.oidc import Provider
    from unbrush.serve.api.oidc_settings import oidc_settings
    from unbrush.serve.api.state import Desk
    from unbrush.serve.api.tracing import start_logs

    settings = oidc_settings()
    if not 1 <= port <= 65_535:
        raise BadParameter(f"{port} is no port.", hint="A port is 1 to 65535.")
    listening = listen_at(host, port)  # first: what cannot be reached makes no records and no link
    desk.mkdir(parents=True, exist_ok=True, mode=0o700)
    records = open_records(desk)
    say_where(f"http://{f'[{host}]' if ':' in host else host}:{port}", first_link(records))
    state = Desk(
        records=records, clock=present, folder=desk, signer=signer_of(desk), runs=runs,
        may_post_to_loopback=loopback_hooks, provider=Provider(settings) if settings else None,
        body=body_name(),
    )  # fmt: skip
    start_logs()
    keeper = Keeper(state)
    keeper.start()
    try:
        config = uvicorn.Config(make_api(state), log_level="warning", server_header=False)
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()
        keeper.stop()
        if state.provider:
            state.provider.close()
        records.close()


def listen_at(host: str, port: int) -> socket:
    """Return a socket that listens.

    Raises:
        BadParameter: Nothing can listen there.
    """
    try:
        return create_server((host, port), family=AF_INET6 if ":" in host else AF_INET)
    except (OSError, OverflowError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadParameter(
            f"The desk cannot listen at {host}, port {port}: {why}.",
            hint="Another program, or another desk, may have the port: choose one with --port. "
            "--host is an address of this machine, such as 127.0.0.1.",
        ) from None


def say_where(where: str, link: str) -> None:
    """Print where the desk is, and how its first administrator gets in, if nobody can yet."""
    if link:
        told = json.dumps({"link": link, "password": "…"}, ensure_ascii=False)
        print("管理员用浏览器打开此一次性链接设置密码，一天内有效，仅显示这一次：")
        print("An administrator sets a password by opening this link, once, within a day:")
        print(f"  {where}/welcome?link={link}")
        print("没有浏览器时： Without a browser:")
        print(f"  curl {where}/passwords -H 'content-type: application/json' -d '{told}'")
        print("然后以 admin 登录：POST /sessions。 Then sign in as admin: POST /sessions.")
    print(f"审理台地址 {where}，接口说明见 {where}/docs")
    print(f"The desk listens at {where}; its API is described at {where}/docs", flush=True)


def body_name() -> str:
    """Return who shares, as other bodies read it."""
    return os.environ.get(BODY_VARIABLE, "").strip() or "unbrush"


def present() -> int:
    """Return the present, epoch ms UTC."""
    return now_ms("")


def open_records(desk: Path) -> "SqlRecords":
    """Open the records of a desk, where the environment or its folder says."""
    try:
        from unbrush.store.records import SqlRecords
    except ImportError:
        raise missing_extra("desk", "The desk") from None
    url = os.environ.get(RECORDS_VARIABLE, "")
    return SqlRecords(url or f"sqlite:///{(desk / 'records.sqlite').resolve()}")


def existing_records(desk: Path) -> "SqlRecords":
    """Open the records of a desk that is there; a folder that is mistyped gets none.

    Raises:
        SourceNotFound: There are none.
    """
    if not desk.is_dir():
        raise SourceNotFound(f"There is no desk at {desk}.", hint="Name its folder with --desk.")
    if not os.environ.get(RECORDS_VARIABLE) and not (desk / "records.sqlite").is_file():
        raise SourceNotFound(
            f"There is no {desk / 'records.sqlite'}.",
            hint=f"Name the desk's folder with --desk; if its records are in PostgreSQL, name that "
            f"in {RECORDS_VARIABLE}. If they were there, bring them back from where they are "
            "backed up.",
        )
    return open_records(desk)


def first_link(records: "SqlRecords") -> str:
    """Return a one-time link for the first administrator; empty once one can sign in.

    A link that was lost, or is too old, keeps nobody out for ever: while no administrator has a
    password each start gives a new one, and the earlier one ends.
    """
    from unbrush.respond.desk.people import add_person, invite
    from unbrush.respond.desk.permissions import Role

    with records.writing() as transaction:
        at_ms = present()
        admins = transaction.all(
            """SELECT p.person_id, p.password_hash, p.oidc_subject FROM people p
               JOIN person_roles r ON r.person_id = p.person_id
               WHERE r.role = :role AND p.disabled_at IS NULL ORDER BY p.created_at, p.person_id""",
            role=str(Role.ADMIN),
        )
        if any(each["password_hash"] or each["oidc_subject"] for each in admins):
            return ""
        if admins:
            return invite(transaction, at_ms, str(admins[0]["person_id"]), by="system")
        if transaction.one("SELECT 1 AS there FROM people"):
            return ""
        person_id = add_person(
            transaction, at_ms, login="admin", name="Administrator", roles=[Role.ADMIN], by="system"
        )
        return invite(transaction, at_ms, person_id, by="system")


@audit_app.command
def verify(
    *,
    desk: Folder = Path("desk"),
    key: tuple[str, ...] = (),
    checkpoint: tuple[Path, ...] = (),
) -> None:
    """Read the whole audit; say which entry was changed, removed, added, moved or cut off.

    A table that was taken away is named, too. Exit code 0 if it is whole, 1 if not. Examples:
    `unbrush audit verify --desk desk`, `unbrush audit verify --desk desk --checkpoint kept.json`

    Args:
        desk: The desk's folder.
        key: Public keys that checkpoints may be signed with, in base 64; the desk's own if none.
        checkpoint: A file of checkpoints that were kept elsewhere, as `POST /audit/checkpoints`
            gives them: one, a list, or one a line. It may be repeated.
    """
    from unbrush.respond.desk.audit_check import audit_faults
    from unbrush.respond.desk.signing import check_public_key, public_key_in

    for each in key:
        check_public_key(each)
    kept = [each for path in checkpoint for each in read_checkpoints(path)]
    records = existing_records(desk)
    try:
        with records.reading() as transaction:
            keys = list(key) or list(filter(None, [public_key_in(desk)]))
            faults = audit_faults(transaction, keys, kept)
            for fault in faults:
                print(f"{fault.words.zh} {fault.words.en}")
            if faults:
                sys.exit(1)
            row = transaction.one("SELECT count(*) AS n FROM audit_log")
            signed = transaction.one("SELECT max(seq) AS seq FROM audit_checkpoints")
    finally:
        records.close()
    n = int(row["n"]) if row else 0
    last = max([int(signed["seq"] or 0) if signed else 0, *(each["seq"] for each in kept)])
    print(f"审计完整：{n:,} 条，已签名至第 {last:,} 条。")
    print(f"The audit is whole: {n:,} entries, signed up to {last:,}.")


def read_checkpoints(path: Path) -> list[dict[str, Any]]:
    """Return the checkpoints that a file holds.

    Raises:
        UnreadableFile: It cannot be read, or holds something else.
    """
    from unbrush.respond.desk.audit import CHECKPOINT

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path} cannot be read: {error}.", hint="Name a file.") from None
    try:
        found = json.loads(text)
    except ValueError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            found = []
    found = found if isinstance(found, list) else [found]
    for each in found or [None]:
        if not isinstance(each, dict) or not all(
            isinstance(each.get(part), int if part in ("seq", "signed_at") else str)
            for part in CHECKPOINT
        ):
            raise UnreadableFile(
                f"{path} holds something that is no checkpoint.",
                hint="Keep what POST /audit/checkpoints returns, as it is.",
            )
    return found

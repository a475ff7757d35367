"""Personal fields: hashed with a key, the same everywhere, and never seen again."""

import hmac
import stat

import pytest

from tests.collect.sources import JAN_5, KEY, ORDERS, gather, orders
from unbrush.base.errors import TooManyRejects, UnreadableFile, UsageError
from unbrush.collect.personal import fingerprint

PHONE, DEVICE, CARD = "13800138000", "设备-α", "6222 0000 1111"
FILES = {
    "accounts.csv": f"account_id,phone\n1, {PHONE} \n2,\n3,NULL\n",
    "orders.csv": f"{ORDERS},device_id,payer,ip\n1,1,1,{JAN_5},{DEVICE},{CARD},\n",
    "transfers.csv": f"transfer_id,from,to,amount_minor,at\n1,shop-1,{CARD},5,{JAN_5}\n",
    "account_links.jsonl": f'{{"account_id":1,"kind":"phone","value":"{PHONE}"}}\n',
}


def token(value: str, key: bytes = KEY) -> str:
    return hmac.digest(key, value.encode(), "sha256").hex()[:32]


@pytest.mark.parametrize("key", [b"k", KEY, b"x" * 64, b"a very long key " * 9])
def test_a_token_is_the_hmac_of_the_value(tmp_path, key):
    found = gather(tmp_path, FILES, key=key)
    assert found.column("accounts", "phone_token") == [token(PHONE, key), None, None]
    assert found.column("orders", "device_token") == [token(DEVICE, key)]
    assert found.manifest.key_fingerprint == fingerprint(key)


def test_contacts_of_a_post_are_hashed_under_either_name(tmp_path):
    for name in ("contacts", "contact"):
        post = f"post_id,text,captured_at,{name}\n1,好评返现,{JAN_5},微信zs_88888\n"
        found = gather(tmp_path / name, {**FILES, "posts.csv": post})
        assert found.column("posts", "contact_token") == [token("微信zs_88888")]


def test_values_that_are_met_once_are_hashed_alike(tmp_path, monkeypatch):
    together = gather(tmp_path / "together", FILES)
    monkeypatch.setattr("unbrush.collect.personal.MOST_AT_ONCE", -1)
    monkeypatch.setattr("unbrush.collect.personal.MET_ONCE", -1.0)
    alone = gather(tmp_path / "alone", FILES)
    for table in together.manifest.tables:
        assert alone.rows(table) == together.rows(table)


def test_one_value_has_one_token_in_every_column(tmp_path):
    found = gather(tmp_path, FILES)
    assert found.column("transfers", "to_token") == found.column("orders", "payer_token")
    assert found.column("account_links", "token") == [token(PHONE)]


def test_names_of_our_own_are_hashed_too(tmp_path):
    files = {"orders.csv": orders(f"2,1,1,{JAN_5},d1", header=f"{ORDERS},device_token")}
    assert gather(tmp_path, files).column("orders", "device_token") == [None, token("d1")]


def test_no_raw_value_is_in_any_output(tmp_path):
    bad = {
        "transfers.csv": f"transfer_id,from,to,amount_minor,at\n1,{CARD},,5,{JAN_5}\n"
        f"2,{CARD},{PHONE},5,{JAN_5}\n3,{CARD},{PHONE},x,{JAN_5}\n4,{CARD},{PHONE}\n"
    }
    found = gather(tmp_path, {**FILES, **bad})
    assert {fault[3] for fault in found.faults} == {
        "missing-value",
        "unreadable-money",
        "ragged-row",
    }
    written = [path for path in found.folder.root.rglob("*") if path.is_file()]
    assert len(written) > 4
    for path in written:
        for value in (PHONE, DEVICE, CARD):
            assert value.encode() not in path.read_bytes(), path
    everything = str([found.rows(table) for table in found.manifest.tables] + found.rejects)
    assert not [value for value in (PHONE, DEVICE, CARD) if value in everything]


def test_no_raw_value_is_in_an_error(tmp_path):
    rows = "".join(f"{n},{CARD},{PHONE},oops,{JAN_5}\n" for n in range(9))
    files = {"transfers.csv": f"transfer_id,from,to,amount_minor,at\n{rows}"}
    with pytest.raises(TooManyRejects) as error:
        gather(tmp_path, files, max_reject_share=0.1)
    assert PHONE not in str(error.value)
    files = {"accounts.csv": f'account_id,phone\n1,"{PHONE}\n2,3\n'}
    with pytest.raises(UnreadableFile) as error:
        gather(tmp_path / "b", files)
    assert PHONE not in str(error.value)
    assert error.value.__cause__ is None


def test_a_key_is_made_kept_and_used_again(tmp_path):
    first = gather(tmp_path, FILES, key=None)
    path = first.folder.root / ".unbrush-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = first.rows("accounts")
    assert gather(tmp_path, FILES, key=None).rows("accounts") == before
    other = gather(tmp_path / "other", FILES, key=None)
    assert other.rows("accounts")[0] != before[0]
    assert first.manifest.key_fingerprint != other.manifest.key_fingerprint


def test_a_kept_key_that_others_can_read_is_closed_and_said(tmp_path):
    path = gather(tmp_path, FILES, key=None).folder.root / ".unbrush-key"
    path.chmod(0o644)
    assert ".unbrush-key" in gather(tmp_path, FILES, key=None).notes
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_key_is_made_where_nothing_is_personal(tmp_path):
    found = gather(tmp_path, {"orders.csv": orders()}, key=None)
    assert not (found.folder.root / ".unbrush-key").exists()
    assert found.manifest.key_fingerprint == ""


def test_keys_that_are_none_are_refused_and_short_ones_noted(tmp_path):
    with pytest.raises(UsageError):
        gather(tmp_path, FILES, key=b"")
    assert "UNBRUSH_KEY" in gather(tmp_path, FILES, key=b"short").notes
    (tmp_path / "out" / ".unbrush-key").write_text("not a key")
    with pytest.raises(UnreadableFile):
        gather(tmp_path, FILES, key=None)


def test_a_kept_key_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / "out" / ".unbrush-key").mkdir(parents=True)
    with pytest.raises(UnreadableFile) as error:
        gather(tmp_path, FILES, key=None)
    assert ".unbrush-key" in error.value.message

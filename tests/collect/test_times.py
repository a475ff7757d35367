"""Times: every way of writing one moment is read as that moment."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unbrush.base.engine import quote
from unbrush.collect.times import EARLIEST_MS, time_of_number, time_of_text
from unbrush.store.duckdb_engine import DuckDBEngine

JAN_5_0803 = 1_704_441_780_000  # 2024-01-05 08:03:00 UTC

moments = st.integers(EARLIEST_MS, 4_000_000_000_000)
same_engine = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(engine: DuckDBEngine, *texts: str, zone: str = "UTC", **options) -> list[int | None]:
    engine.put("texts", pa.table({"n": range(len(texts)), "text": texts}))
    sql = time_of_text("text", zone=zone, **options)
    return engine.query(f"SELECT {sql} AS at FROM texts ORDER BY n").column("at").to_pylist()


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05 08:03:00",
        "2024-01-05T08:03:00",
        "2024-01-05T08:03",
        "2024-01-05 08:03:00.000000",
        "2024-01-05 08:03:00,000",
        "2024-01-05T08:03:00Z",
        "2024-01-05 08:03:00 UTC",
        "2024-01-05T16:03:00+08:00",
        "2024-01-05T16:03:00.0+0800",
        "2024-01-05 16:03:00 +08",
        "2024/1/5 8:03",
        "2024/01/05 08:03:00",
        "2024.1.5 8:03",
        "2024-1-5 8:03:00",
        "2024年1月5日 8:03",
        "２０２４－０１－０５ ０８：０３：００",
        "20240105080300",
        "1704441780",
        "1704441780.0",
        "1704441780000",
        "1704441780000000",
        "1704441780000000000",
    ],
)
def test_ways_to_write_one_moment(engine, text):
    assert read(engine, text) == [JAN_5_0803]


def test_a_day_is_its_first_moment(engine):
    midnight = JAN_5_0803 - (8 * 60 + 3) * 60_000
    assert read(engine, "2024-01-05", "2024/1/5", "20240105") == [midnight] * 3


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "2024-02-30",
        "2024-13-01 00:00:00",
        "2024-01-05 25:00:00",
        "05/01/2024",
        "8:03",
        "infinity",
        "epoch",
        "2024-01-05 08:03:00 Mars/Base",
        "2024-01-05 08:03:0x",
        "1704441780x",
        "-",
    ],
)
def test_what_is_no_time_is_not_guessed(engine, text):
    assert read(engine, text) == [None]


@same_engine
@given(moments, st.sampled_from(["UTC", "Asia/Shanghai", "America/Sao_Paulo", "Asia/Kathmandu"]))
def test_local_times_come_back(engine, at, zone):
    at -= at % 1000
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    is_repeated = local.replace(fold=1).utcoffset() != local.replace(fold=0).utcoffset()
    texts = [local.strftime("%Y-%m-%d %H:%M:%S"), local.strftime("%Y/%m/%d %H:%M:%S")]
    if not is_repeated:
        assert read(engine, *texts, zone=zone) == [at, at]
    assert read(engine, local.isoformat(), zone="Asia/Tokyo") == [at]


@same_engine
@given(moments)
def test_epoch_times_come_back_from_every_unit(engine, at):
    assert read(engine, str(at), f"{at}000", f"{at}000000") == [at, at, at]
    assert read(engine, str(at // 1000)) == [at - at % 1000]
    numbers = [time_of_number(f"{at}{zeros}::BIGINT") for zeros in ("", "000", "000000")]
    row = engine.query(f"SELECT {numbers[0]} a, {numbers[1]} b, {numbers[2]} c").to_pylist()[0]
    assert set(row.values()) == {at}


@same_engine
@given(moments, st.integers(-12, 14))
def test_offsets_are_taken_off(engine, at, hours):
    moment = datetime.fromtimestamp(at / 1000, UTC).astimezone(timezone(timedelta(hours=hours)))
    assert read(engine, moment.isoformat(timespec="milliseconds")) == [at]


def test_a_skipped_hour_is_read_an_hour_later_and_a_repeated_one_as_its_second(engine):
    zone = "America/New_York"
    skipped, repeated = read(engine, "2024-03-10 02:30:00", "2024-11-03 01:30:00", zone=zone)
    at = {
        name: datetime.fromtimestamp(ms / 1000, UTC)
        for name, ms in {"skipped": skipped, "repeated": repeated}.items()
    }
    assert at["skipped"].isoformat() == "2024-03-10T07:30:00+00:00"  # 03:30 summer time
    assert at["repeated"].isoformat() == "2024-11-03T06:30:00+00:00"  # winter time


def test_a_unit_ends_the_guessing(engine):
    assert read(engine, "20240105", unit="s") == [20_240_105_000]
    assert read(engine, "1704441780000", unit="us") == [1_704_441_780]


def test_formats_are_the_only_ones_tried(engine):
    formats = ("%d/%m/%Y %H:%M", "%d.%m.%y")
    assert read(engine, "05/01/2024 08:03", "05.01.24", "2024-01-05", formats=formats) == [
        JAN_5_0803,
        JAN_5_0803 - (8 * 60 + 3) * 60_000,
        None,
    ]
    shanghai = read(engine, "05/01/2024 16:03", zone="Asia/Shanghai", formats=formats)
    assert shanghai == [JAN_5_0803]
    zoned = ("%Y-%m-%d %H:%M:%S %z",)
    assert read(engine, "2024-01-05 16:03:00 +0800", formats=zoned) == [JAN_5_0803]


def test_quotes_in_a_value_are_just_text(engine):
    assert read(engine, "'; DROP TABLE texts; --") == [None]
    assert quote("it's") == "'it''s'"

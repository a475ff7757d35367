"""The summary of a run as the terminal shows it: a few lines, Chinese and English."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unbrush.base.manifest import Note
from unbrush.serve import screen

MOST_NOTES = 8

WHAT = {
    "orders": "orders 订单",
    "turnover_minor": "turnover 成交额",
    "reviews": "reviews 评价",
}


def say_summary(summary: dict[str, Any], report: Path) -> None:
    """Print what was left out, who acts together, what could not be seen, and the report's path.

    Args:
        summary: What `respond` returned.
        report: Where the report is.
    """
    screen.say_table("What does not count 不计入的部分", _left_out(summary))
    screen.say_table("Shops by rung 店铺处置级别", _rungs(summary))
    screen.say_table("What each detector found 各检测器的发现", _coverage(summary))
    rings = summary["rings"]
    screen.say(
        f"\nRings 协同圈: {rings['n']:,} ({rings['n_accounts']:,} accounts 账号, "
        f"{rings['n_shops']:,} shops 店铺, {rings['n_organisers']:,} organisers 组织者). "
        f"Rejects 拒收或缺值的行: {summary['rejects']['n']:,}."
    )
    screen.say("L2 and above are proposals to people, not in force. L2 及以上仅为建议，未生效。")
    screen.say(f"\nReport 报告: {report.absolute()}")


def say_notes(notes: Sequence[Note]) -> None:
    """Print what was left aside or decided while reading, shortened to what a screen holds."""
    for note in notes[:MOST_NOTES]:
        screen.say(f"• {note.en} {note.zh}")
    if len(notes) > MOST_NOTES:
        rest = len(notes) - MOST_NOTES
        screen.say(f"• {rest:,} more in manifest.json. 另有 {rest:,} 条见 manifest.json。")


def _left_out(summary: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for key, title in WHAT.items():
        both = summary["neutralised"].get(key)
        if both and both["raw"]:
            # Minor units are hundredths in most currencies; the report knows the exceptions.
            scale = 100 if key == "turnover_minor" else 1
            rows.append(
                {
                    "what 项目": title,
                    "raw 原始": both["raw"] // scale,
                    "clean 剔除后": both["clean"] // scale,
                    "left out 不计入": f"{both['removed_share']:.1%}",
                }
            )
    return rows


def _rungs(summary: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"rung 级别": rung, "shops 店铺": counts["n"], "in force 已生效": counts["in_force"]}
        for rung, counts in summary["decisions"].get("shop", {}).items()
    ]


def _coverage(summary: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "detector 检测器": name,
            "signals 信号": row["n_signals"],
            "status 状态": row["status"],
            "because 原因": " · ".join(filter(None, (row["because_en"], row["because_zh"]))),
        }
        for name, row in summary["coverage"].items()
    ]

"""How everything was obtained and kept: line by line what art. 93 of the evidence rules asks for.

What depends on the run alone goes into every copy; who made a file and when is in custody.json.
"""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import unbrush
from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder
from unbrush.base.words import Words
from unbrush.respond.dossier.evidence import Evidence, file_hash

Row = dict[str, Any]

READ = (
    "signals", "coverage", "rings", "ring_members", "clusters", "cluster_members", "decisions",
    "reasons", "restored",
)  # fmt: skip
"""Tables of a run that a case file reads."""
RECKONED = (
    "orders", "shops", "items", "interactions", "transfers", "refunds", "subsidies", "inspections",
)  # fmt: skip
"""Event tables that losses are reckoned from, beside those whose rows are evidence."""


def inputs(folder: RunFolder, evidence: list[Evidence]) -> list[Row]:
    """Return each file of the run that was read: name, bytes, SHA-256."""
    paths = [folder.manifest, folder.policy, folder.detectors]
    paths += [folder.output(table) for table in READ]
    rows = [
        {"file": path.relative_to(folder.root).as_posix(), "n_bytes": path.stat().st_size,
         "sha256": file_hash(path)}
        for path in paths if path.is_file()
    ]  # fmt: skip
    rows += [
        {"file": f"events/{each.table}.parquet",
         "n_bytes": folder.event(each.table).stat().st_size, "sha256": each.source_sha256}
        for each in evidence
    ]  # fmt: skip
    taken = {each.table for each in evidence}
    further = [folder.event(table) for table in RECKONED if table not in taken]
    rows += [
        {"file": f"events/{path.name}", "n_bytes": path.stat().st_size, "sha256": file_hash(path)}
        for path in further if path.is_file()
    ]  # fmt: skip
    return rows


def environment() -> Row:
    """Return the software of the machine that made a file."""
    found: Row = {
        "unbrush": unbrush.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    for package in ("duckdb", "pyarrow", "jinja2", "typst"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def factors(manifest: Manifest, run_id: str, evidence: list[Evidence]) -> list[Row]:
    """Return what the record says to each factor of art. 93, and what others have to add.

    Args:
        manifest: What was collected.
        run_id: The run.
        evidence: The rows of the file.
    """
    n_rejects = sum(table.n_rejects for table in manifest.tables.values())
    n_rows = sum(table.n_rows for table in manifest.tables.values())
    tables = ", ".join(each.table for each in evidence) or "–"
    return [
        _factor(
            1,
            ("系统的软硬件环境是否完整、可靠", "whether hardware and software are reliable"),
            (
                f"软件 unbrush {unbrush.__version__}，收集版本 {manifest.version or '未记录'}；"
                "制作环境见 custody.json。",
                f"Software unbrush {unbrush.__version__}, collected by version "
                f"{manifest.version or 'not recorded'}; the environment is in custody.json.",
            ),
            ("数据来源系统的情况由其运营者说明。", "Its operator describes the system of origin."),
        ),
        _factor(
            2,
            ("系统是否处于正常运行状态", "whether the system was working normally"),
            (
                f"收集 {n_rows:,} 行，拒收 {n_rejects:,} 行并逐行记录原因；"
                "每一检测方法是否运行均有记录。",
                f"{n_rows:,} rows collected, {n_rejects:,} rejected with a reason each; of every "
                "detector it is recorded whether it ran.",
            ),
            (
                "来源系统当时的运行日志由其运营者提供。",
                "Its operator adds the logs of the system of origin.",
            ),
        ),
        _factor(
            3,
            ("是否具备有效的防止出错的监测、核查手段", "whether there are checks against error"),
            (
                "同一输入、参数和版本得到相同字节；每行、每个文件均有 SHA-256；"
                "“unbrush dossier verify”全部重算，加 --run 由原数据重新生成并比对。",
                "The same input, parameters and version give the same bytes; every row and file has"
                " a SHA-256; “unbrush dossier verify” recomputes all, and with --run makes it"
                " again from the run and compares.",
            ),
            None,
        ),
        _factor(
            4,
            ("是否被完整保存、传输、提取，方法是否可靠", "whether kept, sent and extracted whole"),
            (
                f"提取自运行 {run_id} 的 {tables}；提取语句、来源文件 SHA-256 和行号见 "
                "manifest.json 与 rows/；第三人信息的处理见遮盖清单。",
                f"Extracted from run {run_id}: {tables}; statements, SHA-256 of the source files "
                "and row numbers are in manifest.json and rows/; what was redacted is listed.",
            ),
            None,
        ),
        _factor(
            5,
            ("是否在正常的往来活动中形成和存储", "whether formed in the ordinary course"),
            (
                "数据表的种类（交易、评价、支付、物流等）是平台日常保存的种类。",
                "The tables are of kinds that platforms keep daily: trade, reviews, payment, "
                "parcels.",
            ),
            (
                "提供数据者须确认此项；本卷宗不能自行证明。",
                "Whoever gave the data has to confirm this: the file cannot prove it of itself.",
            ),
        ),
        _factor(
            6,
            ("保存、传输、提取的主体是否适当", "whether whoever keeps and extracts is proper"),
            (
                "操作人和时间来源见 custody.json；签名公钥见 signature.json。",
                "Operator and time source are in custody.json, the public key in signature.json.",
            ),
            ("操作人的资质由其所在单位说明。", "The operator's organisation states the standing."),
        ),
        _factor(
            7,
            ("影响完整性和可靠性的其他因素", "other factors that bear on integrity"),
            (
                f"时间为 UTC 毫秒，平台时区 {manifest.time_zone}；个人字段在收集时以密钥散列"
                f"（密钥指纹 {manifest.key_fingerprint or '无'}）。",
                f"Times are UTC in milliseconds, the platform's zone {manifest.time_zone}; personal"
                " fields were hashed with a key when collected (fingerprint "
                f"{manifest.key_fingerprint or 'none'}).",
            ),
            None,
        ),
    ]


def _factor(
    number: int, asks: tuple[str, str], says: tuple[str, str], open_: tuple[str, str] | None
) -> Row:
    return {
        "number": number,
        "asks": Words(*asks),
        "says": Words(*says),
        "open": Words(*open_) if open_ else None,
    }

"""Inspections: bodies, samples, results, second analyses, and the quality of a shop's goods."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.inspections.axis import quality_of
from unbrush.respond.desk.inspections.bodies import (
    Method,
    body_of,
    decide_body,
    note_tie,
    propose_body,
    suspend_body,
)
from unbrush.respond.desk.inspections.importing import import_results
from unbrush.respond.desk.inspections.results import (
    Measured,
    dispute_result,
    enter_result,
    result_of,
    settle_result,
)
from unbrush.respond.desk.inspections.samples import (
    Handover,
    enter_sample,
    hand_over,
    sample_of,
)
from unbrush.respond.desk.ties import apart_from, check_apart
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    Asked,
    Cursor,
    Ending,
    Id,
    Name,
    Page,
    PageSize,
    Text,
    Verdict,
    Version,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["inspections"])

InspectionsRead = Annotated[Caller, may("inspections.read")]
InspectionsEnter = Annotated[Caller, may("inspections.enter")]
InspectionsKeep = Annotated[Caller, may("inspections.keep")]
InspectionsDecide = Annotated[Caller, may("inspections.decide")]
InspectionsDispute = Annotated[Caller, may("inspections.dispute")]
OwnRead = Annotated[Caller, may("own.read")]
Moment = Annotated[int, Field(ge=0, le=4_102_444_800_000, description="Epoch ms UTC.")]
Rate = Annotated[float, Field(gt=0.5, le=1)]
Units = Annotated[int, Field(ge=1, le=1_000_000)]
Number = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
Chosen = Literal["random", "complaint", "follow-up"]
Sha256 = Annotated[str, Field(max_length=64, description="Of the certificate's file.")]


class NewMethod(Asked):
    """A standard within the scope of an accreditation, and how often its method errs."""

    standard: Name
    sensitivity: Rate = Field(description="Of goods that do not conform, the share that fails.")
    specificity: Rate = Field(description="Of goods that conform, the share that passes.")
    n_bad: Units | None = Field(default=None, description="Known bad goods that it was tried on.")
    n_good: Units | None = Field(default=None, description="Known good goods.")


class NewBody(Asked):
    """A body, from its certificate of accreditation."""

    name: Name
    accreditation_no: Name
    methods: list[NewMethod] = Field(min_length=1, max_length=1_000)
    valid_from: Moment
    valid_until: Moment
    person_id: Name | None = Field(default=None, description="The account of its program.")


class NewTie(Asked):
    """A tie of a body to a shop; the others in its category are its rivals."""

    shop_id: Name
    nature: Text
    category: Text = ""


class NewHandover(Asked):
    """A sample passes on."""

    at_ms: Moment
    from_whom: Name
    to_whom: Name
    place: Name
    seal: Literal["intact", "broken"]


class NewSample(Asked):
    """Goods that were bought and sealed for a test."""

    body_id: Name
    shop_id: Name
    item_id: Name
    category: Name
    chosen_by: Chosen
    bought_by: Name
    bought_at: Moment
    n_units: Units
    n_reserve: int = Field(ge=0, le=1_000_000, description="Kept sealed for a second analysis.")
    seal_no: Name
    order_ref: Text = ""
    custody: list[NewHandover] = Field(default_factory=list, max_length=100)


class NewMeasured(Asked):
    """A measurement of one unit beside its limit."""

    value: Number
    limit: Number
    bound: Literal["at-most", "at-least"]
    unit: Name
    uncertainty: Number = Field(ge=0, description="Expanded, in the same unit.")
    factor: Number = Field(default=2.0, gt=0, description="Its coverage factor.")


class NewResult(Asked):
    """What was found; units that failed, or a measurement of one."""

    standard: Name
    n_tested: Units
    n_failed: int | None = Field(default=None, ge=0, le=1_000_000)
    measured: NewMeasured | None = None
    certificate: Name
    sha256: Sha256 = ""
    tested_at: Moment
    expires_at: Moment
    body_id: Name | None = Field(default=None, description="Of a second analysis: who did it.")
    second_of: Name | None = Field(default=None, description="The disputed result.")


class NewImport(Asked):
    """Rows of the table `inspections`."""

    form: Literal["csv", "json"]
    chosen_by: Chosen
    text: Annotated[str, Field(min_length=1, max_length=10_000_000)]


class Dispute(Asked):
    """Why a second analysis is asked for."""

    expected_version: Version
    text: Text


class Settlement(Asked):
    """Whether the result stands, and why."""

    expected_version: Version
    stands: bool
    reason: Text


@router.get("/inspections/bodies")
def list_bodies(
    caller: InspectionsRead,
    transaction: Reading,
    state: Annotated[Literal["proposed", "accepted", "refused", "suspended"], Query()] = "accepted",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List bodies in one state, by accreditation."""
    after = read_cursor(cursor, str, str) or ["", ""]
    rows = transaction.all(
        """SELECT * FROM inspection_bodies WHERE state = :state AND
               (accreditation_no > :number OR (accreditation_no = :number AND body_id > :last))
           ORDER BY accreditation_no, body_id LIMIT :n""",
        state=state,
        number=after[0],
        last=after[1],
        n=n + 1,
    )
    return page_of(rows, n, "accreditation_no", "body_id")


@router.post("/inspections/bodies", status_code=201)
def propose_a_body(
    asked: NewBody, desk: DeskOf, caller: InspectionsKeep, transaction: Writing
) -> dict[str, Any]:
    """Enter a body from its accreditation; somebody else accepts it."""
    body = propose_body(
        transaction, desk.clock(), caller=caller, name=asked.name,
        accreditation_no=asked.accreditation_no,
        methods=[Method(**each.model_dump()) for each in asked.methods],
        valid_from=asked.valid_from, valid_until=asked.valid_until, person_id=asked.person_id,
    )  # fmt: skip
    return dict(body)


@router.get("/inspections/bodies/{body_id}")
def get_body(body_id: Id, caller: InspectionsRead, transaction: Reading) -> dict[str, Any]:
    """Return a body with its methods and ties."""
    return dict(body_of(transaction, body_id))


@router.post("/inspections/bodies/{body_id}/decide")
def decide_a_body(
    body_id: Id, asked: Verdict, desk: DeskOf, caller: InspectionsDecide, transaction: Writing
) -> dict[str, Any]:
    """Accept a body that somebody else entered, having seen its accreditation, or refuse it."""
    body = decide_body(
        transaction, desk.clock(), body_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(body)


@router.post("/inspections/bodies/{body_id}/suspend")
def suspend_a_body(
    body_id: Id, asked: Ending, desk: DeskOf, caller: InspectionsDecide, transaction: Writing
) -> dict[str, Any]:
    """Take nothing more from a body; what it found before stays."""
    body = suspend_body(
        transaction, desk.clock(), body_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(body)


@router.post("/inspections/bodies/{body_id}/ties", status_code=201)
def note_a_tie(
    body_id: Id, asked: NewTie, desk: DeskOf, caller: InspectionsKeep, transaction: Writing
) -> dict[str, Any]:
    """Note a tie to a shop; what the body found of it and its rivals counts no more."""
    body = note_tie(
        transaction, desk.clock(), body_id, asked.shop_id, caller=caller, nature=asked.nature,
        category=asked.category,
    )  # fmt: skip
    return dict(body)


@router.post("/inspections/samples", status_code=201)
def enter_a_sample(
    asked: NewSample, desk: DeskOf, caller: InspectionsEnter, transaction: Writing
) -> dict[str, Any]:
    """Enter goods that were bought and sealed, and in whose hands they were since."""
    values = asked.model_dump(exclude={"body_id", "shop_id", "custody"})
    sample = enter_sample(
        transaction, desk.clock(), asked.body_id, asked.shop_id, caller=caller, **values,
        custody=[Handover(**each.model_dump()) for each in asked.custody],
    )  # fmt: skip
    return dict(sample)


@router.get("/inspections/samples/{sample_id}")
def get_sample(sample_id: Id, caller: InspectionsRead, transaction: Reading) -> dict[str, Any]:
    """Return a sample with its custody."""
    row = sample_of(transaction, sample_id)
    check_apart(transaction, caller, [row["shop_id"]])
    return dict(row)


@router.post("/inspections/samples/{sample_id}/custody", status_code=201)
def pass_a_sample_on(
    sample_id: Id, asked: NewHandover, desk: DeskOf, caller: InspectionsEnter,
    transaction: Writing,
) -> dict[str, Any]:  # fmt: skip
    """Enter that a sample passed from one to another."""
    handover = Handover(**asked.model_dump())
    return dict(hand_over(transaction, desk.clock(), sample_id, handover, caller=caller))


@router.post("/inspections/samples/{sample_id}/results", status_code=201)
def enter_a_result(
    sample_id: Id, asked: NewResult, desk: DeskOf, caller: InspectionsEnter, transaction: Writing
) -> dict[str, Any]:
    """Enter what a body found of a sample; it counts at once."""
    measured = None if asked.measured is None else Measured(**asked.measured.model_dump())
    result = enter_result(
        transaction, desk.clock(), sample_id, caller=caller, measured=measured,
        **asked.model_dump(exclude={"measured"}),
    )  # fmt: skip
    return dict(result)


@router.post("/inspections/import")
def import_inspections(
    asked: NewImport, desk: DeskOf, caller: InspectionsEnter, transaction: Writing
) -> dict[str, Any]:
    """Enter rows of the table `inspections`; what cannot be used is told row by row."""
    return import_results(
        transaction, desk.clock(), asked.text, caller=caller, form=asked.form,
        chosen_by=asked.chosen_by,
    )  # fmt: skip


@router.get("/inspections/results")
def list_results(
    caller: InspectionsRead,
    transaction: Reading,
    state: Annotated[
        Literal["in-force", "disputed", "replaced", "withdrawn"], Query()
    ] = "disputed",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List results in one state, oldest first: those disputed wait for a second analysis."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller)
    rows = transaction.all(
        f"""SELECT * FROM inspection_results WHERE state = :state AND {apart} AND
               (entered_at > :at_ms OR (entered_at = :at_ms AND result_id > :last))
           ORDER BY entered_at, result_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "entered_at", "result_id")


@router.get("/inspections/results/{result_id}")
def get_result(result_id: Id, caller: InspectionsRead, transaction: Reading) -> dict[str, Any]:
    """Return a result."""
    row = result_of(transaction, result_id)
    check_apart(transaction, caller, [row["shop_id"]])
    return dict(row)


@router.post("/inspections/results/{result_id}/dispute")
def ask_for_a_second_analysis(
    result_id: Id, asked: Dispute, desk: DeskOf, caller: InspectionsDispute, transaction: Writing
) -> dict[str, Any]:
    """Ask for a second analysis of your shop's sample; the first counts for nothing meanwhile."""
    result = dispute_result(
        transaction, desk.clock(), result_id, asked.text, caller=caller,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return {key: result[key] for key in ("result_id", "sample_id", "state", "version")}


@router.post("/inspections/results/{result_id}/settle")
def settle_a_result(
    result_id: Id, asked: Settlement, desk: DeskOf, caller: InspectionsDecide,
    transaction: Writing,
) -> dict[str, Any]:  # fmt: skip
    """Refuse a second analysis, so that the result stands, or withdraw the result."""
    result = settle_result(
        transaction, desk.clock(), result_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, stands=asked.stands,
    )  # fmt: skip
    return dict(result)


@router.get("/shops/{shop_id}/quality")
def get_quality(
    shop_id: Id, desk: DeskOf, caller: InspectionsRead, transaction: Reading
) -> dict[str, Any]:
    """Return the share of a shop's goods that conform, with its interval and what it rests on."""
    check_apart(transaction, caller, [shop_id])
    return quality_of(transaction, desk.clock(), shop_id)


@router.get("/me/quality")
def my_quality(desk: DeskOf, caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return the same of your shops, and until when a second analysis may be asked for."""
    at_ms = desk.clock()
    return {"rows": [quality_of(transaction, at_ms, shop) for shop in sorted(caller.member_of)]}

"""Values as a dialect writes them; what is none of the contract's values is left as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacsimile_spec.dialects import parse_dialect
from pacsimile_spec.dialects.model import Times
from pacsimile_spec.dialects.spelling import writer_of_scopes, writer_of_table, writer_of_times

ODD = (None, 7, 1.5, True, [], {}, ["PDF"], {"a": 1}, "nonsense", "2026-01-31T08:00:00")


@given(st.datetimes(timezones=st.timezones()).filter(lambda instant: 1990 < instant.year < 8999))
def test_milliseconds_are_exact(instant) -> None:
    """Whatever a float would make of them."""
    instant = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    written = writer_of_times(Times("epoch_ms"))(instant.isoformat())
    assert written % 1000 == instant.microsecond // 1000
    assert written // 1000 == writer_of_times(Times("epoch_s"))(instant.isoformat())


@pytest.mark.parametrize("kind", ["rfc3339", "epoch_s", "epoch_ms", "pattern"])
def test_what_is_no_instant_stays_as_it_is(kind) -> None:
    """A time without an offset too: nobody knows which instant it is."""
    for value in ODD:
        assert writer_of_times(Times(kind, "%Y%z"))(value) == value


def test_a_service_that_answers_nonsense_is_written_nevertheless() -> None:
    """A defect of the mock may put anything into a member."""
    dialect = parse_dialect(
        "name: v\ntimes: epoch_s\n"
        "values: {OrderStatus.status: {COMPLETED: 2}, report_type: {pdf: 7}, problem: {not-found: 4}}"
    )
    for value in ODD:
        written = writer_of_table(dialect, "OrderStatus")({"status": value, "report_types": value, "created_at": value})
        assert written == {"status": value, "report_types": value, "created_at": value}
        assert writer_of_table(dialect, "Problem")({"type": value}) == {"type": value}
        assert writer_of_table(dialect, "ReportList")({"reports": value}) == {"reports": value}
        assert writer_of_scopes(dialect.values["scope"])(value) == value

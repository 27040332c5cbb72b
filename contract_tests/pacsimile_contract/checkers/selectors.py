"""What a query must be: exactly one selector, once, well-formed, and nothing that the operation does not know."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import refused, shown
from pacsimile_contract.findings.part import Part, form, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

STRANGERS = {"unknown": "colour", "another-operations": "limit", "another-case": "Order_Id"}
"""Parameters that an operation does not know, by what they are."""

MALFORMED = ("none", "both", "repeated", "empty", "malformed", "unknown-parameter")
"""What is wrong with a query."""


@checker("STATUS-3", *MALFORMED, "names-the-unknown")
def takes_one_selector(story: Story) -> Iterator[Part]:
    """Judge calls with a query that is wrong in one way (steps `<part>/<operation>/<which>`)."""
    for name in MALFORMED:
        for label, asked in story.below(name):
            yield part(name, refused(asked, 400), on=asked)
            stranger = STRANGERS.get(label.rpartition("/")[2])
            if name == "unknown-parameter" and stranger and asked.status == 400:
                said = facts.problem(asked)
                got = f"detail {shown(said.detail)}, errors {shown([one for one, _ in said.errors])}"
                found = form(said.names(stranger), f"{stranger} named in errors or detail", got)
                yield part("names-the-unknown", found, on=asked)


BROKEN = "the service failed, which PROTO-3 judges"
"""Why nothing is said where text outside ASCII, or a name that is unusual, makes the service fail."""

UIDS = (
    "newline", "leading-zero", "too-long", "too-short", "one-component", "empty-component", "letters", "sign",
    "other-digits", "space",
)  # fmt: skip
"""Ways in which a text is no DICOM UID (PS3.5 section 9)."""


@checker("ORDERID-4", *UIDS, "valid-unknown")
def takes_dicom_uids(story: Story) -> Iterator[Part]:
    """Judge calls with what is no UID (steps `<part>/<operation>`), and with valid ones that nobody has."""
    for name in UIDS:
        for _, asked in story.below(name):
            if name == "other-digits" and (asked.status or 0) >= 500:
                yield not_exercised(name, BROKEN)
            else:
                yield part(name, refused(asked, 400), on=asked)
    for _, asked in story.below("valid-unknown"):
        yield part("valid-unknown", refused(asked, 404), on=asked)  # how the problem is told is STATUS-4's

"""Names of parameters: a name that is spelt wrong is none that an operation knows."""

from collections.abc import Iterator

from pacsimile_contract.checkers.common import refused
from pacsimile_contract.findings.part import Part, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

ALONE, BESIDE = "misspelt-name", "misspelt-name-beside"
"""Whether the right parameter is missing, which alone is a reason to refuse; or only one that is not known is there."""


@checker("STATUS-3", ALONE, BESIDE)
def knows_names_exactly(story: Story) -> Iterator[Part]:
    """Judge calls with a parameter's name spelt wrong (steps `<part>/<operation>/<which>`)."""
    for name in (ALONE, BESIDE):
        for _, asked in story.below(name):
            yield part(name, refused(asked, 400), on=asked)

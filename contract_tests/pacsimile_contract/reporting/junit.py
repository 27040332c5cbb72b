"""Writes `junit.xml`: a testcase for each part, under stable names."""

from collections.abc import Collection, Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

from pacsimile_contract.files import new_file
from pacsimile_contract.findings.registry import parts_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.report_json import versions
from pacsimile_contract.run.events import Event, RunFinished
from pacsimile_contract.transcript.curl import answer, curl, traced
from pacsimile_spec import requirements
from pacsimile_spec.plain import printable


def _text(evidence: Evidence, redactor: Redactor) -> str:
    lines = [redactor.redact_own_text(line) for line in (evidence.note, *evidence.steps)]
    if evidence.exchange is not None:
        lines += [
            curl(evidence.exchange, redactor),
            answer(evidence.exchange, redactor),
            traced(evidence.exchange, redactor),
        ]
    return "\n".join(line for line in lines if line)


def _case(suite: Xml.Element, requirement: str, part: JudgedPart, redactor: Redactor, known: Collection[str]) -> None:
    case = Xml.SubElement(suite, "testcase", classname=f"contract.{requirement}", name=part.check)
    title = requirements()[requirement].title
    Xml.SubElement(Xml.SubElement(case, "properties"), "property", name="title", value=title)
    text = printable("\n\n".join(_text(evidence, redactor) for evidence in part.evidence))
    message = text.partition("\n")[0]
    if part.verdict is Verdict.FAIL and part.check in known:
        Xml.SubElement(case, "skipped", message=message)
        Xml.SubElement(case, "system-out").text = text
    elif part.verdict is Verdict.FAIL:
        Xml.SubElement(case, "failure", message=f"{title}: {message}", type=part.kind or "").text = text
    elif part.verdict is Verdict.ERROR:
        Xml.SubElement(case, "error", message=f"{title}: {message}", type="error").text = text
    elif part.verdict in (Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE):
        Xml.SubElement(case, "skipped", message=f"{part.verdict.value}: {message}")
    elif part.verdict is Verdict.WARN:
        Xml.SubElement(case, "system-out").text = f"WARN {text}"


def _parts(judgement: Judgement) -> Iterator[JudgedPart]:
    """Yield the parts of a requirement, which are the same in every run, even where none was run."""
    row = judgement.requirement
    if judgement.parts:
        yield from judgement.parts
        return
    for name in parts_of(row.id) or ("",):
        check = f"{row.id}/{name}" if name else row.id
        yield JudgedPart(check, row.level, judgement.verdict, None, (Evidence(None, judgement.summary),))


def _properties(suite: Xml.Element, done: RunFinished) -> None:
    values = {
        "target": done.target.base_url, "run": done.run_id, "profile": done.profile,
        "level": done.options.level, "seed": str(done.options.seed), "exit_status": str(done.exit_status), **versions(),
    }  # fmt: skip
    properties = Xml.SubElement(suite, "properties")
    for name, value in values.items():
        Xml.SubElement(properties, "property", name=name, value=printable(value))


def junit(done: RunFinished) -> Xml.ElementTree:
    """Return the run in the format of JUnit: a testcase for each part, under names that are the same in every run.

    Each testcase has the title of its requirement as a property. A failure's message begins with the title; its type
    is the kind of the failure. A part that was not exercised or does not apply is skipped, with the reason. A failure
    that the baseline accepts is skipped too. A warning passes, and is in `system-out`. A requirement that no test can
    judge is one testcase with its id.
    """
    root = Xml.Element("testsuites", name="pacsimile")
    suite = Xml.SubElement(root, "testsuite", name="contract", time=f"{done.seconds:.3f}")
    _properties(suite, done)
    known = {entry.check for entry in done.options.baseline if entry.is_current}
    for judgement in done.judgements:
        for part in _parts(judgement):
            _case(suite, judgement.requirement.id, part, done.redactor, known)
    counts = {"tests": "testcase"} | {f"{tag}s": f"testcase/{tag}" for tag in ("failure", "error")}
    for name, tag in {**counts, "skipped": "testcase/skipped"}.items():
        for element in (root, suite):
            element.set(name, str(len(suite.findall(tag))))
    return Xml.ElementTree(root)


class JunitXml:
    """Writes `junit.xml` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "junit.xml"

    def __call__(self, event: Event) -> None:
        """Write the file at the end of the run."""
        if isinstance(event, RunFinished):
            document = junit(event)
            with new_file(self._path) as file:
                document.write(file.buffer, encoding="utf-8", xml_declaration=True)

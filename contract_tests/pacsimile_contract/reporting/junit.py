"""`junit.xml`: a testcase for each part, under stable names."""

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


def _words(evidence: Evidence, redactor: Redactor) -> str:
    lines = [redactor.text(one) for one in (evidence.note, *evidence.steps)]
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
    words = printable("\n\n".join(_words(one, redactor) for one in part.evidence))
    message = words.partition("\n")[0]
    if part.verdict is Verdict.FAIL and part.check in known:
        Xml.SubElement(case, "skipped", message=message)
        Xml.SubElement(case, "system-out").text = words
    elif part.verdict is Verdict.FAIL:
        Xml.SubElement(case, "failure", message=f"{title}: {message}", type=part.kind or "").text = words
    elif part.verdict is Verdict.ERROR:
        Xml.SubElement(case, "error", message=f"{title}: {message}", type="error").text = words
    elif part.verdict in (Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE):
        Xml.SubElement(case, "skipped", message=f"{part.verdict.value}: {message}")
    elif part.verdict is Verdict.WARN:
        Xml.SubElement(case, "system-out").text = f"WARN {words}"


def _parts(judgement: Judgement) -> Iterator[JudgedPart]:
    """Yield the parts of a requirement: the same ones in every run, also where nothing of it was run."""
    row = judgement.requirement
    if judgement.parts:
        yield from judgement.parts
        return
    for name in parts_of(row.id) or ("",):
        check = f"{row.id}/{name}" if name else row.id
        yield JudgedPart(check, row.level, judgement.verdict, None, (Evidence(None, judgement.summary),))


def _properties(suite: Xml.Element, done: RunFinished) -> None:
    known = {
        "target": done.target.base_url, "run": done.run_id, "profile": done.profile,
        "level": done.options.level, "seed": str(done.options.seed), "exit_status": str(done.exit_status), **versions(),
    }  # fmt: skip
    listed = Xml.SubElement(suite, "properties")
    for name, value in known.items():
        Xml.SubElement(listed, "property", name=name, value=printable(value))


def junit(done: RunFinished) -> Xml.ElementTree:
    """Return the run as JUnit knows it: a testcase for each part, under names that are the same in every run.

    Each has its requirement's title as a property, and before a failure's message. A failure's type says whether
    fact or form was wrong. What was not exercised or does not apply is skipped, with the reason, and so is a
    failure that the baseline knows; a warning passes, and is in `system-out`. A requirement that no test can judge
    is one testcase of its id.
    """
    root = Xml.Element("testsuites", name="pacsimile")
    suite = Xml.SubElement(root, "testsuite", name="contract", time=f"{done.seconds:.3f}")
    _properties(suite, done)
    known = {one.check for one in done.options.baseline if one.counts}
    for judgement in done.judgements:
        for part in _parts(judgement):
            _case(suite, judgement.requirement.id, part, done.redactor, known)
    counts = {"tests": "testcase"} | {f"{one}s": f"testcase/{one}" for one in ("failure", "error")}
    for name, tag in {**counts, "skipped": "testcase/skipped"}.items():
        for counted in (root, suite):
            counted.set(name, str(len(suite.findall(tag))))
    return Xml.ElementTree(root)


class JunitXml:
    """Writes `junit.xml` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "junit.xml"

    def __call__(self, event: Event) -> None:
        """Write at the end of the run."""
        if isinstance(event, RunFinished):
            document = junit(event)
            with new_file(self._path) as file:
                document.write(file.buffer, encoding="utf-8", xml_declaration=True)

"""`junit.xml`: a testcase for each part, under stable names."""

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

from pacsimile_contract.events import Event, RunFinished
from pacsimile_contract.redaction import Redactor
from pacsimile_contract.reporting.curl import answer, curl
from pacsimile_contract.verdict import Evidence, JudgedPart, Judgement, Verdict

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def _words(evidence: Evidence, redactor: Redactor) -> str:
    lines = [redactor.text(evidence.note)]
    if evidence.exchange is not None:
        lines += [curl(evidence.exchange, redactor), answer(evidence.exchange, redactor)]
    return "\n".join(line for line in lines if line)


def _case(suite: Xml.Element, judgement: Judgement, part: JudgedPart, redactor: Redactor) -> None:
    case = Xml.SubElement(suite, "testcase", classname=f"contract.{judgement.requirement.id}", name=part.check)
    words = _text("\n\n".join(_words(one, redactor) for one in part.evidence))
    message = words.partition("\n")[0]
    if part.verdict is Verdict.FAIL:
        Xml.SubElement(case, "failure", message=message, type=part.kind or "").text = words
    elif part.verdict is Verdict.ERROR:
        Xml.SubElement(case, "error", message=message).text = words
    elif part.verdict in (Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE):
        Xml.SubElement(case, "skipped", message=f"{part.verdict.value}: {message}")
    elif part.verdict is Verdict.WARN:
        Xml.SubElement(case, "system-out").text = f"WARN {words}"


def junit(done: RunFinished) -> Xml.ElementTree:
    """Return the run as JUnit knows it. A requirement without parts is one testcase of its own id."""
    root = Xml.Element("testsuites", name="pacsimile")
    suite = Xml.SubElement(root, "testsuite", name="contract", time=f"{done.seconds:.3f}")
    for judgement in done.judgements:
        own = JudgedPart(
            judgement.requirement.id,
            judgement.requirement.level,
            judgement.verdict,
            None,
            (Evidence(None, judgement.summary),),
        )
        for part in judgement.parts or (own,):
            _case(suite, judgement, part, done.redactor)
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    return Xml.ElementTree(root)


class JunitXml:
    """Writes `junit.xml` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "junit.xml"

    def __call__(self, event: Event) -> None:
        """Write at the end of the run."""
        if isinstance(event, RunFinished):
            junit(event).write(self._path, encoding="utf-8", xml_declaration=True)

"""Writes the reports of a load: `load.html`, `load.json` and `junit.xml`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from pacsimile_contract.errors import UsageError
from pacsimile_contract.files import new_file, owner_only, refuse_to_overwrite
from pacsimile_contract.load.page import page
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.report import SHARES, Report, operation_names, short_name
from pacsimile_contract.load.violations import CHECKS
from pacsimile_contract.release import own_version
from pacsimile_spec import requirements
from pacsimile_spec.plain import inert_json, printable

FORMAT = 1
FILES = ("load.json", "junit.xml", "load.html")
"""The files of a load."""
MARKERS = {"load.json": '"pacsimile": "'}
"""The file that shows an earlier load wrote this folder, with a text near its beginning."""


def make_folder(folder: Path) -> None:
    """Make the folder of the reports before a load begins, so that none is made in vain.

    Raises:
        UsageError: It cannot be made, or a file that is no report of a load would be overwritten.
    """
    refuse_to_overwrite(folder, FILES, MARKERS)
    try:
        with owner_only():
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be created: {error.strerror}; give --report another folder") from None


def write(report: Report, folder: Path, *, shared: bool) -> None:
    """Write the reports. Only their owner can read them, unless they are `shared`.

    Raises:
        UsageError: One cannot be written.
    """
    texts: dict[str, Iterable[str]] = {
        "load.json": [inert_json(json.dumps(document(report), indent=1, ensure_ascii=False)), "\n"],
        "junit.xml": [junit(report)],
        "load.html": page(report),
    }
    try:
        with owner_only(shared=shared):
            for name, pieces in texts.items():
                with new_file(folder / name) as file:
                    file.writelines(pieces)
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: cannot be written: {error.strerror}") from None


def document(report: Report) -> dict[str, Any]:
    """Return the content of `load.json`. Times are in milliseconds."""
    result, recorder = report.result, report.result.recorder
    return {
        "format": FORMAT,
        "pacsimile": own_version(),
        "exit_status": report.exit_status,
        "failures": report.failures,
        "interrupted": result.interrupted,
        "target": {
            "base_url": report.job.target.base_url,
            "dialect": report.job.target.dialect.dialect.name if report.job.target.dialect else "identity",
            "clients": [{"name": poller.client, "allowed": list(poller.allowed)} for poller in report.job.pollers],
        },
        "plan": report.plan.as_json() | {"model": "open" if report.plan.is_open else "closed"},
        "seconds": round(result.seconds, 3),
        "calls": recorder.calls,
        "rate": round(report.rate, 2),
        "errors": {
            "count": recorder.failed,
            "kinds": [
                {"operation": short_name(operation), "kind": kind, "count": count}
                for (operation, kind), count in recorder.errors.most_common()
            ],
        },
        "operations": {short_name(name): _times(recorder, name) for name in operation_names(list(recorder.operations))},
        "thresholds": [
            {"name": bound.name, "bound": bound.bound, "measured": bound.measured, "met": bound.met}
            for bound in report.bounds
        ],
        "checks": {
            name: {"judged": result.violations.judged[name], "violations": result.violations.counts[name]}
            for name in CHECKS
        },
        "violations": [
            {
                "requirement": violation.requirement, "words": report.words(violation),
                "subject": report.subject(violation),
                "at": round(violation.at, 3),
            }
            for violation in result.violations.kept
        ],
        "over_time": {
            "span_seconds": recorder.span_seconds,
            "spans": [
                {
                    "at": round(number * recorder.span_seconds, 3), "calls": span.times.count, "errors": span.errors,
                    **{f"p{share * 100:g}": _ms(span.times.quantile(share)) for share in (0.5, 0.99)},
                }
                for number, span in sorted(recorder.spans.items())
            ],
        },
        "withheld": recorder.withheld,
        "late": recorder.late,
        "unfinished": recorder.unfinished,
        "notes": list(report.notes),
    }  # fmt: skip


def _times(recorder: Recorder, operation: str) -> dict[str, Any]:
    times = recorder.operations[operation]
    return {
        "calls": times.count,
        "errors": sum(count for (name, _), count in recorder.errors.items() if name == operation),
        **{f"p{share * 100:g}": _ms(times.quantile(share)) for share in SHARES},
        "max": _ms(times.longest),
        "mean": _ms(times.sum / max(times.count, 1)),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def junit(report: Report) -> str:
    """Return the content of `junit.xml`: a testcase for each threshold and for each requirement that was judged."""
    violations = report.result.violations
    root = Xml.Element("testsuites", name="pacsimile load")
    suite = Xml.SubElement(root, "testsuite", name="load")
    for bound in report.bounds:
        case = Xml.SubElement(suite, "testcase", classname="load.threshold", name=bound.name)
        text = f"{bound.measured}, at most {bound.bound}"
        if bound.met is False or bound.met is None:
            Xml.SubElement(case, "failure", message=text, type="threshold").text = text
    for name, words in CHECKS.items():
        case = Xml.SubElement(suite, "testcase", classname="load.check", name=f"{name} {requirements()[name].title}")
        if violations.counts[name]:
            lines = [
                f"{report.subject(violation)}: {report.words(violation)}"
                for violation in violations.kept
                if violation.requirement == name
            ]
            message = f"{words}: {violations.counts[name]} times"
            Xml.SubElement(case, "failure", message=message, type="violation").text = printable("\n".join(lines))
        elif not violations.judged[name]:
            Xml.SubElement(case, "skipped", message="nothing was answered by which it could be judged")
    failures = len(suite.findall("testcase/failure"))
    for element in (root, suite):
        element.set("tests", str(len(suite)))
        element.set("failures", str(failures))
        element.set("errors", "0")
        element.set("time", f"{report.result.seconds:.3f}")
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"

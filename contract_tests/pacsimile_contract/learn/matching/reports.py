"""Lines about the bytes of reports: how they are carried, and in which media types."""

from __future__ import annotations

from pacsimile_contract.learn.matching.fields import pointer
from pacsimile_contract.learn.matching.kinds import kinds_of
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.pairs import Score, decide
from pacsimile_contract.learn.service import Content, Leaf, Operation, is_json, leaves
from pacsimile_contract.learn.words import best_likeness
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES, REPORT_TYPES

_REDIRECTS = ("302", "303", "307", "308")
_URLS = ("url", "link", "download url", "href", "location", "signed url", "presigned url", "report url")
_CONTENTS = ("content", "data", "base64", "bytes", "document", "payload", "file", "body")


def propose_reports(source: MatchedSource) -> None:
    """Propose how reports are carried, and their media types."""
    calls = list(source.calls("getResult", "getGroupReport"))
    if not calls:
        return
    _propose_carrying(source, calls)
    if source.carried in ("bytes", "redirect"):
        _propose_media_types(source)


def _propose_carrying(source: MatchedSource, calls: list[Operation]) -> None:
    place = ("reports_carried",)
    contents = {name: content for call in calls for name, content in _contents(call).items()}
    if any(code in call.answers for call in calls for code in _REDIRECTS):
        source.carried = "redirect"
        sure = not any(not is_json(name) for name in contents)
        source.proposal.add(place, "redirect", sure=sure, evidence="a retrieval is answered with a redirect")
        return
    if any(not is_json(name) for name in contents):
        source.proposal.add(place, "bytes", sure=True, evidence="a retrieval answers in media types of reports")
        return
    for content in contents.values():
        table = source.fields.match("JsonReport", content.shape)
        group = source.fields.match("GroupJsonReport", content.shape)
        leaf, by, evidence = _carrier(content)
        if leaf is not None and max(table.fit, group.fit) < 0.5:
            source.carried = by
            others = [other for other in leaves(content.shape) if other.shape is not leaf.shape]
            sure = "shape" in evidence or len(others) < 6
            source.proposal.add(place, {by: pointer(leaf)}, sure=sure, evidence=evidence.removeprefix("shape: "))
            return
    if contents:
        source.proposal.add(place, "bytes", sure=True, evidence="a retrieval answers with the report itself")
    else:
        question = "how do the bytes of a report come: as the body, by a redirect, by a link, in base64?"
        source.proposal.ask(place, question)


def _contents(call: Operation) -> dict[str, Content]:
    success = call.success()
    return success.contents if success else {}


def _carrier(content: Content) -> tuple[Leaf | None, str, str]:
    """Return the place of a link or of base64 in an answer, which of the two it is, and why."""
    best: tuple[float, Leaf | None, str, str] = (0.0, None, "", "")
    for leaf in leaves(content.shape):
        kinds = kinds_of(leaf.shape)
        if leaf.shape.members or leaf.shape.items:
            continue
        for by, kind, names in (("url", "uri", _URLS), ("base64", "base64", _CONTENTS)):
            like = best_likeness(names, leaf.name)
            score = (0.6 if kind in kinds else 0.0) + 0.4 * like
            if kind in kinds and by == "base64" and "uri" in kinds:
                continue
            if score > best[0] and score >= 0.5 and not (kinds and kind not in kinds and kinds & {"instant", "uid"}):
                why = f"shape: {pointer(leaf)} is a {'link' if by == 'url' else 'text in base64'}"
                best = score, leaf, by, why if kind in kinds else f"the name {leaf.name}"
    return best[1], best[2], best[3]


def _propose_media_types(source: MatchedSource) -> None:
    for operation, types in (("getResult", ORDER_TYPES), ("getGroupReport", GROUP_TYPES)):
        contents: dict[str, Content] = {}
        for call in source.calls(operation):
            contents |= _contents(call)
        if not contents:
            continue
        own = {name.replace(" ", "").lower(): name for name in contents}
        left = [name for name in contents if name.replace(" ", "").lower() not in {_plain(kind) for kind in types}]
        for kind in types:
            place = ("media_types", kind)
            if not source.service.whole:
                continue  # traffic shows which type came in which, once its words are known
            if _plain(kind) in own:
                evidence = f"{operation} answers in it"
                source.proposal.add(place, REPORT_TYPES[kind].media_type, sure=True, evidence=evidence)
                continue
            _propose_media_type(source, kind, contents, left)


def _plain(kind: str) -> str:
    return REPORT_TYPES[kind].media_type.replace(" ", "").lower()


def _propose_media_type(source: MatchedSource, kind: str, contents: dict[str, Content], left: list[str]) -> None:
    """Propose the media type of a report type whose own is not among those of the service."""
    names = list(contents)
    scores = [_affinity(kind, name, contents[name], name in left) for name in names]
    pair = decide([scores], 0.35)[0]
    place = ("media_types", kind)
    if pair is not None:
        source.proposal.add(place, names[pair.place], sure=pair.sure, evidence=pair.score.evidence)
    elif not source.service.whole:
        source.proposal.ask(place, f"in which media type does a report of the type {kind} come?")


def propose_seen_media_types(source: MatchedSource) -> None:
    """Propose the media type in which each report type was seen to come."""
    if source.service.whole or source.carried != "bytes":
        return
    for operation, types in (("getResult", ORDER_TYPES), ("getGroupReport", GROUP_TYPES)):
        match = source.operations.get(operation)
        if match is None or "report_type" not in match.parameters.pairs:
            continue
        name = match.parameters.name_of("report_type").name
        for kind in types:
            line = source.proposal.lines.get(("values", "report_type", kind))
            word = kind if line is None else str(line.value)
            seen = {
                call.media_type for call in match.theirs.seen if call.status == 200 and call.given.get(name) == word
            }
            seen.discard("")
            if len(seen) == 1:
                evidence = f"{operation} answered so when {word} was asked for"
                media_type = (
                    REPORT_TYPES[kind].media_type
                    if _plain(kind) in {s.replace(" ", "").lower() for s in seen}
                    else seen.pop()
                )
                source.proposal.add(("media_types", kind), media_type, sure=True, evidence=evidence)
            elif operation == "getResult":
                source.proposal.ask(
                    ("media_types", kind), f"in which media type does a report of the type {kind} come?"
                )


_CODES = {"dicom_sr": "dicom", "dicom_pdf": "dicom", "hl7v2": "hl7", "fhir": "fhir", "pdf": "pdf", "csv": "csv"}


def _affinity(kind: str, media_type: str, content: Content, free: bool) -> Score:
    essence = media_type.partition(";")[0].strip().lower()
    named = _CODES.get(kind, kind)
    bonus = 0.12 if free else 0.0
    if named in essence:
        return Score(0.95, "the name of the media type")
    shape = content.shape
    if kind == "fhir":
        bundle = "resourceType" in shape.members
        return Score(0.85 if is_json(essence) and bundle else 0.0, "its answer has a resourceType")
    if kind == "json":
        return Score(0.7 + bonus if is_json(essence) and "resourceType" not in shape.members else 0.0, "it is JSON")
    if kind in ("txt", "hl7v2") and essence == "text/plain":
        return Score(0.5 + bonus, "it is text")
    if kind == "hl7v2" and essence in ("application/octet-stream", "text/xml"):
        return Score(0.3 + bonus, "no better one is left")
    if kind in ("dicom_sr", "dicom_pdf", "pdf") and essence in ("application/octet-stream", "*/*"):
        return Score(0.5 + bonus, "it is binary")
    if kind == "csv" and essence == "text/plain":
        return Score(0.4, "it is text")
    return Score(0.0)

"""Learns from safe calls to a service: the paths of its operations, their parameters, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from pacsimile_contract.errors import UsageError
from pacsimile_contract.learn.contract import names
from pacsimile_contract.learn.matching.proposals import proposal_of, proposal_of_calls
from pacsimile_contract.learn.probing.caller import Caller, document_of, same_refusal, texts_of
from pacsimile_contract.learn.probing.known_data import KnownData
from pacsimile_contract.learn.probing.negotiation import Agreement, mentioned, negotiate
from pacsimile_contract.learn.probing.token_endpoint import TokenEndpoint
from pacsimile_contract.learn.probing.unknown_parameters import ask_for_the_limit, ask_with_an_unknown_parameter
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_contract.learn.sources.documents import parse_document
from pacsimile_contract.learn.sources.openapi import service_of
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall
from pacsimile_contract.learn.words import load_data
from pacsimile_contract.target.model import Target
from pacsimile_spec.dialects import Dialect, identity
from pacsimile_spec.documents import operations
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES

NOWHERE = "/pacsimile-nothing-is-here"
NOBODY, NO_STUDY, ELSEWHERE = "pacsimile-nobodys-order", "1.2.3.4.5.6.7.8.9", "pacsimile-nobody"
"""What cannot exist: an order, a study, an organization."""
_ORDER = ("getStatus", "getOrderIds", "getResult", "getGroupReport", "listReports")
MOST_ORDERS = 12
MOST_LINKS = 6


def learn_from_calls(target: Target, draft: Dialect | None) -> list[Proposal]:
    """Ask a service, and return what its own description says, where it serves one, and what calls showed.

    Args:
        target: where the service is, who asks, and what is allowed.
        draft: what other sources, or the target file, say of its dialect.

    Raises:
        UsageError: nothing answers, or no token is issued.
    """
    caller = Caller(target, draft.constants if draft is not None else {})
    try:
        return _Probe(caller, draft).proposals()
    finally:
        caller.close()


class _Probe:
    def __init__(self, caller: Caller, draft: Dialect | None) -> None:
        self._caller, self._draft = caller, draft
        self._target = caller.target
        self._places = load_data("probing/places.yaml")
        self._known = KnownData(self._target, draft)
        self._agreed: dict[str, Agreement] = {}
        self._names = dict((draft or identity()).parameters)
        self._nothing: RecordedCall | None = None
        self._direct = Proposal("calls")
        self._tokens = TokenEndpoint(caller, draft, self._places, self._direct)

    def proposals(self) -> list[Proposal]:
        described = self._description()
        self._tokens.find()
        self._nothing = self._caller.get(NOWHERE, silent=True)
        for operation in _ORDER:
            self._find(operation)
        self._propose_absences()
        self._ask_orders()
        self._ask_reports()
        self._follow_links()
        self._ask_what_cannot_exist()
        self._ask_scopes()
        source = f"calls to {urlsplit(self._target.base_url).netloc}"
        base_path = urlsplit(self._target.base_url).path
        learned = proposal_of_calls(self._caller.calls, source, base_path, self._known.values, self._known.statuses)
        self._direct.source = source
        for place, line in self._direct.lines.items():
            learned.lines[place] = line
            learned.questions.pop(place, None)
        learned.notes += self._direct.notes
        if not self._known.orders:
            learned.notes.append(
                "no order is known: give states.fixtures in the target file, or listing: {allowed: true}"
            )
        return [*described, learned]

    def _description(self) -> list[Proposal]:
        """Return what the service's own description says, where it serves one at a usual place."""
        for path in self._places["descriptions"]:
            call = self._caller.get(path, silent=True)
            if call is None and not self._caller.calls and self._caller.spent:
                raise UsageError(f"{self._target.base_url}: no answer; is this its address?")
            if call is None or call.status != 200 or not call.content:
                continue
            try:
                document = parse_document(call.content.decode("utf-8", "replace"), path)
            except UsageError:
                continue
            return [proposal_of(service_of(document, path))]
        return []

    def _ask_other_paths(self, operation: str, template: str) -> None:
        """Ask at the other paths that a source names for an operation."""
        agreement = self._agreed[operation]
        for other in (self._draft or identity()).paths.get(operation, ()):  # type: ignore[call-overload]
            path = self._filled(other.text)
            if other.text != template and path is not None and "{" in other.text:
                call = self._caller.get(path)
                if call is not None and call.status == 200:
                    agreement.others.append(other.text)

    def _find(self, operation: str) -> None:
        """Find where an operation is, and how it is asked."""
        if operation == "listReports" and not self._target.listing_allowed:
            note = "reports were not listed: the target file does not say listing: {allowed: true}"
            self._direct.notes.append(note)
            return
        wanted = self._known.wanted(operation)
        for template in self._templates(operation):
            path = self._filled(template)
            if path is None or self._caller.spent:
                continue
            first = self._caller.get(path, silent=True)
            if first is None or self._nothing is None or same_refusal(first, self._nothing):
                continue
            if first.status in (404, 405, 501):
                continue
            if not (self._is_named(template, operation) or self._looks_like(operation, first)):
                continue
            words = self._words()
            needed = [(name, words.get(value, value)) for name, value in wanted if "{" + name + "}" not in template]
            if any("{" + name + "}" in template for name in ("order_id", "study_uid")):
                needed = [(name, value) for name, value in needed if name not in ("order_id", "study_uid")]
            agreement = negotiate(self._caller, operation, path, needed, self._names_for(), first)
            if agreement.answered:
                agreement.path, agreement.words = template, words | agreement.words
                self._agreed[operation] = agreement
                self._names |= agreement.names
                self._ask_other_paths(operation, template)
                self._caller.get(path)  # how it refuses a call without parameters is learned from too
                if operation == "listReports":
                    self._known.note_listing(agreement.last)
                return

    def _is_named(self, template: str, operation: str) -> bool:
        """Whether another source names a path for an operation."""
        own = () if self._draft is None else self._draft.paths.get(operation, ())  # type: ignore[call-overload]
        return template in [path.text for path in own] and template != identity().paths[operation][0].text  # type: ignore[index]

    def _looks_like(self, operation: str, first: RecordedCall) -> bool:
        """Whether a refusal without parameters names one that the operation needs, or tells nothing."""
        if first.status not in (400, 422):
            return True
        needed = [parameter.name for parameter in operations()[operation].parameters if parameter.name != "limit"]
        named = [name for name in needed if mentioned(first, (name, *names()["parameters"][name]))]
        if operation == "getOrderIds" and mentioned(first, ("order_id",)) and not mentioned(first, ("study_uid",)):
            return False
        return bool(named) or not texts_of(document_of(first))

    def _names_for(self) -> Mapping[str, str]:
        """Return the names of parameters that are known to differ from the contract's."""
        return {name: other for name, other in self._names.items() if other != name}

    def _words(self) -> dict[str, str]:
        """Return the words for report types that another source knows, by the contract's."""
        known = (self._draft or identity()).values["report_type"].theirs
        return {ours: str(theirs[0]) for ours, theirs in known.items()}

    def _templates(self, operation: str) -> list[str]:
        """Return the possible paths of an operation: those that other sources name, else usual ones."""
        own = (self._draft or identity()).paths
        known = [template.text for template in own.get(operation, ())]  # type: ignore[call-overload]
        contract = identity().paths[operation][0].text  # type: ignore[index]
        if self._draft is not None and known != [contract]:
            return known
        prefixes: list[str] = [self._prefix()] if self._agreed else self._places["prefixes"]
        usual = [prefix + path for prefix in prefixes for path in self._places["paths"][operation]]
        return list(dict.fromkeys([*known, contract, *usual]))

    def _prefix(self) -> str:
        """Return the prefix of the operations that are known already."""
        path = next(iter(self._agreed.values())).path
        return max((p for p in self._places["prefixes"] if path.startswith(p + "/")), key=len, default="")

    def _filled(self, template: str) -> str | None:
        """Return a path with known values in it; None where one is not known."""
        for name, value in (("order_id", self._known.order), ("study_uid", self._known.study)):
            if "{" + name + "}" in template:
                if value is None:
                    return None
                template = template.replace("{" + name + "}", quote(value, safe=""))
        return template

    def _propose_absences(self) -> None:
        """Propose that an operation is absent if others are at the contract's paths and it is not."""
        own = identity().paths
        at_home = [name for name, agreed in self._agreed.items() if agreed.path == own[name][0].text]  # type: ignore[index]
        for operation in _ORDER:
            if operation in self._agreed or len(at_home) < 2 or operation == "listReports":
                continue
            evidence = (
                f"nothing is at {own[operation][0].text} or at a usual path, and {', '.join(at_home)} are at theirs"  # type: ignore[index]
            )
            self._direct.add(("operations", operation), False, sure=False, evidence=evidence)

    def _ask(self, operation: str, **given: str) -> RecordedCall | None:
        """Ask an operation with the contract's parameters, as it was agreed."""
        agreement = self._agreed.get(operation)
        if agreement is None or self._caller.spent:
            return None
        path, query = agreement.path_for(given), {}
        for name, value in given.items():
            if "{" + name + "}" in path:
                path = path.replace("{" + name + "}", quote(value, safe=""))
            elif name in agreement.names or name in self._names:
                query[agreement.names.get(name, self._names.get(name, name))] = (
                    agreement.words.get(value, value) if name == "report_type" else value
                )
            else:
                return None
        if "{" in path:
            return None
        return self._caller.get(path, query, operation=operation if operation == "listReports" else None)

    def _ask_orders(self) -> None:
        for order in self._known.orders[:MOST_ORDERS]:
            self._ask("getStatus", order_id=order)
        for study in self._known.studies[:3]:
            self._ask("getStatus", study_uid=study)
            self._ask("getOrderIds", study_uid=study)

    def _ask_reports(self) -> None:
        done = self._known.done
        for order in self._known.orders[:MOST_ORDERS]:
            if order != done:
                self._ask("getResult", order_id=order, report_type="pdf")
        for kind in ORDER_TYPES if done else ():
            self._ask("getResult", order_id=str(done), report_type=kind)
        for group in self._known.groups[:2]:
            for kind in GROUP_TYPES:
                self._ask("getGroupReport", study_group=group, report_type=kind)

    def _follow_links(self) -> None:
        """Follow the links that retrievals of the type json gave: a presigned URL, or where a redirect leads."""
        links: list[str] = []
        for call in self._caller.calls:
            texts = [] if call.status >= 400 else texts_of(document_of(call))
            texts += [value for name, value in call.received.items() if name.lower() == "location"]
            links += [text for text in texts if text.startswith(("http://", "https://")) and "json" in call.url.lower()]
        for link in list(dict.fromkeys(links))[:MOST_LINKS]:
            self._caller.follow(link)

    def _ask_what_cannot_exist(self) -> None:
        self._ask("getStatus", order_id=NOBODY)
        self._ask("getOrderIds", study_uid=NO_STUDY)
        self._ask("getResult", order_id=NOBODY, report_type="json")
        ask_with_an_unknown_parameter(self._caller, self._agreed.get("getStatus"), self._known.order, self._direct)
        ask_for_the_limit(self._caller, self._agreed.get("listReports"))
        self._caller.invent(ELSEWHERE)
        foreign = self._ask("listReports", organizationId=ELSEWHERE)
        if foreign is not None and foreign.status in (403, 404):
            evidence = "the listing of an organization that does not exist"
            self._direct.add(("codes", "foreign_organization"), foreign.status, sure=True, evidence=evidence)

    def _ask_scopes(self) -> None:
        """Ask for tokens of one scope each, and see which operations each opens."""
        if len(self._caller.granted) < 2:
            return
        for scope in sorted(self._caller.granted)[:5]:
            if not self._tokens.ask(scope):
                continue
            for operation, given in self._known.samples():
                agreement = self._agreed.get(operation)
                if agreement is not None and not self._caller.spent:
                    self._ask_with(scope, operation, agreement, given)

    def _ask_with(self, scope: str, operation: str, agreement: Agreement, given: Mapping[str, str]) -> Any:
        path, query = agreement.path, {}
        for name, value in given.items():
            if "{" + name + "}" in path:
                path = path.replace("{" + name + "}", quote(value, safe=""))
            elif name in agreement.names:
                query[agreement.names[name]] = agreement.words.get(value, value)
        if "{" not in path:
            named = operation if operation == "listReports" else None
            self._caller.get(path, query, scope=scope, operation=named)

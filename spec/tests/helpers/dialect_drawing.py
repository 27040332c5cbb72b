"""Draws dialects as files say them, each a lawful one."""

from typing import Any

from hypothesis import strategies as st

from pacsimile_spec.dialects import identity
from pacsimile_spec.dialects.identity import HEADERS, parameter_names
from pacsimile_spec.dialects.tables import tables
from pacsimile_spec.report_types import REPORT_TYPES

NAMES = st.from_regex(r"[a-z][a-zA-Z0-9_-]{0,11}", fullmatch=True)
NEEDED = {"access_token", "reports", "order_id", "status", "order_ids", "report_id", "report_ids"}


@st.composite
def pointers(draw: st.DrawFn, members: list[str]) -> dict[str, str | None]:
    """Draw a place for some members, in one to three levels, no place inside of another."""
    moved = draw(st.lists(st.sampled_from(members), unique=True))
    result: dict[str, str | None] = {}
    for index, member in enumerate(moved):
        if member not in NEEDED and draw(st.booleans()):
            result[member] = None
        else:
            way = draw(st.lists(NAMES, max_size=2))
            result[member] = "".join(f"/{step}~1" for step in way) + f"/{draw(NAMES)}.{index}"
    return result


@st.composite
def words(draw: st.DrawFn, ours: list[str]) -> dict[str, Any]:
    """Draw other words for some of a vocabulary, texts or integers."""
    changed = draw(st.lists(st.sampled_from(ours), unique=True))
    return {
        word: draw(st.sampled_from([f"{draw(NAMES)}:{index}", index, [f"a:{index}", f"b:{index}"]]))
        for index, word in enumerate(changed)
    }


@st.composite
def dialect_files(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the content of a dialect file."""
    own = identity()
    file: dict[str, Any] = {"name": "drawn"}
    plain = [name for name in tables() if not name.startswith(("Problem", "AcknowledgementRequest"))]
    chosen = draw(st.lists(st.sampled_from(plain), unique=True, max_size=4))
    file["fields"] = {name: draw(pointers(list(own.fields[name]))) for name in chosen}
    file["values"] = {
        name: draw(words(list(own.values[name].theirs)))
        for name in draw(st.lists(st.sampled_from(list(own.values)), unique=True))
        if name != "scope"
    }
    moved = draw(st.lists(st.sampled_from(parameter_names()), unique=True, max_size=4))
    file["parameters"] = {name: f"p-{index}" for index, name in enumerate(moved)}
    hidden = draw(st.lists(st.sampled_from(HEADERS), unique=True, max_size=3))
    file["headers"] = {name: draw(st.sampled_from([None, f"X-{index}"])) for index, name in enumerate(hidden)}
    file["times"] = draw(st.sampled_from(["rfc3339", "epoch_s", "epoch_ms", "%d.%m.%Y %H:%M:%S %z"]))
    file["codes"] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "unknown": st.sampled_from([404, "200-empty"]),
                "not_ready": st.sampled_from([404, 409, 202, 425]),
                "bad_request": st.sampled_from([400, 422]),
                "foreign_organization": st.sampled_from([403, 404]),
                "acknowledged": st.sampled_from([200, 202, 204]),
            },
        )
    )
    file["report_types"] = [*draw(st.lists(st.sampled_from(list(REPORT_TYPES)), unique=True)), "json"]
    file["media_types"] = draw(st.dictionaries(st.sampled_from(list(REPORT_TYPES)), st.just("text/plain"), max_size=3))
    file["reports_carried"] = draw(st.sampled_from(["bytes", "redirect", {"url": "/a/b"}, {"base64": "/c"}]))
    file["errors"] = {
        **draw(pointers(list(own.fields["Problem"]))),
        "media_type": draw(st.sampled_from(["application/json", "application/problem+json", "text/json"])),
    }
    file["token"] = {"credentials": draw(st.sampled_from(["basic", "body", "query", "headers"]))}
    file["operations"] = draw(
        st.dictionaries(st.sampled_from(["getOrderIds", "getGroupReport", "postToken"]), st.booleans())
    )
    if draw(st.booleans()):
        file["paths"] = {"getStatus": ["/v2/orders/{order_id}", "/v2/studies/{study_uid}/status"], "getToken": "/auth"}
    if draw(st.booleans()):
        file["acknowledgement"] = draw(
            st.sampled_from(
                [{"without_body": False}, {"body": None}, {"answer": None}, {"body": {"report_ids": "/a/b"}}]
            )
        )
    if draw(st.booleans()):
        file["constants"] = {"api-version": "2025-06"}
    if draw(st.booleans()):
        file["values"]["scope"] = draw(
            st.sampled_from([{"status.read": "api", "reports.read": "api"}, {"reports.ack": ["write", "api/write"]}])
        )
    file["unknown_parameters"] = draw(st.sampled_from(["refused", "ignored"]))
    if file["token"]["credentials"] == "body":
        file["operations"].pop("postToken", None)
    return file

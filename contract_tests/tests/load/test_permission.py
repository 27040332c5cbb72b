"""What a load may do to a service, and on which host."""

from dataclasses import replace

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.load.permission import check_host, most_rate, pollers, read_orders
from pacsimile_contract.target.model import Client, Limits, Load, Target

HOME = "https://api.staging.example"
CLIENTS = {
    "primary": Client("primary", "me", "made-up-secret", "org-a"),
    "same_org": Client("same_org", "me-too", "made-up-secret", "org-a"),
    "other_org": Client("other_org", "they", "made-up-secret", "org-b"),
    "status_only": Client("status_only", "few", "made-up-secret", "org-c"),
}
STAGING = Target(HOME, HOME + "/oauth2", CLIENTS)
LOCAL = replace(STAGING, base_url="http://127.0.0.1:8090", oauth2_endpoint="http://127.0.0.1:8090/oauth2")
ALLOWED = replace(STAGING, load=Load(allowed=True, rate=20.0))


@pytest.mark.parametrize(
    ("target", "named", "missing"),
    [
        (STAGING, ["api.staging.example"], "load: {allowed: true, rate: 20/s}"),
        (replace(STAGING, load=Load(allowed=True)), ["api.staging.example"], "rate"),
        (ALLOWED, [], "--yes-this-host api.staging.example"),
        (ALLOWED, ["api.example"], "--yes-this-host api.staging.example"),
        (replace(ALLOWED, oauth2_endpoint="https://auth.example/oauth2"), ["api.staging.example"], "auth.example"),
        (replace(LOCAL, load=Load(allowed=False)), [], "load: {allowed: false}"),
        (replace(LOCAL, proxy="http://proxy.example:3128"), [], "127.0.0.1 is not this machine"),
    ],
)
def test_another_host_needs_the_users_word_and_the_target_files(target, named, missing):
    with pytest.raises(UsageError, match=missing.replace("{", r"\{")):
        check_host(target, named)


def test_a_host_that_both_name_is_allowed_and_this_machine_always():
    check_host(ALLOWED, ["API.staging.example"])
    check_host(LOCAL, [])


@pytest.mark.parametrize(
    ("target", "rate"),
    [
        (ALLOWED, 20),
        (LOCAL, 0),
        (replace(LOCAL, limits=Limits(rate=5)), 5),
        (replace(ALLOWED, limits=Limits(rate=5)), 20),
    ],
)
def test_the_rate_is_that_of_load_or_of_all_limits(target, rate):
    assert most_rate(target) == rate


def allowed(target, word=None, orders=("o1",)):
    return {poller.client: set(poller.allowed) for poller in pollers(target, word, orders)}


def test_a_service_that_is_not_ours_is_only_read():
    """And not listed either, since another program's POST without a body would acknowledge what was listed."""
    assert allowed(LOCAL) == {"primary": {"result", "status"}}


def test_listing_needs_the_target_files_word():
    """Then the other organization's client polls too: two of one organization would share a queue."""
    listing = {"listing", "result", "status"}
    assert allowed(replace(LOCAL, listing_allowed=True)) == {"primary": listing, "other_org": listing}


@pytest.mark.parametrize(
    ("file", "word", "acknowledges"),
    [("org-a", "org-a", True), ("org-a", None, False), (None, "org-a", False), ("org-a", "org-b", False)],
)
def test_acknowledging_needs_the_target_file_and_the_user(file, word, acknowledges):
    """Both name the organization, as for `verify`; the other organization's reports are never acknowledged."""
    target = replace(
        LOCAL, listing_allowed=True, acknowledge_allowed=file is not None, acknowledge_organization=file
    )  # fmt: skip
    found = allowed(target, word)
    assert ("acknowledgement" in found["primary"]) == acknowledges
    assert "acknowledgement" not in found["other_org"]


def test_a_world_of_its_own_may_be_changed():
    assert allowed(replace(LOCAL, world_of_its_own=True, listing_allowed=True))["primary"] == {
        "listing", "acknowledgement", "result", "status",
    }  # fmt: skip


def test_an_operation_that_is_absent_is_not_asked():
    assert allowed(replace(LOCAL, absent=frozenset({"getResult"}))) == {"primary": {"status"}}


def test_nothing_to_ask_is_refused():
    with pytest.raises(UsageError, match="--orders"):
        pollers(LOCAL, None, ())


def test_no_secret_goes_in_the_clear():
    with pytest.raises(UsageError, match="plain HTTP"):
        pollers(replace(STAGING, base_url="http://api.staging.example"), None, ("o1",))


def test_orders_are_read_once_each_without_comments(tmp_path):
    file = tmp_path / "orders.txt"
    file.write_text("# mine\nORD-1\n\n  ORD-2 \nORD-1\n")
    assert read_orders(file) == ["ORD-1", "ORD-2"]


@pytest.mark.parametrize("text", [b"", b"# none\n", b"ORD-1\nno order\n", b"\xff\xfe", b"ORD-1\n" + b"x" * 65])
def test_a_file_that_is_none_of_orders_is_refused(tmp_path, text):
    file = tmp_path / "orders.txt"
    file.write_bytes(text)
    with pytest.raises(UsageError, match=r"orders\.txt"):
        read_orders(file)


def test_a_file_of_orders_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_orders(tmp_path / "none")
    with pytest.raises(UsageError, match="cannot be read"):
        read_orders(tmp_path)

"""`oauth2_endpoint`, and the primary client's id and secret, checked where no token was issued."""

from collections.abc import Sequence

from pacsimile_contract import facts
from pacsimile_contract.errors import NotExercised, OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.inquiry import Inquiry, answer_summary, refusal_signature
from pacsimile_contract.mistakes.spelling_hints import asked_address, credentials_question, path_question
from pacsimile_contract.target.model import Client, Target

METADATA = "/.well-known/oauth-authorization-server"
NO_ENDPOINT = (301, 302, 303, 307, 308, 404)
REFUSED = ("invalid_client", "unauthorized_client", "access_denied")


def check_token_endpoint(inquiry: Inquiry, asked: Sequence[Exchange]) -> None:
    """Raise OperatorsMistake where there is no token endpoint, or where it does not know the primary client."""
    where = f"{inquiry.target.oauth2_endpoint}/token"
    if all(answer.status in NO_ENDPOINT or _is_page(answer) for answer in asked) and not _is_named(inquiry, where):
        raise OperatorsMistake(_no_endpoint(inquiry.target, asked[0]))
    if all(_refuses(answer) for answer in asked) and _refuses_alike(inquiry, asked) and not _refuses_everybody(inquiry):
        raise OperatorsMistake(_refusal(inquiry.target, where, asked[0]))


def _is_page(asked: Exchange) -> bool:
    return asked.media_type == "text/html" and asked.status is not None and asked.status < 500


def _is_named(inquiry: Inquiry, where: str) -> bool:
    """Tell whether the service's own metadata name this endpoint (RFC 8414): then the service is at fault."""
    metadata = inquiry.get_without_credentials(inquiry.target.oauth2_endpoint + METADATA).json
    return isinstance(metadata, dict) and metadata.get("token_endpoint") == where


def _no_endpoint(target: Target, asked: Exchange) -> str:
    where = asked_address(asked)
    if asked.status is not None and 300 <= asked.status < 400:
        place = f"answers {asked.status} and sends elsewhere"
        return f"{where}: {place}: is oauth2_endpoint right, or is a login page before it?"
    if asked.media_type == "text/html" and asked.status != 404:
        page = f"answers an HTML page ({asked.status})"
        if asked.status in (401, 403):
            hint = "does something before it refuse this machine's address, or want a header (see `headers`)?"
            return f"{where}: {page}: {hint}"
        return f"{where}: {page}: is oauth2_endpoint right, or is this a login page?"
    if target.oauth2_endpoint.endswith("/token"):
        added = "/token is added to it, so leave out the one that it ends with"
    else:
        added = "/token is added to it"
    question = path_question(target, str(asked.operation), "oauth2_endpoint", added)
    return f"{where}: answers {asked.status}: {question}"


def _refuses(asked: Exchange) -> bool:
    return asked.status in (401, 403) or (asked.status == 400 and facts.token_error(asked) in REFUSED)


def _refuses_alike(inquiry: Inquiry, asked: Sequence[Exchange]) -> bool:
    """Tell whether an invented client is refused in the same way.

    Where the rate of tokens lets both calls come too late, the first one tells it.
    """
    stranger = Client("stranger", inquiry.invented_name("pacsimile-stranger"), "pacsimile-nobodys-secret")
    answers = inquiry.ask_tokens(stranger, as_far_as_soon=True)
    return [refusal_signature(answer) for answer in answers] == [
        refusal_signature(answer) for answer in asked[: len(answers)]
    ]


def _refuses_everybody(inquiry: Inquiry) -> bool:
    """Tell whether a client that a state has just made is refused too: then the service is at fault."""
    if inquiry.run.state_url is None:
        return False
    try:
        made = inquiry.run.states.shared("fresh_organization", {}).client
    except NotExercised:
        return False
    return made.owned and not facts.gives_token(inquiry.ask_tokens(made)[-1])


def _refusal(target: Target, where: str, asked: Exchange) -> str:
    gateway = "" if facts.token_error(asked) else "; if a gateway before it wants a header, see `headers`"
    return (
        f"{where}: refuses the primary client ({answer_summary(asked)}): check its id and secret, "
        f"which `clients: {{primary: ...}}` takes from the environment{gateway}"
        f"{credentials_question(target) or '.'}"
    )

"""Whether a service spells the contract in another way than is assumed: then each verdict would say only that."""

from collections.abc import Sequence

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.target.model import Target
from pacsimile_contract.unreadable import as_unreadable
from pacsimile_spec.dialects.tables import tables

TABLES = {"getStatus": "OrderStatus", "getOrderIds": "OrderIds", "listReports": "ReportList"}
"""JSON operations that answer a GET with facts, and the members of what they answer."""
_MOST_SHOWN = 3


def misspelling(target: Target, exchanges: Sequence[Exchange], *, ended: bool) -> str | None:
    """Return a line where the first 2xx of each JSON operation lacks half of its required members, or more; else None.

    While the run goes on (`ended` is false) each operation must have answered. At its end those that did count.
    """
    first = {
        name: next((one for one in exchanges if one.operation == name and one.succeeded), None)
        for name in TABLES
        if name not in target.absent
    }
    answered = {name: _missing_at_least_half(one) for name, one in first.items() if one is not None}
    if not answered or not all(answered.values()) or (len(answered) < len(first) and not ended):
        return None
    told = "; ".join(f"{name} without {_some(members)}" for name, members in answered.items())
    how = f"than the dialect {target.dialect.dialect.name} says" if target.dialect else "than the contract"
    return f"{target.base_url}: spells its answers otherwise {how} ({told}): `pacsimile learn` proposes a dialect"


def _missing_at_least_half(exchange: Exchange) -> list[str]:
    """Return the required members that an answer lacks, where these are half of them or more; else none.

    None, too, of what is no JSON object: that is a fault, and no spelling.
    """
    table, body = TABLES[str(exchange.operation)], exchange.json
    if not isinstance(body, dict):
        return []
    required = [name for name, member in tables()[table].items() if member.required and exchange.says(table, name)]
    missing = [name for name in required if name not in body or as_unreadable(body[name]) is not None]
    return missing if 2 * len(missing) >= len(required) else []


def _some(members: Sequence[str]) -> str:
    rest = len(members) - _MOST_SHOWN
    return ", ".join(members[:_MOST_SHOWN]) + (f" and {rest} more" if rest > 0 else "")

"""Make Schemathesis use a world and an order that exist in the control API, and few orders per call.

    export SCHEMATHESIS_HOOKS=scripts/schemathesis_control_hooks.py

Only calls that should be valid are changed. Calls that should be refused are sent as drawn.
"""

import sys
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock.tests.helpers.drawn_calls import drop_teardown, invalid_parts, limit_orders

OWNER = "demo-hospital"
NAMES = {
    "world": "default",
    "organization_id": OWNER,
    "client_id": OWNER,
    "order_id": "ORD-5QBC5V-000003",
    "fault": "fault-1",
    "entry": "1",
    "defect": "scope-ignored",
}


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Put in existing names, and a small count."""
    del context, kwargs
    wrong = invalid_parts(case)
    if ParameterLocation.PATH not in wrong and case.path_parameters:
        case.path_parameters = {name: NAMES[name] for name in case.path_parameters}
    drop_teardown(case.body)
    if ParameterLocation.BODY not in wrong:
        limit_orders(case.body, OWNER)

"""Names of headers that stem from a gateway or a tracer, and say nothing of the service."""

import re

GATEWAY_HEADERS = re.compile(
    "rate-?limit|^cf-|^x-(amzn?|amz|azure|b3|cache|cdn|datadog|edge|envoy|kong|ms|served|timer|trace|varnish)(-|$)"
)
"""Rate limits, and what gateways and tracers name answers by: sought in a name in lower case."""

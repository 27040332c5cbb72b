"""Names of headers that a gateway or a tracer adds. They say nothing of the service."""

import re

GATEWAY_HEADERS = re.compile(
    "rate-?limit|^cf-|^x-(amzn?|amz|azure|b3|cache|cdn|datadog|edge|envoy|kong|ms|served|timer|trace|varnish)(-|$)"
)
"""Headers of rate limits, gateways and tracers. It is searched in the name in lower case."""

// Refusals: what the service says when it does not do what was asked (RFC 9457, RFC 6749 section 5.2).

const TYPES = "https://ward.example/errors/";
const TITLES = new Map([
  ["invalid-token", "Not signed in"],
  ["insufficient-scope", "Not allowed with this token"],
  ["organization-not-allowed", "Not your organization"],
  ["forbidden", "Forbidden"],
  ["invalid-parameter", "Bad query"],
  ["invalid-body", "Bad body"],
  ["unsupported-media-type", "Bad media type"],
  ["body-too-large", "Body too large"],
  ["not-found", "Nothing here"],
  ["order-not-found", "Order not found"],
  ["study-not-found", "Study not found"],
  ["study-group-not-found", "Group not found"],
  ["method-not-allowed", "Method not allowed"],
  ["report-not-ready", "Still being processed"],
  ["order-failed", "Processing failed"],
  ["order-cancelled", "Order cancelled"],
  ["report-type-not-available", "No such form of this report"],
  ["too-many-requests", "Too many requests"],
  ["service-unavailable", "Unavailable"],
  ["internal-error", "Failure"],
  ["no-such-state", "No such state"],
  ["bad-state", "Bad state"],
  ["not-with-these-params", "Not with these params"],
]);

/** An answer that is no success. */
export class Refusal extends Error {
  constructor(status, members, headers = {}, mediaType = "application/problem+json") {
    super(`refused with ${status}`);
    Object.assign(this, { status, members, headers, mediaType });
  }
}

/** A problem whose type ends with `reason`. The detail repeats nothing that the caller sent (SEC-5). */
export function problem(status, reason, detail, headers = {}, more = {}) {
  return new Refusal(status, { ...more, detail, status, title: TITLES.get(reason), type: TYPES + reason }, headers);
}

/** A refusal by the token endpoint; `error` is one of RFC 6749's words. */
export function tokenRefusal(error, description, status = 400) {
  const headers = status === 401 ? { "WWW-Authenticate": 'Basic realm="ward"' } : {};
  return new Refusal(status, { error, error_description: description }, headers, "application/json");
}

// Characters of a parameter's name that a refusal repeats: every token and secret has more.
const LONGEST_NAME = 20;

/** 400 that names what is wrong with the query: `[name, reason]` each. A long name may be a token (SEC-5). */
export function badParameters(errors) {
  const shown = errors.slice(0, 50).map(([name, reason]) => ({
    reason,
    parameter: [...name].length <= LONGEST_NAME ? name : "a long name",
  }));
  return problem(400, "invalid-parameter", "See errors for what to change.", {}, { errors: shown });
}

/** 401 with the Bearer challenge, `error` only where a token was sent (AUTH-10). */
export function unauthorized(tokenWasSent) {
  const challenge = tokenWasSent ? 'Bearer error="invalid_token", realm="ward"' : 'Bearer realm="ward"';
  return problem(401, "invalid-token", "Send a bearer token that is valid now.", { "WWW-Authenticate": challenge });
}

/** 403 that says which scope would have been enough (AUTH-14). */
export function insufficientScope(scope) {
  const challenge = `Bearer error="insufficient_scope", scope="${scope}", realm="ward"`;
  return problem(403, "insufficient-scope", "Ask for a token with this scope.", { "WWW-Authenticate": challenge });
}

/** 404 for an `order`, `study` or `study-group`: the same for what is unknown and what is another's (SEC-1). */
export function notFound(kind) {
  return problem(404, `${kind}-not-found`, "Check the identifier: it must match exactly.");
}

/** 404 for a form that this order or group does not have (RESULTS-5). */
export function typeNotAvailable() {
  return problem(404, "report-type-not-available", "Ask for one of the order's report_types.");
}

/** 409 while processing lasts; tells when to come back, here as a date (RESULTS-4, GROUP-3). */
export function notReady(now) {
  const later = new Date(now + 30_000).toUTCString();
  return problem(409, "report-not-ready", "Come back later.", { "Retry-After": later });
}

/** 409 for good: `order-failed` or `order-cancelled`; no `Retry-After`, for waiting does not help. */
export function endedWithoutReport(reason) {
  return problem(409, reason, "There will be no report.");
}

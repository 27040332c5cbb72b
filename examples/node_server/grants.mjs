// The token endpoint (RFC 6749 section 4.4). Refusals, in this order: the request, the client, the grant, the scope.

import { SECOND } from "./clock.mjs";
import { tokenRefusal } from "./problems.mjs";
import { pairs, reading } from "./query.mjs";
import { LIFETIME } from "./tokens.mjs";

/** The answer to a token request, and whose it is. */
export function grant(tokens, request) {
  const parameters = readParameters(request);
  const [candidates, another] = readCredentials(request, parameters);
  if (request.method === "POST" && !parameters.has("grant_type")) {
    throw tokenRefusal("invalid_request", "say which grant_type");
  }
  const client = tokens.authenticate(candidates);
  if (!client) throw tokenRefusal("invalid_client", "no such client with this secret", 401);
  if (another) throw tokenRefusal("invalid_request", "client_id names another client");
  if ((parameters.get("grant_type") ?? "client_credentials") !== "client_credentials") {
    throw tokenRefusal("unsupported_grant_type", "only client_credentials here");
  }
  const scopes = narrowed(client, parameters.get("scope"));
  return {
    token_type: "Bearer",
    scope: scopes.join(" "),
    expires_in: LIFETIME / SECOND,
    access_token: tokens.issue(client, scopes),
    "x-organization": client.organizationId,
  };
}

/** From the query of a GET, from the form of a POST; a secret in the URL is refused on both (AUTH-8). */
function readParameters(request) {
  const inUrl = unrepeated(request.query);
  if (inUrl.has("client_secret")) throw tokenRefusal("invalid_request", "never put a secret into a URL");
  if (request.method !== "POST") return inUrl;
  const types = request.headers["content-type"] ?? [];
  if (types.length !== 1 || types[0].split(";")[0].trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    throw tokenRefusal("invalid_request", "send a form");
  }
  return unrepeated(request.body.toString("latin1"));
}

/** The parameters that have a value: RFC 6749 section 3.2 has those without count as omitted. */
function unrepeated(encoded) {
  let given;
  try {
    given = pairs(encoded);
  } catch {
    throw tokenRefusal("invalid_request", "not percent-encoded UTF-8");
  }
  const values = new Map(given);
  if (values.size < given.length) throw tokenRefusal("invalid_request", "a parameter is there twice");
  return new Map(given.filter(([, value]) => value !== ""));
}

/**
 * The pairs of id and secret to try: those of Basic as they stand and form-decoded, or the body's (AUTH-2); and whether
 * the body names another client than Basic does, which only the right secret is told.
 */
function readCredentials(request, parameters) {
  const values = request.headers.authorization ?? [];
  if (values.length > 1) throw tokenRefusal("invalid_request", "two Authorization headers");
  const basic = /^basic(?: +(.*))?$/i.exec((values[0] ?? "").trim());
  const claimed = parameters.get("client_id");
  const secret = parameters.get("client_secret");
  if (!basic) return [secret ? [[claimed ?? "", secret]] : [], false];
  if (secret) throw tokenRefusal("invalid_request", "authenticate once, not twice");
  const candidates = decoded(basic[1] ?? "");
  const meant = claimed ? candidates.filter(([clientId]) => clientId === claimed) : candidates;
  return meant.length ? [meant, false] : [candidates, true];
}

/** What Basic carries (RFC 7617, RFC 6749 section 2.3.1); nothing where it is malformed. */
function decoded(encoded) {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.toString("base64") !== encoded) return [];
  try {
    const text = reading.text(bytes);
    const at = text.indexOf(":");
    const pair = [text.slice(0, at), text.slice(at + 1)];
    return at < 0 ? [] : [pair, ...formDecoded(pair)];
  } catch {
    return [];
  }
}

function formDecoded(pair) {
  try {
    return [pair.map((part) => decodeURIComponent(part.replaceAll("+", " ")))];
  } catch {
    return [];
  }
}

/** All of the client's scopes, or those asked for if it has each of them (AUTH-6). */
function narrowed(client, asked) {
  if (asked === undefined) return client.scopes;
  const wanted = new Set(asked.split(" ").filter(Boolean));
  if (!wanted.size || [...wanted].some((scope) => !client.scopes.includes(scope))) {
    throw tokenRefusal("invalid_scope", "a scope is unknown, or not this client's");
  }
  return [...wanted];
}

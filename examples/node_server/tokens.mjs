// Clients, and access tokens: JWTs signed with RS256 by a key that lives as long as the server (RFC 9068, RFC 7519).

import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { timingSafeEqual, verify } from "node:crypto";
import { HOUR, SECOND } from "./clock.mjs";
import { unauthorized } from "./problems.mjs";

export const SCOPES = ["ingest.write", "reports.ack", "reports.read", "status.read"];
export const LIFETIME = HOUR / 2;
const AUDIENCE = "urn:ward:results";
const digest = (text) => createHash("sha256").update(text).digest();
const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** The clients, and the one key; `issuer` is where the token endpoint is. */
export class Tokens {
  #key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  #keyId = randomBytes(6).toString("base64url");

  constructor(clock) {
    this.clock = clock;
    this.clients = new Map();
    this.issuer = "";
  }

  /** A new client; id and secret are drawn unless they are given. */
  addClient(organizationId, scopes, { clientId, clientSecret } = {}) {
    const client = {
      clientId: clientId ?? `app.${randomBytes(8).toString("hex")}`,
      clientSecret: clientSecret ?? randomBytes(18).toString("base64"),
      organizationId,
      scopes,
    };
    this.clients.set(client.clientId, client);
    return client;
  }

  /** The client of the first pair that is right, else undefined; an unknown client costs what a wrong secret costs. */
  authenticate(candidates) {
    for (const [clientId, secret] of candidates) {
      const client = this.clients.get(clientId);
      const right = timingSafeEqual(digest(client?.clientSecret ?? "nobody has this"), digest(secret));
      if (client && right) return client;
    }
    return undefined;
  }

  /** A token with these scopes. `changes` to header and claims are merged over the real ones, null removes. */
  issue(client, scopes, changes = {}) {
    const exp = Math.ceil((this.clock.now() + LIFETIME) / SECOND);
    const claims = {
      jti: randomBytes(9).toString("base64url"),
      iss: this.issuer,
      aud: [AUDIENCE],
      sub: client.clientId,
      client_id: client.clientId,
      scope: scopes.join(" "),
      iat: Math.floor(this.clock.now() / SECOND),
      exp,
    };
    const header = { typ: "at+jwt", kid: this.#keyId, alg: "RS256" };
    const signed = [merged(header, changes.header), merged(claims, changes.claims)].map(encode).join(".");
    return `${signed}.${sign("sha256", Buffer.from(signed), this.#key).toString("base64url")}`;
  }

  /** What the call's one Authorization header opens: client and scopes; else 401 (AUTH-9, 11, 12, 13). */
  verify(headers) {
    const values = headers.authorization ?? [];
    const bearer = /^bearer +(\S+)$/i.exec((values[0] ?? "").trim());
    if (!bearer) throw unauthorized(false);
    const claims = values.length === 1 ? this.#claims(bearer[1]) : null;
    const client = claims && this.isOurs(claims) && this.isCurrent(claims) && this.clients.get(claims.client_id);
    if (!client) throw unauthorized(true);
    return { client, scopes: typeof claims.scope === "string" ? claims.scope.split(" ") : [] };
  }

  #claims(token) {
    const parts = token.split(".");
    if (parts.length !== 3 || parts.some((part) => Buffer.from(part, "base64url").toString("base64url") !== part)) {
      return null;
    }
    const [header, claims] = parts.slice(0, 2).map(parsed);
    const typed = typeof header?.typ === "string" && ["at+jwt", "jwt"].includes(header.typ.toLowerCase());
    if (!claims || !typed || header.alg !== "RS256" || header.kid !== this.#keyId || "crit" in header) return null;
    const signature = Buffer.from(parts[2], "base64url");
    return verify("sha256", Buffer.from(`${parts[0]}.${parts[1]}`), this.#key, signature) ? claims : null;
  }

  /** Whether we issued it, and for ourselves. */
  isOurs(claims) {
    return claims.iss === this.issuer && [claims.aud].flat().includes(AUDIENCE);
  }

  /** Whether it lives: from `nbf` on, and no more at `exp` itself (AUTH-18). */
  isCurrent({ exp, nbf = 0 }) {
    const now = this.clock.now() / SECOND;
    return Number.isFinite(exp) && Number.isFinite(nbf) && nbf <= now && now < exp;
  }

  /** The public key, for whoever wants to look into a token (RFC 7517). */
  keys() {
    const key = createPublicKey(this.#key).export({ format: "jwk" });
    return { keys: [{ ...key, kid: this.#keyId, use: "sig", alg: "RS256" }] };
  }
}

function merged(real, changes = {}) {
  const both = { ...real, ...changes };
  return Object.fromEntries(Object.entries(both).filter(([, value]) => value !== null));
}

function parsed(part) {
  try {
    const value = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return value && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

// Ways of being wrong on purpose, by which the contract tests are tested: each changes one method of a right service.

import { reading } from "./query.mjs";

/** What each does to a service. The README says by which requirement it must be seen. */
export const DEFECTS = new Map([
  ["scope-by-prefix", scopeByPrefix],
  ["any-audience", anyAudience],
  ["byte-order-mark-dropped", byteOrderMarkDropped],
  ["pages-of-the-first-version", pagesOfTheFirstVersion],
  ["names-forget-the-listing", namesForgetTheListing],
]);

/** A token for `reports.readonly` opens what needs `reports.read`. */
function scopeByPrefix(service) {
  service.covers = (scopes, needed) => scopes.some((scope) => scope.startsWith(needed));
}

/** A token of this issuer for another service is good here. */
function anyAudience({ tokens }) {
  tokens.isOurs = (claims) => claims.iss === tokens.issuer;
}

/** A decoder as it comes drops a leading byte order mark, so that two names are one. */
function byteOrderMarkDropped() {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  reading.text = (bytes) => utf8.decode(bytes);
}

/** PDFs are kept by order, so that an amended report still looks as it did. */
function pagesOfTheFirstVersion({ reports }) {
  reports.pagesOf = (version) => version.order.orderId;
}

/** A POST that names reports makes the client's listing forgotten. */
function namesForgetTheListing({ queue }) {
  const { acknowledge } = queue;
  queue.acknowledge = (client, organization, named) => {
    if (named) queue.forget(client, organization);
    return acknowledge.call(queue, client, organization, named);
  };
}

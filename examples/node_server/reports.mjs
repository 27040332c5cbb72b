// Reports as bytes, in the forms that are offered, with the headers that name them.

import { createHash } from "node:crypto";
import { documentOf } from "./content.mjs";
import { bundleOf } from "./fhir.mjs";
import { pdfOf } from "./pdf.mjs";
import { linesOfOrder } from "./text.mjs";

const MEDIA_TYPES = {
  csv: "text/csv; charset=utf-8",
  fhir: "application/fhir+json",
  json: "application/json",
  pdf: "application/pdf",
  txt: "text/plain;charset=UTF-8",
};

/** The reports of orders. All forms say the same, and the same each time (RESULTS-6, RESULTS-7). */
export class Reports {
  #pages = new Map();

  /** The version in the asked type. */
  ofOrder(organizationId, version, type) {
    const document = documentOf(organizationId, version);
    const makers = {
      fhir: () => Buffer.from(JSON.stringify(bundleOf(document, this.#pdf(version, document)), null, "\t")),
      json: () => Buffer.from(JSON.stringify(document, null, "  ")),
      pdf: () => this.#pdf(version, document),
      txt: () => Buffer.from(linesOfOrder(document).join("\r\n")),
    };
    const headers = { "X-Report-Id": version.reportId, "X-Order-Id": version.order.orderId };
    return answerOf(makers[type](), type, `report-${version.reportId}`, headers);
  }

  /** Set once, and kept: a PDF takes longer than all else. */
  #pdf(version, document) {
    const name = this.pagesOf(version);
    if (!this.#pages.has(name)) this.#pages.set(name, pdfOf(linesOfOrder(document)));
    return this.#pages.get(name);
  }

  /** What a PDF is kept by. */
  pagesOf(version) {
    return version.reportId;
  }
}

/** Report bytes with their digest (RFC 9530) and a filename that tells nothing of a patient. */
export function answerOf(body, type, stem, headers = {}) {
  const digest = createHash("sha256").update(body).digest("base64");
  const own = {
    "Content-Digest": `sha-256=:${digest}:`,
    "Content-Disposition": `inline; filename=${stem}.${type}`,
  };
  return { body, mediaType: MEDIA_TYPES[type], headers: { ...own, ...headers } };
}

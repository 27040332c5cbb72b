// The report of a study group: every order of the group is accounted for (GROUP-2, GROUP-5).

import { rfc3339 } from "./clock.mjs";
import { BANNER, PROCEDURE, readingOf } from "./content.mjs";
import { FINAL, OFFERED_TYPES, statusOf } from "./orders.mjs";
import { pdfOf } from "./pdf.mjs";
import { endedWithoutReport, notFound, notReady, typeNotAvailable } from "./problems.mjs";
import { answerOf } from "./reports.mjs";
import { linesOfGroup } from "./text.mjs";

const TYPES = ["csv", "json", "pdf", "txt"];

/** Whether groups come in a type: as orders do, and as csv wherever they come as json. */
const isOffered = (type) => OFFERED_TYPES.includes(type) || (type === "csv" && OFFERED_TYPES.includes("json"));

/** The group's report, or the refusal that its members call for. */
export function groupReport(organizationId, group, members, type, now) {
  if (!members.length) throw notFound("study-group");
  if (!TYPES.includes(type)) throw typeNotAvailable();
  if (members.some((order) => !FINAL.has(order.status))) throw notReady(now);
  if (members.every((order) => order.status !== "COMPLETED")) throw endedWithoutReport("order-failed");
  if (!isOffered(type)) throw typeNotAvailable();
  const document = {
    synthetic: true,
    remarks: [BANNER],
    created_at: rfc3339(Math.max(...members.map((order) => order.updatedAt))),
    organization_id: organizationId,
    study_group: group,
    orders: members.map(row),
  };
  return answerOf(bytesOf(document, type), type, "group");
}

function bytesOf(document, type) {
  if (type === "json") return Buffer.from(JSON.stringify(document));
  if (type === "csv") return Buffer.from(csvOf(document.orders));
  return type === "txt" ? Buffer.from(linesOfGroup(document).join("\n")) : pdfOf(linesOfGroup(document));
}

function row(order) {
  const { newest } = order;
  return {
    status: order.status,
    impression: newest ? readingOf(newest).impression : null,
    procedure: newest ? PROCEDURE.name : null,
    report_status: newest ? statusOf(newest) : null,
    report_id: newest ? newest.reportId : null,
    study_uid: order.studyUid,
    order_id: order.orderId,
  };
}

/** RFC 4180, every field in quotes; each row says that it is synthetic. */
function csvOf(rows) {
  const names = Object.keys(rows[0]);
  const quoted = (fields) => fields.map((field) => `"${String(field ?? "").replaceAll('"', '""')}"`).join(",");
  const body = rows.map((one) => quoted([...names.map((name) => one[name]), "true"]));
  return [quoted([...names, "synthetic"]), ...body].join("\r\n") + "\r\n";
}

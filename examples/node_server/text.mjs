// A report as lines of text, which txt shows as they are and PDF on pages.

import { BANNER } from "./content.mjs";

/** The lines of one version's report. */
export function linesOfOrder(document) {
  const { patient, radiologist } = document;
  return [
    BANNER,
    "",
    document.report_status === "amended" ? "ULTRASOUND REPORT, CORRECTED" : "ULTRASOUND REPORT",
    "",
    `Record     ${patient.mrn}`,
    `Patient    ${patient.family_name}, ${patient.given_name}, ${patient.sex}, born ${patient.birth_date}`,
    `Order      ${document.order_id}`,
    `Accession  ${document.accession_number}`,
    `Study      ${document.study_uid}`,
    `Version    ${document.report_id}`,
    "",
    document.procedure.name,
    `Indication: ${document.indication}`,
    `Technique: ${document.technique}`,
    "",
    "Findings",
    ...document.findings.map((one) => `- ${one}`),
    "",
    ...document.measurements.map((one) => `${one.name}, ${one.laterality}: ${one.value} ${one.unit}`),
    "",
    "Impression",
    document.impression,
    "",
    `${radiologist.given_name} ${radiologist.family_name}`,
    BANNER,
  ];
}

/** The lines of a group's report. */
export function linesOfGroup(document) {
  const orders = document.orders.flatMap((one) => [
    "",
    `${one.status}: order ${one.order_id}`,
    `study ${one.study_uid}`,
    ...(one.impression === null ? [] : [`report ${one.report_id}, ${one.report_status}`, one.impression]),
  ]);
  return [BANNER, "", `Study group "${document.study_group}", ${document.orders.length} orders`, ...orders, "", BANNER];
}

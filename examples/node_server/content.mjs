// What a report says, free of any format: synthetic people and findings that follow from the study and the version.

import { createHash } from "node:crypto";
import { MINUTE, rfc3339 } from "./clock.mjs";
import { statusOf } from "./orders.mjs";

export const BANNER = "SYNTHETIC DATA - NOT FOR CLINICAL USE";
export const PROCEDURE = {
  code: "24558-9",
  code_system: "http://loinc.org",
  name: "US Abdomen",
  modality: "US",
  body_part: "ABDOMEN",
  laterality: null,
};
export const RADIOLOGIST = { given_name: "Noor", family_name: "ZZTEST-de Vries" };
const FAMILY_NAMES = ["Łukasiewicz", "Fernández Gil", "O'Brien", "Chen", "Æbeltoft"];
const GIVEN_NAMES = { F: ["Chloé", "Ngozi", "Ida"], M: ["Søren", "Tadeusz", "Omar"], O: ["Alex", "Kim", "Robin"] };
const SIDES = [["L", "left"], ["R", "right"]];

const numbers = (...seed) => createHash("sha512").update(JSON.stringify(seed)).digest();
const digits = (bytes, count) => (bytes.readUIntBE(0, 6) % 10 ** count).toString().padStart(count, "0");
const pick = (list, byte) => list[byte % list.length];
const two = (number) => String(number).padStart(2, "0");

/** The study's patient: all its orders have the same one, another organization's study has another. */
export function patientOf(organizationId, order) {
  const drawn = numbers("patient", organizationId, order.studyUid);
  const sex = pick(["F", "M", "F", "M", "O"], drawn[0]);
  return {
    sex,
    birth_date: `${1925 + (drawn[1] % 90)}-${two(1 + (drawn[2] % 12))}-${two(1 + (drawn[3] % 28))}`,
    given_name: pick(GIVEN_NAMES[sex], drawn[4]),
    family_name: `ZZTEST-${pick(FAMILY_NAMES, drawn[5])}`,
    mrn: `SYN${digits(drawn.subarray(6), 9)}`,
  };
}

/** The reading of one version; each version says something else than the one before. */
export function readingOf(version) {
  const drawn = numbers("reading", version.order.orderId);
  const [laterality, side] = pick(SIDES, drawn[0]);
  const size = (50 + ((drawn[1] + 7 * version.number) % 300)) / 10;
  const volume = 120 + (drawn[2] % 60);
  const again = version.number > 1 ? ` Correction ${version.number - 1}.` : "";
  return {
    accession: `SYN${digits(drawn.subarray(3), 11)}`,
    findings: [
      `Kidneys: simple cyst of ${size} mm in the ${side} kidney, volume of this kidney ${volume} mL.`,
      "Liver & spleen: normal in size <and> texture.",
      "No free fluid.",
    ],
    impression: `Simple cyst (${size} mm) of the ${side} kidney, no follow-up needed.${again}`,
    measurements: [
      { name: "Cyst diameter", value: size, unit: "mm", laterality },
      { name: "Kidney volume", value: volume, unit: "mL", laterality },
    ],
  };
}

/** One version's report with everything that any form states. */
export function documentOf(organizationId, version) {
  const { order } = version;
  const { accession, ...read } = readingOf(version);
  return {
    report_id: version.reportId,
    report_status: statusOf(version),
    supersedes: version.supersedes,
    order_id: order.orderId,
    study_uid: order.studyUid,
    accession_number: accession,
    patient: patientOf(organizationId, order),
    procedure: PROCEDURE,
    radiologist: RADIOLOGIST,
    indication: "Flank pain.",
    technique: "Curved array, 3.5 MHz.",
    ...read,
    times: {
      ordered_at: rfc3339(order.createdAt - 90 * MINUTE, order.offset),
      acquired_at: rfc3339(order.createdAt - 20 * MINUTE, order.offset),
      received_at: rfc3339(order.createdAt, order.offset),
      started_at: rfc3339(Math.min(order.createdAt + 1, version.completedAt), order.offset),
      completed_at: rfc3339(version.completedAt, version.offset),
    },
    synthetic: true,
    remarks: [BANNER],
  };
}

// A report as a Bundle of HL7 FHIR R4: a DiagnosticReport, and everything that it refers to.

import { createHash } from "node:crypto";
import { BANNER } from "./content.mjs";

const LOINC = "http://loinc.org";
const SNOMED = "http://snomed.info/sct";
const GENDERS = { F: "female", M: "male", O: "other" };
const SIDES = { L: ["7771000", "Left"], R: ["24028007", "Right"] };
const TERMS = "http://terminology.hl7.org/CodeSystem";
const meta = { security: [{ system: `${TERMS}/v3-ActReason`, code: "HTEST", display: "test health data" }] };

/** The bundle; `pdf` is the same report as a document. */
export function bundleOf(document, pdf) {
  const url = (kind, number = 0) => urnOf(document.report_id, kind, number);
  const subject = { reference: url("Patient"), display: "synthetic" };
  const observations = [...findingsOf(document), ...measurementsOf(document)];
  const results = observations.map((_, number) => ({ reference: url("Observation", number) }));
  const resources = [
    ["DiagnosticReport", reportOf(document, pdf, { subject, results, url })],
    ["Patient", personOf(document.patient)],
    ["ServiceRequest", requestOf(document, subject)],
    ["ImagingStudy", studyOf(document, subject)],
    ...observations.map((one) => ["Observation", { ...one, subject }]),
  ];
  const first = resources.length - observations.length;
  const entry = resources.map(([resourceType, resource], place) => ({
    fullUrl: url(resourceType, Math.max(0, place - first)),
    resource: { resourceType, meta, ...resource },
  }));
  return { resourceType: "Bundle", meta, type: "collection", timestamp: document.times.completed_at, entry };
}

function urnOf(...seed) {
  const hex = createHash("sha256").update(JSON.stringify(seed)).digest("hex");
  return `urn:uuid:${hex.slice(0, 32).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, "$1-$2-5$3-a$4-$5")}`;
}

const concept = (code, text, system = LOINC) => ({ coding: [{ system, code, display: text }], text });
const identifier = (code, value) => ({
  type: { coding: [{ system: `${TERMS}/v2-0203`, code }] },
  system: "urn:oid:1.3.6.1.4.1.32473.77",
  value,
});
const finality = (document) => (document.report_status === "amended" ? "corrected" : "final");

function reportOf(document, pdf, { subject, results, url }) {
  const hash = createHash("sha1").update(pdf).digest("base64");
  const data = pdf.toString("base64");
  const attached = { contentType: "application/pdf", data, size: pdf.length, hash, title: BANNER };
  return {
    status: finality(document),
    identifier: [identifier("FILL", document.report_id)],
    code: concept(document.procedure.code, document.procedure.name),
    issued: document.times.completed_at,
    subject,
    basedOn: [{ reference: url("ServiceRequest") }],
    imagingStudy: [{ reference: url("ImagingStudy") }],
    result: results,
    conclusion: document.impression,
    presentedForm: [attached],
  };
}

function personOf(patient) {
  return {
    identifier: [identifier("MR", patient.mrn)],
    name: [{ use: "official", family: patient.family_name, given: [patient.given_name] }],
    gender: GENDERS[patient.sex],
    birthDate: patient.birth_date,
  };
}

function requestOf(document, subject) {
  return {
    status: "completed",
    intent: "order",
    identifier: [identifier("PLAC", document.order_id), identifier("ACSN", document.accession_number)],
    code: concept(document.procedure.code, document.procedure.name),
    authoredOn: document.times.ordered_at,
    subject,
  };
}

function studyOf(document, subject) {
  const uid = { system: "urn:dicom:uid", value: `urn:oid:${document.study_uid}` };
  return { status: "available", identifier: [uid], started: document.times.acquired_at, subject };
}

function findingsOf(document) {
  const code = concept("59776-5", "Procedure findings Narrative");
  return document.findings.map((valueString) => ({ status: finality(document), code, valueString }));
}

function measurementsOf(document) {
  return document.measurements.map(({ name, value, unit, laterality }) => ({
    status: finality(document),
    code: { text: name },
    valueQuantity: { value, unit, code: unit, system: "http://unitsofmeasure.org" },
    component: [
      { code: concept("272741003", "Laterality", SNOMED), valueCodeableConcept: concept(...SIDES[laterality], SNOMED) },
    ],
  }));
}

// Ways of breaking a bundle, each with who must see it: a validator that finds nothing has to be shown to look.
const of = (bundle, type) => bundle.entry.map(({ resource }) => resource).filter((each) => each.resourceType === type);
const measured = (bundle) => of(bundle, "Observation").find((each) => each.valueQuantity);

export const damages = [
  ["fhirJs", "a status that the required value set lacks", (b) => (of(b, "DiagnosticReport")[0].status = "done")],
  ["fhirJs", "a gender by its letter", (b) => (of(b, "Patient")[0].gender = "F")],
  ["fhirJs", "a property that R4 does not have", (b) => (of(b, "DiagnosticReport")[0].study = [])],
  ["medplum", "a report without a code", (b) => delete of(b, "DiagnosticReport")[0].code],
  ["medplum", "a birth date that no calendar has", (b) => (of(b, "Patient")[0].birthDate = "31.12.1980")],
  ["medplum", "an instant without an offset", (b) => (of(b, "DiagnosticReport")[0].issued = "2025-06-23T09:30:00")],
  ["medplum", "a value beside the reason for its absence (obs-6)", (b) => (measured(b).dataAbsentReason = { text: "?" })],
  ["medplum", "two entries of one fullUrl (bdl-7)", (b) => (b.entry[1].fullUrl = b.entry[2].fullUrl)],
  ["medplum", "a patient where a practitioner belongs", (b) => {
    of(b, "DiagnosticReport")[0].resultsInterpreter = [of(b, "DiagnosticReport")[0].subject];
  }],
  ["ourOwn", "a reference that leads nowhere", (b) => (of(b, "ImagingStudy")[0].subject.reference = "urn:uuid:0")],
  ["ourOwn", "a reference of another type than it says", (b) => (of(b, "ImagingStudy")[0].subject.type = "Group")],
  ["ourOwn", "a code that its system lacks", (b) => (b.meta.security[0].code = "HTEXT")],
  ["ourOwn", "a display that is another code's", (b) => (b.meta.security[0].display = "treatment")],
  ["ourOwn", "a unit that UCUM does not have", (b) => (measured(b).valueQuantity.code = "{SUVbw}g/mL")],
];

/**
 * The summary that is shared of a profile: an International Patient Summary (spec chapter 10, "Summary").
 *
 * Owns the FHIR R4 `document` bundle by HL7's IPS 2.0.0: which section an entry stands in and as which resource. Knows neither link
 * nor encryption; reading such bundles, also by others, is `summaries`.
 */
import { randomBytes, utf8, type Random } from './encoding.ts';
import { PLACE_SYSTEM, uuid, type FilePlace } from './fhir.ts';
import type { Profile, ProfileContact, ProfileEntry } from './profile.ts';

const PROFILES = 'http://hl7.org/fhir/uv/ips/StructureDefinition/';
const TERMS = 'http://terminology.hl7.org/CodeSystem/';
const LOINC = 'http://loinc.org';
const ABSENT = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};
const UNKNOWN_DATE = 'Date inconnue / Date unknown';
const STATED = 'Déclaré par le patient / Stated by the patient';
const NONE_KNOWN = 'Aucun connu / None known';
const NOTHING = 'Non renseigné / No information';
const PAST = 'passé / past';
const SEVERE = { high: 'grave / severe', low: 'légère / mild' } as const;

type Resource = Readonly<Record<string, unknown>>;

/** A section of the composition; `required` ones stand there with a reason when they are empty. */
interface Section {
  readonly code: string;
  readonly display: string;
  readonly title: string;
  readonly required?: 'allergies' | 'problems' | 'treatments';
}

const PROBLEMS: Section = {
  code: '11450-4',
  display: 'Problem list - Reported',
  title: 'Problèmes de santé / Problems',
  required: 'problems',
};
const ALLERGIES: Section = {
  code: '48765-2',
  display: 'Allergies and adverse reactions Document',
  title: 'Allergies et intolérances / Allergies and intolerances',
  required: 'allergies',
};
const TREATMENTS: Section = {
  code: '10160-0',
  display: 'History of Medication use Narrative',
  title: 'Traitements / Medication',
  required: 'treatments',
};
const VACCINATIONS: Section = {
  code: '11369-6',
  display: 'History of Immunization note',
  title: 'Vaccinations / Immunizations',
};
const RESULTS: Section = {
  code: '30954-2',
  display: 'Relevant diagnostic tests/laboratory data note',
  title: 'Groupe sanguin / Blood group',
};
const DEVICES: Section = {
  code: '46264-8',
  display: 'History of medical device use',
  title: 'Implants / Implants',
};
const DIRECTIVES: Section = {
  code: '42348-3',
  display: 'Advance healthcare directives',
  title: 'Directives anticipées / Advance directives',
};
const PAST_PROBLEMS: Section = {
  code: '11348-0',
  display: 'History of Past illness note',
  title: 'Antécédents / Past illnesses',
};

type Addressed = readonly [url: string, resource: Resource];

/** An entry of a section: its text; the resources that say it, of which the section names the first. */
interface Line {
  readonly resources: readonly [Addressed, ...Addressed[]];
  readonly text: string;
}

/** Whose summary it is, where the file stands in its share (which names the bundle), the time in seconds since 1970. */
export interface SummaryContext {
  readonly patient: string;
  readonly now: number;
  readonly place: FilePlace;
}

/** The bundle's JSON. */
export function writeSummary(
  profile: Profile,
  { patient, now, place }: SummaryContext,
  random: Random = randomBytes,
): Uint8Array {
  const compositionUrl = urn(random);
  const patientUrl = urn(random);
  const moment = new Date(now * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const sections = sectionsOf(profile, new Lines(patientUrl, random));
  const composition = {
    resourceType: 'Composition',
    meta: { profile: [`${PROFILES}Composition-uv-ips`] },
    status: 'final',
    type: coded(LOINC, '60591-5', 'Patient summary Document'),
    subject: { reference: patientUrl },
    date: moment,
    author: [{ reference: patientUrl }],
    title: 'Résumé médical déclaré par le patient / International Patient Summary stated by the patient',
    section: sections.map(([section, lines]) => written(profile, section, lines)),
  };
  const resources: readonly Addressed[] = [
    [compositionUrl, composition],
    [patientUrl, patientOf(profile, patient)],
    ...sections.flatMap(([, lines]) => lines.flatMap((line) => line.resources)),
  ];
  const bundle = {
    resourceType: 'Bundle',
    meta: { profile: [`${PROFILES}Bundle-uv-ips`] },
    identifier: {
      system: PLACE_SYSTEM,
      value: `${place.set}/${String(place.number)}/${String(place.count)}`,
    },
    type: 'document',
    timestamp: moment,
    entry: resources.map(([fullUrl, resource]) => ({ fullUrl, resource })),
  };
  return utf8(JSON.stringify(bundle));
}

function sectionsOf(profile: Profile, lines: Lines): readonly (readonly [Section, readonly Line[]])[] {
  const { allergies = [], problems = [], treatments = [], vaccinations = [] } = profile;
  const { implants = [], directives = [], blood_group: group } = profile;
  const current = problems.filter(({ status }) => status === 'active');
  const past = problems.filter(({ status }) => status === 'past');
  // In this order: each line draws its addresses when it is written.
  const every: readonly (readonly [Section, readonly Line[]])[] = [
    [ALLERGIES, allergies.map((entry) => lines.allergy(entry))],
    [PROBLEMS, current.map((entry) => lines.condition(entry))],
    [TREATMENTS, treatments.map((entry) => lines.treatment(entry))],
    [VACCINATIONS, vaccinations.map((entry) => lines.vaccination(entry))],
    [RESULTS, group === undefined ? [] : [lines.bloodGroup(group)]],
    [DEVICES, implants.map((entry) => lines.implant(entry))],
    [DIRECTIVES, directives.map((entry) => lines.directive(entry))],
    [PAST_PROBLEMS, past.map((entry) => lines.condition(entry))],
  ];
  return every.filter(([section, found]) => found.length > 0 || section.required !== undefined);
}

function written(profile: Profile, section: Section, lines: readonly Line[]): Resource {
  const head = { title: section.title, code: coded(LOINC, section.code, section.display) };
  if (lines.length > 0) {
    const items = lines.map((line) => `<li>${escaped(line.text)}</li>`).join('');
    return {
      ...head,
      text: narrative(`<ul>${items}</ul>`),
      entry: lines.map(({ resources: [[reference]] }) => ({ reference })),
    };
  }
  const none = section.required !== undefined && profile.none_known?.includes(section.required) === true;
  const [code, display] = none ? ['nilknown', 'Nil Known'] : ['unavailable', 'Unavailable'];
  return {
    ...head,
    text: narrative(`<p>${none ? NONE_KNOWN : NOTHING}</p>`),
    emptyReason: coded(`${TERMS}list-empty-reason`, code, display),
  };
}

function patientOf({ gender, birth_date: birthDate, contacts }: Profile, name: string): Resource {
  return {
    resourceType: 'Patient',
    name: [{ text: name }],
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? { _birthDate: ABSENT } : { birthDate }),
    ...(contacts === undefined ? {} : { contact: contacts.map(contactOf) }),
  };
}

function contactOf({ relation, name, phone }: ProfileContact): Resource {
  return {
    ...(relation === undefined ? {} : { relationship: [{ text: relation }] }),
    name: { text: name },
    ...(phone === undefined ? {} : { telecom: [{ system: 'phone', value: phone }] }),
  };
}

/** Writes entries as resources about one patient, under fresh addresses in the order in which they are asked for. */
class Lines {
  private readonly patient: { readonly reference: string };
  private readonly random: Random;

  constructor(patient: string, random: Random) {
    this.patient = { reference: patient };
    this.random = random;
  }

  allergy(entry: ProfileEntry): Line {
    const { severity, since, note, detail } = entry;
    return this.line(entry, {
      resourceType: 'AllergyIntolerance',
      clinicalStatus: statusOf('allergyintolerance-clinical', entry),
      ...(severity === undefined ? {} : { criticality: severity }),
      code: concept(entry),
      patient: this.patient,
      ...(since === undefined ? {} : { onsetDateTime: since }),
      asserter: this.patient,
      ...notes(note),
      ...(detail === undefined ? {} : { reaction: [{ manifestation: [{ text: detail }] }] }),
    });
  }

  condition(entry: ProfileEntry): Line {
    const { since, until, note, detail } = entry;
    return this.line(entry, {
      resourceType: 'Condition',
      clinicalStatus: statusOf('condition-clinical', entry),
      category: [coded(`${TERMS}condition-category`, 'problem-list-item', 'Problem List Item')],
      code: concept(entry),
      subject: this.patient,
      ...(since === undefined ? {} : { onsetDateTime: since }),
      ...(until === undefined ? {} : { abatementDateTime: until }),
      asserter: this.patient,
      ...notes(detail, note),
    });
  }

  treatment(entry: ProfileEntry): Line {
    const { note, detail } = entry;
    return this.line(entry, {
      resourceType: 'MedicationStatement',
      status: entry.status === 'active' ? 'active' : 'stopped',
      medicationCodeableConcept: concept(entry),
      subject: this.patient,
      ...period('effective', entry),
      informationSource: this.patient,
      ...notes(note),
      ...(detail === undefined ? {} : { dosage: [{ text: detail }] }),
    });
  }

  vaccination(entry: ProfileEntry): Line {
    const { since, note, detail } = entry;
    return this.line(entry, {
      resourceType: 'Immunization',
      status: 'completed',
      vaccineCode: concept(entry),
      patient: this.patient,
      ...(since === undefined ? { occurrenceString: UNKNOWN_DATE } : { occurrenceDateTime: since }),
      primarySource: false,
      ...notes(detail, note),
    });
  }

  bloodGroup(group: string): Line {
    const resource = {
      resourceType: 'Observation',
      status: 'final',
      category: [coded(`${TERMS}observation-category`, 'laboratory', 'Laboratory')],
      code: { ...coded(LOINC, '882-1', 'ABO and Rh group [Type] in Blood'), text: RESULTS.title },
      subject: this.patient,
      _effectiveDateTime: ABSENT,
      performer: [this.patient],
      valueCodeableConcept: { text: group },
      ...notes(STATED),
    };
    return { resources: [[urn(this.random), resource]], text: `${group} (${STATED})` };
  }

  implant(entry: ProfileEntry): Line {
    const { note, detail } = entry;
    const useUrl = urn(this.random);
    const deviceUrl = urn(this.random);
    const use = {
      resourceType: 'DeviceUseStatement',
      status: entry.status === 'active' ? 'active' : 'completed',
      subject: this.patient,
      ...period('timing', entry),
      source: this.patient,
      device: { reference: deviceUrl },
      ...notes(note),
    };
    const device = {
      resourceType: 'Device',
      ...(detail === undefined ? {} : { modelNumber: detail }),
      type: concept(entry),
      patient: this.patient,
    };
    return {
      resources: [
        [useUrl, use],
        [deviceUrl, device],
      ],
      text: textOf(entry),
    };
  }

  directive(entry: ProfileEntry): Line {
    const { since } = entry;
    return this.line(entry, {
      resourceType: 'Consent',
      text: narrative(`<p>${escaped(textOf(entry))}</p>`, 'additional'),
      status: entry.status === 'active' ? 'active' : 'inactive',
      scope: coded(`${TERMS}consentscope`, 'adr', 'Advanced Care Directive'),
      category: [coded(`${TERMS}consentcategorycodes`, 'acd', 'Advance Directive')],
      patient: this.patient,
      ...(since === undefined ? {} : { dateTime: since }),
      policyRule: concept(entry),
    });
  }

  private line(entry: ProfileEntry, resource: Resource): Line {
    return { resources: [[urn(this.random), resource]], text: textOf(entry) };
  }
}

/** What a person reads where nothing but the narrative is shown. */
function textOf({ label, severity, detail, since, until, status, note }: ProfileEntry): string {
  const days = [since, until].filter((day) => day !== undefined).join(' – ');
  const past = status === 'past' ? PAST : undefined;
  const severe = severity === undefined ? undefined : SEVERE[severity];
  const parts = [label, severe, detail, days, past, note];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

function narrative(inside: string, status = 'generated'): Resource {
  return { status, div: `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>` };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function statusOf(system: string, { status }: ProfileEntry): Resource {
  const active = status === 'active';
  return coded(TERMS + system, active ? 'active' : 'resolved', active ? 'Active' : 'Resolved');
}

function concept({ code, label }: ProfileEntry): Resource {
  const coding = code === undefined ? {} : { coding: [{ system: code.system, code: code.code }] };
  return { ...coding, text: label };
}

function coded(system: string, code: string, display: string): Resource {
  return { coding: [{ system, code, display }] };
}

function notes(...given: readonly (string | undefined)[]): Resource {
  const said = given.filter((text) => text !== undefined).map((text) => ({ text }));
  return said.length === 0 ? {} : { note: said };
}

/** From when until when; the profile of IPS asks for one even where nobody knows. */
function period(name: string, { since, until }: ProfileEntry): Resource {
  if (since === undefined && until === undefined) return { [`_${name}DateTime`]: ABSENT };
  const known = {
    ...(since === undefined ? {} : { start: since }),
    ...(until === undefined ? {} : { end: until }),
  };
  return { [`${name}Period`]: known };
}

function urn(random: Random): string {
  return `urn:uuid:${uuid(random)}`;
}

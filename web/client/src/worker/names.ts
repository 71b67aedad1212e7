/** What a file's name says of the document: its day and its type. Proposals, which a person looks at; in French and English. */
const MONTHS: Readonly<Record<string, number>> = {
  ...{
    janvier: 1,
    janv: 1,
    january: 1,
    jan: 1,
    fevrier: 2,
    fevr: 2,
    fev: 2,
    february: 2,
    feb: 2,
    mars: 3,
    march: 3,
  },
  ...{
    mar: 3,
    avril: 4,
    avr: 4,
    april: 4,
    apr: 4,
    mai: 5,
    may: 5,
    juin: 6,
    june: 6,
    jun: 6,
    juillet: 7,
    juil: 7,
  },
  ...{
    july: 7,
    jul: 7,
    aout: 8,
    august: 8,
    aug: 8,
    septembre: 9,
    september: 9,
    sept: 9,
    sep: 9,
    octobre: 10,
  },
  ...{ october: 10, oct: 10, novembre: 11, november: 11, nov: 11, decembre: 12, december: 12, dec: 12 },
};
const OLDEST = 1900;

/** Forms of dates in a plain name, and which groups are year, month, day. Day before month where both could be either. */
const DATES: readonly (readonly [pattern: RegExp, year: number, month: number, day: number])[] = [
  [/(?:^|\D)((?:19|20)\d\d)[ .-](\d\d?)[ .-](\d\d?)(?!\d)/g, 1, 2, 3],
  [/(?:^|\D)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)/g, 1, 2, 3],
  [/(?:^|\D)(\d\d?)[ .-](\d\d?)[ .-]((?:19|20)\d\d)(?!\d)/g, 3, 2, 1],
  [/(?:^|\D)(\d\d)(\d\d)((?:19|20)\d\d)(?!\d)/g, 3, 2, 1],
  [/(?:^|\D)(\d\d?)(?:er|st|nd|rd|th)? ([a-z]{3,9})\.? ((?:19|20)\d\d)(?!\d)/g, 3, 2, 1],
  [/(?:^|[^a-z])([a-z]{3,9})\.? (\d\d?)(?:st|nd|rd|th)?,? ((?:19|20)\d\d)(?!\d)/g, 3, 1, 2],
];

/** The first day in a name that exists and is not after `today` (YYYY-MM-DD both). */
export function dateIn(name: string, today: string): string | undefined {
  const text = plain(name);
  for (const [pattern, year, month, day] of DATES) {
    for (const match of text.matchAll(pattern)) {
      const found = dayOf(match[year], match[month], match[day]);
      if (found !== undefined && found <= today) return found;
    }
  }
  return undefined;
}

/** The first that fits wins: what is narrow stands before what is wide. Codes of vault/data/document_types.tsv. */
const TYPES: readonly (readonly [words: RegExp, code: string])[] = [
  [/\b(directives? anticipees?|advance directives?|living will)\b/, 'EXPPAT_3'],
  [/\b(arret (de )?(travail|maladie)|avis d ?arret|sick (leave|note))\b/, 'PRESC-AAT'],
  [/\b(ordonnance|prescription)\b.*\b(kine|kinesitherapie|physio|physiotherapy)\b/, 'PRESC-KINE'],
  [/\b(ordonnance|prescription)\b.*\b(bio|biologie|analyses?|prise de sang|labo|lab|blood)\b/, 'PRESC-BIO'],
  [/\b(ordonnance|prescription)\b.*\b(infirmiers?|infirmieres?|idel?|nurs(e|ing))\b/, 'PRESC-INF'],
  [/\b(ordonnance|prescription)\b.*\b(orthophon\w*|speech)\b/, 'PRESC-ORTHOPHO'],
  [/\b(ordonnance|prescription)\b.*\b(radio|irm|scanner|echo|echographie|mri|ct|x ?ray)\b/, '55115-0'],
  [/\b(ordonnances?|ordo|prescriptions?|rx)\b/, '57833-6'],
  [/\b(covid|sars cov 2)\b.*\bvaccin|\bvaccin\w*\b.*\bcovid/, '96874-3'],
  [/\b(vaccins?|vaccinations?|vaccines?|immuni[sz]ations?)\b/, '11369-6'],
  [/\b(anapath|anatomopatho\w*|cytologie|biopsie|biopsy|pathology|histology|frottis)\b/, '60568-3'],
  [/\b(test (antigenique|rapide)|antigen test|rapid test|trod)\b/, '96173-0'],
  [
    /\b(bilan (sanguin|biologique|lipidique|hepatique)|prise de sang|analyses?|biologie|labo|laboratoire|hemogramme|nfs|glycemie|cholesterol|pcr|ecbu|blood (test|work|results?)|lab (results?|report)|laboratory)\b/,
    '11502-2',
  ],
  [
    /\b(irm|scanner|tdm|radio|radiographie|echo|echographie|echodoppler|doppler|mammo|mammographie|panoramique|scintigraphie|tep|imagerie|mri|ct( scan)?|x ?rays?|ultrasound|mammogram|pet scan|imaging)\b/,
    '18748-4',
  ],
  [
    /\b(compte rendu|cr|report)\b.*\b(operatoire|operation|chirurgie|surgery)\b|\boperation report\b/,
    '34874-8',
  ],
  [/\b(urgences?|emergency( department| room)?)\b/, '15507-7'],
  [/\b(lettre de (liaison|sortie)|discharge (letter|summary))\b/, '11490-0'],
  [/\b(hospitalisation|sejour|hospital stay)\b/, '34112-3'],
  [/\b(pre ?anesthesi\w*|anesthesi\w*|pre ?anaesthetic|anaesthe\w*)\b/, '34749-2'],
  [/\b(ophtalmo\w*|ophthalmo\w*|fond d oeil)\b/, '78513-9'],
  [/\b(schema dentaire|dentaire|dental)\b/, '83836-7'],
  [
    /\b(ecg|electrocardiogramme?|endoscopie|coloscopie|gastroscopie|colonoscopy|efr|spirometr\w*|holter)\b/,
    '70004-7',
  ],
  [/\b(ald|protocole de soins)\b/, 'PROT_ALD'],
  [/\b(attestation de droits|carte vitale|droits (cpam|ameli|am))\b/, 'ATTEST-DROITS-AM'],
  [/\b(mutuelle|complementaire sante|tiers payant)\b/, 'ATTEST-ASS-COMPL'],
  [/\b(remboursements?|decompte|reimbursements?|claim)\b/, 'REMB'],
  [/\b(consentement|consent)\b/, '59284-0'],
  [/\b(questionnaire)\b/, '74465-6'],
  [/\b(certificats?( medical)?|(medical )?certificates?)\b/, '89601-9'],
  [/\b(compte rendu|cr|consultation|visite|consult|visit)\b/, '11488-4'],
];

/** The code of the type that a name speaks of. */
export function typeIn(name: string): string | undefined {
  const text = plain(name.replace(/\.[^.]{1,8}$/, '')).replace(/[.\-()',’]+/g, ' ');
  return TYPES.find(([words]) => words.test(text))?.[1];
}

/** Every code that may be proposed. */
export const PROPOSED_TYPES: readonly string[] = TYPES.map(([, code]) => code);

/** Without accents, in small letters, `_` as a space. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[_\s+]+/g, ' ');
}

function dayOf(year = '', month = '', day = ''): string | undefined {
  const number = MONTHS[month] ?? Number(month);
  const date = new Date(Date.UTC(Number(year), number - 1, Number(day)));
  const exists = date.getUTCMonth() === number - 1 && date.getUTCDate() === Number(day);
  return exists && Number(year) >= OLDEST ? date.toISOString().slice(0, 10) : undefined;
}

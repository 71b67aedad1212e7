/** Small files of every kind that a preview shows, made on the spot: for the gallery, and for tests of the viewers. */
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';

/** Pages of text with a word that stands on each. */
export async function samplePdf(pages: number): Promise<ArrayBuffer> {
  const file = await PDFDocument.create();
  const font = await file.embedFont(StandardFonts.Helvetica);
  for (let number = 1; number <= pages; number += 1) {
    const page = file.addPage([595, 842]);
    page.drawText(`Compte rendu de consultation, page ${number}`, { x: 60, y: 770, size: 18, font });
    for (let line = 0; line < 24; line += 1) {
      const text = `${line + 1}. La tension est de 12/8, le pouls de ${60 + line}. Traitement inchangé.`;
      page.drawText(text, { x: 60, y: 720 - line * 24, size: 11, font });
    }
  }
  return Uint8Array.from(await file.save()).buffer;
}

/** An uncompressed grey TIFF, one 60 × 80 page for each shade from 0 to 255. `next` may change where a page's chain goes on. */
export function sampleTiff(
  shades: readonly number[],
  next: (page: number, usual: number) => number = (_, usual) => usual,
): Uint8Array<ArrayBuffer> {
  const [width, height] = [60, 80];
  const entries = 8;
  const size = 2 + entries * 12 + 4 + width * height;
  const bytes = new Uint8Array(8 + shades.length * size);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x4949, true);
  view.setUint16(2, 42, true);
  view.setUint32(4, 8, true);
  shades.forEach((shade, page) => {
    const at = 8 + page * size;
    const pixels = at + 2 + entries * 12 + 4;
    const tags = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, pixels],
      [278, height],
      [279, width * height],
    ] as const;
    view.setUint16(at, tags.length, true);
    tags.forEach(([tag, value], index) => {
      const entry = at + 2 + index * 12;
      view.setUint16(entry, tag, true);
      view.setUint16(entry + 2, 4, true);
      view.setUint32(entry + 4, 1, true);
      view.setUint32(entry + 8, value, true);
    });
    const last = page === shades.length - 1;
    view.setUint32(pixels - 4, next(page, last ? 0 : at + size), true);
    for (let index = 0; index < width * height; index += 1) {
      // Lines as of a text, so that pages can be told apart.
      const line = Math.floor(index / width) % 8 < 2;
      bytes[pixels + index] = line ? shade : 245;
    }
  });
  return bytes;
}

export interface SampleScan {
  readonly frames?: number;
  readonly number?: number;
  /** Millimetres along the patient's axis. */
  readonly position?: number;
}

/** A computed tomography of a disc, 96 × 96 pixels of 16 bits, explicit little endian. */
export function sampleDicom({
  frames = 1,
  number = 1,
  position = 0,
}: SampleScan = {}): Uint8Array<ArrayBuffer> {
  const side = 96;
  const pixels = new Int16Array(side * side * frames);
  for (let index = 0; index < pixels.length; index += 1) {
    const frame = Math.floor(index / (side * side));
    const [x, y] = [(index % side) - side / 2, (Math.floor(index / side) % side) - side / 2];
    const far = Math.hypot(x, y);
    pixels[index] = far > 40 ? -1000 : far > 36 ? 700 : Math.hypot(x - 8 + frame * 4, y) < 8 ? 120 : 30;
  }
  const parts = [
    element('0008', '0060', 'CS', 'CT'),
    element('0008', '0020', 'DA', '20260301'),
    element('0008', '1030', 'LO', 'Scanner thoracique'),
    element('0008', '103e', 'LO', 'Coupes fines'),
    element('0010', '0010', 'PN', 'DELMAS^Claire'),
    element('0010', '0040', 'CS', 'F'),
    element('0020', '000e', 'UI', '1.2.3.4'),
    element('0020', '0011', 'IS', '2'),
    element('0020', '0013', 'IS', String(number)),
    element('0020', '0032', 'DS', `0\\0\\${position}`),
    element('0020', '0037', 'DS', '1\\0\\0\\0\\1\\0'),
    element('0028', '0002', 'US', 1),
    element('0028', '0004', 'CS', 'MONOCHROME2'),
    element('0028', '0008', 'IS', String(frames)),
    element('0028', '0010', 'US', side),
    element('0028', '0011', 'US', side),
    element('0028', '0100', 'US', 16),
    element('0028', '0101', 'US', 16),
    element('0028', '0102', 'US', 15),
    element('0028', '0103', 'US', 1),
    element('0028', '1050', 'DS', '40'),
    element('0028', '1051', 'DS', '400'),
    element('7fe0', '0010', 'OW', new Uint8Array(pixels.buffer)),
  ];
  const meta = element('0002', '0010', 'UI', '1.2.840.10008.1.2.1');
  const length = new Uint8Array(12);
  length.set([2, 0, 0, 0, 0x55, 0x4c, 4, 0, meta.length & 255, meta.length >> 8, 0, 0]);
  const head = new Uint8Array(132);
  head.set(new TextEncoder().encode('DICM'), 128);
  return joined([head, length, meta, ...parts]);
}

function element(group: string, tag: string, kind: string, value: string | number | Uint8Array): Uint8Array {
  const data = dataOf(kind, value);
  const long = kind === 'OW';
  const head = new Uint8Array(long ? 12 : 8);
  const view = new DataView(head.buffer);
  view.setUint16(0, Number.parseInt(group, 16), true);
  view.setUint16(2, Number.parseInt(tag, 16), true);
  head.set(new TextEncoder().encode(kind), 4);
  if (long) view.setUint32(8, data.length, true);
  else view.setUint16(6, data.length, true);
  return joined([head, data]);
}

function dataOf(kind: string, value: string | number | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number') return new Uint8Array([value & 255, value >> 8]);
  const text = value.length % 2 === 0 ? value : value + (kind === 'UI' ? '\0' : ' ');
  return new TextEncoder().encode(text);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A report in sections, or with a file in place of them. */
export function sampleCda(carried?: {
  readonly mime: string;
  readonly bytes: ArrayBuffer;
}): Uint8Array<ArrayBuffer> {
  const body =
    carried === undefined
      ? `<structuredBody>${SECTIONS}</structuredBody>`
      : `<nonXMLBody><text mediaType="${carried.mime}" representation="B64">${base64(carried.bytes)}</text></nonXMLBody>`;
  return new TextEncoder().encode(
    `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="cda_asip.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
 <code code="11502-2" displayName="Compte rendu d’examens biologiques"/>
 <title>Compte rendu d’examens biologiques</title>
 <effectiveTime value="202603011430+0100"/>
 <confidentialityCode code="N"/>
 <recordTarget><patientRole>
  <id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>
  <patient><name><family qualifier="BR">MOREAU</family><family qualifier="SP">DELMAS</family><given>Claire</given></name>
   <administrativeGenderCode code="F"/><birthTime value="19790312"/></patient>
 </patientRole></recordTarget>
 <author><time value="20260301"/><assignedAuthor><assignedPerson><name><prefix>Dr</prefix><family>PETIT</family>
  <given>Hugo</given></name></assignedPerson><representedOrganization><name>Laboratoire du Port</name></representedOrganization>
 </assignedAuthor></author>
 <custodian><assignedCustodian><representedCustodianOrganization><name>Laboratoire du Port</name>
 </representedCustodianOrganization></assignedCustodian></custodian>
 <component>${body}</component>
</ClinicalDocument>`,
  );
}

const SECTIONS = `<component><section><title>Hématologie</title><text>
 <paragraph>Prélèvement du <content styleCode="Bold">1er mars 2026</content>, à jeun.</paragraph>
 <table><caption>Numération</caption><thead><tr><th>Analyse</th><th>Résultat</th><th>Valeurs usuelles</th></tr></thead>
 <tbody><tr><td>Hémoglobine</td><td>13,2 g/dL</td><td>12,0 – 16,0</td></tr>
 <tr><td>Leucocytes</td><td><content styleCode="Bold">11,4 G/L</content></td><td>4,0 – 10,0</td></tr></tbody></table>
 </text></section></component>
 <component><section><title>Conclusion</title><text><list listType="ordered"><item>Hyperleucocytose modérée.</item>
 <item>Contrôle dans un mois.</item></list></text></section></component>`;

function base64(bytes: ArrayBuffer): string {
  let text = '';
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

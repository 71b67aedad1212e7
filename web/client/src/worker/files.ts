/** What a file tells of itself before anybody describes it: kind, day, a title. Nothing here trusts the file. */
import { sectionForType } from '../ui/documentTypes';
import type { SectionKind } from '../ui/models';
import { dateIn, typeIn } from './names.ts';

const BY_EXTENSION: Readonly<Record<string, string>> = {
  bmp: 'image/bmp',
  csv: 'text/csv',
  dcm: 'application/dicom',
  gif: 'image/gif',
  heic: 'image/heic',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  rtf: 'application/rtf',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  txt: 'text/plain',
  webp: 'image/webp',
  xml: 'application/xml',
};
const UNKNOWN = 'application/octet-stream';

export interface FileFacts {
  readonly mime: string;
  /** That its name tells, else of its last change; YYYY-MM-DD here. */
  readonly date: string;
  /** A code of the document types, if its name tells one. */
  readonly type?: string | undefined;
  /** The section it is proposed for. */
  readonly kind: SectionKind;
}

export async function describe(file: File): Promise<FileFacts> {
  const dicom = await isDicom(file);
  const changed = new Date(file.lastModified > 0 ? file.lastModified : Date.now());
  const type = dicom ? undefined : typeIn(file.name);
  return {
    mime: dicom ? 'application/dicom' : mimeOf(file),
    date: dateIn(file.name, dayOf(new Date())) ?? dayOf(changed),
    type,
    kind: dicom ? 'imaging' : type === undefined ? 'other' : sectionForType(type),
  };
}

/** The file's name without its extension, as a title may be. */
export function suggestedTitle(name: string): string {
  const stem = name.replace(/\.[^.]{1,8}$/, '') || name;
  const shown = stem
    .replace(/[_\s]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
  return Array.from(shown.normalize('NFC').trim()).slice(0, 200).join('');
}

function mimeOf(file: File): string {
  const extension = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? '';
  const said = file.type !== '' ? file.type : (BY_EXTENSION[extension] ?? UNKNOWN);
  const plain = said.split(';')[0]?.trim() ?? '';
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,30}$/i.test(plain) ? plain : UNKNOWN;
}

/** DICOM files have 128 free bytes and then their mark. */
async function isDicom(file: File): Promise<boolean> {
  if (file.size < 132) return false;
  const mark = new Uint8Array(await file.slice(128, 132).arrayBuffer());
  return new TextDecoder().decode(mark) === 'DICM';
}

function dayOf(date: Date): string {
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
}

/**
 * What a document is, from its first bytes; the mime type comes from whoever added it and only decides for text.
 * HTML, SVG and XML are text here: their source is shown, nothing of it is rendered. A CDA document is XML whose narrative
 * is rebuilt from an allow-list (cda/).
 */
export type Kind = 'pdf' | 'image' | 'tiff' | 'dicom' | 'study' | 'cda' | 'text' | 'unsupported';

const TEXT_TYPES = [
  'application/json',
  'application/xml',
  'application/fhir+json',
  'application/fhir+xml',
  'image/svg+xml',
];
/** Text on the wire, but noise to a reader. */
const NOT_READABLE = ['text/rtf', 'application/rtf'];

export function kindOf(mime: string, bytes: Uint8Array): Kind {
  const type = (mime.split(';')[0] ?? '').trim().toLowerCase();
  if (startsAt(bytes, 128, 'DICM')) return 'dicom';
  if (hasEarly(bytes, '%PDF-')) return 'pdf';
  if (isImage(bytes)) return 'image';
  if (isTiff(bytes)) return 'tiff';
  if (startsWithBytes(bytes, [0x50, 0x4b, 0x03, 0x04]) && ARCHIVES.includes(type)) return 'study';
  if (type === 'application/dicom') return 'dicom';
  if (isXml(type) && isCda(bytes)) return 'cda';
  if (
    (type.startsWith('text/') || TEXT_TYPES.includes(type)) &&
    !NOT_READABLE.includes(type) &&
    looksLikeText(bytes)
  )
    return 'text';
  return 'unsupported';
}

/** Of a mime type that says nothing, an archive of images is tried, too: office files are archives with types of their own. */
const ARCHIVES = ['application/zip', 'application/x-zip-compressed', 'application/octet-stream', ''];

function isTiff(bytes: Uint8Array): boolean {
  return startsWithBytes(bytes, [0x49, 0x49, 0x2a, 0x00]) || startsWithBytes(bytes, [0x4d, 0x4d, 0x00, 0x2a]);
}

function isXml(type: string): boolean {
  return (
    ['text/xml', 'application/xml', 'application/octet-stream', ''].includes(type) || type.endsWith('+xml')
  );
}

/** The root element and its namespace stand early, after declarations and comments. */
function isCda(bytes: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  return /<(?:[\w-]+:)?ClinicalDocument[\s>]/.test(start) && start.includes('urn:hl7-org:v3');
}

function isImage(bytes: Uint8Array): boolean {
  return (
    startsWithBytes(bytes, [0xff, 0xd8, 0xff]) ||
    startsWithBytes(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) ||
    startsAt(bytes, 0, 'GIF8') ||
    (startsAt(bytes, 0, 'RIFF') && startsAt(bytes, 8, 'WEBP')) ||
    (startsAt(bytes, 0, 'BM') && bytes.length > 26)
  );
}

/** PDF readers accept up to 1,024 bytes of anything before the header. */
function hasEarly(bytes: Uint8Array, text: string): boolean {
  for (let offset = 0; offset <= Math.min(1024, bytes.length - text.length); offset += 1) {
    if (startsAt(bytes, offset, text)) return true;
  }
  return false;
}

function looksLikeText(bytes: Uint8Array): boolean {
  const utf16 = startsWithBytes(bytes, [0xff, 0xfe]) || startsWithBytes(bytes, [0xfe, 0xff]);
  return utf16 || !bytes.subarray(0, 8192).includes(0);
}

function startsWithBytes(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((value, index) => bytes[index] === value);
}

function startsAt(bytes: Uint8Array, offset: number, ascii: string): boolean {
  return [...ascii].every((character, index) => bytes[offset + index] === character.charCodeAt(0));
}

import { describe, expect, it } from 'vitest';
import { imageSize } from '../../src/preview/imageSize';
import { kindOf } from '../../src/preview/kind';
import { isPreviewReply, isPreviewRequest } from '../../src/preview/protocol';
import { decodeText } from '../../src/preview/text';

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const png = (width: number, height: number) => {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return bytes;
};

describe('what a document is', () => {
  it('goes by the bytes, whatever the declared type', () => {
    expect(kindOf('text/html', ascii('%PDF-1.7'))).toBe('pdf');
    expect(kindOf('application/pdf', png(1, 1))).toBe('image');
    const dicom = new Uint8Array(200);
    dicom.set(ascii('DICM'), 128);
    expect(kindOf('image/png', dicom)).toBe('dicom');
  });

  it('shows markup as text only', () => {
    expect(kindOf('image/svg+xml', ascii('<svg onload="alert(1)"/>'))).toBe('text');
    expect(kindOf('text/html; charset=utf-8', ascii('<script>1</script>'))).toBe('text');
  });

  it('does not guess', () => {
    expect(kindOf('application/vnd.oasis.opendocument.text', ascii('PK\x03\x04'))).toBe('unsupported');
    expect(kindOf('text/plain', new Uint8Array([65, 0, 66]))).toBe('unsupported');
    expect(kindOf('text/rtf', ascii('{\\rtf1}'))).toBe('unsupported');
    expect(kindOf('', new Uint8Array(0))).toBe('unsupported');
  });
});

describe('image dimensions before decoding', () => {
  it('reads PNG, GIF, BMP, JPEG and WebP headers', () => {
    expect(imageSize(png(60_000, 60_000))).toEqual({ width: 60_000, height: 60_000 });
    expect(imageSize(new Uint8Array([...ascii('GIF89a'), 0x2c, 1, 0x90, 1]))).toEqual({
      width: 300,
      height: 400,
    });
    const jpeg = [
      0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0x0f, 0xa0, 0x0b, 0xb8, 1, 1, 0x11, 0,
    ];
    expect(imageSize(new Uint8Array(jpeg))).toEqual({ width: 3000, height: 4000 });
    const bmp = new Uint8Array(54);
    bmp.set(ascii('BM'));
    new DataView(bmp.buffer).setUint32(14, 40, true);
    new DataView(bmp.buffer).setInt32(18, 300, true);
    new DataView(bmp.buffer).setInt32(22, -400, true);
    expect(imageSize(bmp)).toEqual({ width: 300, height: 400 });
    const webp = new Uint8Array(30);
    webp.set(ascii('RIFF'));
    webp.set(ascii('WEBPVP8X'), 8);
    webp.set([0xb7, 0x0b, 0, 0x9f, 0x0f, 0], 24);
    expect(imageSize(webp)).toEqual({ width: 3000, height: 4000 });
  });

  it('gives nothing for a header that is cut or unknown', () => {
    expect(imageSize(png(1, 1).subarray(0, 18))).toBeNull();
    expect(imageSize(ascii('hello world'))).toBeNull();
    expect(imageSize(new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0xff]))).toBeNull();
  });
});

describe('text', () => {
  it('reads UTF-8, UTF-16 and Windows-1252', () => {
    expect(decodeText(new TextEncoder().encode('œuf é'))).toBe('œuf é');
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0xe9, 0]))).toBe('é');
    expect(decodeText(new Uint8Array([0xc9, 0x63, 0x68, 0x6f, 0x67, 0x72]))).toBe('Échogr');
  });

  it('is not taken for another encoding when a cut falls inside a character', () => {
    expect(decodeText(new TextEncoder().encode('été').subarray(0, 4)).startsWith('ét')).toBe(true);
  });
});

describe('messages', () => {
  const open = { type: 'open', mime: 'text/plain', name: 'a', lang: 'fr', bytes: new ArrayBuffer(1) };

  it('accepts what the protocol says', () => {
    expect(isPreviewRequest(open)).toBe(true);
    expect(isPreviewReply({ type: 'ready' })).toBe(true);
    expect(isPreviewReply({ type: 'shown', pages: 3, height: 900 })).toBe(true);
    expect(isPreviewReply({ type: 'failed', code: 'unsupported' })).toBe(true);
    expect(isPreviewReply({ type: 'page', page: 'text' })).toBe(true);
    expect(isPreviewReply({ type: 'page', page: 'x'.repeat(4_000_001) })).toBe(false);
    expect(isPreviewReply({ type: 'all' })).toBe(true);
  });

  it.each([
    null,
    'ready',
    { type: 'shown', pages: 1 },
    { type: 'shown', pages: -1, height: 1 },
    { type: 'shown', pages: 1, height: Infinity },
    { type: 'failed', code: '<b>' },
    { type: 'other' },
  ])('refuses the reply %j', (data) => expect(isPreviewReply(data)).toBe(false));

  it.each(['bytes', 'mime', 'name', 'lang', 'type'])('refuses a request without %s', (key) => {
    expect(isPreviewRequest({ ...open, [key]: undefined })).toBe(false);
  });

  it('knows scans, studies and clinical documents', () => {
    expect(kindOf('', ascii('II*\0'))).toBe('tiff');
    expect(kindOf('', ascii('MM\0*'))).toBe('tiff');
    expect(kindOf('application/zip', ascii('PK\x03\x04'))).toBe('study');
    const cda = '<?xml version="1.0"?><!-- a --><ClinicalDocument xmlns="urn:hl7-org:v3">';
    expect(kindOf('text/xml', ascii(cda))).toBe('cda');
    expect(kindOf('text/xml', ascii(cda.replace('hl7-org', 'other')))).toBe('text');
    expect(kindOf('text/html', ascii(cda))).toBe('text');
  });
});

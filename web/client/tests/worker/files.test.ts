/** What a file is taken for before anybody describes it. */
import { describe as group, expect, it } from 'vitest';
import { describe, suggestedTitle } from '../../src/worker/files.ts';
import { faultOf, Refusal } from '../../src/worker/outcome.ts';
import { ApiError, Cancelled, Unreachable } from '../../src/api/errors.ts';
import { malformed } from '../../src/crypto/errors.ts';

const dicom = new Uint8Array(200);
dicom.set(new TextEncoder().encode('DICM'), 128);

group('a file', () => {
  it.each([
    [new File([dicom], 'IM0001'), 'application/dicom', 'imaging'],
    [new File(['x'], 'a.pdf', { type: 'application/pdf' }), 'application/pdf', 'other'],
    [new File(['x'], 'a.PDF'), 'application/pdf', 'other'],
    [new File(['x'], 'noextension'), 'application/octet-stream', 'other'],
    [new File(['x'], 'a.html', { type: 'text/html; charset=utf-8' }), 'text/html', 'other'],
    [new File(['x'], 'a', { type: 'é/é' }), 'application/octet-stream', 'other'],
  ])('is taken for what it is', async (file, mime, kind) => {
    expect(await describe(file)).toMatchObject({ mime, kind });
  });

  it.each([
    ['ordonnance_du 3 mars.jpg', 'ordonnance du 3 mars'],
    ['.hidden', '.hidden'],
    [`${'x'.repeat(300)}.pdf`, 'x'.repeat(200)],
    ['a\u202egpj.exe', 'agpj'],
    ['e\u0301tude.dcm', 'étude'],
  ])('%j is proposed with a title that may stand', (name, title) => {
    expect(suggestedTitle(name)).toBe(title);
  });
});

group('a fault', () => {
  it('crosses to the pages as a code and nothing else', () => {
    expect(faultOf(malformed('secret words'))).toEqual({ code: 'malformed' });
    expect(faultOf(new Refusal('bad_title'))).toEqual({ code: 'bad_title' });
    expect(faultOf(new Unreachable())).toEqual({ code: 'offline' });
    expect(faultOf(new Cancelled())).toEqual({ code: 'cancelled' });
    expect(faultOf(new Error('Anne Durand'))).toEqual({ code: 'unexpected' });
    const refused = new ApiError('credentials', 401, { remainingAttempts: 2 });
    expect(faultOf(refused)).toEqual({ code: 'credentials', remainingAttempts: 2 });
  });
});

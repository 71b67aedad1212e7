/** CDA documents from XML that is plain data: what is told of the header, and what of a narrative is let through. */
import { describe, expect, it } from 'vitest';
import { narrativeOf } from '../../src/preview/cda/narrative';
import { momentText, readCda } from '../../src/preview/cda/read';
import type { XmlNode } from '../../src/preview/cda/tree';
import { wordsOf } from '../../src/preview/words';

function x(name: string, attributes: Record<string, string>, ...children: (XmlNode | string)[]): XmlNode {
  return { name, attributes, children };
}

const narrative = (...children: (XmlNode | string)[]) =>
  narrativeOf(x('section', {}, x('text', {}, ...children)));
const words = wordsOf('en').cda;

describe('narrative', () => {
  it('keeps paragraphs, lists, tables and their marks', () => {
    expect(
      narrative(
        ' \n ',
        x('paragraph', {}, 'A ', x('content', { styleCode: 'Bold' }, 'b')),
        x('list', { listType: 'ordered' }, x('item', {}, 'one')),
        x('table', {}, x('tbody', {}, x('tr', {}, x('td', { colspan: '2' }, 'cell')))),
      ),
    ).toEqual([
      {
        tag: 'p',
        children: ['A ', { tag: 'span', children: [{ tag: 'strong', children: ['b'] }] }],
      },
      { tag: 'ol', children: [{ tag: 'li', children: ['one'] }] },
      {
        tag: 'table',
        children: [
          {
            tag: 'tbody',
            children: [
              { tag: 'tr', children: [{ tag: 'td', columns: 2, rows: undefined, children: ['cell'] }] },
            ],
          },
        ],
      },
    ]);
  });

  it('lets nothing through that runs, loads or leads somewhere', () => {
    const pieces = narrative(
      x('script', {}, 'alert(1)'),
      x('iframe', { src: 'https://evil.example' }),
      x('paragraph', { onclick: 'alert(1)', style: 'position:fixed' }, 'text'),
      x('linkHtml', { href: 'javascript:alert(1)' }, 'here'),
      x('linkHtml', { href: 'https://evil.example/a' }, 'there'),
      x('img', { src: 'https://evil.example/i' }),
      x('renderMultiMedia', { referencedObject: 'nowhere' }),
    );
    expect(pieces).toEqual([
      'alert(1)',
      { tag: 'p', children: ['text'] },
      'here',
      'there',
      ' (https://evil.example/a)',
    ]);
  });

  it('leaves out what was deleted, and bounds spans', () => {
    expect(narrative(x('content', { revised: 'delete' }, 'gone'))).toEqual([]);
    expect(narrative(x('td', { rowspan: '1e9', colspan: '-4' }, ''))).toEqual([
      { tag: 'td', children: [''], rows: 100, columns: undefined },
    ]);
  });

  it('takes pictures out of the document itself alone', () => {
    const media = (attributes: Record<string, string>, data: string) =>
      x('entry', {}, x('observationMedia', { ID: 'm' }, x('value', attributes, data)));
    const shown = (entry: XmlNode) =>
      narrativeOf(x('section', {}, x('text', {}, x('renderMultiMedia', { referencedObject: 'm' })), entry));
    expect(shown(media({ representation: 'B64' }, ' AAEC\n'))).toEqual([
      { picture: new Uint8Array([0, 1, 2]), alternative: '' },
    ]);
    expect(shown(media({}, 'https://evil.example/i'))).toEqual([]);
    expect(shown(media({ representation: 'B64' }, '*'))).toEqual([]);
  });
});

describe('document', () => {
  const header = [
    x('code', { displayName: 'Discharge letter' }),
    x('effectiveTime', { value: '202603011430+0100' }),
    x(
      'recordTarget',
      {},
      x(
        'patientRole',
        {},
        x('id', { root: '1.2.250.1.213.1.4.8', extension: '279035121518989' }),
        x(
          'patient',
          {},
          x(
            'name',
            {},
            x('family', { qualifier: 'BR' }, 'MOREAU'),
            x('family', { qualifier: 'SP' }, 'DELMAS'),
            x('given', {}, 'Claire'),
          ),
          x('administrativeGenderCode', { code: 'F' }),
          x('birthTime', { value: '19790312' }),
        ),
      ),
    ),
  ];

  it('says who and when in plain words, and takes the kind for a title that is missing', () => {
    const read = readCda(x('ClinicalDocument', {}, ...header), words, 'en');
    expect(read.title).toBe('Discharge letter');
    expect(read.facts).toEqual([
      { term: 'Patient', text: 'Claire DELMAS (MOREAU)' },
      { term: 'Born', text: 'March 12, 1979' },
      { term: 'Sex', text: 'Female' },
      { term: 'Identifiers', text: 'INS 279035121518989' },
      { term: 'Kind of document', text: 'Discharge letter' },
      { term: 'Written', text: expect.stringMatching(/^March 1, 2026 at 2:30.PM$/) as string },
    ]);
    expect([read.confidential, read.sections, read.carried]).toEqual([false, [], undefined]);
  });

  it('reads sections in sections, to a bounded depth', () => {
    const nest = (depth: number): XmlNode =>
      x(
        'component',
        {},
        x('section', {}, x('title', {}, String(depth)), ...(depth < 50 ? [nest(depth + 1)] : [])),
      );
    const root = x('ClinicalDocument', {}, x('component', {}, x('structuredBody', {}, nest(0))));
    let found = readCda(root, words, 'en').sections;
    const titles: string[] = [];
    for (let [first] = found; first !== undefined; [first] = found) {
      titles.push(first.title);
      found = first.sections;
    }
    expect(titles).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('gives the file that it carries', () => {
    const text = x('text', { mediaType: 'application/pdf', representation: 'B64' }, 'JVBERi0=');
    const confidential = x('confidentialityCode', { code: 'R' });
    const root = x('ClinicalDocument', {}, confidential, x('component', {}, x('nonXMLBody', {}, text)));
    const read = readCda(root, words, 'en');
    expect(read.confidential).toBe(true);
    expect(read.carried?.mime).toBe('application/pdf');
    expect(new TextDecoder().decode(read.carried?.bytes)).toBe('%PDF-');
  });

  it.each([
    ['2026', '2026'],
    ['202603', 'March 2026'],
    ['20260301', 'March 1, 2026'],
    ['unknown', ''],
  ])('writes the moment %s as %s', (value, text) => {
    expect(momentText(x('time', { value }), 'en')).toBe(text);
  });
});

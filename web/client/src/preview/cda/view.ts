/**
 * A CDA document (HL7 Clinical Document Architecture R2): its header in plain words, its sections rebuilt from an allow-list,
 * or the file that it carries. No stylesheet of anybody's runs, no address is followed, no entity is resolved.
 */
import { localeOf } from '../../i18n/locale';
import { Desk } from '../desk/desk';
import { kindOf } from '../kind';
import { PreviewError } from '../protocol';
import { showDocument } from '../show';
import type { Shown } from '../stage';
import { decodeText, showText, sizeTools } from '../text';
import type { Words } from '../words';
import './cda.css';
import { aboutOf, drawPieces } from './draw';
import { readCda, type CdaDocument, type CdaSection } from './read';
import { parseXml } from './tree';

const MAX_BYTES = 80 << 20;

/** Raises PreviewError. */
export async function showCda(
  bytes: Uint8Array<ArrayBuffer>,
  stage: HTMLElement,
  lang: Words,
): Promise<Shown> {
  if (bytes.length > MAX_BYTES) throw new PreviewError('too_large');
  const text = decodeText(bytes);
  // CDA has no DTD. One that comes with entities is no document to be understood, but its source can be read.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return showText(bytes, stage, lang);
  const document_ = readCda(parseXml(text), lang.cda, localeOf(lang.language));
  return document_.carried === undefined
    ? showSections(document_, stage, lang)
    : showCarried(document_, document_.carried, stage, lang);
}

async function showSections(read: CdaDocument, stage: HTMLElement, lang: Words): Promise<Shown> {
  const desk = new Desk(stage, lang);
  const sheet = document.createElement('article');
  sheet.className = 'cda';
  sheet.append(...aboutOf(read, lang.cda));
  for (const section of read.sections) sheet.append(await sectionOf(section, 2));
  if (read.sections.length === 0) sheet.append(paragraph(lang.cda.nothing));
  desk.pane.append(sheet);
  sizeTools(desk, lang, sheet);
  desk.help();
  const print: Shown['print'] = (give) => {
    give(sheet.innerText);
    return Promise.resolve();
  };
  return { pages: 1, height: desk.heightFor(sheet.offsetHeight + 20), print };
}

async function sectionOf({ title, pieces, sections }: CdaSection, level: number): Promise<HTMLElement> {
  const section = document.createElement('section');
  if (title !== '') {
    const heading = document.createElement(`h${Math.min(level, 6)}`);
    heading.textContent = title;
    section.append(heading);
  }
  section.append(...(await drawPieces(pieces)));
  for (const inner of sections) section.append(await sectionOf(inner, level + 1));
  return section;
}

/** Below the header, the file as its own kind is shown. */
async function showCarried(
  read: CdaDocument,
  carried: NonNullable<CdaDocument['carried']>,
  stage: HTMLElement,
  lang: Words,
): Promise<Shown> {
  const head = document.createElement('div');
  head.className = 'cda cda-head';
  head.append(...aboutOf(read, lang.cda));
  const inner = document.createElement('div');
  inner.className = 'inner-stage';
  stage.replaceChildren(head, inner);
  // Nobody needs a document in a document in a document.
  const kind = kindOf(carried.mime, carried.bytes);
  if (kind === 'unsupported' || kind === 'cda' || kind === 'study') {
    inner.append(paragraph(lang.cda.left));
    const print: Shown['print'] = (give) => {
      give(stage.innerText);
      return Promise.resolve();
    };
    return { pages: 1, height: head.offsetHeight + 80, print };
  }
  const shown = await showDocument(carried, inner, lang);
  return { ...shown, height: head.offsetHeight + shown.height };
}

function paragraph(text: string): HTMLElement {
  const note = document.createElement('p');
  note.className = 'note';
  note.textContent = text;
  return note;
}

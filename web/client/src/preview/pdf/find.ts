/** Search in a PDF's text: a row below the bar, hits marked by pdf.js's find controller, next and previous. */
import type { EventBus } from 'pdfjs-dist/legacy/web/pdf_viewer.mjs';
import { toolButton, type Desk } from '../desk/desk';
import type { Words } from '../words';

interface Counted {
  readonly matchesCount: { readonly current: number; readonly total: number };
  readonly state?: number;
}

const NOT_FOUND = 1;
const PENDING = 3;

export function findTools(desk: Desk, lang: Words, bus: EventBus, hasText: () => Promise<boolean>): void {
  const row = document.createElement('search');
  row.className = 'find';
  row.hidden = true;
  const input = document.createElement('input');
  input.type = 'search';
  input.setAttribute('aria-label', lang.findLabel);
  input.placeholder = lang.findLabel;
  const said = document.createElement('output');
  said.className = 'found';
  const ask = (type: string, backwards = false) => {
    bus.dispatch('find', {
      source: row,
      type,
      query: input.value,
      caseSensitive: false,
      entireWord: false,
      highlightAll: true,
      findPrevious: backwards,
      matchDiacritics: false,
    });
  };
  const before = toolButton({ icon: 'up', label: lang.findBefore, run: () => ask('again', true) });
  const next = toolButton({ icon: 'down', label: lang.findNext, run: () => ask('again') });
  const close = () => {
    row.hidden = true;
    said.textContent = '';
    bus.dispatch('findbarclose', { source: row });
    opener.setAttribute('aria-expanded', 'false');
    opener.focus();
  };
  const open = () => {
    row.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    input.select();
    input.focus();
    void hasText().then((text) => {
      if (!text) said.textContent = lang.findImage;
    });
    if (input.value !== '') ask('');
  };
  const opener = desk.tool({ icon: 'find', label: lang.find, keys: ['/', 'mod+f'], run: open });
  opener.setAttribute('aria-expanded', 'false');
  input.addEventListener('input', () => ask(''));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') ask('again', event.shiftKey);
  });
  row.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
  const tell = ({ matchesCount: { current, total }, state }: Counted) => {
    if (input.value === '' || state === PENDING) said.textContent = '';
    else if (state === NOT_FOUND) said.textContent = lang.findNone;
    else if (total > 0) said.textContent = lang.findCount(current, total);
  };
  bus.on('updatefindmatchescount', tell);
  bus.on('updatefindcontrolstate', tell);
  row.append(input, said, before, next, toolButton({ icon: 'close', label: lang.close, run: close }));
  desk.row(row);
}

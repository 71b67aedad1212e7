/** The buttons of pictures: zoom, fit, rotate; and of several pages: which one. */
import type { Words } from '../words';
import type { Desk } from './desk';
import { panByMouse, zoomByGestures } from './gestures';
import type { Sheets } from './sheets';

const STEP = 1.25;

export interface Zooming {
  readonly zoomBy: (factor: number) => void;
  readonly fit: (how: 'width' | 'page') => void;
  readonly turn: () => void;
}

/** The tools that every drawn document has; says how to tell the scale. */
export function zoomTools(desk: Desk, lang: Words, on: Zooming): (scale: number) => void {
  desk.tool({ icon: 'zoomOut', label: lang.zoomOut, keys: ['-'], run: () => on.zoomBy(1 / STEP) });
  const shown = document.createElement('output');
  shown.className = 'percent';
  desk.bar.append(shown);
  desk.tool({ icon: 'zoomIn', label: lang.zoomIn, keys: ['+', '='], run: () => on.zoomBy(STEP) });
  desk.tool({ icon: 'width', label: lang.fitWidth, keys: ['0'], run: () => on.fit('width') });
  desk.tool({ icon: 'whole', label: lang.fitPage, keys: ['1'], run: () => on.fit('page') });
  desk.tool({ icon: 'turn', label: lang.turn, keys: ['r'], run: on.turn });
  return (scale) => {
    shown.textContent = lang.percent(Math.round(scale * 100));
  };
}

export function sheetTools(desk: Desk, lang: Words, sheets: Sheets, pans: () => boolean = () => true): void {
  const tell = zoomTools(desk, lang, {
    zoomBy: (factor) => sheets.zoomBy(factor),
    fit: (how) => sheets.fit(how),
    turn: () => sheets.turn(),
  });
  sheets.onZoom = tell;
  tell(sheets.scale);
  zoomByGestures(desk.pane, sheets);
  panByMouse(desk.pane, pans);
}

export interface PageField {
  /** Says which page is in sight, from 1. */
  readonly tell: (page: number) => void;
}

/** Previous, a number to type, next. Nothing for a single page. */
export function pageTools(
  desk: Desk,
  lang: Words,
  total: number,
  go: (page: number) => void,
): PageField | undefined {
  if (total < 2) return undefined;
  let current = 1;
  const to = (page: number) => go(Math.min(total, Math.max(1, Math.round(page) || current)));
  desk.tool({ icon: 'left', label: lang.pageBefore, keys: ['p'], run: () => to(current - 1) });
  const label = document.createElement('label');
  label.className = 'page-field';
  const input = document.createElement('input');
  input.type = 'text';
  input.inputMode = 'numeric';
  input.value = '1';
  input.size = String(total).length;
  input.setAttribute('aria-label', lang.pageNumber(total));
  input.addEventListener('change', () => to(Number(input.value)));
  const count = document.createElement('span');
  count.setAttribute('aria-hidden', 'true');
  count.textContent = `/ ${total}`;
  label.append(input, count);
  desk.bar.append(label);
  desk.tool({ icon: 'right', label: lang.pageAfter, keys: ['n'], run: () => to(current + 1) });
  desk.gap();
  const tell = (page: number) => {
    current = page;
    input.value = String(page);
  };
  return { tell };
}

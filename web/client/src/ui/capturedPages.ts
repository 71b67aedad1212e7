/**
 * Photographed pages of one document before they become a PDF: their order, and how each is cut and turned.
 *
 * Corners are fractions of the upright photo (0 to 1, from its top left): top left, top right, bottom right, bottom left of the
 * sheet of paper. Knows no pixels; src/capture draws.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Corners = readonly [Point, Point, Point, Point];
/** Quarter turns clockwise, after cutting. */
export type Turn = 0 | 1 | 2 | 3;

export interface Cut {
  readonly corners: Corners;
  readonly turn: Turn;
}

export interface CapturedPage extends Cut {
  readonly id: string;
  /** Address of the whole photo, reduced. */
  readonly photo: string;
  /** Of the photo, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Address of the page as it will be, reduced. */
  readonly shown: string;
}

export const WHOLE: Corners = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];

/** More would not fit in a phone's memory as one PDF. */
export const MOST_PAGES = 100;

/** The page one place earlier (-1) or later (1); at an end nothing changes. */
export function moved<T extends { readonly id: string }>(
  pages: readonly T[],
  id: string,
  by: -1 | 1,
): readonly T[] {
  const from = pages.findIndex((page) => page.id === id);
  const page = pages[from];
  const to = from + by;
  if (page === undefined || to < 0 || to >= pages.length) return pages;
  return pages.toSpliced(from, 1).toSpliced(to, 0, page);
}

/** Pages put before or behind another one, in the order that they had. */
export function dropped<T extends { readonly id: string }>(
  pages: readonly T[],
  ids: ReadonlySet<string>,
  target: { readonly id: string; readonly where: 'before' | 'after' },
): readonly T[] {
  if (ids.has(target.id)) return pages;
  const rest = pages.filter((page) => !ids.has(page.id));
  const at = rest.findIndex((page) => page.id === target.id);
  if (at < 0) return pages;
  const index = target.where === 'before' ? at : at + 1;
  return rest.toSpliced(index, 0, ...pages.filter((page) => ids.has(page.id)));
}

/** A quarter more. */
export function turned(turn: Turn): Turn {
  return ((turn + 1) % 4) as Turn;
}

/** A corner moved; where it would fold the sheet or leave the photo it stays inside. */
export function withCorner(corners: Corners, index: number, to: Point): Corners {
  const point = { x: inside(to.x), y: inside(to.y) };
  const next = corners.map((corner, at) => (at === index ? point : corner)) as unknown as Corners;
  return isSheet(next) ? next : corners;
}

export function isWhole(corners: Corners): boolean {
  return corners.every(({ x, y }, at) => x === WHOLE[at]?.x && y === WHOLE[at]?.y);
}

/** Whether the corners go around once, clockwise, with some space between: what can be drawn flat. */
function isSheet(corners: Corners): boolean {
  return corners.every((corner, at) => {
    const next = corners[(at + 1) % 4] ?? corner;
    const after = corners[(at + 2) % 4] ?? corner;
    const turn = (next.x - corner.x) * (after.y - next.y) - (next.y - corner.y) * (after.x - next.x);
    return turn > SMALLEST;
  });
}

/** Of the photo's area, twice the triangle at a corner. */
const SMALLEST = 0.005;

function inside(value: number): number {
  return Math.min(1, Math.max(0, value));
}

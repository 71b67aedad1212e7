/**
 * A section's narrative block, rebuilt from an allow-list: what is not in it gives its text alone, what could lead or load
 * something gives nothing. Pure. CDA R2, 4.3.5 (NarrativeBlock.xsd).
 */
import { at, childrenOf, isNode, rawText, textOf, type XmlNode } from './tree';

export type Tag =
  | ('p' | 'ul' | 'ol' | 'li' | 'br' | 'strong' | 'em' | 'u' | 'sub' | 'sup' | 'span' | 'small')
  | ('table' | 'caption' | 'thead' | 'tbody' | 'tfoot' | 'tr' | 'th' | 'td');

export interface Element {
  readonly tag: Tag;
  readonly children: readonly Piece[];
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** A picture that stands in the document itself. */
export interface Picture {
  readonly picture: Uint8Array<ArrayBuffer>;
  readonly alternative: string;
}

export type Piece = string | Element | Picture;

const TAGS: Readonly<Record<string, Tag>> = {
  paragraph: 'p',
  item: 'li',
  br: 'br',
  sub: 'sub',
  sup: 'sup',
  content: 'span',
  table: 'table',
  caption: 'caption',
  thead: 'thead',
  tbody: 'tbody',
  tfoot: 'tfoot',
  tr: 'tr',
  th: 'th',
  td: 'td',
  footnote: 'small',
};
const STYLES: readonly (readonly [RegExp, Tag])[] = [
  [/\bbold\b/i, 'strong'],
  [/\b(?:italics|emphasis)\b/i, 'em'],
  [/\bunderline\b/i, 'u'],
];
const MAX_SPAN = 100;
const MAX_PICTURE = 10 << 20;
/** Text between these is the author's indentation. */
const STRUCTURE: readonly string[] = ['text', 'list', 'table', 'thead', 'tbody', 'tfoot', 'tr'];

/** The pieces of a section's `text`. */
export function narrativeOf(section: XmlNode): readonly Piece[] {
  const text = at(section, 'text');
  return text === undefined ? [] : pieces(text, picturesOf(section));
}

function pieces(node: XmlNode, pictures: ReadonlyMap<string, Picture>): readonly Piece[] {
  return node.children.flatMap((child): readonly Piece[] => {
    if (!isNode(child)) {
      return STRUCTURE.includes(node.name) && child.trim() === '' ? [] : [child.replace(/\s+/g, ' ')];
    }
    return piecesOf(child, pictures);
  });
}

function piecesOf(node: XmlNode, pictures: ReadonlyMap<string, Picture>): readonly Piece[] {
  // Revisions: what was deleted is not told as if it held.
  if (node.name === 'content' && node.attributes['revised'] === 'delete') return [];
  if (node.name === 'renderMultiMedia') {
    const known = pictures.get(node.attributes['referencedObject'] ?? '');
    return known === undefined ? pieces(node, pictures) : [known];
  }
  const children = pieces(node, pictures);
  if (node.name === 'linkHtml') return [...children, ...addressOf(node)];
  if (node.name === 'list') {
    return [{ tag: node.attributes['listType'] === 'ordered' ? 'ol' : 'ul', children: itemsOf(children) }];
  }
  const tag = TAGS[node.name];
  if (tag === undefined) return children;
  return [styled(node, { tag, children, ...spanOf(node) })];
}

/** A list may hold its items and a caption, which is an item without a sign of its own. */
function itemsOf(children: readonly Piece[]): readonly Piece[] {
  return children.map((child) => {
    if (typeof child === 'string' || !('tag' in child) || child.tag === 'li') return child;
    return { tag: 'li' as const, children: child.tag === 'caption' ? child.children : [child] };
  });
}

/** Where a link leads is said, and is no link. */
function addressOf(node: XmlNode): readonly Piece[] {
  const href = node.attributes['href'] ?? '';
  return /^https?:/i.test(href) && textOf(node) !== href ? [` (${href.slice(0, 500)})`] : [];
}

function styled(node: XmlNode, element: Element): Element {
  const code = node.attributes['styleCode'] ?? '';
  const inner = STYLES.filter(([pattern]) => pattern.test(code)).reduce<readonly Piece[]>(
    (children, [, tag]) => [{ tag, children }],
    element.children,
  );
  return inner === element.children ? element : { ...element, children: inner };
}

function spanOf(node: XmlNode): Pick<Element, 'columns' | 'rows'> {
  if (node.name !== 'td' && node.name !== 'th') return {};
  return { columns: spanned(node.attributes['colspan']), rows: spanned(node.attributes['rowspan']) };
}

function spanned(value: string | undefined): number | undefined {
  const count = Number(value ?? 1);
  return Number.isInteger(count) && count > 1 ? Math.min(count, MAX_SPAN) : undefined;
}

/** Those of the section's entries, by their identifier. */
function picturesOf(section: XmlNode): ReadonlyMap<string, Picture> {
  const found = new Map<string, Picture>();
  const look = (node: XmlNode) => {
    const id = node.attributes['ID'];
    if (node.name === 'observationMedia' && id !== undefined) {
      const value = at(node, 'value');
      const picture = value === undefined ? undefined : base64Of(value);
      const alternative = textOf(at(node, 'text'));
      if (picture !== undefined && picture.length <= MAX_PICTURE) found.set(id, { picture, alternative });
    }
    for (const child of node.children) if (isNode(child)) look(child);
  };
  for (const entry of childrenOf(section, 'entry')) look(entry);
  return found;
}

/** The bytes that an element holds as text; undefined when it says that they are none, or they stand elsewhere. */
export function base64Of(node: XmlNode): Uint8Array<ArrayBuffer> | undefined {
  if (node.attributes['representation'] !== 'B64' || node.attributes['compression'] !== undefined) {
    return undefined;
  }
  try {
    return Uint8Array.from(atob(rawText(node).replace(/\s+/g, '')), (one) => one.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/**
 * The index of a vault's documents: what a list says of them, and the words of their texts (MiniSearch).
 *
 * Owns what is found and in which order. It lives in a worker without keys, and is gone with it; it is made anew from what was sealed.
 */
import MiniSearch from 'minisearch';
import { fold, wordsIn } from './fold.ts';

/** What is looked through, in words of the page's language. */
export interface Searched {
  readonly id: string;
  readonly title: string;
  readonly tags: string;
  readonly author: string;
  readonly type: string;
  readonly section: string;
  readonly file: string;
  readonly date: string;
}

/** The words of a document's text. */
export interface TextOf {
  readonly id: string;
  readonly words: string;
}

export interface Found {
  /** Best first. */
  readonly ids: readonly string[];
  /** Folded words of the documents that were hits. */
  readonly words: readonly string[];
  /** By document: hits that stand in its text alone. */
  readonly inText: Readonly<Record<string, readonly string[]>>;
}

const FACTS = ['title', 'tags', 'author', 'type', 'section', 'file', 'date'] as const;
/** Hits are explained for the first of them. */
const EXPLAINED = 300;
/** More words of a question narrow nothing down. */
const MOST_TERMS = 12;

type Indexed = Searched & { readonly text: string };

export class RecordIndex {
  private readonly index = new MiniSearch<Indexed>({
    fields: [...FACTS, 'text'],
    tokenize: (text) => [...wordsIn(fold(text))],
    processTerm: (term) => term,
    searchOptions: { boost: { title: 4, tags: 3, type: 2, author: 2, section: 1.5, text: 0.5 } },
  });
  private readonly known = new Map<string, Searched>();
  private readonly texts = new Map<string, string>();

  /** The documents that there are now: what is gone is found no more, what is as before is left alone. */
  documents(documents: readonly Searched[]): void {
    const wanted = new Set(documents.map(({ id }) => id));
    for (const id of this.known.keys()) {
      if (wanted.has(id)) continue;
      this.index.discard(id);
      this.known.delete(id);
      this.texts.delete(id);
    }
    for (const document of documents) {
      const before = this.known.get(document.id);
      if (before !== undefined && FACTS.every((fact) => before[fact] === document[fact])) continue;
      this.put(document);
    }
  }

  /** Words of texts; of documents that are not known they are kept until these are. */
  addTexts(texts: readonly TextOf[]): void {
    for (const { id, words } of texts) {
      this.texts.set(id, words);
      const document = this.known.get(id);
      if (document !== undefined) this.put(document);
    }
  }

  /** Documents in which every word of the question stands, begins a word, or is nearly one. Undefined for a question without words. */
  search(question: string): Found | undefined {
    const terms = [...new Set(wordsIn(fold(question)))].slice(0, MOST_TERMS);
    if (terms.length === 0) return undefined;
    const results = this.index.search(terms.join(' '), {
      combineWith: 'AND',
      prefix: true,
      fuzzy: (term) => (/\d/.test(term) || term.length < 5 ? false : term.length < 9 ? 1 : 2),
    });
    const words = new Set<string>();
    const inText: Record<string, readonly string[]> = {};
    for (const { id, match } of results.slice(0, EXPLAINED)) {
      const only: string[] = [];
      for (const [word, fields] of Object.entries(match)) {
        words.add(word);
        if (fields.every((field) => field === 'text')) only.push(word);
      }
      if (only.length > 0) inText[id as string] = only.slice(0, 3);
    }
    return { ids: results.map(({ id }) => id as string), words: [...words], inText };
  }

  private put(document: Searched): void {
    if (this.known.has(document.id)) this.index.discard(document.id);
    this.known.set(document.id, document);
    this.index.add({ ...document, text: this.texts.get(document.id) ?? '' });
  }
}

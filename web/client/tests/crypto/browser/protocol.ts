/** What page and worker say to each other. */

/** Where the vectors begin in a path. */
export const MARK = 'tests/vectors/';
/** The vectors: base64 by path below tests/vectors. */
export type Listing = Readonly<Record<string, string>>;

export interface Request {
  readonly operation: string;
  readonly given: unknown;
}
export type Answer = { readonly result: unknown } | { readonly error: string };

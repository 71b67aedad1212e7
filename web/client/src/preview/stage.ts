/** A page on paper: its pixels, or text. */
export type PaperPage = ImageBitmap | string;

/** What a renderer reports once its first page is on the stage. */
export interface Shown {
  readonly pages: number;
  /** CSS pixels. */
  readonly height: number;
  /** Gives every page for paper, in order. */
  readonly print: (give: (page: PaperPage) => void) => Promise<void>;
}

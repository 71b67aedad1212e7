/** What a renderer reports once its first page is on the stage. */
export interface Shown {
  readonly pages: number;
  /** CSS pixels. */
  readonly height: number;
}

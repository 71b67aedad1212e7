/** How many documents a link opens (spec chapter 8): one at least, and as many as its statement holds. */
export const MAX_SHARED_DOCUMENTS = 100;

/** Whether nothing can be made of so many documents. */
export function isWrongNumber(count: number): boolean {
  return count < 1 || count > MAX_SHARED_DOCUMENTS;
}

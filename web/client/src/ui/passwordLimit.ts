/** How long a password may be (spec chapter 2): a longer one is told where it is typed, before any work. */
export const LONGEST_PASSWORD = 1024;

/** Counted as the spec counts: code points after NFKC. */
export function isTooLong(password: string): boolean {
  return Array.from(password.normalize('NFKC')).length > LONGEST_PASSWORD;
}

/** Whether a password can be tried: there is one, and it is not too long. */
export function isPassword(password: string): boolean {
  return password !== '' && !isTooLong(password);
}

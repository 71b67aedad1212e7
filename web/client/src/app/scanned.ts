/** Where the code of a patient leads: by its address, and for a share by anybody, to the viewer. */
import { ROUTES } from '../ui/paths';

/** A page's path; undefined for a text that leads nowhere. */
export function pathOfScanned(text: string, origin: string): string | undefined {
  const link = text.trim();
  if (/^shlink:\//.test(link)) return ROUTES.view;
  if (!URL.canParse(link)) return undefined;
  const { origin: theirs, pathname, hash } = new URL(link);
  if (hash.length < 2) return undefined;
  const ours: readonly string[] = [ROUTES.redeem, ROUTES.deposit, ROUTES.view];
  if (theirs === origin && ours.includes(pathname)) return pathname;
  return hash.includes('shlink:/') ? ROUTES.view : undefined;
}

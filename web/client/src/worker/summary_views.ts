/** Documents that are shown as a summary in place of a preview: the own profile, and what was kept from somebody's link. */
import { newId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { readFhirBundle } from '../crypto/fhir.ts';
import { writeSummary } from '../crypto/ips.ts';
import { readProfile } from '../crypto/profile.ts';
import type { SummaryView } from '../ui/profileModels.ts';

/** A summary that was kept from somebody's link; undefined for another bundle, or none. */
export function keptSummary(data: Uint8Array): SummaryView | undefined {
  try {
    return readFhirBundle(data)[0]?.summary;
  } catch (thrown) {
    if (thrown instanceof CoffreError) return undefined;
    throw thrown;
  }
}

/** A profile as who receives its summary reads it; `now` in seconds. Raises as `readProfile`. */
export function profileSummary(
  data: Uint8Array,
  { patient, now }: { readonly patient: string; readonly now: number },
): SummaryView | undefined {
  const place = { set: newId(), number: 1, count: 1 };
  return readFhirBundle(writeSummary(readProfile(data), { patient, now, place }))[0]?.summary;
}

/** Whom people may ask about the host, in its own words. */
import { useEffect, useState } from 'react';
import { valueOf } from '../worker/connect';
import { useSession } from './session';

/** Asked for once it is wanted; undefined where the host says nothing, or cannot be reached. */
export function useContact(wanted: boolean): string | undefined {
  const { engine } = useSession();
  const [contact, setContact] = useState<string>();
  useEffect(() => {
    if (!wanted) return;
    valueOf(engine().accounts.contact()).then(setContact, () => undefined);
  }, [wanted, engine]);
  return contact;
}

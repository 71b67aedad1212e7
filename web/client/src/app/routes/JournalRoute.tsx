/** The journal's page, wired. */
import { useCallback } from 'react';
import { Journal } from '../../ui/pages/Journal';
import { valueOf } from '../../worker/connect';
import { useLoadable } from '../loading';
import { useSession } from '../session';

export function JournalRoute() {
  const { engine } = useSession();
  const [journal] = useLoadable(useCallback(() => valueOf(engine().journal.journal()), [engine]));
  return <Journal journal={journal} />;
}

/** The page of notices, wired: what was shown counts as read. */
import { useCallback, useEffect } from 'react';
import { Notices } from '../../ui/pages/Notices';
import { valueOf } from '../../worker/connect';
import { useLoadable } from '../loading';
import { useUnread } from '../notices';
import { useAccount, useSession } from '../session';

export function NoticesRoute() {
  const { engine } = useSession();
  const { role } = useAccount();
  const { look } = useUnread();
  const [notices] = useLoadable(useCallback(() => valueOf(engine().notices.notices()), [engine]));
  const shown = notices.state === 'ready' ? notices.value : undefined;
  useEffect(() => {
    const fresh = shown?.notices.filter(({ read }) => !read).map(({ id }) => id) ?? [];
    if (fresh.length === 0) return;
    valueOf(engine().notices.markRead(fresh)).then(look, () => undefined);
  }, [shown, engine, look]);
  return <Notices role={role} notices={notices} />;
}

/** The settings of notices, wired for the settings page. */
import { useCallback, useState } from 'react';
import type { NoticeSettingsProps } from '../ui/components/NoticeSettings';
import type { NoticeWishes } from '../ui/noticeModels';
import { valueOf } from '../worker/connect';
import { useAction, useLoadable } from './loading';
import { useSession } from './session';

export function useNoticeSettings(): NoticeSettingsProps {
  const { engine } = useSession();
  const [settings] = useLoadable(useCallback(() => valueOf(engine().notices.settings()), [engine]));
  const [submission, run] = useAction();
  const [saved, setSaved] = useState(false);
  const onSubmit = (wishes: NoticeWishes) => {
    setSaved(false);
    run(async () => {
      await valueOf(engine().notices.keepSettings(wishes));
      setSaved(true);
    });
  };
  return { ...submission, settings, saved, onSubmit };
}

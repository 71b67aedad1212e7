/** The settings of notices, wired for the settings page. */
import { useCallback, useState } from 'react';
import type { NoticeSettingsProps } from '../ui/components/NoticeSettings';
import type { NoticeWishes } from '../ui/noticeModels';
import { valueOf } from '../worker/connect';
import { useAction, useLoadable } from './loading';
import { useSession } from './session';

export function useNoticeSettings(): NoticeSettingsProps {
  const { engine } = useSession();
  const [settings, reload] = useLoadable(useCallback(() => valueOf(engine().notices.settings()), [engine]));
  const [submission, run] = useAction();
  const [phone, runPhone] = useAction();
  const [sent, setSent] = useState(false);
  const [saved, setSaved] = useState(false);
  const onSubmit = (wishes: NoticeWishes) => {
    setSaved(false);
    run(async () => {
      await valueOf(engine().notices.keepSettings(wishes));
      setSaved(true);
      setSent(false);
      reload();
    });
  };
  const onSend = () =>
    runPhone(async () => {
      await valueOf(engine().notices.sendPhoneCode());
      setSent(true);
    });
  const onConfirm = (code: string) =>
    runPhone(async () => {
      await valueOf(engine().notices.confirmPhone(code));
      reload();
    });
  return { ...submission, settings, saved, onSubmit, phone: { ...phone, sent, onSend, onConfirm } };
}

/** Rates passwords in the engine, where the one rule stands; a rating is null until it came back. */
import { useCallback, useRef, useState } from 'react';
import type { PasswordStrength, RatePassword } from '../ui/models';
import { valueOf } from '../worker/connect';
import { useSession } from './session';

export function useRatePassword(): RatePassword {
  const { engine } = useSession();
  const [known, setKnown] = useState<{ readonly key: string; readonly strength: PasswordStrength } | null>(
    null,
  );
  const asked = useRef('');
  return useCallback(
    (password, own) => {
      const key = JSON.stringify([password, ...own]);
      if (known?.key === key) return known.strength;
      queueMicrotask(() => {
        if (asked.current === key) return;
        asked.current = key;
        valueOf(engine().accounts.rate(password, own)).then(
          (strength) => {
            if (asked.current === key) setKnown({ key, strength });
          },
          () => {
            asked.current = '';
          },
        );
      });
      return null;
    },
    [engine, known],
  );
}

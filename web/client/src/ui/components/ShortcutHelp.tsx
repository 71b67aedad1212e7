/** The keyboard shortcuts of the record, and the choice to have none. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortcutsOn, turnShortcuts } from '../useShortcuts';
import { Checkbox } from './Choice';
import { Dialog } from './Dialog';

const KEYS = [
  ['slash', 'search'],
  ['next', 'next'],
  ['previous', 'previous'],
  ['open', 'open'],
  ['select', 'select'],
  ['selectTo', 'selectTo'],
  ['help', 'help'],
  ['leave', 'leave'],
] as const;

export interface ShortcutHelpProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Absent: all of the record's. */
  readonly only?: readonly (typeof KEYS)[number][0][];
}

export function ShortcutHelp({ open, onClose, only }: ShortcutHelpProps) {
  const { t } = useTranslation();
  const [on, setOn] = useState(shortcutsOn);
  return (
    <Dialog title={t('record.shortcuts')} open={open} onClose={onClose}>
      <dl className="shortcuts">
        {KEYS.filter(([key]) => only?.includes(key) ?? true).map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{t(`record.keyNames.${key}`)}</kbd>
            </dt>
            <dd>{t(`record.keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
      <Checkbox
        selected={on}
        onChange={(next) => {
          turnShortcuts(next ? 'on' : 'off');
          setOn(next);
        }}
      >
        {t('record.shortcutsOn')}
      </Checkbox>
    </Dialog>
  );
}

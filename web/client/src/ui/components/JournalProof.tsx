/** Where the journal's chains end, to be compared with another device; and since when entries are in no checkpoint. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import type { HeadComparison, JournalProofView } from '../models';
import { useLanguage } from '../useLanguage';
import { Button } from './Button';
import { Notice } from './Notice';
import { TextField } from './TextField';

export interface JournalProofProps {
  readonly proof: JournalProofView;
  readonly onCompare: (code: string) => Promise<HeadComparison>;
}

const TONES = { same: 'success', fork: 'error', shorter: 'error', malformed: 'warning' } as const;

export function JournalProof({ proof, onCompare }: JournalProofProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState<HeadComparison | null>(null);
  const { codes, checkpoint, keySince, uncoveredSince } = proof;
  return (
    <div className="stack">
      {proof.late && (
        <Notice tone="warning">
          <p>{t('journalProof.late')}</p>
        </Notice>
      )}
      <details>
        <summary>{t('journalProof.compare')}</summary>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void onCompare(typed).then(setFound);
          }}
        >
          <p className="small">
            {checkpoint === undefined
              ? t('journalProof.none')
              : t('journalProof.checkpoint', { size: checkpoint })}{' '}
            {uncoveredSince !== undefined &&
              t('journalProof.since', { time: formatMoment(uncoveredSince, language) })}
          </p>
          {keySince !== undefined && (
            <p className="small">{t('journalProof.key', { time: formatMoment(keySince, language) })}</p>
          )}
          <p className="small">{t('journalProof.how')}</p>
          {codes.map((code) => (
            <code key={code} className="code">
              {code}
            </code>
          ))}
          <TextField
            label={t('journalProof.other')}
            value={typed}
            onChange={(text) => {
              setTyped(text);
              setFound(null);
            }}
            spellCheck={false}
            autoComplete="off"
            maxLength={200}
          />
          <Button type="submit" isDisabled={typed.trim() === ''}>
            {t('journalProof.check')}
          </Button>
          {found !== null && (
            <Notice tone={TONES[found]}>
              <p>{t(`journalProof.results.${found}`)}</p>
            </Notice>
          )}
        </form>
      </details>
    </div>
  );
}

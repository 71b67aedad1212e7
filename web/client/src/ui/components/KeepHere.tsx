/** Whether this device keeps a document, to be read without a network; and the choice. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Submission } from '../models';
import { Button, LinkButton } from './Button';
import { ConfirmDialog } from './Dialog';
import { ErrorNotice } from './Notice';
import { ProgressBar } from './ProgressBar';

export interface KeepHereProps {
  readonly kept: boolean;
  readonly action: Submission;
  /** Of a copy under way, 0 to 1. */
  readonly done?: number | undefined;
  /** Where the copy is read; while there is no network. */
  readonly readHref?: string | undefined;
  readonly onKeep: () => void;
  readonly onDrop: () => void;
}

export function KeepHere({ kept, action, done, readHref, onKeep, onDrop }: KeepHereProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { pending, error } = action;
  return (
    <div className="stack-s">
      <div aria-live="polite">{kept && <p className="muted small">{t('kept.isKept')}</p>}</div>
      <ErrorNotice error={error} />
      {pending && !kept && <ProgressBar label={t('kept.keeping')} value={done} />}
      {kept && readHref !== undefined && (
        <LinkButton href={readHref} icon="eye">
          {t('kept.read')}
        </LinkButton>
      )}
      {kept ? (
        <Button icon="close" pending={pending} onPress={onDrop}>
          {t('kept.drop')}
        </Button>
      ) : (
        <Button icon="offline" pending={pending} onPress={() => setAsking(true)}>
          {t('kept.keep')}
        </Button>
      )}
      <ConfirmDialog
        pending={false}
        title={t('kept.keepTitle')}
        text={t('kept.keepText')}
        open={asking}
        confirm={t('kept.keepConfirm')}
        onConfirm={() => {
          setAsking(false);
          onKeep();
        }}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}

/** A SMART Health Link, scanned or pasted: by Coffre or by others. For whoever was shown one, without an account. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { Page } from '../components/Page';
import { QrScanner } from '../components/QrScanner';
import { TextField } from '../components/TextField';

export interface ShareEnterProps {
  /** The last link was no link. */
  readonly failed: boolean;
  readonly onLink: (link: string) => void;
}

export function ShareEnter({ failed, onLink }: ShareEnterProps) {
  const { t } = useTranslation();
  const [link, setLink] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (link.trim() !== '') onLink(link.trim());
  };
  return (
    <Page title={t('shareMore.enter')} lead={t('shareMore.enterText')} width="narrow">
      <Card>
        <QrScanner onText={onLink} />
        <form className="stack" onSubmit={submit} noValidate>
          <TextField
            label={t('shareMore.link')}
            value={link}
            onChange={setLink}
            autoComplete="off"
            spellCheck={false}
            maxLength={4096}
            hint={t('shareMore.linkHint')}
            error={failed ? t('shareMore.linkBad') : undefined}
          />
          <Button type="submit" variant="primary" wide>
            {t('shareMore.openLink')}
          </Button>
        </form>
      </Card>
    </Page>
  );
}

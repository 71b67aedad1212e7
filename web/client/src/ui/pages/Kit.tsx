/** The recovery kit, shown once after sign-up or when another one is made: twelve words, QR, PDF, and a promise that it was put away. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { Checkbox } from '../components/Choice';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { QrCode } from '../components/QrCode';
import type { ErrorCode, KitView, Role, Submission } from '../models';

export interface KitProps {
  readonly kit: KitView;
  /** Professionals have an account, and no vault of their own. */
  readonly role?: Role;
  /** The PDF is being made. */
  readonly preparing: boolean;
  readonly error?: ErrorCode | undefined;
  readonly onDownload: () => void;
  readonly onConfirmed: () => void;
  /** It is to take another one's place, which it does when it is confirmed. */
  readonly replacing?: Submission | undefined;
}

export function Kit({
  kit,
  role = 'patient',
  preparing,
  error,
  onDownload,
  onConfirmed,
  replacing,
}: KitProps) {
  const { t } = useTranslation();
  const [saved, setSaved] = useState(false);
  const professional = role === 'professional';
  return (
    <Page
      title={replacing === undefined ? t('kit.title') : t('ownAccount.newKit.title')}
      lead={t(professional ? 'kit.leadProfessional' : 'kit.lead')}
      width="reading"
    >
      <Card title={t('kit.words')}>
        <ol className="kit-words">
          {kit.words.map((word, index) => (
            <li key={index} aria-label={`${t('kit.word', { number: index + 1 })}, ${word}`}>
              <span aria-hidden="true">{index + 1}</span>
              <span className="code">{word}</span>
            </li>
          ))}
        </ol>
        <div className="kit-qr">
          <QrCode text={kit.qr} label={t('kit.qrTitle')} />
          <div className="stack">
            <h2>{t('kit.qrTitle')}</h2>
            <p className="muted">{kit.email}</p>
            <Button icon="download" variant="primary" pending={preparing} onPress={onDownload}>
              {preparing ? t('kit.preparing') : t('kit.download')}
            </Button>
            <Button icon="print" onPress={() => window.print()}>
              {t('common.print')}
            </Button>
          </div>
        </div>
      </Card>
      <Notice tone="warning" icon="key">
        <p>{t(professional ? 'kit.keepProfessional' : 'kit.keep')}</p>
      </Notice>
      {replacing !== undefined && <p className="muted">{t('ownAccount.newKit.stillOld')}</p>}
      <ErrorNotice error={error ?? replacing?.error} />
      <div className="stack no-print">
        <Checkbox selected={saved} onChange={setSaved}>
          {t('kit.confirm')}
        </Checkbox>
        <Button variant="primary" wide isDisabled={!saved} pending={replacing?.pending} onPress={onConfirmed}>
          {replacing === undefined
            ? t(professional ? 'common.continue' : 'kit.submit')
            : replacing.pending
              ? t('ownAccount.newKit.replacing')
              : t('ownAccount.newKit.replace')}
        </Button>
      </div>
    </Page>
  );
}

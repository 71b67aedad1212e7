/** What anyone with a share's link sees: a name (and code) asked, then the documents until the end. No account. */
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, formatMoment, formatSize } from '../../i18n/format';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { DocumentPreview } from '../components/DocumentPreview';
import { Thumbnail } from '../components/DocumentRow';
import { EmptyState } from '../components/EmptyState';
import { HealthCards } from '../components/HealthCards';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { Remaining } from '../components/Remaining';
import { TextField } from '../components/TextField';
import { documentTypeLabel } from '../documentTypes';
import type { OpenedShare, SharedDocument, ShareViewerState } from '../models';
import { useLanguage } from '../useLanguage';

/** How much of a large document was saved, in percent; `gone`: it was removed, or the link ended, meanwhile. */
export type Saving = number | 'failed' | 'gone';

/** What is asked of who opens a share; no name where the patient wants none. */
export interface ShareReader {
  readonly recipient: string | undefined;
  readonly passcode: string | undefined;
}

export interface ShareViewerProps {
  readonly state: ShareViewerState;
  /** Of large documents, by id. */
  readonly saving?: Readonly<Record<string, Saving>> | undefined;
  readonly onOpen: (values: ShareReader) => void;
  readonly onDownload: (document: string) => void;
  /** What stands below the documents: where they may be kept. */
  readonly keep?: ReactNode;
  /** The end passed while the page was open: the wiring forgets the documents and sets `ended`. */
  readonly onOver: () => void;
}

export function ShareViewer({ state, saving, keep, onOpen, onDownload, onOver }: ShareViewerProps) {
  const { t } = useTranslation();
  switch (state.stage) {
    case 'ask':
      return <Ask {...state} onOpen={onOpen} />;
    case 'opened':
      return <Opened share={state.share} {...{ saving, keep, onDownload, onOver }} />;
    case 'ended':
      return (
        <EmptyState icon="clock" title={t('viewer.endedTitle')} of="page">
          {t('viewer.endedText')}
        </EmptyState>
      );
    case 'failed':
      return (
        <EmptyState icon="alert" title={t('viewer.failedTitle')} of="page">
          {t(`errors.${state.error}`)}
        </EmptyState>
      );
  }
}

type AskProps = Extract<ShareViewerState, { stage: 'ask' }> & Pick<ShareViewerProps, 'onOpen'>;

function Ask({ passcode: needsCode, nameAsked, label, issuer, ...asked }: AskProps) {
  const { remainingAttempts, pending, error, onOpen } = asked;
  const { t } = useTranslation();
  const [recipient, setRecipient] = useState('');
  const [passcode, setPasscode] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const name = nameAsked ? recipient.trim() : undefined;
    if (pending || name === '' || (needsCode && passcode === '')) return;
    onOpen({ recipient: name, passcode: needsCode ? passcode : undefined });
  };
  return (
    <Page
      title={t('viewer.askTitle')}
      lead={t(nameAsked ? 'viewer.askText' : 'received.name.none')}
      width="narrow"
    >
      <Card title={label}>
        <form className="stack-l" onSubmit={submit} noValidate>
          {issuer !== undefined && (
            <Notice tone="warning">
              <p>{t('shareMore.foreign', { host: issuer })}</p>
            </Notice>
          )}
          {nameAsked && (
            <TextField
              label={t('viewer.recipient')}
              value={recipient}
              onChange={setRecipient}
              autoComplete="name"
              maxLength={100}
              required
              hint={t('viewer.recipientHint')}
              error={tried && recipient.trim() === '' ? t('common.required') : undefined}
            />
          )}
          {needsCode && (
            <TextField
              label={t('viewer.passcode')}
              value={passcode}
              onChange={setPasscode}
              autoComplete="off"
              spellCheck={false}
              maxLength={256}
              required
              hint={t('viewer.passcodeHint')}
              error={tried && passcode === '' ? t('common.required') : undefined}
            />
          )}
          <ErrorNotice error={error}>
            {remainingAttempts !== undefined && <p>{t('viewer.attempts', { count: remainingAttempts })}</p>}
          </ErrorNotice>
          <Button type="submit" variant="primary" wide pending={pending}>
            {pending ? t('viewer.pending') : t('viewer.open')}
          </Button>
        </form>
      </Card>
    </Page>
  );
}

function Opened({
  share,
  saving,
  keep,
  onDownload,
  onOver,
}: { readonly share: OpenedShare } & Pick<ShareViewerProps, 'onDownload' | 'onOver' | 'saving' | 'keep'>) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [open, setOpen] = useState<string | undefined>(share.documents[0]?.id);
  return (
    <Page
      title={share.patient === undefined ? t('viewer.title') : t('viewer.titleFrom', { name: share.patient })}
      lead={share.label}
      width="reading"
    >
      {share.notAfter !== undefined && (
        <Notice icon="clock">
          <p>
            <Remaining end={share.notAfter} over={t('viewer.endedTitle')} onOver={onOver}>
              {(time) => t('viewer.remaining', { time })}
            </Remaining>{' '}
            <span className="small">
              ({t('viewer.until', { date: formatMoment(share.notAfter, language) })})
            </span>
          </p>
        </Notice>
      )}
      {share.documents.map((one) => (
        <Shared
          key={one.id}
          document={one}
          saving={saving?.[one.id]}
          open={open === one.id}
          onShow={() => setOpen(one.id)}
          onDownload={() => onDownload(one.id)}
        />
      ))}
      {keep}
      <p className="muted small">{t('viewer.about')}</p>
    </Page>
  );
}

interface SharedProps {
  readonly document: SharedDocument;
  readonly saving: Saving | undefined;
  readonly open: boolean;
  readonly onShow: () => void;
  readonly onDownload: () => void;
}

function Shared({ document, saving, open, onShow, onDownload }: SharedProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const label = document.type === undefined ? undefined : documentTypeLabel(document.type, language);
  const drawn = document.cards === undefined ? document.source : undefined;
  const download = (
    <Button icon="download" pending={typeof saving === 'number' && saving < 100} onPress={onDownload}>
      {t('common.download')}
    </Button>
  );
  return (
    <Card>
      <div className="list-row shared-head">
        <Thumbnail mime={document.mime} />
        <div className="list-row-main">
          <h2>{document.title}</h2>
          <p className="list-row-meta">
            {document.date !== '' && <span>{formatDay(document.date, language)}</span>}
            {label && <span lang={label.lang}>{label.text}</span>}
            <span>{formatSize(document.size, language)}</span>
          </p>
        </div>
      </div>
      {document.source === undefined && (
        <p className="muted" role="status">
          <SavingText saving={saving} />
        </p>
      )}
      {document.cards !== undefined && <HealthCards cards={document.cards} />}
      {open && drawn !== undefined ? (
        <DocumentPreview
          preview={{ state: 'ready', source: drawn }}
          name={document.title}
          onDownload={onDownload}
          actions={download}
        />
      ) : (
        <div className="row">
          {drawn !== undefined && (
            <Button icon="eye" onPress={onShow}>
              {t('viewer.show')}
            </Button>
          )}
          {download}
        </div>
      )}
    </Card>
  );
}

function SavingText({ saving }: Pick<SharedProps, 'saving'>) {
  const { t } = useTranslation();
  if (saving === undefined) return t('shareMore.largeText');
  if (saving === 'failed') return t('shareMore.saveFailed');
  if (saving === 'gone') return t('shareMore.saveGone');
  return saving === 100 ? t('shareMore.saved') : t('shareMore.saving', { percent: saving });
}

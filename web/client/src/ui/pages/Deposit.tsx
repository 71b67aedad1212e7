/** A professional leaves documents in a patient's inbox, by the patient's link, and takes own ones back. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import { AskLink } from '../components/AskLink';
import { Badge } from '../components/Badge';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { DateField } from '../components/DateField';
import { FileDrop } from '../components/FileDrop';
import { Loading } from '../components/Loading';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { ProgressBar } from '../components/ProgressBar';
import { SignInFirst } from '../components/SignInFirst';
import { TextField } from '../components/TextField';
import { dayOf } from '../day';
import type { ErrorCode, Submission } from '../models';
import { useLanguage } from '../useLanguage';

export interface DepositFile {
  readonly id: string;
  readonly fileName: string;
  readonly title: string;
  readonly size: number;
  readonly sent: number;
  readonly state: 'chosen' | 'sending' | 'sent' | 'failed';
  readonly error?: ErrorCode | undefined;
}

export interface OwnDepositView {
  readonly id: string;
  readonly time: Date;
}

export type DepositState =
  | { readonly stage: 'sign_in' | 'wrong_role' | 'checking' }
  | { readonly stage: 'ask'; readonly error?: ErrorCode | undefined }
  | {
      readonly stage: 'ready';
      readonly files: readonly DepositFile[];
      readonly own: readonly OwnDepositView[];
      readonly action: Submission;
    };

export interface DepositProps {
  readonly state: DepositState;
  readonly now: Date;
  /** The text that was pasted or scanned, unchecked. */
  readonly onLink: (text: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onTitle: (id: string, title: string) => void;
  readonly onSubmit: (date: string) => void;
  readonly onWithdraw: (id: string) => void;
  readonly onAnother: () => void;
}

export function Deposit(props: DepositProps) {
  const { state } = props;
  const { t } = useTranslation();
  return (
    <Page title={t('deposits.depositTitle')} lead={t('deposits.depositLead')} width="narrow">
      {state.stage === 'checking' && <Loading />}
      {state.stage === 'wrong_role' && (
        <Notice tone="warning">
          <p>{t('deposits.wrongRole')}</p>
        </Notice>
      )}
      {state.stage === 'sign_in' && <SignInFirst>{t('deposits.signIn')}</SignInFirst>}
      {state.stage === 'ask' && <Ask error={state.error} onLink={props.onLink} />}
      {state.stage === 'ready' && <Ready {...props} {...state} />}
    </Page>
  );
}

type AskProps = Pick<Extract<DepositState, { readonly stage: 'ask' }>, 'error'> &
  Pick<DepositProps, 'onLink'>;

function Ask({ error, onLink }: AskProps) {
  const { t } = useTranslation();
  const bad = error === 'malformed';
  return (
    <AskLink
      lead={t('deposits.ask')}
      label={t('deposits.askLink')}
      submit={t('deposits.askSubmit')}
      fault={bad ? t('deposits.badLink') : undefined}
      error={bad ? undefined : error}
      onLink={onLink}
    />
  );
}

type ReadyProps = Omit<DepositProps, 'state' | 'onLink'> & Extract<DepositState, { readonly stage: 'ready' }>;

function Ready({ files, own, action, now, onFiles, onTitle, onSubmit, onWithdraw, onAnother }: ReadyProps) {
  const { t } = useTranslation();
  const [date, setDate] = useState(dayOf(now));
  const chosen = files.filter((file) => file.state === 'chosen' || file.state === 'failed');
  const untitled = chosen.some((file) => file.title.trim() === '');
  return (
    <div className="stack-l">
      <Notice icon="lock">
        <p>{t('deposits.checked')}</p>
      </Notice>
      <FileDrop onFiles={onFiles} />
      {files.length > 0 && (
        <Card>
          <div className="stack">
            {files.map((file) => (
              <FileRow key={file.id} file={file} onTitle={(title) => onTitle(file.id, title)} />
            ))}
            {chosen.length > 0 && (
              <>
                <DateField
                  label={t('deposits.date')}
                  value={date}
                  onChange={setDate}
                  max={dayOf(now)}
                  required
                />
                <ErrorNotice error={action.error} />
                <Button
                  variant="primary"
                  icon="add"
                  wide
                  pending={action.pending}
                  isDisabled={untitled || date === ''}
                  onPress={() => onSubmit(date)}
                >
                  {action.pending ? t('deposits.pending') : t('deposits.submit')}
                </Button>
              </>
            )}
          </div>
        </Card>
      )}
      <OwnDeposits own={own} pending={action.pending} onWithdraw={onWithdraw} />
      <div>
        <Button variant="plain" onPress={onAnother}>
          {t('deposits.another')}
        </Button>
      </div>
    </div>
  );
}

function FileRow({
  file,
  onTitle,
}: {
  readonly file: DepositFile;
  readonly onTitle: (title: string) => void;
}) {
  const { t } = useTranslation();
  const open = file.state === 'chosen' || file.state === 'failed';
  return (
    <div className="stack-s">
      {open ? (
        <TextField
          label={t('deposits.documentTitle', { name: file.fileName })}
          value={file.title}
          onChange={onTitle}
          maxLength={200}
          required
        />
      ) : (
        <p>
          {file.title} {file.state === 'sent' && <Badge icon="check">{t('deposits.sent')}</Badge>}
        </p>
      )}
      {file.state === 'sending' && <ProgressBar label={file.title} value={file.sent / file.size} />}
      {file.state === 'failed' && <ErrorNotice error={file.error} />}
    </div>
  );
}

function OwnDeposits({
  own,
  pending,
  onWithdraw,
}: {
  readonly own: readonly OwnDepositView[];
  readonly pending: boolean;
  readonly onWithdraw: (id: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Card title={t('deposits.own')}>
      <p className="muted">{own.length === 0 ? t('deposits.ownNone') : t('deposits.ownText')}</p>
      <div className="rows">
        {own.map((one) => (
          <div key={one.id} className="list-row list-row-plain">
            <span className="list-row-main">
              <span>{t('deposits.ownRow', { date: formatMoment(one.time, language) })}</span>
            </span>
            <span className="list-row-end">
              <Button variant="plain" isDisabled={pending} onPress={() => onWithdraw(one.id)}>
                {t('deposits.withdraw')}
              </Button>
            </span>
          </div>
        ))}
      </div>
    </Card>
  );
}

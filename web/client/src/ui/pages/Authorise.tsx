/** A new authorisation for a professional who is there or known: found by code or number, key compared, then the scope. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../components/Badge';
import { Button } from '../components/Button';
import { Card, Facts } from '../components/Card';
import { Checkbox } from '../components/Choice';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { QrScanner } from '../components/QrScanner';
import { TextField } from '../components/TextField';
import type { DocumentView, InviteValues, ProfessionalView, SectionView, Submission } from '../models';
import { ROUTES } from '../paths';
import { InviteForm } from './Invite';

/** What the patient said about the professional. */
export interface Said {
  readonly compared: boolean;
  readonly met: boolean;
}

export interface AuthoriseProps extends Submission {
  /** Who was found; absent while nobody was looked for. */
  readonly found?: ProfessionalView | undefined;
  /** Sections that may be granted. */
  readonly sections: readonly SectionView[];
  /** Documents that may be given one by one. */
  readonly documents: readonly DocumentView[];
  readonly now: Date;
  /** The text that was scanned or typed, unchecked. */
  readonly onFind: (wanted: string) => void;
  readonly onForget: () => void;
  readonly onSubmit: (values: InviteValues, said: Said) => void;
  /** The directory's new key, as the host published it. */
  readonly onAcceptKey: (identifier: string) => void;
}

export function Authorise(props: AuthoriseProps) {
  const { t } = useTranslation();
  const { found } = props;
  return (
    <Page
      title={found?.name ?? t('directory.title')}
      lead={found === undefined ? t('directory.lead') : undefined}
      back={{ href: ROUTES.grants }}
      width="reading"
    >
      {found === undefined ? <Find {...props} /> : <Found key={found.fingerprint} {...props} found={found} />}
    </Page>
  );
}

function Find({
  pending,
  error,
  onFind,
  onAcceptKey,
}: Pick<AuthoriseProps, 'pending' | 'error' | 'onFind' | 'onAcceptKey'>) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending && wanted.trim() !== '') onFind(wanted.trim());
  };
  return (
    <div className="stack-l">
      <Card title={t('directory.scanTitle')}>
        <p className="muted">{t('directory.scanText')}</p>
        <QrScanner onText={onFind} />
      </Card>
      <Card>
        <form className="stack" onSubmit={submit} noValidate>
          <TextField
            label={t('directory.number')}
            hint={t('directory.numberHint')}
            value={wanted}
            onChange={setWanted}
            autoComplete="off"
            spellCheck={false}
          />
          <Button type="submit" variant="primary" wide pending={pending} isDisabled={wanted.trim() === ''}>
            {pending ? t('directory.finding') : t('directory.find')}
          </Button>
        </form>
      </Card>
      <ErrorNotice error={error} />
      {error === 'key_changed' && <NewKey onAcceptKey={onAcceptKey} pending={pending} />}
    </div>
  );
}

function NewKey({ onAcceptKey, pending }: Pick<AuthoriseProps, 'onAcceptKey' | 'pending'>) {
  const { t } = useTranslation();
  const [identifier, setIdentifier] = useState('');
  return (
    <Card title={t('directory.changedTitle')}>
      <p>{t('directory.changedText')}</p>
      <TextField
        label={t('directory.keyId')}
        value={identifier}
        onChange={setIdentifier}
        autoComplete="off"
        spellCheck={false}
      />
      <Button
        pending={pending}
        isDisabled={identifier.trim() === ''}
        onPress={() => onAcceptKey(identifier.trim())}
      >
        {t('directory.accept')}
      </Button>
    </Card>
  );
}

function Found({
  found,
  sections,
  documents,
  now,
  pending,
  error,
  onForget,
  onSubmit,
}: AuthoriseProps & { readonly found: ProfessionalView }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<Said>({ compared: false, met: false });
  const [tried, setTried] = useState(false);
  const sure =
    (found.confirmed || said.compared) &&
    (found.state === 'verified' || (said.met && found.state === 'unverified'));
  return (
    <div className="stack-l">
      <WhoIsIt found={found} />
      {found.state === 'refused' && (
        <Notice tone="error">
          <p>{t('directory.refusedText')}</p>
        </Notice>
      )}
      {!found.confirmed && found.state !== 'refused' && (
        <Card title={t('directory.compareTitle')}>
          <p>{t('directory.compareText')}</p>
          <Checkbox selected={said.compared} onChange={(compared) => setSaid({ ...said, compared })}>
            {t('directory.compared')}
          </Checkbox>
        </Card>
      )}
      {found.state === 'unverified' && (
        <Notice tone="warning">
          <p>{t('directory.unverifiedText')}</p>
          <Checkbox selected={said.met} onChange={(met) => setSaid({ ...said, met })}>
            {t('directory.met')}
          </Checkbox>
        </Notice>
      )}
      <div>
        <Button onPress={onForget}>{t('directory.other')}</Button>
      </div>
      {found.state !== 'refused' && (
        <>
          <InviteForm
            sections={sections}
            documents={documents}
            now={now}
            pending={pending}
            error={error}
            label={t('directory.submit', { name: found.name })}
            who={found}
            onSubmit={(values) => {
              setTried(true);
              if (sure) onSubmit(values, said);
            }}
          />
          {tried && !sure && (
            <p className="field-error" role="alert">
              {t('directory.needed')}
            </p>
          )}
        </>
      )}
    </div>
  );
}

const TONES = { verified: 'success', unverified: 'warning', refused: 'danger' } as const;

function WhoIsIt({ found }: { readonly found: ProfessionalView }) {
  const { t } = useTranslation();
  return (
    <Card>
      <div className="badges">
        <Badge tone={TONES[found.state]}>{t(`directory.${found.state}`)}</Badge>
        {found.confirmed && (
          <Badge tone="success" icon="check">
            {t('directory.confirmed')}
          </Badge>
        )}
      </div>
      <p>
        {t(`professions.${found.profession}`)} · {t('grants.rpps', { number: found.rpps })}
      </p>
      <Facts
        facts={[
          { term: t('directory.words'), value: <KeyWords words={found.words} /> },
          { term: t('directory.fingerprint'), value: <code>{found.fingerprint}</code> },
        ]}
      />
    </Card>
  );
}

/** Fifteen words in order, to be read aloud. */
export function KeyWords({ words }: { readonly words: readonly string[] }) {
  return (
    <ol className="kit-words">
      {words.map((word, index) => (
        <li key={`${String(index)} ${word}`}>
          <span aria-hidden="true">{index + 1}</span>
          <span className="code">{word}</span>
        </li>
      ))}
    </ol>
  );
}

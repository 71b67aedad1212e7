/** A new share: which documents, how long, optional code and limit; then the QR code with what is left of its time. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay, formatSize } from '../../i18n/format';
import { Button, LinkButton } from '../components/Button';
import { Card } from '../components/Card';
import { Checkbox } from '../components/Choice';
import { ErrorNotice, Notice } from '../components/Notice';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import { ShareCode } from '../components/ShareCode';
import { isTerm, ShareTermFields } from '../components/ShareTermFields';
import { TextField } from '../components/TextField';
import type { DocumentView, Loadable, ShareTerm, ShareValues, ShareView, Submission } from '../models';
import { ROUTES } from '../paths';
import { isWrongNumber, MAX_SHARED_DOCUMENTS } from '../shareLimits';
import { useLanguage } from '../useLanguage';
import { useTop } from '../useTop';

export interface ShareNewProps extends Submission {
  readonly documents: Loadable<readonly DocumentView[]>;
  /** Chosen before the page was opened. */
  readonly initial: readonly string[];
  /** The summary was, too. */
  readonly summary?: boolean;
  /** Largest document that other readers open, in bytes. */
  readonly maxBytes: number;
  readonly now: Date;
  /** Set once it is made. */
  readonly share?: ShareView | undefined;
  readonly onSubmit: (values: ShareValues) => void;
  readonly onEnd: () => void;
}

/** No link opens without end: who wants more says so. */
const OPENINGS = '20';

export function ShareNew({ share, onEnd, documents, ...form }: ShareNewProps) {
  const { t } = useTranslation();
  const over = share !== undefined && share.state !== 'active';
  useTop(share !== undefined);
  return (
    <Page
      title={over ? t(`shareStates.${share.state}`) : share ? t('shareNew.readyTitle') : t('shareNew.title')}
      lead={over ? undefined : share ? t('shareNew.readyText') : t('shareNew.lead')}
      back={{ href: ROUTES.shares }}
      width="reading"
    >
      {share ? (
        <>
          <ShareCode share={share} onEnd={onEnd} />
          <div>
            <LinkButton href={ROUTES.shares}>{t('shareNew.done')}</LinkButton>
          </div>
        </>
      ) : (
        <Loaded of={documents}>{(value) => <ShareForm documents={value} {...form} />}</Loaded>
      )}
    </Page>
  );
}

type ShareFormProps = Omit<ShareNewProps, 'share' | 'onEnd' | 'documents'> & {
  readonly documents: readonly DocumentView[];
};

function ShareForm({ documents, initial, summary, maxBytes, now, onSubmit, pending, error }: ShareFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [chosen, setChosen] = useState<readonly string[]>(() => [
    ...initial,
    ...(summary === true ? documents.filter((one) => one.isProfile === true).map((one) => one.id) : []),
  ]);
  const [term, setTerm] = useState<ShareTerm>({ duration: '15m' });
  const [label, setLabel] = useState(t('shareNew.labelDefault', { date: formatDay(now, language) }));
  const [passcode, setPasscode] = useState<string | null>(null);
  const [openings, setOpenings] = useState(OPENINGS);
  const [follow, setFollow] = useState(false);
  const [nameAsked, setNameAsked] = useState(true);
  const [tried, setTried] = useState(false);
  const limit = Number(openings);
  const badLimit = !(Number.isInteger(limit) && limit >= 1 && limit <= 1000);
  const badCode = passcode !== null && passcode.trim().length < 4;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (pending || isWrongNumber(chosen.length) || badLimit || badCode || !isTerm(term, now)) return;
    onSubmit({
      documents: chosen,
      ...term,
      follow,
      nameAsked,
      passcode: passcode?.trim(),
      maxOpenings: limit,
      label: label.trim(),
    });
  };
  return (
    <form className="stack-l" onSubmit={submit} noValidate>
      <DocumentChoice
        documents={documents}
        initial={initial}
        chosen={chosen}
        onChange={setChosen}
        maxBytes={maxBytes}
        tried={tried}
      />
      <Card>
        <ShareTermFields term={term} onChange={setTerm} now={now} tried={tried} />
        <TextField
          label={t('shareNew.label')}
          value={label}
          onChange={setLabel}
          maxLength={80}
          hint={t('shareNew.labelHint')}
        />
        <div className="stack-s">
          <Checkbox selected={passcode !== null} onChange={(on) => setPasscode(on ? '' : null)}>
            {t('shareNew.passcode')}
          </Checkbox>
          {passcode !== null && (
            <TextField
              label={t('shareNew.passcodeField')}
              value={passcode}
              onChange={setPasscode}
              autoComplete="off"
              maxLength={64}
              hint={t('shareNew.passcodeHint')}
              error={tried && badCode ? t('shareNew.passcodeShort') : undefined}
            />
          )}
          <Checkbox selected={nameAsked} onChange={setNameAsked}>
            {t('received.name.ask')}
            <span className="muted small check-note">{t('received.name.askHint')}</span>
          </Checkbox>
          <Checkbox selected={follow} onChange={setFollow}>
            {t('shareMore.follow')}
            <span className="muted small check-note">{t('shareMore.followHint')}</span>
          </Checkbox>
        </div>
        <TextField
          label={t('shareNew.limitField')}
          value={openings}
          onChange={setOpenings}
          type="number"
          inputMode="numeric"
          min={1}
          max={1000}
          hint={t('shareMore.openingsHint')}
          error={badLimit ? t('shareMore.openingsBad') : undefined}
        />
      </Card>
      <Notice tone="warning">
        <p>{t('shareNew.warning')}</p>
      </Notice>
      <ErrorNotice error={error} />
      <div className="submit-stays">
        <Button type="submit" variant="primary" icon="qr" wide pending={pending}>
          {pending ? t('shareNew.pending') : t('shareNew.submit')}
        </Button>
      </div>
    </form>
  );
}

interface DocumentChoiceProps {
  readonly documents: readonly DocumentView[];
  /** They come first: whoever chose them sees them without scrolling. */
  readonly initial: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly maxBytes: number;
  readonly tried: boolean;
}

function DocumentChoice({ documents, initial, chosen, onChange, maxBytes, tried }: DocumentChoiceProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const profiles = documents.filter((one) => one.isProfile === true);
  const others = documents.filter((one) => one.isProfile !== true);
  const wasChosen = (one: DocumentView) => initial.includes(one.id);
  const files = [...others.filter(wasChosen), ...others.filter((one) => !wasChosen(one))];
  return (
    <Card title={t('shareNew.documents')}>
      <p role="status" className="muted">
        {t('shareNew.chosen', { count: chosen.length })}
      </p>
      <fieldset className="choose-documents" aria-label={t('shareNew.documents')}>
        {profiles.length === 0 && (
          <p className="muted small">
            {t('profile.choiceNone')} <Link href={ROUTES.profile}>{t('profile.fill')}</Link>
          </p>
        )}
        {[...profiles, ...files].map((one) => (
          <Checkbox
            key={one.id}
            selected={chosen.includes(one.id)}
            onChange={(on) => onChange(on ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
          >
            {one.isProfile === true ? t('profile.choice') : one.title}
            <span className="muted small check-note">
              {one.isProfile === true
                ? t('profile.choiceText')
                : `${formatDay(one.date, language)} · ${formatSize(one.size, language)}`}
            </span>
          </Checkbox>
        ))}
      </fieldset>
      {documents.some((one) => one.size > maxBytes && chosen.includes(one.id)) && (
        <p className="muted small">{t('shareMore.large')}</p>
      )}
      {tried && chosen.length === 0 && (
        <p className="field-error" role="alert">
          {t('shareNew.chooseDocuments')}
        </p>
      )}
      {chosen.length > MAX_SHARED_DOCUMENTS && (
        <p className="field-error" role="alert">
          {t('shareMore.tooMany', { most: MAX_SHARED_DOCUMENTS, chosen: chosen.length })}
        </p>
      )}
    </Card>
  );
}

/** A professional opens an invitation: scans it, pastes it, or came by its link; sees what is offered; accepts. */
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../i18n/format';
import { AskLink } from '../components/AskLink';
import { Button, LinkButton } from '../components/Button';
import { Card, Facts } from '../components/Card';
import { EmptyState } from '../components/EmptyState';
import { Loading } from '../components/Loading';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { Rights } from '../components/Rights';
import { SectionBadges } from '../components/SectionName';
import { SignInFirst } from '../components/SignInFirst';
import type { ErrorCode, RedeemView, Submission } from '../models';
import { vaultPath } from '../paths';
import { useLanguage } from '../useLanguage';

export type RedeemState =
  | { readonly stage: 'ask'; readonly error?: ErrorCode | undefined }
  | { readonly stage: 'checking' }
  /** The link was kept in memory; nobody, or a patient, is signed in. */
  | { readonly stage: 'sign_in' }
  | { readonly stage: 'wrong_role' }
  | ({ readonly stage: 'offer'; readonly offer: RedeemView } & Submission)
  | { readonly stage: 'done'; readonly patient: string; readonly vault: string };

export interface RedeemProps {
  readonly state: RedeemState;
  /** The text that was pasted or scanned, unchecked. */
  readonly onLink: (text: string) => void;
  readonly onAccept: () => void;
  readonly onCancel: () => void;
}

export function Redeem({ state, onLink, onAccept, onCancel }: RedeemProps) {
  const { t } = useTranslation();
  if (state.stage === 'done') {
    return (
      <EmptyState
        icon="check"
        title={t('redeem.doneTitle')}
        of="page"
        action={
          <LinkButton href={vaultPath(state.vault)} variant="primary" icon="folder">
            {t('redeem.openVault')}
          </LinkButton>
        }
      >
        {t('redeem.doneText', { name: state.patient })}
      </EmptyState>
    );
  }
  return (
    <Page
      title={t('redeem.title')}
      lead={state.stage === 'ask' ? t('redeem.lead') : undefined}
      width="narrow"
    >
      {state.stage === 'ask' && <Ask error={state.error} onLink={onLink} />}
      {state.stage === 'checking' && <Loading text={t('redeem.checking')} />}
      {state.stage === 'sign_in' && <SignInFirst>{t('redeem.signInFirst')}</SignInFirst>}
      {state.stage === 'wrong_role' && (
        <Notice tone="warning">
          <p>{t('redeem.patientAccount')}</p>
        </Notice>
      )}
      {state.stage === 'offer' && <Offer {...state} onAccept={onAccept} onCancel={onCancel} />}
    </Page>
  );
}

type AskProps = Pick<Extract<RedeemState, { readonly stage: 'ask' }>, 'error'> & Pick<RedeemProps, 'onLink'>;

function Ask({ error, onLink }: AskProps) {
  const { t } = useTranslation();
  const bad = error === 'bad_invitation';
  return (
    <AskLink
      label={t('redeem.link')}
      submit={t('redeem.check')}
      fault={bad ? t('errors.bad_invitation') : undefined}
      error={bad ? undefined : error}
      onLink={onLink}
    />
  );
}

type OfferProps = { readonly offer: RedeemView } & Submission & Pick<RedeemProps, 'onAccept' | 'onCancel'>;

function Offer({ offer, pending, error, onAccept, onCancel }: OfferProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      <Card title={t('redeem.offer', { name: offer.patient })}>
        <Facts
          facts={[
            { term: t('redeem.sections'), value: <SectionBadges sections={offer.sections} limit={20} /> },
            { term: t('redeem.rights'), value: <Rights rights={offer.rights} /> },
            { term: t('redeem.until'), value: formatDay(offer.notAfter, language) },
          ]}
        />
      </Card>
      <Notice icon="journal">
        <p>{t('redeem.responsibility')}</p>
      </Notice>
      <ErrorNotice error={error} />
      <div className="stack-s submit-stays">
        <Button variant="primary" wide pending={pending} onPress={onAccept}>
          {pending ? t('redeem.pending') : t('redeem.accept')}
        </Button>
        <Button wide onPress={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </>
  );
}

/** Who may read the vault, what, and until when; taking it back, renewing and restoring it. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../i18n/format';
import { Badge } from '../components/Badge';
import type { BadgeTone } from '../components/Badge';
import { Button, LinkButton } from '../components/Button';
import { Facts } from '../components/Card';
import { ConfirmDialog } from '../components/Dialog';
import { DocumentBadges } from '../components/DocumentBadges';
import { EmptyState } from '../components/EmptyState';
import { Loaded } from '../components/Loaded';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { Rights } from '../components/Rights';
import { SectionBadges } from '../components/SectionName';
import type { GrantState, GrantView, Loadable, Submission } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface GrantsProps {
  readonly grants: Loadable<readonly GrantView[]>;
  readonly now: Date;
  /** The revocation or renewal under way. */
  readonly action: Submission;
  readonly onRevoke: (grant: string) => void;
  /** A new term of one year from now. */
  readonly onRenew: (grant: string) => void;
  /** The same for everyone who asks. */
  readonly onRenewAsked: () => void;
  readonly onRefuse: (grant: string) => void;
  readonly onBlock: (grant: string) => void;
  readonly onUnblock: (grant: string) => void;
}

type Question = 'revoke' | 'renew' | 'block' | 'unblock';

/** What was asked of which grant, as it stood then: the question is over once the grant has changed. */
interface Asked {
  readonly what: Question;
  readonly id: string;
  readonly state: GrantState;
  readonly end: number;
  readonly blocked: boolean;
}

export const GRANT_TONES: Record<GrantState, BadgeTone> = {
  invited: 'info',
  active: 'success',
  expired: 'neutral',
  revoked: 'neutral',
};

export function Grants({ grants, ...rest }: GrantsProps) {
  const { t } = useTranslation();
  const invite = (
    <div className="row page-actions">
      <LinkButton href={ROUTES.contact} icon="scan">
        {t('directory.byDirectory')}
      </LinkButton>
      <LinkButton href={ROUTES.invite} variant="primary" icon="add">
        {t('grants.new')}
      </LinkButton>
    </div>
  );
  return (
    <Page title={t('grants.title')} lead={t('grants.lead')} actions={invite} width="reading">
      <Loaded of={grants}>
        {(value) =>
          value.length === 0 ? (
            <EmptyState icon="lock" title={t('grants.emptyTitle')}>
              {t('grants.emptyText')}
            </EmptyState>
          ) : (
            <div className="stack-l">
              <Requests {...rest} grants={value.filter((one) => one.asked !== undefined)} />
              <GrantList {...rest} grants={value} />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

type Handlers = Omit<GrantsProps, 'grants'>;
type Listed = Handlers & { readonly grants: readonly GrantView[] };

/** Who asks for another term: answered with one click each, or all at once. */
function Requests({ grants, action, onRenew, onRenewAsked, onRefuse }: Listed) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (grants.length === 0) return null;
  return (
    <section className="stack">
      <h2>{t('renewals.title')}</h2>
      {grants.map(({ id, asked, professional }) => (
        <Notice key={id} icon="clock">
          <p>
            {t('renewals.asks', {
              name: professional?.name ?? '',
              date: asked === undefined ? '' : formatDay(asked, language),
            })}
          </p>
          <div className="row">
            <Button variant="primary" pending={action.pending} onPress={() => onRenew(id)}>
              {t('renewals.allow')}
            </Button>
            <Button pending={action.pending} onPress={() => onRefuse(id)}>
              {t('renewals.refuse')}
            </Button>
          </div>
        </Notice>
      ))}
      {grants.length > 1 && (
        <div>
          <Button icon="retry" pending={action.pending} onPress={onRenewAsked}>
            {t('renewals.allowAll')}
          </Button>
        </div>
      )}
    </section>
  );
}

function GrantList({ grants, now, action, ...handlers }: Listed) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const open = (one: GrantView) => one.state === 'active' || one.state === 'invited';
  const ask = (what: Question, one: GrantView) => () =>
    setAsked({
      what,
      id: one.id,
      state: one.state,
      end: one.notAfter.getTime(),
      blocked: one.blocked === true,
    });
  const asking = grants.find(
    (one) =>
      one.id === asked?.id &&
      one.state === asked.state &&
      one.notAfter.getTime() === asked.end &&
      (one.blocked === true) === asked.blocked,
  );
  const list = (title: string, some: readonly GrantView[]) =>
    some.length > 0 && (
      <section className="stack">
        <h2>{title}</h2>
        {some.map((one) => (
          <Grant
            key={one.id}
            grant={one}
            now={now}
            onRevoke={open(one) ? ask('revoke', one) : undefined}
            onRenew={one.professional && one.blocked !== true ? ask('renew', one) : undefined}
            onBlock={one.professional && ask(one.blocked === true ? 'unblock' : 'block', one)}
          />
        ))}
      </section>
    );
  return (
    <div className="stack-l">
      {list(t('grants.current'), grants.filter(open))}
      {list(
        t('grants.past'),
        grants.filter((one) => !open(one)),
      )}
      <GrantDialog
        asked={asked}
        asking={asking}
        now={now}
        action={action}
        {...handlers}
        onClose={() => setAsked(null)}
      />
    </div>
  );
}

/** The question before a grant changes. */
function GrantDialog({
  asked,
  asking,
  now,
  action,
  onClose,
  ...handlers
}: Handlers & {
  readonly asked: Asked | null;
  readonly asking: GrantView | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const what = asked?.what ?? 'revoke';
  const name = asking?.professional?.name;
  const invited = name === undefined ? t('grants.revokeInvitationTitle') : t('grants.revokeTitle', { name });
  const texts = {
    revoke: {
      title: invited,
      text: t('grants.revokeText'),
      confirm: name === undefined ? t('grants.cancelInvitation') : t('grants.revoke'),
    },
    renew: {
      title: t('grants.renewTitle', { name }),
      text: t(asking?.documents === undefined ? 'grants.renewText' : 'named.renew', {
        date: formatDay(inAYear(now), language),
      }),
      confirm: t(asked?.state === 'revoked' ? 'grants.restore' : 'grants.renew'),
    },
    block: {
      title: t('renewals.blockTitle', { name }),
      text: t('renewals.blockText'),
      confirm: t('renewals.block'),
    },
    unblock: {
      title: t('renewals.unblockTitle', { name }),
      text: t('renewals.unblockText'),
      confirm: t('renewals.unblock'),
    },
  }[what];
  const act = {
    revoke: handlers.onRevoke,
    renew: handlers.onRenew,
    block: handlers.onBlock,
    unblock: handlers.onUnblock,
  }[what];
  return (
    <ConfirmDialog
      {...action}
      {...texts}
      open={asking !== undefined}
      danger={what === 'revoke' || what === 'block'}
      onConfirm={() => {
        if (asked !== null) act(asked.id);
      }}
      onClose={onClose}
    />
  );
}

function inAYear(now: Date): Date {
  return new Date(now.getTime() + 365 * 86_400_000);
}

interface GrantProps {
  readonly grant: GrantView;
  readonly now: Date;
  readonly onRevoke: (() => void) | undefined;
  readonly onRenew: (() => void) | undefined;
  /** Blocks, or unblocks when blocked. */
  readonly onBlock: (() => void) | undefined;
}

function Grant({ grant, now, onRevoke, onRenew, onBlock }: GrantProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { professional, state } = grant;
  const soon = state === 'active' && grant.notAfter.getTime() - now.getTime() < 30 * 86_400_000;
  const end = { date: formatDay(grant.notAfter, language) };
  return (
    <article className="card">
      <div className="row row-between grant-head">
        <div>
          <h3>{professional?.name ?? t('grants.unknown')}</h3>
          {professional && (
            <p className="list-row-meta">
              <span>{t(`professions.${professional.profession}`)}</span>
              <span>{t('grants.rpps', { number: professional.rpps })}</span>
            </p>
          )}
        </div>
        <span className="badges">
          {soon && (
            <Badge tone="warning" icon="clock">
              {t('grants.soon')}
            </Badge>
          )}
          {grant.blocked === true && <Badge tone="danger">{t('renewals.blocked')}</Badge>}
          <Badge tone={GRANT_TONES[state]}>{t(`grantStates.${state}`)}</Badge>
        </span>
      </div>
      <p>{state === 'expired' ? t('grants.endedOn', end) : t('grants.until', end)}</p>
      {grant.refused === true && <p className="muted small">{t('renewals.refused')}</p>}
      <Facts
        facts={[
          grant.documents === undefined
            ? { term: t('grants.sections'), value: <SectionBadges sections={grant.sections} /> }
            : { term: t('named.documents'), value: <DocumentBadges titles={grant.documents} /> },
          { term: t('grants.rights'), value: <Rights rights={grant.rights} /> },
        ]}
      />
      {grant.revoking === true && <p role="status">{t('grants.revoking')}</p>}
      {grant.revoking !== true && (
        <div className="row">
          {onRenew && (
            <Button icon="retry" onPress={onRenew}>
              {t(state === 'revoked' ? 'grants.restore' : 'grants.renew')}
            </Button>
          )}
          {onRevoke && (
            <Button variant="danger" onPress={onRevoke}>
              {professional ? t('grants.revoke') : t('grants.cancelInvitation')}
            </Button>
          )}
          {onBlock && (
            <Button variant="plain" onPress={onBlock}>
              {t(grant.blocked === true ? 'renewals.unblock' : 'renewals.block')}
            </Button>
          )}
        </div>
      )}
    </article>
  );
}

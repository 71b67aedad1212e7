/** Who may read the vault, what, and until when; taking it back, renewing and restoring it. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../i18n/format';
import { Badge } from '../components/Badge';
import type { BadgeTone } from '../components/Badge';
import { Button, LinkButton } from '../components/Button';
import { Facts } from '../components/Card';
import { ConfirmDialog } from '../components/Dialog';
import { EmptyState } from '../components/EmptyState';
import { Loaded } from '../components/Loaded';
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
}

/** What was asked of which grant, as it stood then: the question is over once the grant has changed. */
interface Asked {
  readonly what: 'revoke' | 'renew';
  readonly id: string;
  readonly state: GrantState;
  readonly end: number;
}

export const GRANT_TONES: Record<GrantState, BadgeTone> = {
  invited: 'info',
  active: 'success',
  expired: 'neutral',
  revoked: 'neutral',
};

export function Grants({ grants, now, action, onRevoke, onRenew }: GrantsProps) {
  const { t } = useTranslation();
  const invite = (
    <>
      <LinkButton href={ROUTES.contact} icon="scan">
        {t('directory.byDirectory')}
      </LinkButton>
      <LinkButton href={ROUTES.invite} variant="primary" icon="add">
        {t('grants.new')}
      </LinkButton>
    </>
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
            <GrantList grants={value} now={now} action={action} onRevoke={onRevoke} onRenew={onRenew} />
          )
        }
      </Loaded>
    </Page>
  );
}

function GrantList({
  grants,
  now,
  action,
  onRevoke,
  onRenew,
}: Omit<GrantsProps, 'grants'> & { readonly grants: readonly GrantView[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [asked, setAsked] = useState<Asked | null>(null);
  const open = (one: GrantView) => one.state === 'active' || one.state === 'invited';
  const ask = (what: Asked['what'], one: GrantView) => () =>
    setAsked({ what, id: one.id, state: one.state, end: one.notAfter.getTime() });
  const asking = grants.find(
    (one) => one.id === asked?.id && one.state === asked.state && one.notAfter.getTime() === asked.end,
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
            onRenew={one.professional ? ask('renew', one) : undefined}
          />
        ))}
      </section>
    );
  const name = asking?.professional?.name;
  const renewing = asked?.what === 'renew';
  const invited = name === undefined ? t('grants.revokeInvitationTitle') : t('grants.revokeTitle', { name });
  const cancel = name === undefined ? t('grants.cancelInvitation') : t('grants.revoke');
  return (
    <div className="stack-l">
      {list(t('grants.current'), grants.filter(open))}
      {list(
        t('grants.past'),
        grants.filter((one) => !open(one)),
      )}
      <ConfirmDialog
        {...action}
        open={asking !== undefined}
        title={renewing ? t('grants.renewTitle', { name }) : invited}
        text={
          renewing
            ? t('grants.renewText', { date: formatDay(inAYear(now), language) })
            : t('grants.revokeText')
        }
        confirm={renewing ? t(asked.state === 'revoked' ? 'grants.restore' : 'grants.renew') : cancel}
        danger={!renewing}
        onConfirm={() => {
          if (asked !== null) (renewing ? onRenew : onRevoke)(asked.id);
        }}
        onClose={() => setAsked(null)}
      />
    </div>
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
}

function Grant({ grant, now, onRevoke, onRenew }: GrantProps) {
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
            <p className="muted small">
              {t(`professions.${professional.profession}`)} ·{' '}
              {t('grants.rpps', { number: professional.rpps })}
            </p>
          )}
        </div>
        <span className="badges">
          {soon && (
            <Badge tone="warning" icon="clock">
              {t('grants.soon')}
            </Badge>
          )}
          <Badge tone={GRANT_TONES[state]}>{t(`grantStates.${state}`)}</Badge>
        </span>
      </div>
      <p>{state === 'expired' ? t('grants.endedOn', end) : t('grants.until', end)}</p>
      <Facts
        facts={[
          { term: t('grants.sections'), value: <SectionBadges sections={grant.sections} /> },
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
        </div>
      )}
    </article>
  );
}

/** Who may read the vault, what, and until when; taking it back. */
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
  /** The revocation under way. */
  readonly action: Submission;
  readonly onRevoke: (grant: string) => void;
}

export const GRANT_TONES: Record<GrantState, BadgeTone> = {
  invited: 'info',
  active: 'success',
  expired: 'neutral',
  revoked: 'neutral',
};

export function Grants({ grants, now, action, onRevoke }: GrantsProps) {
  const { t } = useTranslation();
  const invite = (
    <LinkButton href={ROUTES.invite} variant="primary" icon="add">
      {t('grants.new')}
    </LinkButton>
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
            <GrantList grants={value} now={now} action={action} onRevoke={onRevoke} />
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
}: Omit<GrantsProps, 'grants'> & { readonly grants: readonly GrantView[] }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<string | null>(null);
  const open = (one: GrantView) => one.state === 'active' || one.state === 'invited';
  const asking = grants.find((one) => one.id === asked && open(one));
  const list = (title: string, some: readonly GrantView[]) =>
    some.length > 0 && (
      <section className="stack">
        <h2>{title}</h2>
        {some.map((one) => (
          <Grant
            key={one.id}
            grant={one}
            now={now}
            onRevoke={open(one) ? () => setAsked(one.id) : undefined}
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
      <ConfirmDialog
        {...action}
        open={asking !== undefined}
        title={
          asking?.professional
            ? t('grants.revokeTitle', { name: asking.professional.name })
            : t('grants.revokeInvitationTitle')
        }
        text={t('grants.revokeText')}
        confirm={asking?.professional ? t('grants.revoke') : t('grants.cancelInvitation')}
        danger
        onConfirm={() => {
          if (asked !== null) onRevoke(asked);
        }}
        onClose={() => setAsked(null)}
      />
    </div>
  );
}

interface GrantProps {
  readonly grant: GrantView;
  readonly now: Date;
  readonly onRevoke: (() => void) | undefined;
}

function Grant({ grant, now, onRevoke }: GrantProps) {
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
      {onRevoke && grant.revoking !== true && (
        <div>
          <Button variant="danger" onPress={onRevoke}>
            {professional ? t('grants.revoke') : t('grants.cancelInvitation')}
          </Button>
        </div>
      )}
    </article>
  );
}

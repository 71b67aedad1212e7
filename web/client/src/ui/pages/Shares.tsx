/** The shares that were made: state, openings, showing the code again, ending. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import { Badge } from '../components/Badge';
import { Button, LinkButton } from '../components/Button';
import { ConfirmDialog, Dialog } from '../components/Dialog';
import { EmptyState } from '../components/EmptyState';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import { ShareCode } from '../components/ShareCode';
import type { Loadable, ShareView, Submission } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface SharesProps {
  readonly shares: Loadable<readonly ShareView[]>;
  /** The ending under way. */
  readonly action: Submission;
  readonly onEnd: (share: string) => void;
}

export function Shares({ shares, action, onEnd }: SharesProps) {
  const { t } = useTranslation();
  const create = (
    <LinkButton href={ROUTES.shareNew} variant="primary" icon="add">
      {t('shares.new')}
    </LinkButton>
  );
  return (
    <Page title={t('shares.title')} lead={t('shares.lead')} actions={create} width="reading">
      <Loaded of={shares}>
        {(value) =>
          value.length === 0 ? (
            <EmptyState icon="qr" title={t('shares.emptyTitle')}>
              {t('shares.emptyText')}
            </EmptyState>
          ) : (
            <ShareList shares={value} action={action} onEnd={onEnd} />
          )
        }
      </Loaded>
    </Page>
  );
}

function ShareList({
  shares,
  action,
  onEnd,
}: Omit<SharesProps, 'shares'> & { readonly shares: readonly ShareView[] }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<{ readonly id: string; readonly what: 'show' | 'end' } | null>(null);
  const about = shares.find((one) => one.id === asked?.id && one.state === 'active');
  const close = () => setAsked(null);
  return (
    <div className="stack">
      {shares.map((one) => (
        <Share
          key={one.id}
          share={one}
          onShow={() => setAsked({ id: one.id, what: 'show' })}
          onEnd={() => setAsked({ id: one.id, what: 'end' })}
        />
      ))}
      <Dialog
        title={t('shareNew.readyTitle')}
        open={about !== undefined && asked?.what === 'show'}
        onClose={close}
      >
        {about && <ShareCode share={about} />}
      </Dialog>
      <ConfirmDialog
        {...action}
        open={about !== undefined && asked?.what === 'end'}
        title={t('shares.endTitle')}
        text={t('shares.endText')}
        confirm={t('shares.end')}
        danger
        onConfirm={() => {
          if (about) onEnd(about.id);
        }}
        onClose={close}
      />
    </div>
  );
}

function Share({
  share,
  onShow,
  onEnd,
}: {
  readonly share: ShareView;
  readonly onShow: () => void;
  readonly onEnd: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const active = share.state === 'active';
  const date = formatMoment(share.notAfter, language);
  return (
    <article className="card">
      <div className="row row-between grant-head">
        <h2>{share.label}</h2>
        <span className="badges">
          {share.passcode && <Badge icon="lock">{t('shares.passcode')}</Badge>}
          <Badge tone={active ? 'success' : 'neutral'}>{t(`shareStates.${share.state}`)}</Badge>
        </span>
      </div>
      <p className="list-row-meta">
        <span>{active ? t('shares.until', { date }) : t('shares.ended', { date })}</span>
        <span>
          {share.maxOpenings === undefined
            ? t('shares.openings', { count: share.openings })
            : t('shares.openingsOf', { count: share.openings, max: share.maxOpenings })}
        </span>
      </p>
      <p>{share.documents.join(', ')}</p>
      {active && (
        <div className="row">
          {share.link !== undefined && (
            <Button icon="qr" onPress={onShow}>
              {t('shares.show')}
            </Button>
          )}
          <Button variant="danger" pending={share.ending ?? false} onPress={onEnd}>
            {share.ending === true ? t('shares.ending') : t('shares.end')}
          </Button>
        </div>
      )}
    </article>
  );
}

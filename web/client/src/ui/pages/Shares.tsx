/** The shares that were made: state, openings, showing the code again, ending. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import { Badge } from '../components/Badge';
import { Button, LinkButton } from '../components/Button';
import { ConfirmDialog, Dialog } from '../components/Dialog';
import { EmptyState } from '../components/EmptyState';
import { Loaded } from '../components/Loaded';
import { ErrorNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { ShareCode } from '../components/ShareCode';
import { isTerm, ShareTermFields } from '../components/ShareTermFields';
import { TextField } from '../components/TextField';
import type { Loadable, ShareExtension, ShareTerm, ShareView, Submission } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface SharesProps {
  readonly shares: Loadable<readonly ShareView[]>;
  /** The ending under way. */
  readonly action: Submission;
  readonly onEnd: (share: string) => void;
  readonly onExtend: (share: string, values: ShareExtension) => void;
  readonly now: Date;
}

export function Shares({ shares, ...rest }: SharesProps) {
  const { t } = useTranslation();
  const create = (
    <div className="row page-actions">
      <LinkButton href={ROUTES.view} icon="scan">
        {t('shareMore.enter')}
      </LinkButton>
      <LinkButton href={`${ROUTES.shareNew}?summary=1`} icon="user">
        {t('profile.share')}
      </LinkButton>
      <LinkButton href={ROUTES.shareNew} variant="primary" icon="add">
        {t('shares.new')}
      </LinkButton>
    </div>
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
            <ShareList shares={value} {...rest} />
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
  onExtend,
  now,
}: Omit<SharesProps, 'shares'> & { readonly shares: readonly ShareView[] }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<{
    readonly id: string;
    readonly what: 'show' | 'end' | 'extend';
  } | null>(null);
  const about = shares.find((one) => one.id === asked?.id && isOpen(one));
  const close = () => setAsked(null);
  return (
    <div className="stack">
      {shares.map((one) => (
        <Share
          key={one.id}
          share={one}
          onShow={() => setAsked({ id: one.id, what: 'show' })}
          onEnd={() => setAsked({ id: one.id, what: 'end' })}
          onExtend={() => setAsked({ id: one.id, what: 'extend' })}
        />
      ))}
      <Dialog
        title={t('shareNew.readyTitle')}
        open={about !== undefined && asked?.what === 'show'}
        onClose={close}
      >
        {about && <ShareCode share={about} />}
      </Dialog>
      {about && asked?.what === 'extend' && (
        <ExtendDialog
          action={action}
          now={now}
          onExtend={(values) => {
            onExtend(about.id, values);
            close();
          }}
          onClose={close}
        />
      )}
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
  onExtend,
}: {
  readonly share: ShareView;
  readonly onShow: () => void;
  readonly onEnd: () => void;
  readonly onExtend: () => void;
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
          {share.follows && <Badge icon="retry">{t('shareMore.follows')}</Badge>}
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
      {share.opened.length > 0 && <Openings opened={share.opened} />}
      <div className="row">
        {active && share.link !== undefined && (
          <Button icon="qr" onPress={onShow}>
            {t('shares.show')}
          </Button>
        )}
        {isOpen(share) && share.link !== undefined && (
          <Button icon="clock" onPress={onExtend}>
            {t('shareMore.extend')}
          </Button>
        )}
        {!active && (
          <LinkButton href={againHref(share)} icon="retry">
            {t('shareMore.again')}
          </LinkButton>
        )}
        {active && (
          <Button variant="danger" pending={share.ending ?? false} onPress={onEnd}>
            {share.ending === true ? t('shares.ending') : t('shares.end')}
          </Button>
        )}
      </div>
    </article>
  );
}

/** When, and by whom as they said: nobody checked the name. */
function Openings({ opened }: Pick<ShareView, 'opened'>) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <details>
      <summary>{t('received.name.openings')}</summary>
      <ul className="share-openings">
        {opened.map(({ time, name, client }, index) => (
          <li key={index}>
            {[
              formatMoment(time, language),
              name === undefined ? t('received.name.unnamed') : t('received.name.said', { name }),
              ...(client === undefined ? [] : [t(`received.clients.${client}`)]),
            ].join(' · ')}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ExtendDialogProps {
  readonly action: Submission;
  readonly now: Date;
  readonly onExtend: (values: ShareExtension) => void;
  readonly onClose: () => void;
}

function ExtendDialog({ action, now, onExtend, onClose }: ExtendDialogProps) {
  const { t } = useTranslation();
  const [term, setTerm] = useState<ShareTerm>({ duration: '1h' });
  const [more, setMore] = useState('0');
  const [tried, setTried] = useState(false);
  const count = Number(more);
  const badCount = !(Number.isInteger(count) && count >= 0 && count <= 1000);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!badCount && isTerm(term, now)) onExtend({ ...term, more: count });
  };
  return (
    <Dialog title={t('shareMore.extendTitle')} open onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <p>{t('shareMore.extendText')}</p>
        <ShareTermFields term={term} onChange={setTerm} now={now} tried={tried} />
        <TextField
          label={t('shareMore.more')}
          value={more}
          onChange={setMore}
          type="number"
          inputMode="numeric"
          min={0}
          max={1000}
          error={badCount ? t('common.required') : undefined}
        />
        <ErrorNotice error={action.error} />
        <div className="dialog-actions">
          <Button type="submit" variant="primary" pending={action.pending}>
            {t('shareMore.extend')}
          </Button>
          <Button onPress={onClose}>{t('common.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Neither ended nor over: one whose openings are used up may be given more. */
function isOpen({ state }: ShareView): boolean {
  return state === 'active' || state === 'used';
}

/** The page for a new share, with the same documents chosen. */
function againHref({ documentIds }: ShareView): string {
  const chosen = documentIds.map((id) => `document=${encodeURIComponent(id)}`);
  return `${ROUTES.shareNew}?${chosen.join('&')}`;
}

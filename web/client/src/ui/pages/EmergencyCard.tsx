/** The emergency card: what it says is chosen field by field, seen before it is printed. */
import { useTranslation } from 'react-i18next';
import { Button, LinkButton } from '../components/Button';
import { Card } from '../components/Card';
import { Checkbox } from '../components/Choice';
import { Loaded } from '../components/Loaded';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { QrCode } from '../components/QrCode';
import type { Loadable, Submission } from '../models';
import { ROUTES } from '../paths';
import type { CardField, CardView } from '../profileModels';

export interface EmergencyCardProps {
  readonly card: Loadable<CardView>;
  readonly chosen: readonly CardField[];
  /** The page to print is being made. */
  readonly action: Submission;
  readonly onChoose: (chosen: readonly CardField[]) => void;
  readonly onDownload: () => void;
}

export function EmergencyCard({ card, ...rest }: EmergencyCardProps) {
  const { t } = useTranslation();
  return (
    <Page
      title={t('profile.cardPage.title')}
      lead={t('profile.cardPage.lead')}
      back={{ href: ROUTES.profile, label: t('profile.title') }}
      width="reading"
    >
      <Loaded of={card}>{(value) => <Content card={value} {...rest} />}</Loaded>
    </Page>
  );
}

function Content({
  card,
  chosen,
  action,
  onChoose,
  onDownload,
}: Omit<EmergencyCardProps, 'card'> & { readonly card: CardView }) {
  const { t } = useTranslation();
  // The name alone is always at hand: it makes no card.
  if (card.available.every((field) => field === 'name')) {
    return (
      <Notice>
        <p>{t('profile.cardPage.nothingToSay')}</p>
        <div>
          <LinkButton href={ROUTES.profile}>{t('profile.fill')}</LinkButton>
        </div>
      </Notice>
    );
  }
  return (
    <div className="stack-l">
      <Notice tone="warning">
        <p>{t('profile.cardPage.warning')}</p>
      </Notice>
      <Card title={t('profile.cardPage.choose')}>
        <fieldset className="stack-s choose-fields" aria-label={t('profile.cardPage.choose')}>
          {card.available.map((field) => (
            <Checkbox
              key={field}
              selected={chosen.includes(field)}
              onChange={(on) => onChoose(on ? [...chosen, field] : chosen.filter((one) => one !== field))}
            >
              {t(`profile.cardPage.fields.${field}`)}
            </Checkbox>
          ))}
        </fieldset>
      </Card>
      {card.text === '' ? (
        <p role="status" className={card.tooLong ? 'field-error' : 'muted'}>
          {card.tooLong ? t('profile.cardPage.tooLong') : t('profile.cardPage.pick')}
        </p>
      ) : (
        <Card title={t('profile.cardPage.preview')}>
          <pre className="card-text">{card.text}</pre>
          <QrCode text={card.text} label={t('profile.cardPage.code')} />
          <ErrorNotice error={action.error} />
          <Button variant="primary" icon="print" wide pending={action.pending} onPress={onDownload}>
            {action.pending ? t('profile.cardPage.making') : t('profile.cardPage.download')}
          </Button>
          <p className="muted small">{t('profile.cardPage.local')}</p>
        </Card>
      )}
    </div>
  );
}

/** First page: what Coffre is, in one screen, and the two ways in. Static, so that it shows at once. */
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../components/Button';
import { Icon } from '../components/Icon';
import type { IconName } from '../components/Icon';
import { ROUTES } from '../paths';

const POINTS: readonly { readonly key: 'sealed' | 'grant' | 'share' | 'journal'; readonly icon: IconName }[] =
  [
    { key: 'sealed', icon: 'lock' },
    { key: 'grant', icon: 'stethoscope' },
    { key: 'share', icon: 'qr' },
    { key: 'journal', icon: 'journal' },
  ];

export function Welcome() {
  const { t } = useTranslation();
  return (
    <div className="page welcome">
      <section className="welcome-hero">
        <h1>{t('welcome.title')}</h1>
        <p className="welcome-lead">{t('welcome.lead')}</p>
        <div className="row">
          <LinkButton href={ROUTES.signUp} variant="primary" icon="key">
            {t('nav.signUp')}
          </LinkButton>
          <LinkButton href={ROUTES.signIn}>{t('nav.signIn')}</LinkButton>
        </div>
      </section>
      <ul className="welcome-points">
        {POINTS.map(({ key, icon }) => (
          <li key={key}>
            <span className="empty-mark">
              <Icon name={icon} />
            </span>
            <div>
              <h2>{t(`welcome.points.${key}`)}</h2>
              <p className="muted">{t(`welcome.points.${key}Text`)}</p>
            </div>
          </li>
        ))}
      </ul>
      <section className="welcome-foot">
        <p>
          <strong>{t('welcome.professional')}</strong> {t('welcome.professionalText')}
        </p>
        <LinkButton href={`${ROUTES.signUp}?role=professional`} variant="plain" icon="stethoscope">
          {t('welcome.professionalLink')}
        </LinkButton>
        <p className="muted">{t('welcome.viewer')}</p>
      </section>
    </div>
  );
}

/** How hard a password is to guess: four bars and a sentence, announced politely. */
import { useTranslation } from 'react-i18next';
import type { PasswordStrength } from '../models';

const WORDS = ['weak', 'weak', 'fair', 'good', 'strong'] as const;

export function StrengthMeter({ strength }: { readonly strength: PasswordStrength | null }) {
  const { t } = useTranslation();
  const score = strength?.score ?? 0;
  const filled = strength === null ? 0 : Math.max(1, score);
  const word = strength === null ? 'none' : strength.acceptable ? WORDS[score] : score >= 2 ? 'fair' : 'weak';
  const tone = word === 'strong' ? 'good' : word;
  return (
    <div className="strength">
      <div className="strength-bars" aria-hidden="true">
        {[1, 2, 3, 4].map((bar) => (
          <i key={bar} data-on={bar <= filled ? tone : undefined} />
        ))}
      </div>
      <p role="status">
        <span className="muted">{t('password.strength')}</span> {t(`password.scores.${word}`)}
        {strength?.reason !== undefined && !strength.acceptable && (
          <> {t(`password.reasons.${strength.reason}`)}</>
        )}
      </p>
    </div>
  );
}

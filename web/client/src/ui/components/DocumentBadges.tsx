/** Titles of a few documents as badges; past `limit`, how many more. */
import { useTranslation } from 'react-i18next';
import { Badge } from './Badge';

export interface DocumentBadgesProps {
  /** Undefined for a document that was removed. */
  readonly titles: readonly (string | undefined)[];
  readonly limit?: number;
}

export function DocumentBadges({ titles, limit = 6 }: DocumentBadgesProps) {
  const { t } = useTranslation();
  const texts = titles.map((title) => title ?? t('named.gone'));
  const more = texts.length - limit;
  return (
    <span className="badges">
      {texts.slice(0, limit).map((text, index) => (
        <Badge key={`${String(index)} ${text}`} icon="document">
          {text}
        </Badge>
      ))}
      {more > 0 && (
        <Badge>
          <span title={texts.slice(limit).join(', ')}>+{more}</span>
        </Badge>
      )}
    </span>
  );
}

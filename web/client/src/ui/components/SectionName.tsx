/** A section's name and its icon. */
import { useTranslation } from 'react-i18next';
import type { SectionView } from '../models';
import { Badge } from './Badge';

/** Names sections in the reader's language; `custom` ones have their own name. */
export function useSectionName(): (section: SectionView) => string {
  const { t } = useTranslation();
  return (section) =>
    section.kind === 'custom' && section.name !== undefined ? section.name : t(`sections.${section.kind}`);
}

/** A few sections as badges; past `limit`, how many more. */
export function SectionBadges({
  sections,
  limit = 6,
}: {
  readonly sections: readonly SectionView[];
  readonly limit?: number;
}) {
  const nameOf = useSectionName();
  const more = sections.length - limit;
  return (
    <span className="badges">
      {sections.slice(0, limit).map((section) => (
        <Badge key={section.id}>{nameOf(section)}</Badge>
      ))}
      {more > 0 && (
        <Badge>
          <span title={sections.slice(limit).map(nameOf).join(', ')}>+{more}</span>
        </Badge>
      )}
    </span>
  );
}

/** Rights in words, reading first. */
import { useTranslation } from 'react-i18next';
import type { Right } from '../models';

const ORDER: readonly Right[] = ['read', 'add'];

export function Rights({ rights }: { readonly rights: readonly Right[] }) {
  const { t } = useTranslation();
  return (
    <span>
      {ORDER.filter((right) => rights.includes(right))
        .map((right) => t(`rights.${right}`))
        .join(', ')}
    </span>
  );
}

/** A search box with its own clear button. */
import { Input, SearchField as AriaSearchField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import { Icon } from './Icon';

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const { t } = useTranslation();
  return (
    <AriaSearchField aria-label={label} value={value} onChange={onChange} className="field">
      <div className="input-group input-group-lead">
        <Icon name="search" />
        <Input className="input" placeholder={label} />
        {value !== '' && <IconButton icon="close" label={t('common.clearSearch')} />}
      </div>
    </AriaSearchField>
  );
}

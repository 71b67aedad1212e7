/** The buttons below a form of the profile. */
import { useTranslation } from 'react-i18next';
import { Button } from './Button';

export interface ProfileActionsProps {
  /** None for what is only being added. */
  readonly onRemove: (() => void) | undefined;
  readonly onClose: () => void;
}

export function ProfileActions({ onRemove, onClose }: ProfileActionsProps) {
  const { t } = useTranslation();
  return (
    <div className="dialog-actions">
      <Button type="submit" variant="primary">
        {t('common.save')}
      </Button>
      {onRemove !== undefined && (
        <Button variant="danger" icon="trash" onPress={onRemove}>
          {t('profile.remove')}
        </Button>
      )}
      <Button onPress={onClose}>{t('common.cancel')}</Button>
    </div>
  );
}

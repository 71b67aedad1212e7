/** Short messages at the bottom of the screen; React Aria keeps them reachable and announced. */
import {
  Text,
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as AriaToastRegion,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';

export interface ToastMessage {
  readonly text: string;
}

export type Toasts = ToastQueue<ToastMessage>;

/** One queue per app: made by the wiring, passed to the region, `add({ text })` from anywhere that holds it. */
export function createToasts(): Toasts {
  return new ToastQueue<ToastMessage>({ maxVisibleToasts: 2 });
}

export function ToastRegion({ toasts }: { readonly toasts: Toasts }) {
  const { t } = useTranslation();
  return (
    <AriaToastRegion queue={toasts} className="toasts" aria-label={t('common.notifications')}>
      {({ toast }) => (
        <AriaToast toast={toast} className="toast">
          <ToastContent>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          <Button slot="close" variant="plain">
            {t('common.close')}
          </Button>
        </AriaToast>
      )}
    </AriaToastRegion>
  );
}

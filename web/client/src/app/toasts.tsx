/** Short messages that belong to no page: the app's one queue, and where it shows. */
import { createContext, use, useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { createToasts, ToastRegion, type Toasts } from '../ui/components/Toast';
import { codeOf } from '../worker/connect';

const Context = createContext<Toasts | null>(null);

export function ToastsProvider({ children }: { readonly children: ReactNode }) {
  const [toasts] = useState(createToasts);
  return (
    <Context value={toasts}>
      {children}
      <ToastRegion toasts={toasts} />
    </Context>
  );
}

/** Says in a few words why something failed. */
export function useComplaint(): (thrown: unknown) => void {
  const toasts = use(Context);
  const { t } = useTranslation();
  return useCallback(
    (thrown: unknown) => {
      toasts?.add({ text: t(`errors.${codeOf(thrown)}`) });
    },
    [toasts, t],
  );
}

/** Says something in a few words, wherever the person is by then. */
export function useSay(): (text: string) => void {
  const toasts = use(Context);
  return useCallback((text: string) => void toasts?.add({ text }), [toasts]);
}

/** What takes the place of a long form is seen, and read aloud, from its top. */
import { useEffect } from 'react';
import { goToPage } from './useTitle';

/** Goes there once `shown` is true. */
export function useTop(shown: boolean): void {
  useEffect(() => {
    if (!shown) return;
    void window.scrollTo(0, 0);
    goToPage();
  }, [shown]);
}

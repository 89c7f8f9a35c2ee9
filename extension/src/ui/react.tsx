/** What every React page needs: its root, icons, and values that tell when they changed. */
import { useSyncExternalStore, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import { localizePage, locale } from '../model/i18n.ts';
import type { Observable } from '../model/observable.ts';
import { dressPage } from '../model/prefs.ts';
import type { IconName } from './icon-names.ts';

/** Show a page. */
export function showPage(page: ReactNode): void {
  localizePage();
  dressPage();
  const element = document.getElementById('app');
  if (element === null) throw new Error('the page has no #app');
  createRoot(element).render(<I18nProvider locale={locale}>{page}</I18nProvider>);
}

/** The value of an observable, and again whenever it changes. */
export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(
    (listener) => observable.subscribe(listener),
    () => observable.value,
  );
}

/** An icon of the sprite; decoration only. */
export function Icon({
  name,
  className = '',
}: {
  readonly name: IconName;
  readonly className?: string;
}): ReactNode {
  return (
    <svg className={`i ${className}`} aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

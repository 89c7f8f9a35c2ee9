/** @jsxImportSource preact */
/** What every Preact page needs: its root, icons, and values that tell when they changed. */
import { render, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { localizePage } from '../model/i18n.ts';
import type { Observable } from '../model/observable.ts';
import { dressPage } from '../model/prefs.ts';
import type { IconName } from './icon-names.ts';

/** Show a page. */
export function showSmallPage(page: JSX.Element): void {
  localizePage();
  dressPage();
  const element = document.getElementById('app');
  if (element === null) throw new Error('the page has no #app');
  render(page, element);
}

/** The value of an observable, and again whenever it changes. */
export function useValue<T>(observable: Observable<T>): T {
  const [, again] = useState(0);
  const { value } = observable;
  useEffect(() => {
    const tell = (): void => again((count) => count + 1);
    // What changed between the first drawing and now.
    if (!Object.is(value, observable.value)) tell();
    return observable.subscribe(tell);
  }, [observable]);
  return value;
}

/** An icon of the sprite; decoration only. */
export function SmallIcon({
  name,
  class: more = '',
}: {
  readonly name: IconName;
  readonly class?: string;
}): JSX.Element {
  return (
    <svg class={`i ${more}`} aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

/** The mark of the product. `idle`: without the arrow that stands for transfers. */
export function Mark({ isIdle = false }: { readonly isIdle?: boolean }): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path class="mk-b" d="M14 5v4A6 6 0 012 9h4a2 2 0 004 0V5z" />
      <path class="mk-p" d="M10 1h4v3h-4zM2 6h4v2H2z" />
      {!isIdle && <path class="mk-s" d="M1 0h6L4 4.500z" />}
    </svg>
  );
}

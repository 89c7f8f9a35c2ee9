/** Lines about the interface that have a form of their own: the theme, and the language as it is. */
import { type KeyboardEvent, type ReactNode } from 'react';
import { direction, locale } from '../model/i18n.ts';
import { choiceText, PREF_CHOICES } from './choices.ts';
import { useLine } from './line.tsx';
import { useSettingsPage } from './page.ts';

/** The theme, each as a small picture. */
export function Theme(): ReactNode {
  const { row, titleId } = useLine();
  const { prefs, changePrefs } = useSettingsPage();
  const themes = PREF_CHOICES.theme;
  const choose = (theme: (typeof themes)[number]): void =>
    void changePrefs(row.title, { theme }, choiceText(`theme.${theme}`));
  const onKeyDown = (event: KeyboardEvent): void => {
    const back = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const step = [forward, 'ArrowDown'].includes(event.key)
      ? 1
      : [back, 'ArrowUp'].includes(event.key)
        ? -1
        : 0;
    const next = themes[(themes.indexOf(prefs.theme) + step + themes.length) % themes.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    choose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-theme-choice="${next}"]`)?.focus();
  };
  return (
    <div className="themes" role="radiogroup" aria-labelledby={titleId} onKeyDown={onKeyDown}>
      {themes.map((theme) => (
        <button
          key={theme}
          type="button"
          role="radio"
          className="th"
          data-theme-choice={theme}
          aria-checked={prefs.theme === theme}
          tabIndex={prefs.theme === theme ? 0 : -1}
          onClick={() => choose(theme)}
        >
          <i className={theme} />
          {choiceText(`theme.${theme}`)}
        </button>
      ))}
    </div>
  );
}

/** The language in force, which is the browser's. */
export function Language(): ReactNode {
  const name = new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
  return <span className="mut">{name}</span>;
}

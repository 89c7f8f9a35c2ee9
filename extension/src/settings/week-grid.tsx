/** The hours of slow mode, painted with the pointer or with keys. */
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { direction, locale, t } from '../model/i18n.ts';
import { useLine } from './line.tsx';
import { Switch } from './plain.tsx';
import { useSettingsPage } from './page.ts';
import { cellOfKey, DAYS, HOURS, isWhole, painted, spansOf, summaryOf, weekOf, type Week } from './week.ts';

// 1 January 2024 was a Monday.
const dayNames = (style: 'short' | 'long'): readonly string[] => {
  const format = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' });
  return Array.from({ length: DAYS }, (_, day) => format.format(Date.UTC(2024, 0, 1 + day)));
};
const SHORT = dayNames('short');
const LONG = dayNames('long');
const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });
const hourText = (hour: number): string => clock.format(Date.UTC(2024, 0, 1, hour % HOURS));

/** The switch of the hours. */
export function ScheduleSwitch(): ReactNode {
  const { row } = useLine();
  const { values, change } = useSettingsPage();
  return (
    <Switch
      isOn={values['slowMode.scheduleOn']}
      onChange={(isOn) =>
        void change(row.title, { 'slowMode.scheduleOn': isOn }, t(isOn ? 'settings_on' : 'settings_off'))
      }
    />
  );
}

/** The week. */
export function WeekGrid(): ReactNode {
  const { row, titleId } = useLine();
  const { values, change } = useSettingsPage();
  const spans = values['slowMode.schedule'];
  const saved = weekOf(spans);
  const [focus, setFocus] = useState(8);
  const [paint, setPaint] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const shown = paint === null ? saved : painted(saved, paint.from, paint.to, !saved.has(paint.from));
  const save = (week: Week): void => {
    void change(row.title, { 'slowMode.schedule': spansOf(week) });
  };
  const go = (cell: number): void => {
    setFocus(cell);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${cell}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = cellOfKey(event.key, focus, direction === 'rtl');
    if (next !== null) {
      event.preventDefault();
      if (event.shiftKey) save(painted(saved, focus, next, saved.has(focus)));
      go(next);
    } else if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      save(painted(saved, focus, focus, !saved.has(focus)));
    }
  };
  const cellAt = (event: PointerEvent): number | null => {
    const target = document.elementFromPoint(event.clientX, event.clientY);
    const cell = target instanceof HTMLElement ? target.dataset['cell'] : undefined;
    return cell === undefined ? null : Number(cell);
  };
  const onPointerDown = (event: PointerEvent): void => {
    const cell = cellAt(event);
    if (cell === null || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setFocus(cell);
    setPaint({ from: cell, to: cell });
  };
  const onPointerMove = (event: PointerEvent): void => {
    const cell = paint === null ? null : cellAt(event);
    if (cell !== null && paint !== null && cell !== paint.to) setPaint({ from: paint.from, to: cell });
  };
  const onPointerUp = (): void => {
    if (paint === null) return;
    setPaint(null);
    save(shown);
  };
  return (
    <div className="weekbox">
      <div
        ref={grid}
        className="week"
        role="grid"
        aria-labelledby={titleId}
        aria-multiselectable="true"
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setPaint(null)}
      >
        <div className="hours" aria-hidden="true">
          {[0, 6, 12, 18].map((hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </div>
        {SHORT.map((day, index) => (
          <Day key={day} day={index} week={shown} focus={focus} />
        ))}
      </div>
      {!isWhole(spans) && <p className="dim small">{t('settings_schedule_parts')}</p>}
      <div className="row">
        <p className="grow mut small num" aria-live="polite">
          {weekWords(shown)}
        </p>
        <button
          type="button"
          className="b sm"
          onClick={() => save(painted(new Set(), 8, 4 * HOURS + 17, true))}
        >
          {t('settings_schedule_work')}
        </button>
        <button
          type="button"
          className="b sm"
          onClick={() => save(painted(new Set(), 0, DAYS * HOURS - 1, true))}
        >
          {t('settings_schedule_all')}
        </button>
        <button type="button" className="b sm" onClick={() => save(new Set())}>
          {t('settings_schedule_none')}
        </button>
      </div>
    </div>
  );
}

interface DayProps {
  readonly day: number;
  readonly week: Week;
  readonly focus: number;
}

function Day({ day, week, focus }: DayProps): ReactNode {
  return (
    <div role="row" className="day">
      <b role="rowheader">{SHORT[day]}</b>
      {Array.from({ length: HOURS }, (_, hour) => {
        const cell = day * HOURS + hour;
        const isOn = week.has(cell);
        return (
          <span
            key={cell}
            role="gridcell"
            data-cell={cell}
            className={isOn ? 'on' : ''}
            aria-selected={isOn}
            aria-label={t('settings_schedule_cell', LONG[day] ?? '', hourText(hour), hourText(hour + 1))}
            tabIndex={cell === focus ? 0 : -1}
          />
        );
      })}
    </div>
  );
}

/** `Mon, Tue: 08:00 to 18:00 · Sat: …`. */
function weekWords(week: Week): string {
  const parts = summaryOf(week).map(({ days, from, to }) => {
    const names = days.map((day) => SHORT[day] ?? '').join(', ');
    return t('settings_schedule_summary', names, hourText(from), hourText(to));
  });
  return parts.length === 0 ? t('settings_schedule_empty') : parts.join(' · ');
}

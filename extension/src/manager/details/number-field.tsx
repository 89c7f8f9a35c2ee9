/** A field for a number that may be left empty. Decides when a value is taken: on Enter or when left, if it is one. */
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { locale, t } from '../../model/i18n.ts';

/** What a number field is given. */
export interface NumberFieldProps {
  readonly label: string;
  /** Null = empty. */
  readonly value: number | null;
  readonly unit: string;
  /** Shown while it is empty: what holds then. */
  readonly placeholder: string;
  readonly min: number;
  readonly max: number;
  /** Digits after the point. */
  readonly digits?: number;
  readonly onChange: (value: number | null) => void;
}

/** The field; while what was typed is no such number it says so, and the old value stays in force. */
export function NumberField(props: NumberFieldProps): ReactNode {
  const { label, value, unit, placeholder, min, max, digits = 0, onChange } = props;
  const shown = value === null ? '' : String(value);
  const [text, setText] = useState(shown);
  const [isWrong, setWrong] = useState(false);
  const hint = useId();
  useEffect(() => {
    setText(shown);
    setWrong(false);
  }, [shown]);
  const take = (): void => {
    const typed = text.trim().replace(',', '.');
    if (typed === shown) return setWrong(false);
    const number = Number(typed);
    const isNumber = /^\d+(?:\.\d+)?$/.test(typed) && number >= min && number <= max;
    const isFine = typed === '' || (isNumber && (typed.split('.')[1]?.length ?? 0) <= digits);
    setWrong(!isFine);
    if (isFine) onChange(typed === '' ? null : number);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') take();
    if (event.key === 'Escape' && (text !== shown || isWrong)) {
      event.stopPropagation();
      setText(shown);
      setWrong(false);
    }
  };
  const number = new Intl.NumberFormat(locale);
  return (
    <span className="numf">
      <span className={isWrong ? 'f bad' : 'f'}>
        <input
          inputMode={digits > 0 ? 'decimal' : 'numeric'}
          aria-label={label}
          value={text}
          placeholder={placeholder}
          aria-invalid={isWrong}
          {...(isWrong ? { 'aria-describedby': hint } : {})}
          onChange={(event) => setText(event.target.value)}
          onBlur={take}
          onKeyDown={onKeyDown}
        />
        <span className="unit">{unit}</span>
      </span>
      {isWrong && (
        <span id={hint} className="wrong" role="alert">
          {t('number_between', number.format(min), number.format(max))}
        </span>
      )}
    </span>
  );
}

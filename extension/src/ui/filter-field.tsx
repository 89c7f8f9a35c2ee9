/** A field that narrows a list down as it is typed in. What it leaves of the list is decided by its owner. */
import type { KeyboardEvent, ReactNode } from 'react';
import { Icon } from './react.tsx';

/** What a filter is given. */
export interface FilterFieldProps {
  readonly label: string;
  /** Shown while it is empty. */
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The field; Escape empties it, and means what it means on the page only when there is nothing to empty. */
export function FilterField({ label, hint, value, onChange }: FilterFieldProps): ReactNode {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || value === '') return;
    event.stopPropagation();
    onChange('');
  };
  return (
    <span className="f quiet">
      <Icon name="filter" />
      <input
        type="search"
        aria-label={label}
        placeholder={hint}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </span>
  );
}

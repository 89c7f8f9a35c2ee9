/** A box to tick, with its words beside it. */
import type { ReactNode } from 'react';

/** What a box is given. */
export interface CheckProps {
  readonly text: string;
  /** Shown under the pointer. */
  readonly hint?: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** The box. */
export function Check({ text, hint, isOn, onChange }: CheckProps): ReactNode {
  return (
    <label title={hint}>
      <input
        className="cb"
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
      {text}
    </label>
  );
}

/** A small field for lines of text with a button, as for addresses. What the lines mean is decided by its owner. */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { t } from '../../model/i18n.ts';
import { Icon } from '../../ui/react.tsx';

/** What a field is given. */
export interface LineEditorProps {
  readonly label: string;
  readonly hint?: string;
  readonly example: string;
  readonly text: string;
  readonly rows: number;
  readonly doneText: string;
  /** Takes the text; or gives a sentence that says what is wrong with it, and then the field stays. */
  readonly onDone: (text: string) => string | null;
  readonly onClose: () => void;
}

/** The field: Ctrl Enter is done, Escape leaves. */
export function LineEditor(props: LineEditorProps): ReactNode {
  const { label, hint, example, rows, doneText, onDone, onClose } = props;
  const [text, setText] = useState(props.text);
  const [wrong, setWrong] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const [opener] = useState(() => document.activeElement);
  useEffect(() => field.current?.focus(), []);
  const close = (): void => {
    onClose();
    if (opener instanceof HTMLElement) opener.focus();
  };
  const finish = (): void => {
    const sentence = onDone(text);
    if (sentence === null) close();
    else setWrong(sentence);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) finish();
    else return;
    event.stopPropagation();
    event.preventDefault();
  };
  return (
    <div className="lines">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        ref={field}
        dir="ltr"
        className="mono"
        rows={rows}
        spellCheck={false}
        placeholder={example}
        value={text}
        aria-invalid={wrong !== ''}
        aria-describedby={`${id}h`}
        onChange={(event) => {
          setText(event.target.value);
          setWrong('');
        }}
        onKeyDown={onKeyDown}
      />
      <p id={`${id}h`} className={wrong === '' ? 'dim' : 'wrong'} role={wrong === '' ? undefined : 'alert'}>
        {wrong !== '' && <Icon name="alert" className="s" />}
        {wrong === '' ? (hint ?? '') : wrong}
      </p>
      <span className="row">
        <button type="button" className="b sm pri" onClick={finish}>
          {doneText}
        </button>
        <button type="button" className="b sm" onClick={close}>
          {t('lines_cancel')}
        </button>
      </span>
    </div>
  );
}

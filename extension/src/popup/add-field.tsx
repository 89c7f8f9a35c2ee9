/** @jsxImportSource preact */
/** Where links are pasted and files chosen. What a text names is decided by model/sources. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../model/i18n.ts';
import { SmallIcon } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';

/** A window that a file is chosen in closes the popup of Firefox; the add dialog has such a button too. */
const CAN_CHOOSE_FILES = __TARGET__ !== 'firefox';

/** The field, and the button for files. */
export function AddField({
  actions,
  isOffline,
}: {
  readonly actions: Actions;
  readonly isOffline: boolean;
}): JSX.Element {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const chooser = useRef<HTMLInputElement>(null);

  const submit = (given: string): void => {
    const why = actions.addText(given);
    setText(why === null ? '' : given);
    setProblem(why);
  };
  useEffect(() => {
    // Pasted with the focus elsewhere.
    const onPaste = (event: ClipboardEvent): void => {
      if (event.target instanceof HTMLInputElement) return;
      pasteInto(event, submit, actions);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [actions]);

  return (
    <form
      class="add"
      onSubmit={(event) => {
        event.preventDefault();
        submit(text);
      }}
    >
      <div class={`f${problem === null ? '' : ' bad'}`}>
        <SmallIcon name="link" />
        <input
          id="add"
          aria-label={t('popup_add')}
          placeholder={t(isOffline ? 'popup_add_hint_offline' : 'popup_add_hint')}
          aria-invalid={problem !== null}
          aria-describedby="add-problem"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setProblem(null);
          }}
          onPaste={(event) => {
            const given = event.clipboardData?.getData('text/plain') ?? '';
            // A field of one line would run the lines together.
            if (given.trim().includes('\n')) pasteInto(event, submit, actions);
          }}
        />
      </div>
      <button
        type="button"
        class="ib choose"
        aria-label={t('popup_add_file')}
        title={t('popup_add_file')}
        onClick={() => (CAN_CHOOSE_FILES ? chooser.current?.click() : actions.addBlank())}
      >
        <SmallIcon name="file" />
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        multiple
        tabIndex={-1}
        aria-label={t('popup_add_file')}
        accept=".torrent,application/x-bittorrent"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          void actions.addFiles(files);
        }}
      />
      <p class="problem" id="add-problem" role="alert" hidden={problem === null}>
        {problem}
      </p>
    </form>
  );
}

function pasteInto(event: ClipboardEvent, submit: (text: string) => void, actions: Actions): void {
  const data = event.clipboardData;
  const files = [...(data?.files ?? [])];
  const text = data?.getData('text/plain') ?? '';
  if (files.length === 0 && text.trim() === '') return;
  event.preventDefault();
  if (files.length > 0) void actions.addFiles(files);
  else submit(text);
}

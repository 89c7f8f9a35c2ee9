/** Nothing to add yet: links are typed or pasted, files dropped or chosen. */
import { useEffect, useId, useRef, useState, type ClipboardEvent, type ReactNode } from 'react';
import { t, tn } from '../model/i18n.ts';
import type { AddSource } from '../model/link.ts';
import { fileSource, problemText, sourcesIn } from '../model/sources.ts';
import { Icon } from '../ui/react.tsx';
import { Foot, Head } from './frame.tsx';
import { useKeys } from './keys.ts';

/** What the state is given. */
export interface BlankProps {
  readonly onSources: (sources: readonly AddSource[]) => void;
  readonly onLeave: () => void;
  /** Why files that were dropped are no sources. */
  readonly problem: string;
  readonly onFiles: (files: readonly File[]) => void;
}

/** The state. */
export function Blank({ onSources, onLeave, problem, onFiles }: BlankProps): ReactNode {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  const found = sourcesIn(text);
  const count = found.sources.length;
  const wrong = found.problem === null ? '' : problemOf(found, text);
  // A line that is being typed is not wrong yet.
  const isTold =
    wrong !== '' && (text.includes('\n') || found.problem?.why !== 'unknown' || text.length > 60);
  const go = (): void => {
    if (count > 0) onSources(found.sources);
  };
  useKeys({ onLeave, onAdd: go });
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length > 0) {
      event.preventDefault();
      return onFiles(files);
    }
    // One whole link into an empty field needs no further word.
    const pasted = event.clipboardData.getData('text');
    const { sources, problem: bad } = sourcesIn(pasted);
    if (text.trim() === '' && sources.length === 1 && bad === null) {
      event.preventDefault();
      onSources(sources);
    }
  };
  return (
    <>
      <Head icon="plus" title={t('add_title')} what={[t('add_blank_what')]} onClose={onLeave} />
      <div className="sec blank">
        <div className="drop">
          <Icon name="tray" className="l" />
          <b>{t('add_drop')}</b>
          <button type="button" className="linkb" onClick={() => chooser.current?.click()}>
            {t('add_or_choose')}
          </button>
          <input
            ref={chooser}
            type="file"
            hidden
            multiple
            accept=".torrent,application/x-bittorrent"
            onChange={(event) => onFiles([...(event.target.files ?? [])])}
          />
        </div>
        <label htmlFor={id} className="mut">
          {t('add_one_per_line')}
        </label>
        <textarea
          id={id}
          ref={field}
          rows={4}
          dir="ltr"
          className="mono"
          spellCheck={false}
          value={text}
          aria-invalid={isTold}
          aria-describedby={`${id}p`}
          onChange={(event) => setText(event.target.value)}
          onPaste={onPaste}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || found.lines !== 1 || count !== 1) return;
            event.preventDefault();
            go();
          }}
        />
        <div id={`${id}p`} aria-live="polite">
          {(isTold || problem !== '') && (
            <p className="ferr">
              <Icon name="alert" />
              <span>{isTold ? wrong : problem}</span>
            </p>
          )}
        </div>
      </div>
      <Foot>
        <button type="button" className="b" onClick={onLeave}>
          {t('add_cancel')}
        </button>
        <button type="button" className="b pri main" disabled={count === 0} onClick={go}>
          {isTold && count > 0 ? tn('add_some_of', count, String(found.lines)) : t('add_continue')}
        </button>
      </Foot>
    </>
  );
}

/** What is wrong, and that the rest is not. */
function problemOf(found: ReturnType<typeof sourcesIn>, text: string): string {
  if (found.problem === null || text.trim() === '') return '';
  const sentence = problemText(found.problem, found.lines);
  const fine = found.sources.length;
  return fine === 0 ? sentence : `${sentence} ${tn('add_rest_fine', fine)}`;
}

/** Files as sources, and what is wrong with the first that is none. */
export async function sourcesOf(
  files: readonly File[],
): Promise<{ readonly sources: readonly AddSource[]; readonly problem: string }> {
  const read = await Promise.all(files.map((file) => fileSource(file)));
  const bad = read.indexOf(null);
  return {
    sources: read.filter((source) => source !== null),
    problem: bad < 0 ? '' : t('add_too_large', files[bad]?.name ?? ''),
  };
}

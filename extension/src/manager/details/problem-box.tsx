/** The note above the details of a torrent that has a problem, and what its buttons do. */
import type { Panes, TorrentRow } from '@jstorrent/control';
import type { ReactNode } from 'react';
import { t } from '../../model/i18n.ts';
import { problemNote, type Remedy } from '../../model/problem-notes.ts';
import { Icon } from '../../ui/react.tsx';
import { reannounce, recheck, start } from '../commands/running.ts';
import { useManager } from '../context.tsx';

/** What the note is given. */
export interface ProblemBoxProps {
  readonly row: TorrentRow;
  readonly general: Panes['general'] | null;
}

/** The note; nothing while nothing is wrong. */
export function ProblemBox({ row, general }: ProblemBoxProps): ReactNode {
  const manager = useManager();
  const note = problemNote(row, general);
  if (note === null) return null;
  const ids = [row.id];
  const open = (kind: 'move' | 'locate') => () => manager.dialog.set({ kind, ids });
  const run: Readonly<Record<Remedy, () => unknown>> = {
    again: () => start(manager, ids),
    move: open('move'),
    choose: open('move'),
    locate: open('locate'),
    check: () => recheck(manager, ids),
    ask: () => reannounce(manager, ids),
  };
  return (
    <div className="note" data-st={note.look} role="status">
      <Icon name="alert" />
      <div className="grow">
        <strong>{note.title}</strong>
        <p dir="auto">{note.text}</p>
      </div>
      {note.remedies.map((remedy) => (
        <button key={remedy} type="button" className="b sm out" onClick={() => void run[remedy]()}>
          {t(`remedy_${remedy}`)}
        </button>
      ))}
    </div>
  );
}

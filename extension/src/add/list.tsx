/** Several torrents to be added: each by itself or all together, with the same options. */
import { useState, type ReactNode } from 'react';
import { textOf } from '../model/failures.ts';
import type { Waiting } from '../model/add-queue.ts';
import type { FolderBook } from '../model/folders.ts';
import { t, tn } from '../model/i18n.ts';
import type { Session } from '../model/session.ts';
import { controlSource, sourceName } from '../model/sources.ts';
import { Icon } from '../ui/react.tsx';
import { addOptions, type Choice } from './choice.ts';
import { Foot, Head, MainButton } from './frame.tsx';
import { useKeys } from './keys.ts';
import { Options } from './options.tsx';

/** What the list is given. */
export interface ListProps {
  readonly session: Session;
  readonly book: FolderBook;
  readonly waiting: readonly Waiting[];
  readonly defaults: Choice;
  readonly knownLabels: readonly string[];
  readonly onChoose: (id: string) => void;
  readonly onDone: (id: string) => void;
  readonly onLeave: () => void;
}

/** What became of one: it is being added, or why it was not. */
type Outcome = 'adding' | { readonly problem: string };

/** The list. */
export function List(props: ListProps): ReactNode {
  const { session, book, waiting, onDone, onLeave } = props;
  const [changed, setChanged] = useState<Partial<Choice>>({});
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const choice = { ...props.defaults, ...changed };
  const note = (id: string, outcome: Outcome): void =>
    setOutcomes((before) => new Map([...before, [id, outcome]]));
  const add = async ({ id, source }: Waiting): Promise<void> => {
    note(id, 'adding');
    try {
      await session.call('torrent.add', { source: controlSource(source), ...addOptions(choice, null) });
      onDone(id);
    } catch (error) {
      const isThere = (error as { code?: string }).code === 'DUPLICATE';
      note(id, { problem: isThere ? t('add_row_have') : textOf(error) });
    }
  };
  const left = waiting.filter(({ id }) => outcomes.get(id) === undefined);
  const isAdding = left.length === 0 && waiting.some(({ id }) => outcomes.get(id) === 'adding');
  const addAll = (): void => {
    if (choice.place !== null) book.remember(choice.place).catch(() => {});
    // At once for all: none of them can be left out or added twice while others are.
    for (const { id } of left) note(id, 'adding');
    // In their order, which becomes that of the queue.
    const run = async (): Promise<void> => {
      for (const entry of left) {
        await add(entry);
      }
    };
    run().catch(() => {});
  };
  useKeys({ onLeave, onAdd: addAll });
  return (
    <>
      <Head
        icon="plus"
        title={tn('add_list_title', waiting.length)}
        what={[t('add_list_what')]}
        onClose={onLeave}
      />
      <ul className="addlist" aria-label={t('add_list')}>
        {waiting.map((entry) => (
          <Row
            key={entry.id}
            entry={entry}
            outcome={outcomes.get(entry.id) ?? null}
            onAdd={() => void add(entry)}
            onChoose={() => props.onChoose(entry.id)}
            onLeaveOut={() => onDone(entry.id)}
          />
        ))}
      </ul>
      <Options
        book={book}
        choice={choice}
        knownLabels={props.knownLabels}
        onChange={(some) => setChanged({ ...changed, ...some })}
        atOnce={null}
        onAtOnce={() => {}}
        isSingle={false}
      />
      <Foot>
        <button type="button" className="b" onClick={onLeave}>
          {t('add_cancel')}
        </button>
        <MainButton
          text={isAdding ? t('add_adding') : tn('add_all_count', left.length)}
          isDisabled={left.length === 0}
          onPress={addAll}
        />
      </Foot>
    </>
  );
}

interface RowProps {
  readonly entry: Waiting;
  readonly outcome: Outcome | null;
  readonly onAdd: () => void;
  readonly onChoose: () => void;
  readonly onLeaveOut: () => void;
}

function Row({ entry, outcome, onAdd, onChoose, onLeaveOut }: RowProps): ReactNode {
  const name = sourceName(entry.source);
  const isAdding = outcome === 'adding';
  const problem = outcome === null || outcome === 'adding' ? '' : outcome.problem;
  return (
    <li>
      <Icon name={entry.source.kind === 'magnet' ? 'magnet' : 'file'} />
      <span className="grow">
        <span className="el nm" dir="auto" title={name}>
          {name}
        </span>
        {isAdding && <span className="dim small">{t('add_row_adding')}</span>}
        {problem !== '' && (
          <span className="ferr" role="alert">
            {problem}
          </span>
        )}
      </span>
      <button
        type="button"
        className="b sm"
        disabled={isAdding}
        aria-label={t('add_row_choose', name)}
        onClick={onChoose}
      >
        {t('add_choose_files')}
      </button>
      <button
        type="button"
        className="b sm out"
        disabled={isAdding}
        aria-label={t('add_row_add', name)}
        onClick={onAdd}
      >
        {t('add_add')}
      </button>
      <button
        type="button"
        className="ib sm"
        disabled={isAdding}
        aria-label={t('add_row_leave', name)}
        onClick={onLeaveOut}
      >
        <Icon name="x" />
      </button>
    </li>
  );
}

/** A menu that opens beside an element or at a point. Decides its form; what its entries do is decided by who opens it. */
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import {
  Header,
  Menu,
  MenuItem,
  MenuSection,
  Popover,
  Separator,
  SubmenuTrigger,
} from 'react-aria-components';
import type { IconName } from './icon-names.ts';
import { Icon } from './react.tsx';

/** One entry; `rule` is a line between entries, `title` names those that follow. */
export type MenuEntry =
  | 'rule'
  | { readonly title: string; readonly entries: readonly MenuEntry[] }
  | {
      readonly id: string;
      readonly text: string;
      readonly icon?: IconName;
      /** The keys that do the same, as people read them. */
      readonly keys?: string;
      readonly isDanger?: boolean;
      readonly isDisabled?: boolean;
      /** One of several that holds now. */
      readonly isOn?: boolean;
      /** The menu stays open: it is pressed again, or others with it. */
      readonly staysOpen?: boolean;
      /** A menu of its own. */
      readonly entries?: readonly MenuEntry[];
    };

/** Where a menu opens: below an element, or at a point of the window. */
export type MenuPlace = Element | { readonly x: number; readonly y: number };

/** What a menu is given. */
export interface PopupMenuProps {
  readonly at: MenuPlace;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly onAction: (id: string) => void;
  readonly onClose: () => void;
}

/** The menu, open as long as it is there. The focus returns to where it was. */
export function PopupMenu({ at, label, entries, onAction, onClose }: PopupMenuProps): ReactNode {
  const point = useRef<HTMLSpanElement>(null);
  const [isPlaced, setPlaced] = useState(false);
  useLayoutEffect(() => setPlaced(true), []);
  const { x, y, width, height } =
    at instanceof Element ? at.getBoundingClientRect() : { ...at, width: 0, height: 0 };
  return (
    <>
      <span
        ref={point}
        aria-hidden="true"
        style={{
          position: 'fixed',
          left: x,
          top: y,
          inlineSize: width,
          blockSize: height,
          pointerEvents: 'none',
        }}
      />
      {isPlaced && (
        <Popover
          className="menu"
          aria-label={label}
          triggerRef={point}
          isOpen
          onOpenChange={(isOpen) => isOpen || onClose()}
          placement="bottom start"
          offset={2}
        >
          <Menu
            aria-label={label}
            className="menulist"
            autoFocus="first"
            onAction={(id) => onAction(String(id))}
            onClose={onClose}
          >
            <Entries entries={entries} onAction={onAction} />
          </Menu>
        </Popover>
      )}
    </>
  );
}

interface EntriesProps {
  readonly entries: readonly MenuEntry[];
  readonly onAction: (id: string) => void;
}

function Entries({ entries, onAction }: EntriesProps): ReactNode {
  return entries.map((entry, place) => {
    if (entry === 'rule') return <Separator key={`rule${place}`} elementType="hr" />;
    if ('title' in entry)
      return (
        <MenuSection key={entry.title}>
          <Header className="lbl">{entry.title}</Header>
          <Entries entries={entry.entries} onAction={onAction} />
        </MenuSection>
      );
    if (entry.entries === undefined) return <Entry key={entry.id} entry={entry} />;
    return (
      <SubmenuTrigger key={entry.id}>
        <Entry entry={entry} />
        <Popover className="menu" offset={-2}>
          <Menu aria-label={entry.text} className="menulist" onAction={(id) => onAction(String(id))}>
            <Entries entries={entry.entries} onAction={onAction} />
          </Menu>
        </Popover>
      </SubmenuTrigger>
    );
  });
}

type Item = Exclude<MenuEntry, 'rule' | { readonly title: string }>;

function Entry({ entry }: { readonly entry: Item }): ReactNode {
  const { id, text, icon, keys, isDanger, isOn, isDisabled, staysOpen, entries } = entry;
  const shown = isOn === undefined ? icon : isOn ? 'check' : undefined;
  return (
    <MenuItem
      id={id}
      textValue={text}
      isDisabled={isDisabled === true}
      {...(staysOpen === true ? { shouldCloseOnSelect: false } : {})}
      className={({ isFocused, isOpen }) =>
        `mi${isFocused || isOpen ? ' on' : ''}${isDanger === true ? ' dan' : ''}`
      }
    >
      {shown === undefined ? <span className="i" /> : <Icon name={shown} />}
      <span className="el">{text}</span>
      {isOn === true && <span className="sr">✓</span>}
      {keys !== undefined && <kbd className="k">{keys}</kbd>}
      {entries !== undefined && (
        <span className="k">
          <Icon name="cr" className="flip" />
        </span>
      )}
    </MenuItem>
  );
}

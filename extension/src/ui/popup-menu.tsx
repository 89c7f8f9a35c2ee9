/** A menu that opens beside an element or at a point. Decides its form; what its entries do is decided by who opens it. */
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Menu, MenuItem, Popover, Separator } from 'react-aria-components';
import type { IconName } from './icon-names.ts';
import { Icon } from './react.tsx';

/** One entry; `rule` is a line between entries. */
export type MenuEntry =
  | 'rule'
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
  const disabled = entries.flatMap((entry) => (entry !== 'rule' && entry.isDisabled ? [entry.id] : []));
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
          triggerRef={point}
          isOpen
          onOpenChange={(isOpen) => isOpen || onClose()}
          placement="bottom start"
          offset={2}
        >
          <Menu
            aria-label={label}
            className="menulist"
            disabledKeys={disabled}
            autoFocus="first"
            onAction={(id) => onAction(String(id))}
            onClose={onClose}
          >
            {entries.map((entry, place) => (
              <Entry key={entry === 'rule' ? `rule${place}` : entry.id} entry={entry} />
            ))}
          </Menu>
        </Popover>
      )}
    </>
  );
}

function Entry({ entry }: { readonly entry: MenuEntry }): ReactNode {
  if (entry === 'rule') return <Separator elementType="hr" />;
  const { id, text, icon, keys, isDanger, isOn } = entry;
  const shown = isOn === undefined ? icon : isOn ? 'check' : undefined;
  return (
    <MenuItem
      id={id}
      textValue={text}
      className={({ isFocused }) => `mi${isFocused ? ' on' : ''}${isDanger === true ? ' dan' : ''}`}
    >
      {shown === undefined ? <span className="i" /> : <Icon name={shown} />}
      {text}
      {isOn === true && <span className="sr">✓</span>}
      {keys !== undefined && <kbd className="k">{keys}</kbd>}
    </MenuItem>
  );
}

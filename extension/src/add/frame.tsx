/** What every state of the add dialog has: a head with an icon and a title, a foot with buttons, and what went wrong. */
import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import type { IconName } from '../ui/icon-names.ts';
import { Icon } from '../ui/react.tsx';

/** What a head is given. */
export interface HeadProps {
  readonly icon: IconName;
  readonly title: string;
  readonly what: readonly string[];
  readonly onClose: () => void;
}

/** The head of the dialog. */
export function Head({ icon, title, what, onClose }: HeadProps): ReactNode {
  return (
    <header className="dh">
      <span className="tile">
        <Icon name={icon} className="l" />
      </span>
      <div className="grow">
        <h1 dir="auto" title={title}>
          {title}
        </h1>
        <p className="num">
          {what.map((part, place) => (
            <span key={part}>
              {place > 0 && ' · '}
              {part}
            </span>
          ))}
        </p>
      </div>
      <button type="button" className="ib" aria-label={t('add_close')} onClick={onClose}>
        <Icon name="x" />
      </button>
    </header>
  );
}

/** The main button; it has the focus from the start, so that Enter adds. */
export function MainButton(props: {
  readonly text: string;
  readonly isDisabled?: boolean;
  readonly onPress: () => void;
}): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button
      type="button"
      ref={button}
      className="b pri main"
      disabled={props.isDisabled === true}
      onClick={props.onPress}
    >
      {props.text}
    </button>
  );
}

/** The foot: what is told at its start, then buttons; above it why the last attempt failed. */
export function Foot(props: {
  readonly problem?: string;
  readonly told?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const { problem = '' } = props;
  return (
    <>
      {problem !== '' && (
        <p className="ferr infoot" role="alert">
          <Icon name="alert" />
          <span>{problem}</span>
        </p>
      )}
      <footer className="ft">
        <div className="space">{props.told}</div>
        {props.children}
      </footer>
    </>
  );
}

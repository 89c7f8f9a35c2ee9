/** Parts that both the first run and the pages of troubles have: commands to copy, systems, the line that waits. */
import { useEffect, useState, type ReactNode } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { t } from '../model/i18n.ts';
import { Icon } from '../ui/react.tsx';
import { SYSTEMS, type System } from './commands.ts';

const COPIED_MS = 2000;

/** A button that copies; says so for a moment. */
export function CopyButton({
  text,
  label,
  isQuiet = false,
}: {
  readonly text: () => string;
  readonly label: string;
  readonly isQuiet?: boolean;
}): ReactNode {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text()).then(
      () => setCopied(true),
      () => {},
    );
  };
  return (
    <button type="button" className={`b sm copy ${isQuiet ? '' : 'out'}`} onClick={copy}>
      <Icon name={isCopied ? 'check' : 'copy'} className="s" />
      <span aria-live="polite">{isCopied ? t('setup_copied') : label}</span>
    </button>
  );
}

/** A command for a terminal. */
export function Command({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="cmd">
      <code tabIndex={0} aria-label={t('setup_command')} role="textbox" aria-readonly="true">
        {text}
      </code>
      <CopyButton text={() => text} label={t('setup_copy')} />
    </div>
  );
}

const NAMES = { linux: 'setup_linux', mac: 'setup_mac', windows: 'setup_windows' } as const;

/** Which system the commands are for. */
export function Systems({
  value,
  onChange,
}: {
  readonly value: System;
  readonly onChange: (system: System) => void;
}): ReactNode {
  const choose = (keys: Iterable<unknown>): void => {
    const [key] = keys;
    const system = SYSTEMS.find((one) => one === key);
    if (system !== undefined) onChange(system);
  };
  return (
    <ToggleButtonGroup
      className="os"
      aria-label={t('setup_systems')}
      selectedKeys={[value]}
      onSelectionChange={choose}
      disallowEmptySelection
    >
      {SYSTEMS.map((system) => (
        <ToggleButton key={system} id={system} className="ostab">
          {t(NAMES[system])}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** It is looked for all the time. */
export function Waiting({
  text,
  isGood = false,
}: {
  readonly text: string;
  readonly isGood?: boolean;
}): ReactNode {
  return (
    <div className={`live${isGood ? ' good' : ''}`} role="status">
      <Icon name={isGood ? 'check' : 'refresh'} className={isGood ? '' : 'spin'} />
      <span>{text}</span>
    </div>
  );
}

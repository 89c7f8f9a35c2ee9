/** The port, and whether others reach us on it. */
import type { Result } from '@jstorrent/control';
import { useState, type ReactNode } from 'react';
import { textOf } from '../model/failures.ts';
import { t } from '../model/i18n.ts';
import type { IconName } from '../ui/icon-names.ts';
import { Icon } from '../ui/react.tsx';
import { useLine } from './line.tsx';
import { NumberField } from './plain.tsx';
import { useSettingsPage } from './page.ts';

type Test = Result<'port.test'>;

const ICONS: Readonly<Record<Test['state'], IconName>> = { open: 'done', closed: 'alert', unknown: 'help' };
const LOOKS = { open: 'done', closed: 'error', unknown: 'queued' } as const;

/** The field, and a test beside it. */
export function Port(): ReactNode {
  const { say } = useLine();
  const { session, values } = useSettingsPage();
  const [test, setTest] = useState<Test | null>(null);
  const [isTesting, setTesting] = useState(false);
  const run = (): void => {
    setTesting(true);
    setTest(null);
    session
      .call('port.test', {})
      .then(setTest, (error: unknown) => say(textOf(error)))
      .finally(() => setTesting(false));
  };
  // A test of another port says nothing about this one.
  const isOfNow = test !== null && (values['net.port'] === 0 || values['net.port'] === test.port);
  return (
    <>
      <button type="button" className="b out" disabled={isTesting} onClick={run}>
        {t(isTesting ? 'settings_port_testing' : 'settings_port_test')}
      </button>
      <NumberField setting="net.port" />
      <p className="told" role="status">
        {isOfNow && (
          <span className="st" data-st={LOOKS[test.state]}>
            <Icon name={ICONS[test.state]} />
            <span>{testText(test)}</span>
          </span>
        )}
      </p>
    </>
  );
}

function testText({ state, port }: Test): string {
  const name = String(port);
  if (state === 'open') return t('settings_port_open', name);
  return t(state === 'closed' ? 'settings_port_closed' : 'settings_port_unknown', name);
}

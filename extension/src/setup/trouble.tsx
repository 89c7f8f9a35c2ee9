/** The page of a trouble: what it is, what to do, and a report. */
import { useState, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import { Icon } from '../ui/react.tsx';
import { openExtensionsPage, updateExtension } from './browser-facts.ts';
import type { System } from './commands.ts';
import { Command, CopyButton, Systems, Waiting } from './parts.tsx';
import { planFor, type Step, type Surroundings, type TroubleLink } from './plan.ts';
import { browserName } from './report.ts';

/** What the page is given. */
export interface TroubleProps {
  readonly trouble: TroubleLink;
  readonly around: Surroundings;
  readonly onSystem: (system: System) => void;
  readonly onRetry: () => void;
  readonly report: () => string;
}

/** The page. */
export function TroublePage({ trouble, around, onSystem, onRetry, report }: TroubleProps): ReactNode {
  const plan = planFor(trouble, around);
  return (
    <div data-st={plan.tone}>
      <div className="tr">
        <span className="tile">
          <Icon name={plan.icon} className="l" />
        </span>
        <h1>{plan.title}</h1>
        <p className="lead">{plan.lead}</p>
      </div>
      <div className="fix">
        {plan.said !== '' && (
          <>
            <h2>{t('setup_said')}</h2>
            <div className="cmd">
              <code dir="auto" tabIndex={0} aria-label={t('setup_said')} role="textbox" aria-readonly="true">
                {plan.said}
              </code>
            </div>
          </>
        )}
        <h2>{plan.heading}</h2>
        {plan.isBySystem && <Systems value={around.system} onChange={onSystem} />}
        <Steps steps={plan.steps} onRetry={onRetry} />
        <Waiting text={t('setup_checking')} />
      </div>
      <div className="rep">
        <span>
          {t('setup_code', plan.code)} · <bdi dir="ltr">{browserName(navigator.userAgent)}</bdi>
        </span>
        <CopyButton text={report} label={t('setup_report')} isQuiet />
      </div>
    </div>
  );
}

function Steps({
  steps,
  onRetry,
}: {
  readonly steps: readonly Step[];
  readonly onRetry: () => void;
}): ReactNode {
  if (steps.length === 1 && steps[0] !== undefined) return <StepBody step={steps[0]} onRetry={onRetry} />;
  return (
    <ol>
      {steps.map((step) => (
        <li key={step.text}>
          <div>
            <StepBody step={step} onRetry={onRetry} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function StepBody({ step, onRetry }: { readonly step: Step; readonly onRetry: () => void }): ReactNode {
  const [isTried, setTried] = useState(false);
  return (
    <>
      <p>{step.text}</p>
      {step.command !== undefined && <Command text={step.command} />}
      {step.action === 'retry' && (
        <button type="button" className="b pri" onClick={onRetry}>
          {t('setup_retry')}
        </button>
      )}
      {step.action === 'extensionsPage' && (
        <button type="button" className="b out" onClick={openExtensionsPage}>
          {t('setup_open_extensions')}
        </button>
      )}
      {step.action === 'updateExtension' && (
        <button
          type="button"
          className="b pri"
          onClick={() => {
            updateExtension().then(
              (isFound) => setTried(!isFound),
              () => setTried(true),
            );
          }}
        >
          {t('setup_look_for_update')}
        </button>
      )}
      {isTried && (
        <p className="fine" role="status">
          {t('setup_no_update')}
        </p>
      )}
    </>
  );
}

/** What the details ask of the service, and how a refusal is told. */
import { textOf } from '../../model/failures.ts';
import { attempt } from '../commands/run.ts';
import { toasts } from '../toasts.ts';

/** Carry out a wish. A failure is told in a toast; what was assumed is taken back by who assumed it. */
export function tell(command: Promise<unknown>): void {
  void attempt(command);
}

/** Say that something was done. */
export function say(text: string): void {
  toasts.show({ text, kind: 'done' });
}

/** Put text on the clipboard, and say so. */
export function copyText(text: string, told: string): void {
  navigator.clipboard.writeText(text).then(
    () => say(told),
    (error: unknown) => toasts.show({ text: textOf(error), kind: 'failure' }),
  );
}

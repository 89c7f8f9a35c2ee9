/** What is wrong with the parameters of a call, in words. */
import type * as z from 'zod/mini';
import { ControlError } from './control-error.ts';

/** Parameters as a schema gives them back, or the error to answer with. Never throws. */
export function readParams(
  schema: z.ZodMiniType,
  params: unknown,
): { readonly params: unknown } | ControlError {
  try {
    const parsed = schema.safeParse(params);
    return parsed.success ? { params: parsed.data } : badParams(parsed.error.issues[0]);
  } catch {
    // Hundreds of thousands of wrong members are more than can be listed.
    return badParams(undefined);
  }
}

/** BAD_PARAMS with the member that is wrong and why. Nothing of the parameters themselves is repeated but their keys. */
function badParams(issue: z.core.$ZodIssue | undefined): ControlError {
  const at = issue === undefined || issue.path.length === 0 ? 'the parameters' : issue.path.join('.');
  const why = issue === undefined ? 'it has the wrong form' : reason(issue);
  return new ControlError('BAD_PARAMS', { at: at.slice(0, 100), why: why.slice(0, 200) });
}

function reason(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${issue.keys.slice(0, 5).join(', ')} is not known`;
    case 'invalid_type':
      return `it has to be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`;
    case 'too_small':
      return `the least is ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `the most is ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_value':
      return `it has to be one of ${issue.values.slice(0, 20).map(String).join(', ')}`;
    case 'invalid_union': {
      const [first] =
        issue.errors.find((issues) => issues[0]?.code !== 'invalid_value') ?? issue.errors[0] ?? [];
      return first === undefined ? 'it has the wrong form' : reason(first);
    }
    case 'custom':
      return issue.message;
    default:
      return 'it has the wrong form';
  }
}

function unit(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' members' : '';
}

/** docs/CONTROL-PROTOCOL.md against the schemas and a server: every command, event, setting and code, every sample. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { COMMANDS, type CommandName } from './schema/commands.ts';
import { pane } from './schema/details.ts';
import { ERROR_CODES } from './schema/errors.ts';
import { eventSchema } from './schema/events.ts';
import { SETTINGS } from './schema/setting-specs.ts';
import type { Handlers } from './server.ts';
import { HELLO, serveRaw } from './testing/service.ts';

const text = readFileSync(new URL('../../../docs/CONTROL-PROTOCOL.md', import.meta.url), 'utf8');

interface Sample {
  readonly title: string;
  readonly messages: readonly Record<string, unknown>[];
}

/** The samples below each heading of a level. */
function samplesOf(level: string): Sample[] {
  return text
    .split(new RegExp(`^${level} `, 'm'))
    .slice(1)
    .map((part) => {
      const own = part.split(/^#+ /m)[0] ?? '';
      const fences = [...own.matchAll(/```json\n([^`]*)```/g)].map((match) => match[1] ?? '');
      return { title: own.split('\n')[0] ?? '', messages: fences.flatMap(readMessages) };
    });
}

/** One message that fills the block, or one in each line. */
function readMessages(fence: string): Record<string, unknown>[] {
  const lines = fence.trim().split('\n');
  const texts = lines.every((line) => line.startsWith('{') && line.endsWith('}')) ? lines : [fence];
  return texts.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const commands = new Map(samplesOf('####').map(({ title, messages }) => [title, messages]));
const events = new Map(samplesOf('###').map(({ title, messages }) => [title, messages]));
const codesIn = (heading: string): string[] =>
  [...(text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').matchAll(/^\| `([^`]+)`/gm)].map(
    (match) => match[1] ?? '',
  );

function enumOf(schema: unknown): readonly string[] {
  return (schema as { enum?: string[] } | undefined)?.enum ?? [];
}

describe('the document', () => {
  it('lists every command and no other', () => {
    expect([...commands.keys()].toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
  });

  it.each(Object.keys(COMMANDS) as CommandName[])(
    'has a call and a reply of %s that the schemas know',
    (name) => {
      const [call, reply, ...more] = commands.get(name) ?? [];
      expect(more).toEqual([]);
      expect(call).toEqual({ id: expect.any(Number), call: name, params: expect.any(Object) });
      expect(reply).toEqual({ id: call?.['id'], result: expect.any(Object) });
      expect(z.parse(COMMANDS[name].params as z.ZodMiniType, call?.['params'])).toEqual(call?.['params']);
      expect(z.parse(COMMANDS[name].result as z.ZodMiniType, reply?.['result'])).toEqual(reply?.['result']);
    },
  );

  it('shows every parameter of every command', () => {
    for (const [name, { params }] of Object.entries(COMMANDS)) {
      if (name === 'settings.set' || name === 'torrent.setOptions') continue;
      const shown = Object.keys((commands.get(name)?.[0]?.['params'] ?? {}) as object);
      expect([name, shown.toSorted()]).toEqual([
        name,
        Object.keys((params as z.ZodMiniObject).shape).toSorted(),
      ]);
    }
  });

  it('has calls that a server answers as it says', async () => {
    const handlers: Record<string, unknown> = {};
    for (const [name, [, reply]] of commands) handlers[name] = () => reply?.['result'];
    const service = serveRaw(handlers as Partial<Handlers>, false);
    for (const [name, [call, reply]] of commands) {
      service.received.length = 0;
      service.say(call ?? {});
      const expected = name === 'hello' ? { id: call?.['id'], result: { protocol: 2, ...HELLO } } : reply;
      expect(service.received).toEqual([expected]);
    }
    expect(service.bugs).toEqual([]);
  });

  it('has samples of every event and pane that the schemas know', () => {
    const known = z.toJSONSchema(eventSchema).anyOf ?? [];
    const names = known.map((one) => {
      const [first] = one.oneOf ?? [one];
      return (first?.properties?.['event'] as { const?: string } | undefined)?.const;
    });
    expect(names.every((name) => name !== undefined && events.has(name))).toBe(true);
    const samples = names.flatMap((name) => events.get(name ?? '') ?? []);
    expect(new Set(samples.map(({ event }) => event))).toEqual(new Set(names));
    expect(new Set(samples.flatMap((sample) => sample['pane'] ?? []))).toEqual(new Set(pane.options));
    for (const sample of samples) expect(z.parse(eventSchema, sample)).toEqual(sample);
  });

  it('lists every kind of notice', () => {
    const listed = text.split('Kinds: ')[1]?.split('.')[0] ?? '';
    const kinds = (z.toJSONSchema(eventSchema).anyOf ?? []).flatMap((one) =>
      enumOf(one.properties?.['kind']),
    );
    expect(kinds.length).toBeGreaterThan(5);
    expect([...listed.matchAll(/`(\w+)`/g)].map((match) => match[1])).toEqual(kinds);
  });

  it('lists every error code', () => {
    expect(codesIn('Errors')).toEqual([...ERROR_CODES]);
  });

  it('lists every setting with its default and range', () => {
    expect(codesIn('Settings')).toEqual(Object.keys(SETTINGS));
    for (const [key, spec] of Object.entries(SETTINGS)) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${key}\``)) ?? '';
      expect(row).toContain(`| \`${JSON.stringify(spec.default)}\``);
      if (spec.kind === 'whole') expect(row).toContain(`${spec.min} to ${spec.max}`);
      if (spec.kind === 'choice') for (const choice of spec.choices) expect(row).toContain(`\`${choice}\``);
    }
  });

  it('names the limits of messages', () => {
    for (const limit of ['8,388,608', '1,048,576']) expect(text).toContain(limit);
  });
});

/** Schemas of the settings, made from their specifications. */
import * as z from 'zod/mini';
import { CONTROL_LIMITS as MAX } from '../limits.ts';
import { goals, label, labels, listOf, place, text, whole } from './base.ts';
import { SETTINGS, type ControlSettings } from './setting-specs.ts';

type Spec = (typeof SETTINGS)[keyof typeof SETTINGS];

const scheduleSpan = z
  .strictObject({ day: whole(0, 6), fromMinute: whole(0, 1439), toMinute: whole(1, 1440) })
  .check(z.refine((span) => span.fromMinute < span.toMinute, 'ends before it begins'));

const watchFolder = z.strictObject({
  place,
  saveTo: z.nullable(place),
  start: z.boolean(),
  labels,
});

function schemaOf(spec: Spec): z.ZodMiniType {
  switch (spec.kind) {
    case 'whole': {
      const range = whole(spec.min, spec.max);
      return spec.zero === undefined || spec.min === 0 ? range : z.union([z.literal(0), range]);
    }
    case 'choice':
      return z.literal([...(spec.choices as readonly string[])]);
    case 'flag':
      return z.boolean();
    case 'place':
      return z.nullable(place);
    case 'goals':
      return goals;
    case 'labels':
      return listOf(label, MAX.labels);
    case 'schedule':
      return listOf(scheduleSpan, MAX.scheduleSpans);
    case 'watchFolders':
      return listOf(watchFolder, MAX.watchFolders);
    case 'argv':
      return listOf(text(MAX.argvLength), MAX.argv);
  }
}

const shape: Record<string, z.ZodMiniType> = {};
for (const [key, spec] of Object.entries(SETTINGS)) shape[key] = schemaOf(spec);

/** All settings. */
export const settingsSchema = z.strictObject(shape) as unknown as z.ZodMiniType<ControlSettings>;

/** Some settings; an unknown key or a value out of range is refused, and then nothing is changed. */
export const settingsPatch = z.strictObject(
  Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, z.exactOptional(schema)])),
) as unknown as z.ZodMiniType<Partial<ControlSettings>>;

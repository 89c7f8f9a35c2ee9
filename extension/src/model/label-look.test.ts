/** How labels look. */
import { expect, it } from 'vitest';
import { dotClass, lookOf, renameLabelLook, setLabelLook } from './label-look.ts';

it('gives every label a look, whatever it is called', async () => {
  for (const label of ['Films', '', 'constructor', '__proto__', 'toString'])
    expect(dotClass(label)).toMatch(/^dot (?:sq|ci|di|tr) lc-[1-8]$/);
  const given = lookOf('Mine');
  await renameLabelLook('constructor', 'Mine');
  expect(lookOf('Mine')).toEqual(given);
});

it('takes a chosen look along to another name', async () => {
  const look = { shape: 'tr', colour: 'lc-7' } as const;
  await setLabelLook('Films', look);
  await renameLabelLook('Films', 'Cinema');
  expect(lookOf('Cinema')).toEqual(look);
  await renameLabelLook('Cinema', null);
  expect(lookOf('Cinema')).not.toEqual(look);
});

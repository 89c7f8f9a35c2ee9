/** Packages behind modules, and what they say of themselves. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { licenceOf, packageFolder } from './licences.ts';

const react = fileURLToPath(import.meta.resolve('react'));

it('finds the package of a module, also of one within a scope or made by a plugin', () => {
  const folder = packageFolder(`\0${react}?commonjs-module`);
  expect(folder?.endsWith('/node_modules/react')).toBe(true);
  const scoped = packageFolder(fileURLToPath(import.meta.resolve('@tanstack/react-virtual')));
  expect(scoped?.endsWith('/node_modules/@tanstack/react-virtual')).toBe(true);
  expect(packageFolder(fileURLToPath(import.meta.url))).toBe(null);
  expect(packageFolder('\0vite/preload-helper.js')).toBe(null);
});

it('has the whole text of a licence', () => {
  const licence = licenceOf(packageFolder(react) ?? '');
  expect(licence).toMatchObject({ name: 'react', licence: 'MIT' });
  expect(licence.text).toContain('Permission is hereby granted');
});

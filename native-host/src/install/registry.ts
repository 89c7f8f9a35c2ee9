/** The registry of Windows through `reg.exe`. Decides its words; no shell sees them. */

/** A value under a key; name null = the key's own. */
export interface RegistryValue {
  readonly key: string;
  readonly name: string | null;
  readonly text: string;
}

/** The words that write a value. */
export function regAdd({ key, name, text }: RegistryValue): readonly string[] {
  return ['reg.exe', 'add', key, ...nameWords(name), '/t', 'REG_SZ', '/d', text, '/f'];
}

/** The words that ask for a value. */
export function regQuery(key: string, name: string | null): readonly string[] {
  return ['reg.exe', 'query', key, ...nameWords(name)];
}

/** The words that remove a key with all below it, or one value of it. */
export function regDelete(key: string, name?: string): readonly string[] {
  return ['reg.exe', 'delete', key, ...(name === undefined ? [] : ['/v', name]), '/f'];
}

/** The text that `reg query` printed, or null. */
export function readRegQuery(output: string): string | null {
  return /^ {4}.*? {4}REG_SZ {4}(.*?)\r?$/m.exec(output)?.[1] ?? null;
}

function nameWords(name: string | null): readonly string[] {
  return name === null ? ['/ve'] : ['/v', name];
}

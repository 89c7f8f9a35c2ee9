/**
 * Reads a Python pickle as data. Decides that nothing is ever called or imported: classes are kept as names, objects as
 * dictionaries of their members. What is not needed to read lists of plain values is refused.
 */
import { ImportError } from './imported.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** A value of Python: None is null, a class its name, an object its members by name. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickleList
  | ReadonlyMap<PickleValue, PickleValue>
  | PickleClass
  | PickleObject;

/** A list or a tuple. May contain itself. */
interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

/** A class by its name, `module.name`. */
interface PickleClass {
  readonly kind: 'class';
  readonly name: string;
}

/** An object of a class. */
interface PickleObject {
  readonly kind: 'object';
  readonly of: string;
  readonly members: Map<PickleValue, PickleValue>;
}

const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

/** Read a pickle of protocol 0 to 5. Throws ImportError for anything that is damaged or not plain data. */
export function readPickle(bytes: Uint8Array, allowed: ReadonlySet<string>): PickleValue {
  return new Unpickler(bytes, allowed).read();
}

function bad(): never {
  throw new ImportError('The list of torrents is damaged or of an unknown version.');
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #allowed: ReadonlySet<string>;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #at = 0;

  constructor(bytes: Uint8Array, allowed: ReadonlySet<string>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#allowed = allowed;
  }

  read(): PickleValue {
    for (let steps = 0; steps < IMPORT_LIMITS.pickleSteps; steps += 1) {
      const code = this.#byte();
      if (code === 0x2e) return this.#pop();
      if (!this.#literal(code) && !this.#collect(code) && !this.#remember(code) && !this.#object(code)) bad();
    }
    return bad();
  }

  /** Opcodes that push a value of their own. */
  #literal(code: number): boolean {
    switch (code) {
      case 0x4e: // N None
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x49: // I: also 00 and 01 for booleans
        return this.#push(intOrBoolean(this.#line()));
      case 0x4c: // L
        return this.#push(number(this.#line().replace(/L$/, '')));
      case 0x46: // F
        return this.#push(number(this.#line()));
      case 0x4a: // J
        return this.#push(this.#view.getInt32(this.#take(4), true));
      case 0x4b: // K
        return this.#push(this.#byte());
      case 0x4d: // M
        return this.#push(this.#view.getUint16(this.#take(2), true));
      case 0x47: // G, the only one in big endian
        return this.#push(this.#view.getFloat64(this.#take(8)));
      case 0x8a: // LONG1
        return this.#push(this.#long(this.#byte()));
      case 0x8b: // LONG4
        return this.#push(this.#long(this.#length()));
      default:
        return this.#text(code);
    }
  }

  #text(code: number): boolean {
    switch (code) {
      case 0x56: // V: \u escapes
        return this.#push(unescape(this.#line()));
      case 0x53: // S
        return this.#push(unquote(this.#line()));
      case 0x58: // X
        return this.#push(this.#utf8(this.#length()));
      case 0x8c: // SHORT_BINUNICODE
        return this.#push(this.#utf8(this.#byte()));
      case 0x8d: // BINUNICODE8
        return this.#push(this.#utf8(this.#length8()));
      case 0x54: // T: a string of Python 2
        return this.#push(this.#utf8(this.#length()));
      case 0x55: // U
        return this.#push(this.#utf8(this.#byte()));
      case 0x42: // B
        return this.#push(this.#raw(this.#length()));
      case 0x43: // C
        return this.#push(this.#raw(this.#byte()));
      default:
        return false;
    }
  }

  /** Opcodes that make lists, tuples and dictionaries. */
  #collect(code: number): boolean {
    switch (code) {
      case 0x28: // (
        this.#stack.push(MARK);
        return true;
      case 0x5d: // ]
      case 0x29: // )
        return this.#push(list([]));
      case 0x7d: // }
        return this.#push(new Map());
      case 0x6c: // l
      case 0x74: // t
        return this.#push(list(this.#toMark()));
      case 0x85: // TUPLE1 to TUPLE3
      case 0x86:
      case 0x87:
        return this.#push(list(this.#popMany(code - 0x84)));
      case 0x64: // d
        return this.#push(pairs(new Map(), this.#toMark()));
      case 0x61: // a
        return this.#append([this.#pop()]);
      case 0x65: // e
        return this.#append(this.#toMark());
      case 0x73: // s
        return this.#setItems(this.#popMany(2));
      case 0x75: // u
        return this.#setItems(this.#toMark());
      default:
        return false;
    }
  }

  /** Opcodes about the stack and what is referred to again. */
  #remember(code: number): boolean {
    switch (code) {
      case 0x80: // PROTO
        if (this.#byte() > 5) bad();
        return true;
      case 0x95: // FRAME
        this.#length8();
        return true;
      case 0x30: // 0
        if (this.#stack.pop() === undefined) bad();
        return true;
      case 0x31: // 1
        this.#toMark();
        return true;
      case 0x32: // 2
        return this.#push(this.#top());
      case 0x67: // g
        return this.#recall(number(this.#line()));
      case 0x68: // h
        return this.#recall(this.#byte());
      case 0x6a: // j
        return this.#recall(this.#length());
      case 0x70: // p
        return this.#keep(number(this.#line()));
      case 0x71: // q
        return this.#keep(this.#byte());
      case 0x72: // r
        return this.#keep(this.#length());
      case 0x94: // MEMOIZE
        return this.#keep(this.#memo.size);
      default:
        return false;
    }
  }

  /** Opcodes about classes and objects, of which only names and members are kept. */
  #object(code: number): boolean {
    switch (code) {
      case 0x63: // c
        return this.#class(this.#line(), this.#line());
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        return typeof module === 'string' && typeof name === 'string' ? this.#class(module, name) : bad();
      }
      case 0x69: {
        // i
        this.#class(this.#line(), this.#line());
        const made = this.#pop();
        this.#toMark();
        return this.#make(made);
      }
      case 0x6f: // o
        return this.#make(this.#toMark()[0]);
      case 0x81: // NEWOBJ
        return this.#make(this.#popMany(2)[0]);
      case 0x52: // R
        return this.#reduce(this.#popMany(2));
      case 0x62: // b
        return this.#build(this.#pop());
      default:
        return false;
    }
  }

  #class(module: string, name: string): boolean {
    const full = `${module}.${name}`;
    return this.#allowed.has(full) ? this.#push({ kind: 'class', name: full }) : bad();
  }

  #make(made: PickleValue | undefined): boolean {
    if (!isKind(made, 'class')) return bad();
    return this.#push({ kind: 'object', of: made.name, members: new Map() });
  }

  /** What Python 2 and protocol 0 write for a plain object: `_reconstructor(class, base, state)`. */
  #reduce([callee, args]: readonly PickleValue[]): boolean {
    const isMaking = isKind(callee, 'class') && /^copy_?reg\._reconstructor$/.test(callee.name);
    return isMaking && isKind(args, 'list') ? this.#make(args.items[0]) : bad();
  }

  #build(state: PickleValue): boolean {
    const made = this.#top();
    if (!isKind(made, 'object') || !(state instanceof Map)) return bad();
    for (const [key, value] of state) made.members.set(key, value);
    return true;
  }

  #append(items: readonly PickleValue[]): boolean {
    const target = this.#top();
    if (!isKind(target, 'list')) return bad();
    for (const item of items) target.items.push(item);
    return true;
  }

  #setItems(items: readonly PickleValue[]): boolean {
    const target = this.#top();
    return target instanceof Map ? pairs(target, items) instanceof Map : bad();
  }

  #recall(index: number): boolean {
    const value = this.#memo.get(index);
    return value === undefined ? bad() : this.#push(value);
  }

  #keep(index: number): boolean {
    this.#memo.set(index, this.#top());
    return true;
  }

  #push(value: PickleValue): true {
    this.#stack.push(value);
    return true;
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    return value === undefined || value === MARK ? bad() : value;
  }

  #popMany(count: number): PickleValue[] {
    const values = Array.from({ length: count }, () => this.#pop());
    return values.toReversed();
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    return value === undefined || value === MARK ? bad() : value;
  }

  #toMark(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) return bad();
    return this.#stack.splice(mark).slice(1) as PickleValue[];
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) return bad();
    this.#at = start + length;
    return start;
  }

  #byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #length(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #length8(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  #raw(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.slice(start, start + length);
  }

  #utf8(length: number): string {
    return new TextDecoder().decode(this.#raw(length));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) return bad();
    const text = this.#utf8(end - this.#at);
    this.#at = end + 1;
    return text.replace(/\r$/, '');
  }

  /** Two's complement, little endian; beyond 64 bits it is nothing we know. */
  #long(length: number): number {
    if (length > 8) return bad();
    let value = 0n;
    for (const [i, byte] of this.#raw(length).entries()) value |= BigInt(byte) << BigInt(8 * i);
    return Number(BigInt.asIntN(8 * length, value));
  }
}

/** Whether a value is of one of the kinds that carry their name. */
export function isKind<K extends 'list' | 'class' | 'object'>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

function list(items: PickleValue[]): PickleList {
  return { kind: 'list', items };
}

function pairs(
  target: Map<PickleValue, PickleValue>,
  items: readonly PickleValue[],
): Map<PickleValue, PickleValue> {
  if (items.length % 2 !== 0) bad();
  for (let i = 0; i < items.length; i += 2) target.set(items[i] ?? null, items[i + 1] ?? null);
  return target;
}

function number(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? bad() : value;
}

function intOrBoolean(text: string): number | boolean {
  if (text === '00') return false;
  return text === '01' ? true : number(text);
}

function unescape(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})|\\U0010([0-9a-f]{4})|\\U000([0-9a-f]{5})/gi, (_, a, b, c) => {
    if (typeof a === 'string') return String.fromCharCode(Number.parseInt(a, 16));
    return String.fromCodePoint(Number.parseInt(typeof b === 'string' ? `10${b}` : String(c), 16));
  });
}

/** A string as Python shows it; escapes but those of quotes and backslashes stay as they are. */
function unquote(text: string): string {
  const match = /^(['"])(.*)\1$/s.exec(text.trim());
  return match === null ? bad() : (match[2] ?? '').replace(/\\(['"\\])/g, '$1');
}

/** What it costs to know who has what and to choose a piece, in large torrents with many peers. */
import { Ledger, PIECE_HAVE, PIECE_MISSING } from '@jstorrent/engine/rules/ledger.ts';
import { Picker } from '@jstorrent/engine/rules/picker.ts';
import { Bitfield } from '@jstorrent/protocol';
import { seededRandom } from './chance.ts';
import { measure, type Measured } from './measure.ts';

interface Crowd {
  readonly picker: Picker;
  readonly peers: readonly Holder[];
}

/** A peer as the picker sees it. */
class Holder {
  readonly have: Bitfield;

  constructor(have: Bitfield) {
    this.have = have;
  }

  get haveCount(): number {
    return this.have.count;
  }

  get haveBits(): Uint8Array {
    return this.have.bits;
  }

  has(piece: number): boolean {
    return this.have.get(piece);
  }
}

function openPicker(pieceCount: number): Picker {
  const picker = new Picker(pieceCount, seededRandom(1));
  for (let piece = 0; piece < pieceCount; piece += 1) picker.open(piece);
  return picker;
}

/** Peers that have each piece with a probability of `part`. */
function randomHolders(count: number, pieceCount: number, part: number): Holder[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, () => {
    const have = new Bitfield(pieceCount);
    for (let piece = 0; piece < pieceCount; piece += 1) if (random.below(1000) < part * 1000) have.set(piece);
    return new Holder(have);
  });
}

function join({ picker, peers }: Crowd): Crowd {
  for (const { have } of peers) picker.countPeer(have.indices(), have.count, 1);
  picker.best([]);
  return { picker, peers };
}

function pickAll({ picker, peers }: Crowd, picks: number): number {
  for (let i = 0; i < picks; i += 1) {
    const piece = picker.pick(peers[i % peers.length]!);
    if (piece !== -1) picker.close(piece);
  }
  return picks;
}

function measureSwarm(pieceCount: number, peerCount: number): Measured[] {
  const size = `${pieceCount.toLocaleString('en')} pieces x ${peerCount} peers`;
  const half = randomHolders(peerCount, pieceCount, 0.5);
  const crowd = join({ picker: openPicker(pieceCount), peers: half });
  const random = seededRandom(3);
  const rows = [
    measure(
      `picker, have, ${size}`,
      () => crowd,
      ({ picker }) => {
        for (let i = 0; i < 10_000; i += 1) {
          const piece = random.below(pieceCount);
          picker.onHave(piece);
          picker.onLost(piece);
        }
        return 20_000;
      },
    ),
    measure(
      `picker, peer joins or leaves, then a pick, ${size}`,
      () => crowd,
      ({ picker, peers }) => {
        const { have } = peers[0]!;
        for (const piece of have.indices()) picker.onHave(piece);
        for (const piece of have.indices()) picker.onLost(piece);
        return 2;
      },
    ),
    measure(
      `picker, pick, peers have half, ${size}`,
      () => join({ picker: openPicker(pieceCount), peers: half.slice(0, 20) }),
      (one) => pickAll(one, 2000),
    ),
  ];
  const sparse = randomHolders(peerCount, pieceCount, 0.001);
  rows.push(
    measure(
      `picker, pick, peers have a thousandth, ${size}`,
      () => join({ picker: openPicker(pieceCount), peers: sparse }),
      (one) => pickAll(one, 1000),
    ),
  );
  const same = [...Array(peerCount).keys()].map(() => {
    const have = new Bitfield(pieceCount);
    for (let piece = 0; piece < pieceCount / 2; piece += 1) have.set(piece);
    return new Holder(have);
  });
  rows.push(
    measure(
      `picker, pick, peers have the same half, ${size}`,
      () => join({ picker: openPicker(pieceCount), peers: same.slice(0, 20) }),
      (one) => pickAll(one, 500),
    ),
  );
  return rows;
}

function measureLedger(): Measured[] {
  const pieceCount = 100_000;
  const ledger = new Ledger(pieceCount);
  const nothing = (): null => null;
  return [
    measure('ledger, change of state', nothing, () => {
      for (let piece = 0; piece < pieceCount; piece += 1) ledger.setState(piece, PIECE_HAVE);
      for (let piece = 0; piece < pieceCount; piece += 1) ledger.setState(piece, PIECE_MISSING);
      return 2 * pieceCount;
    }),
    measure('ledger, bitfield of 100,000 pieces', nothing, () => {
      ledger.bitfield();
      return 1;
    }),
  ];
}

/** Picker and ledger. */
export function measurePieces(): Measured[] {
  return [...measureLedger(), ...measureSwarm(10_000, 200), ...measureSwarm(100_000, 500)];
}

/** The bars of pieces and of their availability, drawn on canvas. Decides how they are drawn, not what a column means. */
import type { Panes } from '@jstorrent/control';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { formatCount } from '../../model/format.ts';
import { locale, t } from '../../model/i18n.ts';
import { availabilityColumns, pieceColumns } from '../../model/piece-map.ts';
import { colourOf, useColours } from './use-details.ts';

const PIECES_HEIGHT = 14;
const AVAILABILITY_HEIGHT = 8;

/** What the bars are given. */
export interface PieceBarsProps {
  /** Null while they are not known. */
  readonly pieces: Panes['pieces'] | null;
  readonly general: Panes['general'] | null;
  /** Everything that is wanted is there. */
  readonly isComplete: boolean;
}

/** The bars with their figures; they have their place before anything is known. */
export function PieceBars({ pieces, general, isComplete }: PieceBarsProps): ReactNode {
  const colours = useColours();
  const have = general?.havePieces ?? 0;
  const count = general?.pieceCount ?? 0;
  const inWork = general?.inWork ?? 0;
  const figures = t('pieces_of', formatCount(have), formatCount(count));
  const words = inWork === 0 ? figures : t('pieces_arriving', figures, formatCount(inWork));
  const copies = availabilityText(general);
  return (
    <div className="pieces">
      <span>{t('pieces')}</span>
      <Bar
        height={PIECES_HEIGHT}
        label={t('pieces_label', words)}
        change={[pieces, colours, isComplete]}
        draw={(context, width, canvas) => {
          if (pieces === null) return;
          const columns = pieceColumns(pieces, width);
          const solid = colourOf(canvas.parentElement ?? canvas, isComplete ? '--c-done' : '--c-downloading');
          drawColumns(context, columns.have, solid, PIECES_HEIGHT);
          context.fillStyle = colourOf(canvas.parentElement ?? canvas, '--c-checking');
          for (const [x, isIn] of columns.inWork.entries())
            if (isIn === 1) context.fillRect(x, PIECES_HEIGHT / 2, 1, PIECES_HEIGHT / 2);
        }}
      />
      <span className="num v">{general === null ? '' : words}</span>
      <span>{t('availability')}</span>
      <Bar
        height={AVAILABILITY_HEIGHT}
        label={t('availability_label', copies)}
        change={[pieces, colours]}
        draw={(context, width, canvas) => {
          const columns = availabilityColumns(pieces?.availability ?? [], width);
          const colour = colourOf(canvas.parentElement ?? canvas, '--c-seeding');
          drawColumns(context, columns, colour, AVAILABILITY_HEIGHT);
        }}
      />
      <span className="num v">{copies}</span>
    </div>
  );
}

const decimals = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

function availabilityText(general: Panes['general'] | null): string {
  if (general === null || general.availability === null) return t('availability_none');
  const copies = t('availability_copies', decimals.format(Math.floor(general.availability * 10) / 10));
  return general.rarest === null ? copies : t('availability_rarest', copies, formatCount(general.rarest));
}

/** A column that is there in part is paler, but never as pale as one that is not. */
const PALEST = 0.25;

function drawColumns(
  context: CanvasRenderingContext2D,
  columns: Float32Array,
  colour: string,
  height: number,
): void {
  context.fillStyle = colour;
  for (let from = 0; from < columns.length;) {
    const part = columns[from] ?? 0;
    let to = from + 1;
    while (to < columns.length && columns[to] === part) to += 1;
    if (part > 0) {
      context.globalAlpha = PALEST + (1 - PALEST) * part;
      context.fillRect(from, 0, to - from, height);
    }
    from = to;
  }
  context.globalAlpha = 1;
}

interface BarProps {
  readonly height: number;
  readonly label: string;
  /** It is drawn again when one of these is another. */
  readonly change: readonly unknown[];
  readonly draw: (context: CanvasRenderingContext2D, width: number, canvas: HTMLCanvasElement) => void;
}

function Bar({ height, label, change, draw }: BarProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.round(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || width === 0) return;
    const scale = devicePixelRatio;
    element.width = Math.round(width * scale);
    element.height = Math.round(height * scale);
    context.scale(scale, scale);
    draw(context, width, element);
    // What is drawn depends on what `change` names and nothing else.
  }, [width, height, ...change]);
  return <canvas ref={canvas} role="img" aria-label={label} style={{ blockSize: height }} />;
}

/** Rates over time as a chart: zoomed by dragging, read by pointing. Decides how it is drawn, not what is in it. */
import type { RateHistory } from '@jstorrent/control';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatRateOrZero, formatTime, formatTimeExactly } from '../../model/format.ts';
import { direction, t } from '../../model/i18n.ts';
import { prefs } from '../../model/prefs.ts';
import { niceMarks, pointsOf } from '../../model/rate-figures.ts';
import { colourOf, useColours } from './use-details.ts';

/** What a chart is given. */
export interface RateChartProps {
  readonly history: RateHistory;
  /** In bytes per second, 0 = none: a line across. */
  readonly downLimit: number;
  readonly label: string;
  /** The sample that is pointed at; null when none is. */
  readonly onPoint: (sample: RatePoint | null) => void;
}

/** Rates at one moment. */
export interface RatePoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly down: number;
  readonly up: number;
}

type Range = { readonly min: number; readonly max: number };

const AXIS_WIDTH = 76;
/** Beyond the newest sample. */
const END_ROOM = 12;
/** Of a character of a label, in pixels. */
const CHARACTER = 6.4;

/** The chart, as large as the room it is given. */
export function RateChart({ history, downLimit, label, onPoint }: RateChartProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const limit = useRef(downLimit);
  const told = useRef(onPoint);
  limit.current = downLimit;
  told.current = onPoint;
  const [zoom, setZoom] = useState<Range | null>(null);
  const zoomed = useRef(zoom);
  zoomed.current = zoom;
  const colours = useColours();
  const { period } = history;
  const points = useRef(pointsOf(history));
  points.current = pointsOf(history);

  useEffect(() => setZoom(null), [period]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(
      chartOptions(element, {
        limit: () => limit.current,
        onZoom: setZoom,
        onPoint: (sample) => told.current(sample),
      }),
      points.current as unknown as uPlot.AlignedData,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [colours, period]);
  useLayoutEffect(() => {
    const now = plot.current;
    if (now === null) return;
    const kept = zoomed.current;
    now.batch(() => {
      now.setData(points.current as unknown as uPlot.AlignedData, kept === null);
      if (kept !== null) now.setScale('x', kept);
    });
  }, [history, zoom, colours]);

  return (
    <div className="plot" dir="ltr">
      <div ref={box} className="canvas" role="img" aria-label={label} />
      {zoom !== null && (
        <button type="button" className="b sm out reset" onClick={() => setZoom(null)}>
          {t('rates_reset')}
        </button>
      )}
    </div>
  );
}

interface ChartHooks {
  readonly limit: () => number;
  readonly onZoom: (range: Range) => void;
  readonly onPoint: (sample: RatePoint | null) => void;
}

function chartOptions(element: HTMLElement, hooks: ChartHooks): uPlot.Options {
  const colour = (token: `--${string}`): string => colourOf(element, token);
  const [down, up, text, line] = [
    colour('--c-downloading'),
    colour('--c-seeding'),
    colour('--text-3'),
    colour('--line-soft'),
  ];
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const isRtl = direction === 'rtl';
  const axis = { stroke: text, font, ticks: { show: false }, grid: { stroke: line, width: 1 } };
  const series = { width: 1.75, points: { show: false } };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    padding: [8, isRtl ? 0 : END_ROOM, 0, isRtl ? END_ROOM : 0],
    cursor: { drag: { x: true, y: false, setScale: false }, y: false, points: { size: 7 } },
    scales: {
      x: { time: true, dir: isRtl ? -1 : 1 },
      y: { range: (_, __, max) => [0, marksOf(max).at(-1) ?? 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        space: 90,
        values: (made, splits, _, __, step) => splits.map((at) => timeLabel(made, at, step)),
      },
      {
        ...axis,
        side: isRtl ? 1 : 3,
        size: AXIS_WIDTH,
        splits: (_, __, ___, max) => [...marksOf(max)],
        values: (_, splits) => splits.map((rate) => formatRateOrZero(rate)),
      },
    ],
    series: [{}, { ...series, stroke: down, fill: faint(down) }, { ...series, stroke: up, dash: [5, 3] }],
    hooks: {
      setSelect: [
        (made) => {
          const { left, width } = made.select;
          if (width < 4) return;
          const [a, b] = [made.posToVal(left, 'x'), made.posToVal(left + width, 'x')];
          made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          hooks.onZoom({ min: Math.min(a, b), max: Math.max(a, b) });
        },
      ],
      setCursor: [(made) => hooks.onPoint(pointAt(made))],
      draw: [(made) => drawLimit(made, hooks.limit(), colour('--c-error'), font)],
    },
  };
}

/** A moment in seconds as a label, `step` after the one before; none where it would be cut off. */
function timeLabel(made: uPlot, at: number, step: number): string {
  const label = step < 60 ? formatTimeExactly(at * 1000) : formatTime(at * 1000);
  const half = (label.length * CHARACTER) / 2;
  const x = made.valToPos(at, 'x');
  const width = made.bbox.width / devicePixelRatio;
  return x - half < -END_ROOM || x + half > width + END_ROOM ? '' : label;
}

function marksOf(most: number | null): readonly number[] {
  return niceMarks(most ?? 0, prefs.value.units === 'binary' ? 1024 : 1000);
}

function faint(colour: string): string {
  return `color-mix(in oklab, ${colour} 9%, transparent)`;
}

function pointAt({ cursor, data }: uPlot): RatePoint | null {
  const { idx } = cursor;
  if (idx === null || idx === undefined) return null;
  const [times, down, up] = data;
  const at = times[idx];
  const sample = down?.[idx];
  if (at === undefined || sample === null || sample === undefined) return null;
  return { at: at * 1000, down: sample, up: up?.[idx] ?? 0 };
}

function drawLimit(made: uPlot, limit: number, colour: string, font: string): void {
  const { max } = made.scales['y'] ?? {};
  if (limit === 0 || max === undefined || limit > max) return;
  const { ctx, bbox } = made;
  const y = made.valToPos(limit, 'y', true);
  const scale = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.setLineDash([2 * scale, 4 * scale]);
  ctx.lineWidth = scale;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.fillStyle = colour;
  ctx.font = font.replace('11px', `${11 * scale}px`);
  ctx.textBaseline = 'bottom';
  // At the older end, where the lines are seldom read.
  const isRtl = direction === 'rtl';
  ctx.textAlign = isRtl ? 'right' : 'left';
  const x = isRtl ? bbox.left + bbox.width - 4 * scale : bbox.left + 4 * scale;
  ctx.fillText(t('rates_limit', formatRateOrZero(limit)), x, y - 2 * scale);
  ctx.restore();
}

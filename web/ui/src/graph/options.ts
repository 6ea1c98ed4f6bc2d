import uPlot from 'uplot';
import { fixedText, scaleFor } from '../lib/format';
import type { Clock } from '../lib/time';
import { barPaths } from './bars';
import { translucent } from './colours';
import type { Drawn } from './shape';
import type { Axis } from './state';
import { TimeLabels } from './timeAxis';

/** Colours that the canvas needs; it cannot read the page's variables by itself. */
export interface Paint {
  ink: string;
  grid: string;
  surface: string;
  font: string;
}

export interface Size {
  width: number;
  height: number;
}

/** options describes the chart to uPlot: a time scale, up to two value scales, one to three series a line. */
export function options(list: Drawn[], size: Size, paint: Paint, clock: Clock): uPlot.Options {
  const sides = (['left', 'right'] as const).filter((side) => list.some((shape) => shape.axis === side));
  const barred = list.some((shape) => shape.kind === 'bars');
  return {
    ...size,
    tzDate: (ts) => clock.wall(ts),
    padding: [22, sides.includes('right') ? 0 : 28, 0, sides.includes('left') ? 0 : 14],
    legend: { show: false },
    scales: {
      x: { time: true, auto: false },
      left: { range: range(barred) },
      right: { range: range(barred) },
    },
    axes: [timeAxis(paint, clock), ...sides.map((side, i) => valueAxis(side, i === 0, list, paint))],
    series: [{}, ...list.flatMap((shape, i) => seriesOf(shape, i, list.length, paint))],
    bands: bandsOf(list),
    hooks: { drawAxes: [(u) => drawUnits(u, list, sides, paint)] },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: cursorPoints(list),
      dataIdx: nearest,
    },
  };
}

/** The cursor marks values, not the edges of their bands. */
function cursorPoints(list: Drawn[]): uPlot.Cursor.Points {
  const colours = ['', ...list.flatMap((shape) => (shape.min && shape.max ? [shape.colour, '', ''] : [shape.colour]))];
  const paint = (_: uPlot, series: number): string => colours[series] || 'transparent';
  return { size: 8, width: 0, fill: paint, stroke: paint };
}

function range(barred: boolean): uPlot.Scale.Range {
  return (_, min, max) => {
    if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
    if (barred) {
      const pad = (Math.max(max, 0) - Math.min(min, 0)) * 0.06 || 1;
      return [min < 0 ? min - pad : 0, max > 0 ? max + pad : 0];
    }
    if (min === max) return [min - Math.max(Math.abs(min) * 0.05, 0.5), max + Math.max(Math.abs(max) * 0.05, 0.5)];
    return uPlot.rangeNum(min, max, { min: { pad: 0.06, soft: 0, mode: 3 }, max: { pad: 0.06, soft: 0, mode: 3 } });
  };
}

function timeAxis(paint: Paint, clock: Clock): uPlot.Axis {
  const labels = new TimeLabels(clock.zone);
  return {
    stroke: paint.ink,
    font: `12px ${paint.font}`,
    size: 44,
    space: 76,
    gap: 6,
    grid: { stroke: paint.grid, width: 1 },
    ticks: { stroke: paint.grid, width: 1, size: 5 },
    values: (_, splits, _axis, _space, step) => labels.labels(splits, step),
  };
}

function valueAxis(side: Axis, ruled: boolean, list: Drawn[], paint: Paint): uPlot.Axis {
  return {
    scale: side,
    side: side === 'left' ? 3 : 1,
    stroke: paint.ink,
    font: `12px ${paint.font}`,
    size: (_, values) => Math.max(40, Math.max(...(values ?? ['']).map((text) => text.length)) * 7 + 18),
    space: 44,
    gap: 6,
    grid: { show: ruled, stroke: paint.grid, width: 1 },
    ticks: { show: false },
    values: (u, splits, _axis, _space, step) => {
      const { factor } = axisScale(u, side, list);
      const digits = stepDigits(step * factor);
      return splits.map((value) => fixedText(value * factor, digits));
    },
  };
}

/** The prefix of an axis follows its greatest value: 0 to 3 kW, not 0 to 3000 W. */
function axisScale(u: uPlot, side: Axis, list: Drawn[]): { factor: number; unit: string } {
  const units = [...new Set(list.filter((shape) => shape.axis === side).map((shape) => shape.unit))].filter(Boolean);
  const scale = u.scales[side];
  const magnitude = Math.max(Math.abs(scale?.min ?? 0), Math.abs(scale?.max ?? 0));
  return units.length === 1 ? scaleFor(magnitude, units[0]!) : { factor: 1, unit: units.join(', ') };
}

function stepDigits(step: number): number {
  for (let digits = 0; digits < 8; digits++) {
    const scaled = step * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled)) return digits;
  }
  return 8;
}

function drawUnits(u: uPlot, list: Drawn[], sides: Axis[], paint: Paint): void {
  const { ctx } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `600 ${12 * ratio}px ${paint.font}`;
  ctx.fillStyle = paint.ink;
  ctx.textBaseline = 'middle';
  for (const side of sides) {
    ctx.textAlign = side === 'left' ? 'right' : 'left';
    const x = side === 'left' ? u.bbox.left - 6 * ratio : u.bbox.left + u.bbox.width + 6 * ratio;
    ctx.fillText(axisScale(u, side, list).unit, x, u.bbox.top - 13 * ratio);
  }
  ctx.restore();
}

function seriesOf(shape: Drawn, index: number, count: number, paint: Paint): uPlot.Series[] {
  const main: uPlot.Series = {
    label: shape.name,
    scale: shape.axis,
    show: !shape.hidden,
    stroke: shape.colour,
    width: 1.6,
    points: pointsOf(shape, paint),
  };
  if (shape.kind === 'steps') main.paths = uPlot.paths.stepped!({ align: 1 });
  if (shape.kind === 'bars') {
    main.paths = barPaths(index, count, shape.interval);
    main.fill = translucent(shape.colour, 0.85);
    main.width = 0;
  }
  if (!shape.min || !shape.max) return [main];
  const edge: uPlot.Series = { scale: shape.axis, show: !shape.hidden, points: { show: false }, width: 0 };
  return [main, { ...edge }, { ...edge }];
}

/** Points are drawn where they are stored values with room between them, or stand alone between gaps. */
function pointsOf(shape: Drawn, paint: Paint): uPlot.Series.Points {
  if (shape.kind === 'bars') return { show: false };
  return {
    size: 5,
    width: 1.5,
    fill: paint.surface,
    show: (u, _, first, last) => shape.kind === 'points' && last - first < u.bbox.width / devicePixelRatio / 9,
    filter: (u, series, show) => (show ? null : alone(u.data[series]!)),
  };
}

function alone(values: ArrayLike<number | null | undefined>): number[] | null {
  const out: number[] = [];
  let before: number | null = null;
  let held = -1;
  for (let i = 0; i <= values.length; i++) {
    const value = i < values.length ? values[i] : null;
    if (value === undefined) continue;
    if (held >= 0 && value === null) out.push(held);
    held = value !== null && before === null ? i : -1;
    before = value;
  }
  return out.length > 0 ? out : null;
}

function bandsOf(list: Drawn[]): uPlot.Band[] {
  const out: uPlot.Band[] = [];
  let next = 1;
  for (const shape of list) {
    if (shape.min && shape.max) out.push({ series: [next + 2, next + 1], fill: translucent(shape.colour, list.length > 3 ? 0.13 : 0.22) });
    next += shape.min && shape.max ? 3 : 1;
  }
  return out;
}

/** nearest looks a little to both sides for a value, as lines with other steps share the time column. */
function nearest(u: uPlot, series: number, index: number): number {
  const values = u.data[series]!;
  if (series === 0 || (values[index] !== undefined && values[index] !== null)) return index;
  for (let by = 1; by < 12; by++) {
    for (const each of [index - by, index + by]) if (values[each] !== undefined && values[each] !== null) return each;
    if (values[index] === null) break;
  }
  return index;
}

/** How uPlot joins a gap: it reaches to the neighbours' values, also over the times of other lines. */
const widened = 2;

/** columns joins the lines on one time column, as uPlot wants them; gaps stay null, absent times undefined. */
export function columns(list: Drawn[]): uPlot.AlignedData {
  if (list.length === 0) return [[]];
  const tables = list.map((shape): uPlot.AlignedData => {
    const table: (number | null)[][] = [shape.value];
    if (shape.min && shape.max) table.push(shape.min, shape.max);
    return [shape.time, ...table];
  });
  if (tables.length === 1) return tables[0]!;
  return uPlot.join(tables, tables.map((table) => table.map(() => widened)));
}

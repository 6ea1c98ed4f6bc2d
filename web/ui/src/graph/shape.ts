import type { Axis } from './state';

/** What one line of the chart shows, in columns. Times are seconds, the beginnings of their steps. */
export interface Shape {
  feed: number;
  kind: 'line' | 'points' | 'steps' | 'bars';
  time: number[];
  value: (number | null)[];
  /** Extremes of each step, where the line stands for more than one point. */
  min: (number | null)[] | null;
  max: (number | null)[] | null;
  /** Seconds a step; of calendar steps the usual length. */
  interval: number;
  /** True for differences: a sum of them is meaningful. */
  delta: boolean;
}

/** A shape with what it needs to be drawn. */
export interface Drawn extends Shape {
  name: string;
  unit: string;
  axis: Axis;
  colour: string;
  hidden: boolean;
}

/** at finds the step that holds a time; -1 outside and within gaps of the times. */
export function at(shape: Shape, time: number): number {
  const { time: times, interval } = shape;
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  const index = low - 1;
  if (index < 0) return -1;
  const next = times[index + 1];
  const length = next === undefined ? interval * 1.5 : Math.max(next - times[index]!, interval);
  return time - times[index]! <= length ? index : -1;
}

export interface Stats {
  min: number | null;
  max: number | null;
  mean: number | null;
  last: number | null;
  /** Sum of differences, change of a counter, or energy of a power in kWh. */
  total: number | null;
  totalUnit: string;
}

const counters = /^([kM]?Wh|m³|m3|l|VAh|kVAh|Ah)$/;

/** A power is not taken to have gone on for longer than this without a new value. */
const longestHold = 3600;

/** stats sums up what lies between two times. */
export function stats(shape: Shape, unit: string, from: number, to: number): Stats {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let held = 0;
  let count = 0;
  let first: number | null = null;
  let last: number | null = null;
  for (let i = 0; i < shape.time.length; i++) {
    const time = shape.time[i]!;
    const value = shape.value[i];
    if (value === null || value === undefined || time + shape.interval <= from || time > to) continue;
    min = Math.min(min, shape.min?.[i] ?? value);
    max = Math.max(max, shape.max?.[i] ?? value);
    sum += value;
    held += value * seconds(i);
    count++;
    first ??= value;
    last = value;
  }
  if (count === 0) return { min: null, max: null, mean: null, last: null, total: null, totalUnit: '' };
  const mean = sum / count;
  return { min, max, mean, last, ...total() };

  /** How long a value stands: its step, or until the next of points without a fixed one. */
  function seconds(i: number): number {
    if (shape.kind !== 'points' || shape.interval > 0) return shape.interval;
    return Math.min((shape.time[i + 1] ?? shape.time[i]!) - shape.time[i]!, longestHold);
  }

  function total(): { total: number | null; totalUnit: string } {
    if (shape.delta) return { total: sum, totalUnit: unit };
    if (unit === 'W') return { total: held / 3.6e6, totalUnit: 'kWh' };
    if (counters.test(unit)) return { total: last! - first!, totalUnit: unit };
    return { total: null, totalUnit: '' };
  }
}

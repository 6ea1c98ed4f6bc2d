import type { Band } from '../api/types';

const width = 100;
const height = 30;
const margin = 2;

export interface SparkPath {
  line: string;
  area: string;
}

/** sparkPath draws the mean of a band into a 100 × 30 box; missing buckets leave a gap. */
export function sparkPath(band: Band, start: number, end: number): SparkPath | null {
  const known = band.mean.filter((value): value is number => value !== null);
  if (known.length === 0 || end <= start) return null;
  const low = Math.min(...known);
  const high = Math.max(...known);
  // A steady value lies in the middle, not on an edge.
  const range = high - low || 1;
  const base = high === low ? low - 0.5 : low;
  const x = (time: number): string => (((time - start) / (end - start)) * width).toFixed(2);
  const y = (value: number): string => (height - margin - ((value - base) / range) * (height - 2 * margin)).toFixed(2);

  let line = '';
  let area = '';
  for (const [from, to] of runs(band)) {
    const points: string[] = [];
    for (let i = from; i < to; i++) points.push(`${x(band.time[i]!)} ${y(band.mean[i]!)}`);
    const path = points.length === 1 ? `M${points[0]}h0.5` : `M${points.join('L')}`;
    line += path;
    area += `${path}L${x(band.time[to - 1]!)} ${height}L${x(band.time[from]!)} ${height}Z`;
  }
  return { line, area };
}

/** runs gives the stretches [from, to) without a missing value. */
function runs(band: Band): [number, number][] {
  const out: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= band.mean.length; i++) {
    const there = i < band.mean.length && band.mean[i] !== null && band.mean[i] !== undefined;
    if (there && from < 0) from = i;
    if (!there && from >= 0) {
      out.push([from, i]);
      from = -1;
    }
  }
  return out;
}

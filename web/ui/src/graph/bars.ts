import type uPlot from 'uplot';

/** The share of a step that its bars cover together. */
const covered = 0.82;

/** barPaths draws one of several bars that stand side by side in each step of the calendar. */
export function barPaths(index: number, count: number, interval: number): uPlot.Series.PathBuilder {
  return (u, series, first, last) => {
    const times = u.data[0];
    const values = u.data[series]!;
    const scale = u.series[series]!.scale!;
    const zero = u.valToPos(0, scale, true);
    const fill = new Path2D();
    for (let i = first; i <= last; i++) {
      const value = values[i];
      if (value === null || value === undefined) continue;
      // Days differ by an hour and months by three days: the next step's start is this one's end.
      const next = times[i + 1];
      const end = next !== undefined && next - times[i]! < interval * 1.5 ? next : times[i]! + interval;
      const left = u.valToPos(times[i]!, 'x', true);
      const width = u.valToPos(end, 'x', true) - left;
      const slot = (width * covered) / count;
      const x = left + (width * (1 - covered)) / 2 + slot * index;
      const y = u.valToPos(value, scale, true);
      fill.rect(x, Math.min(y, zero), Math.max(slot - (count > 1 ? 1 : 0), 1), Math.abs(y - zero));
    }
    return { stroke: null, fill, clip: null, flags: 1 };
  };
}

import type { Clock } from '../lib/time';
import type { Drawn } from './shape';
import type { Span } from './window';

/** csv writes what the chart shows: one row a time, one column a line; bands get columns for their extremes. */
export function csv(list: Drawn[], span: Span, clock: Clock): string {
  const columns: [string, Map<number, number | null>][] = [];
  const times = new Set<number>();
  for (const shape of list) {
    const title = shape.unit ? `${shape.name} (${shape.unit})` : shape.name;
    const parts: [string, (number | null)[] | null][] = [
      [title, shape.value],
      [`${title} min`, shape.min],
      [`${title} max`, shape.max],
    ];
    for (const [name, values] of parts) {
      if (!values) continue;
      const column = new Map<number, number | null>();
      for (const [i, time] of shape.time.entries()) {
        if (time + shape.interval <= span.from || time > span.to) continue;
        column.set(time, values[i] ?? null);
        times.add(time);
      }
      columns.push([name, column]);
    }
  }
  const rows = [...times].sort((a, b) => a - b).map((time) => {
    const cells = columns.map(([, column]) => column.get(time) ?? '');
    return [clock.iso(time), ...cells].join(',');
  });
  return [['time', ...columns.map(([name]) => quoted(name))].join(','), ...rows].join('\n') + '\n';
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** save hands a text to the browser as a file. */
export function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

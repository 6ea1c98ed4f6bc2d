import { day, minute } from '../lib/time';

/** Labels of the time axis: the time, and below it the day or year where that changes. */
export class TimeLabels {
  private readonly formats = new Map<string, Intl.DateTimeFormat>();

  constructor(private readonly zone: string | undefined) {}

  labels(times: readonly number[], step: number): string[] {
    const [upper, lower] = this.styles(step);
    let before = '';
    return times.map((time) => {
      const below = lower?.format(time * 1000) ?? '';
      const label = below === before ? upper.format(time * 1000) : `${upper.format(time * 1000)}\n${below}`;
      before = below;
      return label;
    });
  }

  private styles(step: number): [Intl.DateTimeFormat, Intl.DateTimeFormat | null] {
    const date = this.format({ weekday: 'short', day: 'numeric', month: 'short' });
    if (step < minute) return [this.format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }), date];
    if (step < day) return [this.format({ hour: '2-digit', minute: '2-digit' }), date];
    const year = this.format({ year: 'numeric' });
    if (step < 27 * day) return [this.format({ day: 'numeric', month: 'short' }), year];
    if (step < 360 * day) return [this.format({ month: 'short' }), year];
    return [year, null];
  }

  private format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = Object.keys(options).join();
    let format = this.formats.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat(undefined, { ...options, timeZone: this.zone });
      this.formats.set(key, format);
    }
    return format;
  }
}

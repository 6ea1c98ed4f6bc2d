/** All times inside the pages are seconds since 1970; milliseconds appear only next to the API and uPlot. */
export const minute = 60;
export const hour = 3600;
export const day = 86400;

/** durationText is the shortest honest form: "8 s", "3 min", "5 h", "2 d". */
export function durationText(seconds: number): string {
  const s = Math.abs(seconds);
  if (s < 1) return '0 s';
  if (s < minute) return `${Math.floor(s)} s`;
  if (s < hour) return `${Math.floor(s / minute)} min`;
  if (s < 2 * day) return `${Math.floor(s / hour)} h`;
  if (s < 60 * day) return `${Math.floor(s / day)} d`;
  if (s < 730 * day) return `${Math.floor(s / (30.44 * day))} mo`;
  return `${Math.floor(s / (365.25 * day))} y`;
}

/** spanText names the length of a window with two parts at most: "6 h", "1 d 4 h", "1 y 2 mo". */
export function spanText(seconds: number): string {
  const parts: [number, string][] = [
    [365.25 * day, 'y'],
    [30.44 * day, 'mo'],
    [day, 'd'],
    [hour, 'h'],
    [minute, 'min'],
    [1, 's'],
  ];
  const out: string[] = [];
  let rest = Math.round(seconds);
  for (const [i, [size, name]] of parts.entries()) {
    const last = i === parts.length - 1 || out.length === 1;
    const count = last ? Math.round(rest / size) : Math.floor(rest / size + 1e-9);
    if (count > 0) {
      out.push(`${count} ${name}`);
      rest -= count * size;
    } else if (out.length > 0) break;
    if (out.length === 2) break;
  }
  return out.join(' ') || '0 s';
}

export function intervalText(seconds: number): string {
  if (!seconds) return '–';
  if (seconds % day === 0) return `${seconds / day} d`;
  if (seconds % hour === 0) return `${seconds / hour} h`;
  if (seconds % minute === 0) return `${seconds / minute} min`;
  return `${Math.round(seconds * 10) / 10} s`;
}

/** The intervals a fixed feed can have in the lists of choice. */
export const intervals = [
  10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 18000, 21600, 43200, 86400,
];

/** Formatter for one time zone; makes its Intl objects once, as they are slow to make. */
export class Clock {
  private readonly full: Intl.DateTimeFormat;
  private readonly short: Intl.DateTimeFormat;
  private readonly date: Intl.DateTimeFormat;
  private readonly parts: Intl.DateTimeFormat;

  constructor(readonly zone: string | undefined) {
    const timeZone = knownZone(zone);
    this.full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
    this.short = new Intl.DateTimeFormat(undefined, {
      month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZone,
    });
    this.date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone });
    this.parts = new Intl.DateTimeFormat('en-GB', {
      year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
      hourCycle: 'h23', timeZone,
    });
  }

  text(seconds: number): string {
    return this.full.format(seconds * 1000);
  }

  /** rangeText leaves out what both ends share or what is too fine for the length. */
  rangeText(from: number, to: number): string {
    const format = to - from > 100 * day ? this.date : this.short;
    return `${format.format(from * 1000)} – ${format.format(to * 1000)}`;
  }

  /** wall gives the date whose *local* fields read as the clock on the zone's wall. */
  wall(seconds: number): Date {
    const f: Record<string, number> = {};
    for (const part of this.parts.formatToParts(seconds * 1000)) f[part.type] = Number(part.value);
    return new Date(f.year!, f.month! - 1, f.day!, f.hour!, f.minute!, f.second!);
  }

  /** offset is what the zone's wall clock is ahead of UTC, in seconds. */
  offset(seconds: number): number {
    const f: Record<string, number> = {};
    for (const part of this.parts.formatToParts(seconds * 1000)) f[part.type] = Number(part.value);
    return Date.UTC(f.year!, f.month! - 1, f.day!, f.hour!, f.minute!, f.second!) / 1000 - Math.floor(seconds);
  }

  /** midnight is the start of the day that holds the time, days later or earlier. */
  midnight(seconds: number, days = 0): number {
    const local = Math.floor((seconds + this.offset(seconds)) / day) * day + days * day;
    // The offset at the day's start may differ from the one now: twice is enough for every zone's changes.
    const guess = local - this.offset(local - this.offset(seconds));
    return local - this.offset(guess);
  }

  /** iso writes 2026-03-29T14:05:00+02:00. */
  iso(seconds: number): string {
    const offset = this.offset(seconds);
    const local = new Date((Math.floor(seconds) + offset) * 1000).toISOString().slice(0, 19);
    const size = Math.abs(offset) / 60;
    const pad = (n: number): string => String(Math.floor(n)).padStart(2, '0');
    return `${local}${offset < 0 ? '-' : '+'}${pad(size / 60)}:${pad(size % 60)}`;
  }
}

function knownZone(zone: string | undefined): string | undefined {
  if (!zone) return undefined;
  try {
    new Intl.DateTimeFormat(undefined, { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
}

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

export function allZones(): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.includes('UTC') ? zones : ['UTC', ...zones];
}

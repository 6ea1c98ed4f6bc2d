/** Units that grow through k, M, G; others (kWh, °C, %) stay as the user wrote them. */
const scalable = new Set(['W', 'Wh', 'VA', 'VAr', 'var', 'VArh', 'J', 'B', 'B/s', 'bit/s', 'Pa', 'Hz']);
const prefixes = ['', 'k', 'M', 'G', 'T'];

export interface Scale {
  /** Multiply a value by this before showing it. */
  factor: number;
  unit: string;
}

/** scaleFor picks the prefix that suits a magnitude: 1530 W is shown in kW. */
export function scaleFor(magnitude: number, unit: string): Scale {
  if (!scalable.has(unit) || !Number.isFinite(magnitude)) return { factor: 1, unit };
  let step = 0;
  let rest = Math.abs(magnitude);
  while (rest >= 1000 && step < prefixes.length - 1) {
    rest /= 1000;
    step++;
  }
  return { factor: 1000 ** -step, unit: prefixes[step] + unit };
}

const formats = new Map<number, Intl.NumberFormat>();

function decimals(digits: number): Intl.NumberFormat {
  let format = formats.get(digits);
  if (!format) {
    format = new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format;
}

/** digitsFor keeps about four significant digits, so that a live value does not jump in width. */
export function digitsFor(value: number): number {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return 0;
  if (size >= 1000) return 0;
  if (size >= 10) return 1;
  if (size >= 1) return 2;
  if (size >= 0.001) return 3;
  return size === 0 ? 0 : 6;
}

export interface Shown {
  text: string;
  unit: string;
}

/** shown splits a value into its text and unit; a missing value is a dash without unit. */
export function shown(value: number | null | undefined, unit = ''): Shown {
  if (value === null || value === undefined || Number.isNaN(value)) return { text: '–', unit: '' };
  const scale = scaleFor(value, unit);
  const scaled = value * scale.factor;
  // Counters are shown to the watt-hour; what lies below is noise to a reader.
  const finest = unit === 'kWh' ? 3 : 6;
  const digits = scale.factor === 1 ? Math.min(digitsFor(scaled), finest) : Math.abs(scaled) >= 100 ? 1 : 2;
  return { text: decimals(digits).format(scaled === 0 ? 0 : scaled), unit: scale.unit };
}

export function valueText(value: number | null | undefined, unit = ''): string {
  const parts = shown(value, unit);
  return parts.unit === '' ? parts.text : `${parts.text}\u202f${parts.unit}`;
}

/** fixedText formats with a given number of decimals, for axes whose ticks share one precision. */
export function fixedText(value: number, digits: number): string {
  return decimals(Math.max(0, Math.min(digits, 10))).format(value === 0 ? 0 : value);
}

export function countText(value: number): string {
  return decimals(0).format(value);
}

export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${countText(bytes)} B`;
  const scale = scaleFor(bytes, 'B');
  const scaled = bytes * scale.factor;
  return `${decimals(scaled < 100 ? 1 : 0).format(scaled)} ${scale.unit}`;
}

/** plural: plural(1, 'feed') is "1 feed", plural(3, 'feed') is "3 feeds". */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

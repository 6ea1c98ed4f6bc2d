import type { EncodedStep } from '../api/process';
import { argTypes, type PreviewStep, type StepArg, type StepKind } from '../api/types';

/** One step of a list being edited. The uid stays with it while it is moved about. */
export interface Step {
  uid: number;
  /** "process__scale", or what the text held if no such kind is known. */
  key: string;
  args: string[];
}

/** The known kinds, by key and by the number that the text form uses. */
export class Kinds {
  private readonly byKey = new Map<string, StepKind>();
  private readonly byNumber = new Map<string, StepKind>();

  constructor(readonly all: StepKind[]) {
    for (const kind of all) {
      this.byKey.set(kind.key, kind);
      if (kind.id > 0) this.byNumber.set(String(kind.id), kind);
    }
  }

  find(key: string): StepKind | undefined {
    return this.byKey.get(key) ?? this.byNumber.get(key) ?? this.byKey.get(`process__${key}`);
  }
}

let lastUid = 0;

export function newStep(kind: StepKind): Step {
  const args = realArgs(kind).map((arg) => arg.default ?? '');
  return { uid: ++lastUid, key: kind.key, args };
}

/** realArgs leaves out the placeholder that kinds without arguments have. */
export function realArgs(kind: StepKind): StepArg[] {
  return kind.args.filter((arg) => arg.type !== argTypes.none);
}

/** parseList reads "1:12,2:0.1,eventp__ifrategtequalskip:5"; unknown steps are kept as they are. */
export function parseList(text: string, kinds: Kinds): Step[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [key = '', ...args] = part.split(':');
      const kind = kinds.find(key);
      if (!kind) return { uid: ++lastUid, key, args };
      const wanted = realArgs(kind);
      return { uid: ++lastUid, key: kind.key, args: wanted.map((_, i) => args[i] ?? '') };
    });
}

/** listText writes the text form, with numbers where the kind has one: the inverse of parseList. */
export function listText(steps: readonly Step[], kinds: Kinds): string {
  return steps
    .map((step) => {
      const kind = kinds.find(step.key);
      const name = kind && kind.id > 0 ? String(kind.id) : step.key;
      const args = kind && realArgs(kind).length === 0 ? ['0'] : step.args;
      return [name, ...args].join(':');
    })
    .join(',');
}

/** encodeList is the form that the server sets a list from; it wants one argument even where there is none. */
export function encodeList(steps: readonly Step[], kinds: Kinds): EncodedStep[] {
  return steps.map((step) => {
    const kind = kinds.find(step.key);
    const wanted = kind ? realArgs(kind) : [];
    if (kind && wanted.length === 0) return { fn: step.key, args: [0] };
    return { fn: step.key, args: step.args.map((text, i) => encodeArg(text, wanted[i])) };
  });
}

function encodeArg(text: string, arg: StepArg | undefined): string | number {
  if (arg?.type === argTypes.text || arg?.type === argTypes.schedule) return text;
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : text;
}

/** complaint says what is missing in a step, or nothing. */
export function complaint(step: Step, kinds: Kinds): string {
  const kind = kinds.find(step.key);
  if (!kind) return 'This server does not know this step. Remove it, or leave the list as it is.';
  for (const [i, arg] of realArgs(kind).entries()) {
    const text = (step.args[i] ?? '').trim();
    if (arg.type === argTypes.value && (text === '' || !Number.isFinite(Number(text)))) return 'Enter a number.';
    if (arg.type === argTypes.input && !(Number(text) > 0)) return 'Choose an input.';
    if (arg.type === argTypes.feed && !(Number(text) > 0)) return 'Choose a feed, or create one.';
    if (arg.type === argTypes.text && /[,:]/.test(text)) return 'Commas and colons cannot be stored here.';
  }
  return '';
}

export type Outcome = { value: number | null; fault?: string } | 'skipped';

/** alignPreview puts the values of the steps that ran beside the steps of the list; others were skipped. */
export function alignPreview(steps: readonly Step[], ran: readonly PreviewStep[], kinds: Kinds): Outcome[] {
  const same = (step: Step, key: string): boolean => kinds.find(key)?.key === step.key || key === step.key;
  const out: Outcome[] = [];
  let next = 0;
  for (const step of steps) {
    const result = ran[next];
    if (result && same(step, result.key)) {
      out.push(result.fault ? { value: result.value, fault: result.fault } : { value: result.value });
      next++;
    } else out.push('skipped');
  }
  return out;
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list];
  const [item] = out.splice(from, 1);
  if (item !== undefined) out.splice(Math.max(0, Math.min(to, out.length)), 0, item);
  return out;
}

import type { GraphModel } from './model.svelte';
import { presets } from './state';

/** What the keys do, in the words of the help. */
export const keyHelp: readonly [string, string][] = [
  ['← →', 'Move by a quarter of the window; with Shift by all of it'],
  ['+ −', 'Zoom in and out'],
  ['1 … 7', 'Hour, 6 hours, day, week, month, year, all'],
  ['[ ]', 'Back to the window before, and forward'],
  ['N', 'Follow the time again'],
  ['L R D', 'Lines, stored points, change'],
  ['?', 'This help'],
];

/** graphKey does what a key stands for; false if it stands for nothing here. */
export function graphKey(event: KeyboardEvent, model: GraphModel, help: () => void): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const preset = presets[Number(event.key) - 1];
  if (preset) {
    model.setWindow(preset.window);
    return true;
  }
  const far = event.shiftKey ? 1 : 0.25;
  const actions: Record<string, () => void> = {
    ArrowLeft: () => model.pan(-far),
    ArrowRight: () => model.pan(far),
    '+': () => model.zoom(0.5),
    '=': () => model.zoom(0.5),
    '-': () => model.zoom(2),
    '[': () => history.back(),
    ']': () => history.forward(),
    n: () => model.setWindow({ kind: 'last', seconds: Math.round(model.span.to - model.span.from) }),
    l: () => model.setView('line'),
    r: () => model.setView('raw'),
    d: () => model.setView('delta'),
    '?': help,
  };
  const action = actions[event.key];
  action?.();
  return action !== undefined;
}

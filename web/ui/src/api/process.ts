import { get, postForm, postJson } from './client';
import type { PreviewStep, StepArg, StepKind } from './types';

interface RawKind {
  id_num?: number;
  name: string;
  short?: string;
  group?: string;
  description?: string;
  args?: { type: number; engines?: number[]; default?: string | number }[];
}

/** stepKinds lists the steps that an input's process list may have. */
export async function stepKinds(): Promise<StepKind[]> {
  const raw = await get<Record<string, RawKind>>('process/list.json', { context: 0 });
  return Object.entries(raw).map(([key, kind]) => ({
    key,
    id: kind.id_num ?? 0,
    name: kind.name,
    short: kind.short || kind.name,
    group: kind.group || 'Other',
    description: plainText(kind.description ?? ''),
    args: (kind.args ?? []).map(stepArg),
  }));
}

function stepArg(raw: { type: number; engines?: number[]; default?: string | number }): StepArg {
  const arg: StepArg = { type: raw.type, engines: raw.engines ?? [] };
  if (raw.default !== undefined) arg.default = String(raw.default);
  return arg;
}

/** Descriptions may carry markup, which the pages never insert as such. */
function plainText(html: string): string {
  if (!html.includes('<') && !html.includes('&')) return html;
  return new DOMParser().parseFromString(html, 'text/html').body.textContent?.replace(/\s+/g, ' ').trim() ?? '';
}

export interface EncodedStep {
  fn: string;
  args: (string | number)[];
}

export const setInputList = (inputid: number, list: EncodedStep[]): Promise<unknown> =>
  postForm('input/process/set.json', { processlist: JSON.stringify(list) }, { inputid });

export async function preview(
  inputid: number, list: string, value: number, signal?: AbortSignal,
): Promise<PreviewStep[]> {
  return (await postJson<{ steps: PreviewStep[] }>('api/v1/process/preview', { inputid, list, value }, signal)).steps;
}
